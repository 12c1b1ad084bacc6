# SPDX-License-Identifier: AGPL-3.0-or-later
"""One round trip, and how honestly it accounts for what it sent."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest

from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId, CommandId
from sync.engine.exchange import Exchange, Step
from sync.engine.pace import BESIDE_VERDICTS_BYTES, FIRST_BYTES
from sync.engine.ports import Piece
from sync.errors import StoreUnavailable, SyncError, SyncErrorKind
from sync.wire.messages import (
    CommandRecord,
    DigestRecord,
    Hello,
    RefreshRequest,
    SegmentRecord,
    Session,
    SignInRequest,
    SnapshotRecord,
    SyncReply,
    SyncRequest,
    Verdict,
)

START = 1_764_000_000_000


class _Journal:
    """A journal in memory that writes down how each attempt ended."""

    def __init__(self, *queued: str) -> None:
        self.queued = [
            CommandRecord(id=name, n=n, case_id=1, base_v=1, at=0, kind="note", data={})
            for n, name in enumerate(queued)
        ]
        self.known_epoch: str | None = "e1"
        self.known_cursor: str | None = "c1"
        self.missing: list[int] = []
        self.ends: list[tuple[str, list[str]]] = []
        self.absorbed: list[SyncReply] = []
        self.disk_full = False

    def epoch(self) -> str | None:
        return self.known_epoch

    def cursor(self) -> str | None:
        return self.known_cursor

    def wanted(self) -> list[int]:
        return self.missing

    def edition(self) -> int:
        return 7

    def outgoing(self, max_bytes: int, now: int) -> list[CommandRecord]:
        return self.queued

    def unanswered(self, ids: Collection[CommandId]) -> ChangeSet:
        return self._end("unanswered", ids)

    def not_sent(self, ids: Collection[CommandId]) -> ChangeSet:
        return self._end("not sent", ids)

    def absorb(self, reply: SyncReply, now: int) -> ChangeSet:
        if self.disk_full:
            raise StoreUnavailable("store.disk-full")
        self.absorbed.append(reply)
        settled = {verdict.id for verdict in reply.verdicts if verdict.is_final}
        self.queued = [command for command in self.queued if command.id not in settled]
        self.known_cursor = reply.cursor or self.known_cursor
        return ChangeSet(outbox=True)

    def digest(self, now: int) -> DigestRecord | None:
        return None

    def next_piece(self) -> Piece | None:
        return None

    def keep_piece(self, piece: Piece, data: bytes) -> ChangeSet:
        raise AssertionError(piece)

    def list_again(self) -> None:
        raise AssertionError

    def forget_cache(self, epoch: str) -> ChangeSet:
        self.known_epoch, self.known_cursor = epoch, None
        return ChangeSet(many=True)

    def recover(self) -> ChangeSet:
        return ChangeSet()

    def _end(self, how: str, ids: Collection[CommandId]) -> ChangeSet:
        self.ends.append((how, list(ids)))
        return ChangeSet(outbox=True)


Answer = SyncReply | SyncError


class _Centre:
    """Gives prepared answers, the last one again and again."""

    def __init__(self, *answers: Answer | Callable[[SyncRequest], SyncReply]) -> None:
        self.answers = list(answers)
        self.requests: list[SyncRequest] = []
        self.tokens: list[str] = []
        self.greeting = Hello(name="Pusat", epoch="e2", now=START, version=1, oldest_version=1)

    def hello(self) -> Hello:
        return self.greeting

    def sign_in(self, request: SignInRequest) -> Session:
        raise AssertionError(request)

    def refresh(self, request: RefreshRequest) -> Session:
        raise AssertionError(request)

    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        self.tokens.append(access_token)
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, SyncError):
            raise answer
        return answer if isinstance(answer, SyncReply) else answer(request)

    def segment(self, access_token: str, sha256: str, start: int, size: int) -> bytes | None:
        raise AssertionError(sha256)


class _Tokens:
    """Tokens that count how often they were renewed."""

    def __init__(self, refusal: SyncErrorKind | None = None) -> None:
        self.renewals = self.forks = 0
        self._refusal = refusal

    def access_token(self) -> str:
        return f"token-{self.renewals}"

    def renew(self) -> None:
        if self._refusal is not None:
            raise SyncError(self._refusal)
        self.renewals += 1

    def fork(self) -> None:
        if self._refusal is not None:
            raise SyncError(self._refusal)
        self.forks += 1


class _Clock:
    """Moves by 100 ms whenever it is looked at."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        self.now += 100
        return self.now


NOTHING_NEW = SyncReply(now=START)


def _exchange(journal: _Journal, centre: _Centre, tokens: _Tokens | None = None) -> Exchange:
    return Exchange(journal, centre, tokens or _Tokens(), _Clock())


