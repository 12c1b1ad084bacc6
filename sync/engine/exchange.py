# SPDX-License-Identifier: AGPL-3.0-or-later
"""One round trip with the centre: commands up, verdicts and changes down, over ports only.

Every command taken from the journal is honestly accounted for at the end of its attempt: decided,
certainly not sent, or perhaps arrived. Which of them it is depends on how the attempt failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId, CommandId
from sync.engine.pace import Pace
from sync.engine.ports import Journal, Piece
from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec
from sync.wire.as_sent import restored
from sync.wire.messages import CommandRecord, Hello, Progress, SyncReply, SyncRequest
from sync.wire.service import SyncService
from sync.wire.versions import CURRENT, common

_SURELY_UNDONE = frozenset(
    {
        SyncErrorKind.OFFLINE,
        SyncErrorKind.AUTH,
        SyncErrorKind.REVOKED,
        SyncErrorKind.VERSION,
        SyncErrorKind.EPOCH,
    }
)
"""Nothing left this computer, or the centre said so before it looked at any command.

``BUSY`` is not among them: a centre may be out of breath after it has decided some (protocol 2).
"""

_BROKEN_ON_THE_WAY = frozenset(
    {SyncErrorKind.UNANSWERED, SyncErrorKind.MALFORMED, SyncErrorKind.TOO_LARGE}
)

_EDITION_EVERY_MS = 86_400_000
"""How often a newer edition of the rules is asked for; it is taken up at the next start."""

_QUIET_MS = 15 * 60_000
"""How often an exchange that brought nothing is remembered, for "last contact" after a restart."""

_MOST_FORKS = 3
"""Forks in a row without any progress; a new device id is enough, so this centre is broken."""


class Tokens(Protocol):
    """The device's proof of sign-in."""

    def access_token(self) -> str:
        """Return the token to show.

        Raises:
            SyncError: (``AUTH``) there is none.
        """

    def renew(self) -> None:
        """Get a new access token.

        Raises:
            SyncError: (``AUTH``) the sign-in itself has expired; other kinds as any exchange.
        """

    def fork(self) -> None:
        """Go on as another device, for this installation was found to be one of two copies.

        Raises:
            SyncError: as for :meth:`renew`; the installation is who it was.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What came of one round trip.

    Attributes:
        changes: what changed on this computer, also when it failed.
        failure: why there was no answer, or none that could be used.
        sent: commands that were in it.
        settled: commands that the centre decided.
        forked: the centre knows another copy of this installation.
        more: the centre has more to tell right now.
        offset_ms: the centre's clock minus this device's, if it answered.
        behind: about how many cases with news come after this step.
    """

    changes: ChangeSet
    failure: SyncError | None = None
    sent: int = 0
    settled: int = 0
    forked: bool = False
    more: bool = False
    offset_ms: int | None = None
    progress: Progress | None = None
    behind: int = 0


def greet(service: SyncService) -> Hello:
    """Return who the centre is.

    Raises:
        SyncError: (``VERSION``) it speaks no version of ours; other kinds as any exchange.
    """
    hello = service.hello()
    if common(CURRENT, hello.oldest_version, hello.version) is None:
        raise SyncError(SyncErrorKind.VERSION, oldest=hello.oldest_version, current=hello.version)
    return hello


