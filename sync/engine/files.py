# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moves files in bounded pieces, one a step, in the order of need. Owns no clock, disk or network.

Words go first: a step is made only when they have nothing to say. A file that does not go waits
by itself, longer each time, and holds nothing else up. Where an upload stands is asked of the
centre after every doubt, so nothing that arrived is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId
from sync.engine.backoff import wait_s
from sync.engine.budget import Errand
from sync.engine.exchange import Tokens
from sync.errors import FileRefused, StoreUnavailable, SyncError, SyncErrorKind

_LINE_IS_DOWN = frozenset({SyncErrorKind.OFFLINE, SyncErrorKind.UNANSWERED, SyncErrorKind.BUSY})
_NOT_ABOUT_FILES = frozenset({SyncErrorKind.AUTH, SyncErrorKind.REVOKED, SyncErrorKind.VERSION})
LONGEST_PAUSE_S = 86_400
"""For what the centre has, but not as it should be: a line is not to be used up for it."""

_AWAITED_RETRY_MS = 15 * 60_000
"""When to look again for what the centre announced and then did not have."""

_KEEPS_ITS_PLACE = frozenset({"file.damaged", "file.no-room", "file.quota"})
"""What arrived of an upload stays, whatever keeps the rest from going."""

_OF_ONE_FILE = frozenset({"store.corrupt", "store.io"})
"""What the disk says of a content that is changed, deleted or on a bad block: others can go."""

_SPOILT_ATTEMPTS = 3
"""So often a content may arrive spoilt before the officer is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A file that should move.

    Attributes:
        size: bytes of the whole.
        done: bytes that are over, as far as this computer knows.
        url: where an upload goes on; empty before it begins, and for downloads.
        attempts: how often in a row it failed.
    """

    errand: Errand
    sha256: str
    case_id: CaseId
    size: int
    done: int = 0
    url: str = ""
    media_type: str = ""
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStep:
    """What came of one piece.

    Attributes:
        failure: why the line did not carry it; None when it did, or when it was the file's fault.
    """

    changes: ChangeSet
    moved_bytes: int = 0
    failure: SyncError | None = None


class FileJournal(Protocol):
    """This device's memory of files; every method is one durable step."""

    def transfers(self, now: int) -> Iterable[Transfer]:
        """Yield what may move now, the most needed first."""

    def read(self, sha256: str, at: int, size: int) -> bytes:
        """Return a part of an own file.

        Raises:
            StoreUnavailable: (``store.corrupt``) it is broken.
        """

    def is_intact(self, sha256: str) -> bool:
        """Return whether an own file still is what it was."""

    def sent(self, transfer: Transfer, url: str, done: int) -> None:
        """Remember how far an upload is; all of it means that the centre has it."""

    def not_sent(
        self, transfer: Transfer, problem: str, retry_at: int, *, from_start: bool
    ) -> None:
        """Remember why an upload does not go."""

    def received(self, transfer: Transfer, piece: bytes, now: int) -> None:
        """Take in the next bytes of a download.

        Raises:
            StoreUnavailable: (``store.corrupt``) all of it is here and it is not what it should be.
        """

    def received_thumbnail(self, transfer: Transfer, picture: bytes | None, retry_at: int) -> None:
        """Take in a small picture, or that there is none before ``retry_at``."""

    def not_received(self, transfer: Transfer, problem: str, retry_at: int, now: int) -> None:
        """Remember why a download does not come."""


class FileService(Protocol):
    """The place files go to and come from.

    Every method raises :class:`sync.errors.SyncError` for what concerns the line and the sign-in,
    and :class:`sync.errors.FileRefused` for what concerns the file.
    """

    def begin(self, token: str, transfer: Transfer, first: bytes) -> tuple[str, int]:
        """Begin an upload with its first bytes; return its place, and how much has arrived."""

    def arrived(self, token: str, url: str) -> int:
        """Return how much of an upload has arrived."""

    def append(self, token: str, url: str, at: int, piece: bytes) -> int:
        """Continue an upload; return how much has arrived."""

    def fetch(self, token: str, sha256: str, at: int, size: int) -> bytes:
        """Return a part of a content, shorter at its end or where the line broke."""

    def thumbnail(self, token: str, sha256: str) -> bytes:
        """Return the small picture of a content."""