def _step(journal: _Journal, centre: _Centre, tokens: _Tokens | None = None) -> Step:
    step = _exchange(journal, centre, tokens).step()
    assert step is not None
    return step


def _kind(step: Step) -> SyncErrorKind | None:
    return None if step.failure is None else step.failure.kind


def _accepting(request: SyncRequest) -> SyncReply:
    verdicts = [Verdict(id=command.id, verdict="accepted") for command in request.commands]
    return SyncReply(now=START, cursor="c2", verdicts=verdicts)


def test_a_request_says_where_we_stand_and_what_we_did() -> None:
    """Cursor, page size, commands and the cases that lack facts go up together."""
    journal, centre = _Journal("a", "b"), _Centre(_accepting)
    journal.missing = [4]
    commands = journal.queued
    _step(journal, centre)
    beside = BESIDE_VERDICTS_BYTES
    expected = SyncRequest(
        cursor="c1", max_bytes=beside, commands=commands, want=[4], edition=7, brief=True
    )
    assert [expected] == centre.requests


def test_a_command_that_the_centre_stumbled_over_may_have_been_done() -> None:
    """A failed commit leaves the effect unknown; a mere "not yet" surely did nothing."""
    stumbled = Verdict(id="a", verdict="retry", code="failed.s1")
    waiting = Verdict(id="b", verdict="retry", code="retry.after")
    journal = _Journal("a", "b")
    _step(journal, _Centre(SyncReply(now=START, cursor="c2", verdicts=[stumbled, waiting])))

    assert [("unanswered", ["a"]), ("not sent", ["b"])] == journal.ends


def test_what_is_being_sent_is_told_before_the_answer() -> None:
    """Who shows the commands learns that they are on their way while the centre is still silent."""
    told: list[ChangeSet] = []

    def answering(request: SyncRequest) -> SyncReply:
        assert [ChangeSet(cases=frozenset({CaseId(1)}), outbox=True)] == told
        return _accepting(request)

    _exchange(_Journal("a", "b"), _Centre(answering)).step(on_sending=told.append)
    assert 1 == len(told)


def test_decided_commands_are_counted() -> None:
    """The step tells how many commands went and how many the centre decided."""

    def one_must_wait(request: SyncRequest) -> SyncReply:
        verdicts = [Verdict(id="a", verdict="conflict"), Verdict(id="b", verdict="retry")]
        return SyncReply(now=START, cursor="c2", verdicts=verdicts)

    step = _step(_Journal("a", "b"), _Centre(one_must_wait))
    assert (2, 1) == (step.sent, step.settled)


def test_verdicts_on_strangers_settle_nothing() -> None:
    """A centre that talks of commands nobody sent cannot make the device send for ever."""
    reply = SyncReply(now=START, verdicts=[Verdict(id="z", verdict="accepted")])
    assert 0 == _step(_Journal("a"), _Centre(reply)).settled


def test_nothing_new_is_not_written_to_the_disk() -> None:
    """After the first answer, an exchange without commands and news leaves the files alone."""
    journal = _Journal()
    exchange = _exchange(journal, _Centre(NOTHING_NEW))
    exchange.step()
    step = exchange.step()
    assert ([NOTHING_NEW], ChangeSet()) == (journal.absorbed, step and step.changes)


def test_a_cursor_that_only_repeats_ours_is_nothing_new() -> None:
    """A centre that always names the cursor causes no writing either."""
    journal = _Journal()
    exchange = _exchange(journal, _Centre(SyncReply(now=START, cursor="c1")))
    exchange.step()
    exchange.step()
    assert 1 == len(journal.absorbed)


def test_a_long_quiet_is_remembered_now_and_then() -> None:
    """After a quarter of an hour without news the contact itself is worth a line on the disk."""
    journal, clock = _Journal(), _Clock()
    exchange = Exchange(journal, _Centre(NOTHING_NEW), _Tokens(), clock)
    exchange.step()
    clock.now += 15 * 60_000
    exchange.step()
    exchange.step()
    assert [NOTHING_NEW] * 2 == journal.absorbed


def test_silence_about_sent_commands_is_taken_in() -> None:
    """A reply without verdicts still ends the attempt for the commands that were in it."""
    journal = _Journal("a")
    _step(journal, _Centre(NOTHING_NEW))
    assert [NOTHING_NEW] == journal.absorbed
    assert [("not sent", ["a"])] == journal.ends


def test_what_the_centre_puts_off_stays_queued() -> None:
    """Only the commands without a final verdict are given back."""
    journal = _Journal("a", "b", "c")
    verdicts = [Verdict(id="a", verdict="accepted"), Verdict(id="b", verdict="retry")]
    _step(journal, _Centre(SyncReply(now=START, verdicts=verdicts)))
    assert [("not sent", ["b", "c"])] == journal.ends