class Exchange:
    """This device's side of the conversation.

    Args:
        pace: the sizes to begin with; by default those of a line that nobody knows.
    """

    def __init__(
        self,
        journal: Journal,
        service: SyncService,
        tokens: Tokens,
        clock: Callable[[], int],
        pace: Pace | None = None,
    ) -> None:
        self._journal = journal
        self._service = service
        self._tokens = tokens
        self._clock = clock
        self._pace = pace or Pace()
        self._unaccounted: list[CommandId] = []
        self._remembered_at: int | None = None
        self._forks = 0
        self._put_off = False
        self._refused = ""
        self._is_at_rest = False
        self._edition_asked_at: int | None = None

    def step(
        self,
        *,
        only_to_send: bool = False,
        on_sending: Callable[[ChangeSet], None] = lambda _changes: None,
    ) -> Step | None:
        """Make one round trip; with ``only_to_send`` none, unless there are commands to send.

        An expired access token is renewed, a centre with another history is followed, and a copied
        installation becomes a device of its own, on the way. Whatever else goes wrong between the
        two ends is in the step, not raised.

        Args:
            on_sending: told of the commands that are being sent from now on; the answer may take
                long, and until then "being sent" is the truth about them.

        Raises:
            StoreError: this computer cannot remember. What was being sent is accounted for in
                the next step, or after a restart.
        """
        step = self._attempt(on_sending, only_to_send=only_to_send)
        if step is not None and step.failure and step.failure.kind is SyncErrorKind.AUTH:
            step = self._after_renewal(step.changes, on_sending)
        if step is None or step.failure is None:
            return self._as_another_device(step) if step is not None and step.forked else step
        if step.failure.kind is SyncErrorKind.EPOCH:
            return self._from_the_beginning(step)
        return step

    def _attempt(
        self, on_sending: Callable[[ChangeSet], None], *, only_to_send: bool = False
    ) -> Step | None:
        changes = self._account_for_left_overs()
        try:
            if self._journal.epoch() is None:
                changes |= self._journal.forget_cache(greet(self._service).epoch)
            token = self._tokens.access_token()
        except SyncError as failure:
            return Step(changes=changes, failure=failure)
        piece = self._journal.next_piece()
        commands = self._outgoing(piece, only_to_send=only_to_send)
        if only_to_send and not commands:
            return None
        self._unaccounted = [CommandId(command.id) for command in commands]
        if commands:
            cases = frozenset(CaseId(command.case_id) for command in commands)
            on_sending(ChangeSet(cases=cases, outbox=True))
        if piece is not None and not commands:
            step = self._fetch(token, piece)
        else:
            step = self._round_trip(token, commands, piece)
        return replace(step, changes=changes | step.changes)

    def _outgoing(self, piece: Piece | None, *, only_to_send: bool) -> list[CommandRecord]:
        """Return what to send now; nothing while a first load runs and the centre put all off.

        Words come first, but a command on which the centre stumbles must not stop the load.
        """
        put_off, self._put_off = self._put_off, False
        if put_off and piece is not None and not only_to_send:
            return []
        return self._journal.outgoing(self._pace.up.max_bytes, self._clock())

    def _after_renewal(
        self, changes: ChangeSet, on_sending: Callable[[ChangeSet], None]
    ) -> Step | None:
        try:
            self._tokens.renew()
        except SyncError as failure:
            return Step(changes=changes, failure=failure)
        step = self._attempt(on_sending)
        return None if step is None else replace(step, changes=changes | step.changes)

    def _as_another_device(self, step: Step) -> Step:
        """Become a device of our own; what was refused goes again under the same ids."""
        self._forks = 0 if step.settled else self._forks + 1
        try:
            if self._forks > _MOST_FORKS:
                raise SyncError(SyncErrorKind.MALFORMED, reason="fork")
            self._tokens.fork()
        except SyncError as failure:
            return replace(step, failure=failure)
        return replace(step, more=True)

    def _from_the_beginning(self, step: Step) -> Step:
        """Empty the cache for a centre whose history is another one, or forgot our cursor."""
        try:
            hello = greet(self._service)
        except SyncError as failure:
            return replace(step, failure=failure)
        if self._journal.cursor() is None and self._journal.epoch() == hello.epoch:
            return step  # we are at the beginning already; the centre contradicts itself
        changes = step.changes | self._journal.forget_cache(hello.epoch)
        return Step(changes=changes, more=True)

    def _fetch(self, token: str, piece: Piece) -> Step:
        """Go on with a first load: get the next part of the piece that it has come to."""
        size = min(self._pace.pieces.max_bytes, piece.bytes - piece.held)
        begun = self._clock()
        try:
            data = self._service.segment(token, piece.sha256, piece.held, size)
            if data is None:
                return self._list_again(piece)
            self._refused = ""
            changes = self._journal.keep_piece(piece, data)
        except SyncError as failure:
            if failure.kind in _BROKEN_ON_THE_WAY:
                self._pace.pieces.broken()
            return Step(changes=ChangeSet(), failure=failure)
        self._pace.piece(len(data), self._clock() - begun)
        later = self._journal.next_piece()
        done = piece.rows_total if later is None else later.rows_done
        return Step(
            changes=changes, more=True, progress=Progress(done=done, total=piece.rows_total)
        )

    def _list_again(self, piece: Piece) -> Step:
        """The centre has other pieces by now: ask which."""
        self._journal.list_again()
        if self._refused == piece.sha256:  # it was on the new list as well
            return Step(
                changes=ChangeSet(), failure=SyncError(SyncErrorKind.SERVER, reason="segment")
            )
        self._refused = piece.sha256
        return Step(changes=ChangeSet(), more=True)

    def _round_trip(self, token: str, commands: list[CommandRecord], piece: Piece | None) -> Step:
        """Exchange messages; while pieces of a first load are missing, commands only."""
        request = SyncRequest(
            cursor=self._journal.cursor(),
            max_bytes=0 if piece is not None else self._pace.beside(commands),
            commands=commands,
            want=[] if piece is not None else self._journal.wanted(),
            digest=self._journal.digest(self._clock()) if self._is_at_rest else None,
            edition=self._edition_to_ask_with(),
            brief=bool(commands),
        )
        begun = self._clock()
        try:
            reply = restored(self._service.sync(token, request), commands)
            ended = self._clock()
            _check_progress(request, reply)
            changes = self._take_in(request, reply, ended)
        except SyncError as failure:
            if failure.kind in _BROKEN_ON_THE_WAY:
                self._pace.broken(commands)
            return Step(changes=self._end_attempt(failure.kind), failure=failure)
        if request.edition is not None and request.max_bytes > 0:
            self._edition_asked_at = ended
        self._is_at_rest = _is_quiet(request, reply)
        settled = _settled(request, reply)
        self._put_off = bool(commands) and not settled
        if commands:
            self._pace.delivered(len(codec.encode(commands)), ended - begun)
        elif reply.more:
            self._pace.full_page(ended - begun)
        return Step(
            changes=changes,
            sent=len(commands),
            settled=settled,
            forked=any(verdict.is_fork for verdict in reply.verdicts),
            more=reply.more or piece is not None or self._has_questions(request, reply),
            offset_ms=reply.now - (begun + ended) // 2,
            progress=reply.progress if piece is None else _progress_of(piece),
            behind=max(0, reply.behind),
        )

    def _edition_to_ask_with(self) -> int | None:
        """Return the edition of the rules that is here, when it is time to ask for a newer one."""
        asked = self._edition_asked_at
        if asked is not None and 0 <= self._clock() - asked < _EDITION_EVERY_MS:
            return None
        return self._journal.edition()

    def _take_in(self, request: SyncRequest, reply: SyncReply, now: int) -> ChangeSet:
        before = self._remembered_at  # None: the first answer says that the centre was heard
        quiet = before is not None and 0 <= now - before < _QUIET_MS
        if quiet and not request.commands and _says_nothing(request, reply):
            return ChangeSet()
        changes = self._journal.absorb(reply, now)
        self._remembered_at = now
        decided = {verdict.id for verdict in reply.verdicts if verdict.is_final}
        self._unaccounted = [id_ for id_ in self._unaccounted if id_ not in decided]
        return changes | self._doubt(_failures(reply)) | self._give_back()

    def _doubt(self, ids: set[str]) -> ChangeSet:
        """The centre stumbled over these; what it did with them only it can say, when asked."""
        doubtful = [id_ for id_ in self._unaccounted if id_ in ids]
        if not doubtful:
            return ChangeSet()
        self._unaccounted = [id_ for id_ in self._unaccounted if id_ not in ids]
        return self._journal.unanswered(doubtful)

    def _has_questions(self, request: SyncRequest, reply: SyncReply) -> bool:
        """Whether what is missing or differs here must be asked for."""
        if reply.digest is not None and (reply.digest.sums or reply.digest.cases):
            return True
        return not set(self._journal.wanted()) <= set(request.want)

    def _end_attempt(self, kind: SyncErrorKind) -> ChangeSet:
        if kind not in _SURELY_UNDONE:
            return self._account_for_left_overs()
        return self._give_back()

    def _give_back(self) -> ChangeSet:
        """What the centre has not acted on stays queued as it was."""
        if not self._unaccounted:
            return ChangeSet()
        changes = self._journal.not_sent(self._unaccounted)
        self._unaccounted = []
        return changes

    def _account_for_left_overs(self) -> ChangeSet:
        """Commands whose attempt ended without our knowing how may have reached the centre."""
        if not self._unaccounted:
            return ChangeSet()
        changes = self._journal.unanswered(self._unaccounted)
        self._unaccounted = []
        return changes