class FileExchange:
    """This device's side of moving files."""

    def __init__(
        self,
        journal: FileJournal,
        service: FileService,
        tokens: Tokens,
        clock: Callable[[], int],
        random: Callable[[], float],
    ) -> None:
        self._journal = journal
        self._service = service
        self._tokens = tokens
        self._clock = clock
        self._random = random
        self._sure: dict[str, int] = {}
        """Uploads of which it is certain how much has arrived: nothing was in doubt since."""
        self._broke_at_start: set[str] = set()
        """Uploads whose beginning broke. Without their place its bytes are lost, and they would be
        again and again on a line that does not carry a piece: these begin without content."""
        self._spoilt: dict[str, int] = {}
        """How often each content arrived spoilt, since it last arrived as it should be."""

    def step(self, allowed_bytes: Callable[[Errand], int]) -> FileStep | None:
        """Move one piece; None when nothing may or need move now.

        Raises:
            StoreError: this computer cannot remember.
        """
        for transfer in self._journal.transfers(self._clock()):
            piece_bytes = allowed_bytes(transfer.errand)
            if piece_bytes:
                return self._attempt(transfer, piece_bytes)
        return None

    def _attempt(self, transfer: Transfer, piece_bytes: int) -> FileStep:
        try:
            return self._move(transfer, piece_bytes)
        except SyncError as error:
            if error.kind is not SyncErrorKind.AUTH:
                return self._failed(transfer, error)
        try:
            self._tokens.renew()
            return self._move(transfer, piece_bytes)
        except SyncError as error:
            return self._failed(transfer, error)

    def _move(self, transfer: Transfer, piece_bytes: int) -> FileStep:
        token = self._tokens.access_token()
        match transfer.errand:
            case Errand.UPLOAD:
                return self._send(token, transfer, piece_bytes)
            case Errand.THUMBNAIL:
                return self._fetch_thumbnail(token, transfer)
            case Errand.OPENED | Errand.AHEAD:
                return self._fetch(token, transfer, piece_bytes)

    def _send(self, token: str, transfer: Transfer, piece_bytes: int) -> FileStep:
        sha256 = transfer.sha256
        try:
            if not transfer.url:
                return self._begin(token, transfer, piece_bytes)
            at = self._sure.pop(sha256, None)
            if at is None:
                at = self._service.arrived(token, transfer.url)
                if at >= transfer.size:
                    return self._sent(transfer, transfer.url, at, moved=0)
            piece = self._piece(sha256, at, piece_bytes)
            done = self._service.append(token, transfer.url, at, piece)
            return self._sent(transfer, transfer.url, done, moved=done - at)
        except FileRefused as refused:
            return self._not_sent(transfer, refused.code)

    def _piece(self, sha256: str, at: int, size: int) -> bytes:
        """Return a piece of an own file.

        Raises:
            FileRefused: ``file.damaged``: this one cannot be read.
            StoreUnavailable: it is not about this file alone.
        """
        try:
            return self._journal.read(sha256, at, size)
        except StoreUnavailable as error:
            if error.code not in _OF_ONE_FILE:
                raise
            raise FileRefused("file.damaged") from error

    def _begin(self, token: str, transfer: Transfer, piece_bytes: int) -> FileStep:
        again = transfer.sha256 in self._broke_at_start
        self._broke_at_start.add(transfer.sha256)
        first = b"" if again else self._piece(transfer.sha256, 0, piece_bytes)
        url, done = self._service.begin(token, transfer, first)
        self._broke_at_start.discard(transfer.sha256)
        return self._sent(transfer, url, done, moved=min(done, len(first)))

    def _sent(self, transfer: Transfer, url: str, done: int, *, moved: int) -> FileStep:
        self._sure[transfer.sha256] = done
        if done >= transfer.size:
            del self._sure[transfer.sha256]
        self._journal.sent(transfer, url, done)
        return FileStep(changes=_changed(transfer), moved_bytes=moved)

    def _not_sent(self, transfer: Transfer, code: str) -> FileStep:
        """The file's own fault, or the centre does not want it: the others go on."""
        problem, from_start = code, code not in _KEEPS_ITS_PLACE
        if code == "file.checksum" and not self._journal.is_intact(transfer.sha256):
            problem = "file.damaged"
        if code in {"file.gone", "file.offset"}:  # begin anew, or look again: nothing is wrong
            problem, from_start = "", code == "file.gone"
        self._sure.pop(transfer.sha256, None)
        retry_at = self._later(transfer.attempts + 1) if problem or transfer.attempts else 0
        self._journal.not_sent(transfer, problem, retry_at, from_start=from_start)
        return FileStep(changes=_changed(transfer))

    def _fetch(self, token: str, transfer: Transfer, piece_bytes: int) -> FileStep:
        now = self._clock()
        try:
            piece = self._service.fetch(token, transfer.sha256, transfer.done, piece_bytes)
            self._journal.received(transfer, piece, now)
            if transfer.done + len(piece) >= transfer.size:
                self._spoilt.pop(transfer.sha256, None)
            return FileStep(changes=_changed(transfer), moved_bytes=len(piece))
        except FileRefused as refused:
            problem = "" if refused.code == "file.gone" else refused.code
            self._journal.not_received(transfer, problem, now + _AWAITED_RETRY_MS, now)
        except StoreUnavailable as error:
            if error.code == "store.disk-full":  # for this file; words may still have room
                self._journal.not_received(transfer, error.code, now + _AWAITED_RETRY_MS, now)
                return FileStep(changes=_changed(transfer))
            if error.code != "store.corrupt":
                raise
            self._came_spoilt(transfer, now)
        return FileStep(changes=_changed(transfer))

    def _came_spoilt(self, transfer: Transfer, now: int) -> None:
        """Begin anew; what is here of it is gone, and with it how often that was done before."""
        times = self._spoilt[transfer.sha256] = self._spoilt.get(transfer.sha256, 0) + 1
        if times < _SPOILT_ATTEMPTS:
            problem, retry_at = "", self._later(times)
        else:
            problem, retry_at = "file.checksum", now + LONGEST_PAUSE_S * 1000
        self._journal.not_received(transfer, problem, retry_at, now)

    def _fetch_thumbnail(self, token: str, transfer: Transfer) -> FileStep:
        now = self._clock()
        try:
            picture = self._service.thumbnail(token, transfer.sha256)
        except FileRefused:
            self._journal.received_thumbnail(transfer, None, now + LONGEST_PAUSE_S * 1000)
            return FileStep(changes=ChangeSet())
        self._journal.received_thumbnail(transfer, picture, 0)
        return FileStep(changes=_changed(transfer), moved_bytes=len(picture))

    def _failed(self, transfer: Transfer, error: SyncError) -> FileStep:
        """The line, the sign-in, or the centre: whose fault decides who waits."""
        self._sure.pop(transfer.sha256, None)
        if error.kind in _LINE_IS_DOWN | _NOT_ABOUT_FILES:
            return FileStep(changes=ChangeSet(), failure=error)
        now = self._clock()
        retry_at = self._later(transfer.attempts + 1)
        match transfer.errand:
            case Errand.UPLOAD:
                self._journal.not_sent(transfer, error.code, retry_at, from_start=False)
            case Errand.THUMBNAIL:
                self._journal.received_thumbnail(transfer, None, retry_at)
            case Errand.OPENED | Errand.AHEAD:
                self._journal.not_received(transfer, error.code, retry_at, now)
        return FileStep(changes=_changed(transfer))

    def _later(self, failures: int) -> int:
        wait_ms = int(wait_s(failures, self._random()) * 1000)
        return self._clock() + wait_ms


def _changed(transfer: Transfer) -> ChangeSet:
    return ChangeSet(files=frozenset({transfer.sha256}))