@pytest.mark.parametrize(
    "kind",
    [
        SyncErrorKind.OFFLINE,
        SyncErrorKind.REVOKED,
        SyncErrorKind.VERSION,
    ],
)
def test_what_surely_did_nothing_is_said_so(kind: SyncErrorKind) -> None:
    """A request that never left, or was turned away unread, leaves commands as not sent."""
    journal = _Journal("a", "b")
    step = _step(journal, _Centre(SyncError(kind)))
    assert (kind, [("not sent", ["a", "b"])]) == (_kind(step), journal.ends)


@pytest.mark.parametrize(
    "kind",
    [
        SyncErrorKind.UNANSWERED,
        SyncErrorKind.BUSY,
        SyncErrorKind.SERVER,
        SyncErrorKind.MALFORMED,
        SyncErrorKind.TOO_LARGE,
    ],
)
def test_what_may_have_arrived_is_said_so(kind: SyncErrorKind) -> None:
    """Where the effect is unknown the commands are unknown, not "not sent".

    A busy centre may have decided them before its breath ran out (protocol, section 2).
    """
    journal = _Journal("a", "b")
    step = _step(journal, _Centre(SyncError(kind)))
    assert (kind, [("unanswered", ["a", "b"])]) == (_kind(step), journal.ends)


def test_a_disk_that_fails_while_taking_in_is_made_good_by_the_next_step() -> None:
    """The verdicts were lost on this side: the commands count as unknown before anything else."""
    journal = _Journal("a")
    exchange = _exchange(journal, _Centre(_accepting))
    journal.disk_full = True
    with pytest.raises(StoreUnavailable):
        exchange.step()
    journal.disk_full = False
    exchange.step()
    assert [("unanswered", ["a"])] == journal.ends


def test_an_expired_token_is_renewed_on_the_way() -> None:
    """The officer notices nothing: one renewal, then the same commands again."""
    journal, tokens = _Journal("a"), _Tokens()
    centre = _Centre(SyncError(SyncErrorKind.AUTH), _accepting)
    step = _step(journal, centre, tokens)
    assert (None, ["token-0", "token-1"]) == (_kind(step), centre.tokens)


def test_a_renewed_token_that_is_refused_asks_for_the_password() -> None:
    """One renewal for each step, not a loop."""
    tokens = _Tokens()
    step = _step(_Journal("a"), _Centre(SyncError(SyncErrorKind.AUTH)), tokens)
    assert (SyncErrorKind.AUTH, 1) == (_kind(step), tokens.renewals)


def test_a_renewal_without_answer_does_not_make_commands_unknown() -> None:
    """The commands were turned away before; only the renewal is in doubt."""
    journal = _Journal("a")
    tokens = _Tokens(refusal=SyncErrorKind.UNANSWERED)
    step = _step(journal, _Centre(SyncError(SyncErrorKind.AUTH)), tokens)
    assert (SyncErrorKind.UNANSWERED, [("not sent", ["a"])]) == (_kind(step), journal.ends)


def test_another_history_is_followed_from_the_beginning() -> None:
    """The cache is emptied for the new epoch, and the step asks to go on at once."""
    journal = _Journal("a")
    step = _step(journal, _Centre(SyncError(SyncErrorKind.EPOCH)))
    assert (None, True) == (_kind(step), step.more)
    assert ("e2", None, ["a"]) == (
        journal.known_epoch,
        journal.known_cursor,
        [command.id for command in journal.queued],
    )


def test_a_forgotten_cursor_starts_over_in_the_same_history() -> None:
    """A centre that no longer knows our cursor makes us fetch everything again."""
    journal = _Journal()
    journal.known_epoch = "e2"
    step = _step(journal, _Centre(SyncError(SyncErrorKind.EPOCH)))
    assert (None, None) == (_kind(step), journal.known_cursor)


def test_a_centre_that_rejects_the_beginning_itself_is_a_failure() -> None:
    """Nothing more can be forgotten: it is reported instead of tried for ever."""
    journal = _Journal()
    journal.known_epoch, journal.known_cursor = "e2", None
    step = _step(journal, _Centre(SyncError(SyncErrorKind.EPOCH)))
    assert _kind(step) is SyncErrorKind.EPOCH


def test_the_first_contact_learns_the_history() -> None:
    """A device that belongs to no history yet asks for it before anything else."""
    journal = _Journal()
    journal.known_epoch = None
    _step(journal, _Centre(NOTHING_NEW))
    assert journal.known_epoch == "e2"


