# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line to the centre that fails exactly as it is told to. No sockets, no threads, no waiting."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from io import BytesIO
from typing import BinaryIO, Protocol, TypeVar

import msgspec
from typing_extensions import override

from sync.central.exchange import Centre
from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.wire import codec, dialects
from sync.wire.messages import (
    Hello,
    Receipt,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
)
from sync.wire.service import Announcer, Carrier, OpenReply, SyncService
from sync.wire.versions import CURRENT
from tests.simulation.file_line import Carried, FileCentre, FileLine, Trouble
from tests.simulation.hazards import Hazard
from tests.simulation.wires import heard, said

M = TypeVar("M")

_DAYS_MS = 3 * 86_400_000
_MINUTES_MS = 5 * 60_000


class Fault(Enum):
    """What happens to one request, and which fault of the study that is."""

    NONE = "none"
    """It arrives, and so does the answer."""
    OFFLINE = "offline"
    """It surely never leaves."""
    LOST = "lost"
    """It leaves and is lost on its way."""
    UNANSWERED = "unanswered"
    """It arrives; the answer is lost."""
    TWICE = "twice"
    """It arrives twice; the second answer comes back."""
    LATE = "late"
    """It arrives some time later, when nobody waits for the answer any more."""
    HALF_OPEN = "half-open"
    """It arrives; minutes later the device gives up waiting."""
    SLOW = "slow"
    """It arrives, and the answer comes after minutes."""
    BUSY = "busy"
    """The centre turns it away unread."""
    BROKEN = "broken"
    """The centre fails before it looks at it."""
    PORTAL = "portal"
    """Something else answers."""
    CUT = "cut"
    """It arrives; half of the answer comes back and looks whole."""
    TLS = "tls"
    """The other end is not who it should be."""
    SUSPENDED = "suspended"
    """It arrives; the computer sleeps for days before it sees that the answer is gone."""
    SMALL = "small"
    """It arrives and asks for one row only."""


_HAZARDS = {
    Fault.OFFLINE: Hazard.LINE_DROPS,
    Fault.LOST: Hazard.LINE_DROPS,
    Fault.UNANSWERED: Hazard.ANSWER_LOST,
    Fault.TWICE: Hazard.REQUEST_REPEATED,
    Fault.LATE: Hazard.REQUEST_REPEATED,
    Fault.HALF_OPEN: Hazard.LONG_LATENCY,
    Fault.SLOW: Hazard.LONG_LATENCY,
    Fault.BUSY: Hazard.STORM,
    Fault.BROKEN: Hazard.STORM,
    Fault.PORTAL: Hazard.FOREIGN_ANSWER,
    Fault.CUT: Hazard.FOREIGN_ANSWER,
    Fault.TLS: Hazard.TLS_FAILS,
    Fault.SUSPENDED: Hazard.SUSPENDED,
}

_NEVER_ARRIVES = {
    Fault.OFFLINE: SyncErrorKind.OFFLINE,
    Fault.TLS: SyncErrorKind.OFFLINE,
    Fault.LOST: SyncErrorKind.UNANSWERED,
    Fault.LATE: SyncErrorKind.UNANSWERED,
    Fault.BUSY: SyncErrorKind.BUSY,
    Fault.BROKEN: SyncErrorKind.SERVER,
    Fault.PORTAL: SyncErrorKind.MALFORMED,
}

_TAKES_MS = {
    Fault.HALF_OPEN: _MINUTES_MS,
    Fault.SLOW: _MINUTES_MS,
    Fault.SUSPENDED: _DAYS_MS,
}

_UNHEARD = {Fault.UNANSWERED, Fault.HALF_OPEN, Fault.SUSPENDED}


class Surroundings(Protocol):
    """What a line needs of the world."""

    def pass_time(self, ms: int) -> None:
        """Let time pass everywhere."""

    def count(self, hazard: Hazard) -> None:
        """A fault has happened."""


class _Nowhere(Surroundings):
    """A world in which nothing is counted and no time passes."""

    @override
    def pass_time(self, ms: int) -> None:
        pass

    @override
    def count(self, hazard: Hazard) -> None:
        pass


class _Part(msgspec.Struct):
    """What a request for a part of a piece brings."""

    data: bytes | None