def _progress_of(piece: Piece) -> Progress:
    return Progress(done=piece.rows_done, total=piece.rows_total)


def _failures(reply: SyncReply) -> set[str]:
    """Return the commands whose transaction at the centre may or may not have been committed."""
    return {verdict.id for verdict in reply.verdicts if verdict.code.startswith("failed.")}


def _is_quiet(request: SyncRequest, reply: SyncReply) -> bool:
    """Whether this device now has been told everything, and has sent everything."""
    told = reply.cases or reply.events or reply.left or reply.snapshot or reply.more
    return not (told or request.commands or request.want or request.max_bytes <= 0)


def _says_nothing(request: SyncRequest, reply: SyncReply) -> bool:
    moved = reply.cursor is not None and reply.cursor != request.cursor
    return not moved and not any(
        (
            reply.verdicts,
            reply.cases,
            reply.events,
            reply.left,
            reply.scope,
            reply.progress,
            reply.digest,
            reply.edition,
        )
    )


def _settled(request: SyncRequest, reply: SyncReply) -> int:
    """Return how many of our commands were decided; verdicts on strangers are not counted."""
    sent = {command.id for command in request.commands}
    return sum(verdict.id in sent and verdict.is_final for verdict in reply.verdicts)


def _check_progress(request: SyncRequest, reply: SyncReply) -> None:
    """A centre that promises more without telling anything would keep us asking for ever."""
    moved = reply.cursor is not None and reply.cursor != request.cursor
    told = reply.cases or reply.events or reply.snapshot  # a list of pieces, asked for again
    if reply.more and not (moved or _settled(request, reply) or told):
        raise SyncError(SyncErrorKind.MALFORMED, reason="no-progress")