def test_a_centre_of_another_age_is_named_as_such() -> None:
    """No common version: said at the first contact, before any command is taken."""
    journal, centre = _Journal("a"), _Centre(NOTHING_NEW)
    journal.known_epoch = None
    centre.greeting = Hello(name="Pusat", epoch="e9", now=START, version=9, oldest_version=8)
    step = _step(journal, centre)
    assert (SyncErrorKind.VERSION, []) == (_kind(step), journal.ends)


def test_a_promise_of_more_without_anything_new_is_malformed() -> None:
    """A centre that does not move cannot keep the device asking for ever."""
    step = _step(_Journal(), _Centre(SyncReply(now=START, cursor="c1", more=True)))
    assert step.failure is not None
    assert "no-progress" == step.failure.data["reason"]


def test_a_lost_list_of_pieces_is_told_again_at_the_same_cursor() -> None:
    """The centre does not move, and still tells what the device needs to go on."""
    pieces = SnapshotRecord(cursor="c9", segments=[SegmentRecord(sha256="a", bytes=1, rows=1)])
    step = _step(_Journal(), _Centre(SyncReply(now=START, cursor="c1", more=True, snapshot=pieces)))
    assert (None, True) == (step.failure, step.more)


def test_facts_that_turn_out_missing_are_asked_for_at_once() -> None:
    """A page that reveals a gap makes the next exchange due now, once."""
    journal = _Journal()

    def with_gap(request: SyncRequest) -> SyncReply:
        journal.missing = [4]
        return SyncReply(now=START, cursor=f"{request.cursor}+")

    exchange = _exchange(journal, _Centre(with_gap))
    first, second = exchange.step(), exchange.step()
    assert (True, False) == (first and first.more, second and second.more)


def test_the_clock_of_the_centre_is_compared_with_the_middle_of_the_exchange() -> None:
    """The way there and back are taken to be equally long."""
    clock = _Clock()
    reply = SyncReply(now=START + 60_000)
    step = Exchange(_Journal(), _Centre(reply), _Tokens(), clock).step()
    assert step is not None
    # The clock is looked at once before, then just before and just after the exchange.
    assert 60_000 - 250 == step.offset_ms


def test_without_anything_to_send_no_exchange_is_made_for_sending() -> None:
    """After everything was decided, no further request is spent on finding that out."""
    centre = _Centre(NOTHING_NEW)
    assert _exchange(_Journal(), centre).step(only_to_send=True) is None
    assert [] == centre.requests


FORKED = Verdict(id="a", verdict="rejected", code="refused.device-forked")


def test_a_copied_installation_becomes_another_device_and_sends_again() -> None:
    """The refusal is about the number, not about the act: that is given back, not rejected."""
    journal, centre = _Journal("a"), _Centre(SyncReply(now=START, cursor="c2", verdicts=[FORKED]))
    tokens = _Tokens()
    step = _step(journal, centre, tokens)
    assert (True, 1, None) == (step.more, tokens.forks, step.failure)
    assert [("not sent", ["a"])] == journal.ends


def test_a_fork_without_a_valid_sign_in_waits_for_the_password() -> None:
    """Nothing is lost: the act waits, and the officer is asked to sign in."""
    journal, centre = _Journal("a"), _Centre(SyncReply(now=START, cursor="c2", verdicts=[FORKED]))
    step = _step(journal, centre, _Tokens(SyncErrorKind.AUTH))
    assert (SyncErrorKind.AUTH, [("not sent", ["a"])]) == (_kind(step), journal.ends)


def test_a_centre_that_calls_every_device_a_copy_is_not_asked_for_ever() -> None:
    """After a few new ids without any progress the exchange counts as failed."""
    journal = _Journal("a")
    centre = _Centre(*[SyncReply(now=START, cursor=f"c{n}", verdicts=[FORKED]) for n in range(9)])
    exchange = _exchange(journal, centre)
    failures = [step.failure for step in (exchange.step() for _ in range(4)) if step is not None]
    assert [None, None, None, "fork"] == [
        failure and failure.data["reason"] for failure in failures
    ]


def test_full_pages_that_come_quickly_grow() -> None:
    """The page size follows the line."""
    centre = _Centre(SyncReply(now=START, cursor="c2", more=True), NOTHING_NEW)
    exchange = _exchange(_Journal(), centre)
    exchange.step()
    exchange.step()
    assert [FIRST_BYTES, 4 * FIRST_BYTES] == [request.max_bytes for request in centre.requests]


def test_an_exchange_that_breaks_asks_for_less_next_time() -> None:
    """A drop of the line costs less the second time."""
    centre = _Centre(SyncError(SyncErrorKind.UNANSWERED), NOTHING_NEW)
    exchange = _exchange(_Journal(), centre)
    exchange.step()
    exchange.step()
    assert [FIRST_BYTES, FIRST_BYTES // 4] == [request.max_bytes for request in centre.requests]
