# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line to the centre that fails exactly as it is told to. No sockets, no threads, no time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import TypeVar

from typing_extensions import override

from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec
from sync.wire.messages import (
    Hello,
    Parcel,
    Receipt,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
)
from sync.wire.service import Carrier, SyncService

M = TypeVar("M")


class Fault(Enum):
    """What happens to one request."""

    NONE = auto()
    """It arrives, and so does the answer."""
    OFFLINE = auto()
    """It surely never leaves."""
    LOST = auto()
    """It leaves and is lost on its way."""
    UNANSWERED = auto()
    """It arrives; the answer is lost."""
    TWICE = auto()
    """It arrives twice; the second answer comes back."""
    LATE = auto()
    """It arrives some time later, when nobody waits for the answer any more."""
    BUSY = auto()
    """The centre turns it away unread."""
    PORTAL = auto()
    """Something else answers."""


_NEVER_ARRIVES = {
    Fault.OFFLINE: SyncErrorKind.OFFLINE,
    Fault.LOST: SyncErrorKind.UNANSWERED,
    Fault.LATE: SyncErrorKind.UNANSWERED,
    Fault.BUSY: SyncErrorKind.BUSY,
    Fault.PORTAL: SyncErrorKind.MALFORMED,
}


class Link(SyncService, Carrier):
    """Stands between a device and the centre; messages cross it as bytes."""

    def __init__(self, centre: SyncService) -> None:
        self._centre = centre
        self._faults: deque[Fault] = deque()
        self._late: list[Callable[[], object]] = []

    def fail(self, faults: Iterable[Fault]) -> None:
        """Let these happen to the next requests, one each; afterwards all is well."""
        self._faults = deque(faults)

    def deliver_late(self) -> None:
        """Let what was held up arrive now."""
        late, self._late = self._late, []
        for request in late:
            try:
                request()
            except SyncError:
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
        sent = codec.encode(request)
        return self._carry(
            lambda: self._centre.sync(access_token, codec.decode(sent, SyncRequest)), SyncReply
        )

    @override
    def carry(self, access_token: str, parcel: Parcel) -> Receipt:
        sent = codec.encode(parcel)
        centre = self._centre
        assert isinstance(centre, Carrier)
        return self._carry(lambda: centre.carry(access_token, codec.decode(sent, Parcel)), Receipt)

    def _carry(self, request: Callable[[], M], kind: type[M]) -> M:
        fault = self._faults.popleft() if self._faults else Fault.NONE
        if fault is Fault.LATE:
            self._late.append(request)
        if fault in _NEVER_ARRIVES:
            raise SyncError(_NEVER_ARRIVES[fault])
        answer = request()
        if fault is Fault.TWICE:
            answer = request()
        if fault is Fault.UNANSWERED:
            raise SyncError(SyncErrorKind.UNANSWERED)
        return codec.decode(codec.encode(answer), kind)