class Link(SyncService, Carrier, Announcer):
    """Stands between a device and the centre; messages cross it as bytes."""

    def __init__(self, centre: SyncService, world: Surroundings | None = None) -> None:
        self._centre = centre
        self._world = world or _Nowhere()
        self._faults: deque[Fault] = deque()
        self._late: list[Callable[[], object]] = []
        self.version = CURRENT
        """Of the wire; what crosses are the bytes of that version."""
        self.oldest = CURRENT
        """The oldest version that was ever spoken here: the cache may hold what that told."""
        self.troubles: deque[Trouble] = deque()
        """What happens to the next calls about files, one each."""
        self.begun: dict[str, str] = {}
        """What was announced of a content -> the upload that was begun for it here."""
        self.spoilt: set[str] = set()
        """Uploads of which a byte was changed on its way."""
        self.carried: list[Carried] = []
        """Parts of files that went up since somebody looked."""
        self.offered: set[str] = set()
        """Contents that went up, or were about to."""
        self.answered = 0
        """Exchanges whose answer the device got."""
        self.announced: Iterable[str] = ()
        """What comes down the stream when somebody listens."""

    def fail(self, faults: Iterable[Fault]) -> None:
        """Let these happen to the next requests, one each; afterwards all is well."""
        self._faults = deque(faults)

    def next_trouble(self) -> Trouble:
        """Return what happens to the next call about a file."""
        return self.troubles.popleft() if self.troubles else Trouble()

    def deliver_late(self) -> None:
        """Let what was held up arrive now."""
        late, self._late = self._late, []
        for request in late:
            try:
                request()
            except (SyncError, SignInFailed):
                continue  # nobody waits for this answer

    @override
    def hello(self) -> Hello:
        return self._carry(self._centre.hello, Hello)

    @override
    def sign_in(self, request: SignInRequest) -> Session:
        sent = codec.encode(request)
        return self._carry(lambda: self._centre.sign_in(codec.decode(sent, SignInRequest)), Session)

    @override
    def refresh(self, request: RefreshRequest) -> Session:
        sent = codec.encode(request)
        return self._carry(
            lambda: self._centre.refresh(codec.decode(sent, RefreshRequest)), Session
        )

    @override
    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        if self._coming() is Fault.SMALL:
            request = msgspec.structs.replace(request, max_bytes=1)
        version = self.version
        self.oldest = min(self.oldest, version)
        sent = said(request, version)
        answer = self._carry(
            lambda: self._centre.sync(access_token, dialects.decode(sent, SyncRequest, version)),
            SyncReply,
            version,
        )
        self.answered += 1
        return answer

    @override
    def listen(self, access_token: str, patience_s: float) -> Iterator[str]:
        yield from self.announced

    @override
    def interrupt(self) -> None:
        pass  # nobody waits here

    @override
    def close(self) -> None:
        pass

    def _coming(self) -> Fault:
        return self._faults[0] if self._faults else Fault.NONE

    @override
    def segment(self, access_token: str, sha256: str, start: int, size: int) -> bytes | None:
        return self._carry(
            lambda: _Part(self._centre.segment(access_token, sha256, start, size)), _Part
        ).data

    @override
    def carry(self, access_token: str, file: BinaryIO, open_reply: OpenReply) -> Receipt:
        centre = self._centre
        if isinstance(centre, FileCentre):
            return FileLine(centre, self).carry(access_token, file, open_reply)
        file.seek(0)
        sent = file.read()
        assert isinstance(centre, Centre)

        def hand_in() -> Receipt:
            written = BytesIO()
            receipt = centre.carry(access_token, BytesIO(sent), written)
            return msgspec.structs.replace(receipt, reply=written.getvalue())

        receipt = self._carry(hand_in, Receipt)
        with open_reply(receipt.name) as reply:
            reply.write(receipt.reply)
        return receipt

    def _carry(self, request: Callable[[], M], kind: type[M], version: int = CURRENT) -> M:
        fault = self._coming()
        if self._faults:
            self._faults.popleft()
        if fault in _HAZARDS:
            self._world.count(_HAZARDS[fault])
        if fault is Fault.LATE:
            self._late.append(request)
        if fault in _NEVER_ARRIVES:
            raise SyncError(_NEVER_ARRIVES[fault])
        answer = request()
        if fault is Fault.TWICE:
            self._world.count(Hazard.TWO_WORKERS)  # who answer in turn
            answer = request()
        self._world.pass_time(_TAKES_MS.get(fault, 0))
        if fault in _UNHEARD:
            raise SyncError(SyncErrorKind.UNANSWERED)
        body = heard(answer, version)
        half = body[: len(body) // 2]
        return dialects.decode(half if fault is Fault.CUT else body, kind, version)
