# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one interface that the centre offers and every transport carries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol, runtime_checkable

from sync.wire.messages import (
    Hello,
    Receipt,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
)


class SyncService(Protocol):
    """The centre, as a device sees it.

    Every method raises :class:`sync.errors.SyncError` for what concerns the exchange and
    :class:`sync.errors.SignInFailed` for a wrong name or password.
    """

    def hello(self) -> Hello:
        """Ask who the centre is."""

    def sign_in(self, request: SignInRequest) -> Session:
        """Sign in with name and password; registers the device."""

    def refresh(self, request: RefreshRequest) -> Session:
        """Renew an access token."""

    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        """Exchange commands for verdicts and changes."""

    def segment(self, access_token: str, sha256: str, start: int, size: int) -> bytes | None:
        """Fetch a part of a piece of the first load; None when the centre has no such piece."""


@runtime_checkable
class Connection(Protocol):
    """A service with a line of its own; the centre in this very process has none."""

    def interrupt(self) -> None:
        """End a running exchange from another thread."""

    def close(self) -> None:
        """Give the connection back."""


@runtime_checkable
class Announcer(Connection, Protocol):
    """A centre that says by itself when there is something; not every transport can carry it."""

    def listen(self, access_token: str, patience_s: float) -> Iterator[str]:
        """Yield the names of what is announced; an empty one when the centre begins to answer.

        Raises:
            SyncError: the stream could not be opened, or has failed.
        """


CHANGES = "changes"
"""What is announced when there is something to fetch; whatever else comes is a sign of life."""


CARRIED = "application/vnd.tanggap.courier"
"""The media type of courier files as they are."""


OpenReply = Callable[[str], AbstractContextManager[BinaryIO]]
"""Opens the file for a reply by its name, with what earlier attempts brought of that reply."""


@runtime_checkable
class Carrier(Protocol):
    """A line that takes courier files to the centre."""

    def carry(self, access_token: str, file: BinaryIO, open_reply: OpenReply) -> Receipt:
        """Hand a file in and write the reply for whoever sent it.

        Args:
            file: from its beginning, wherever it stands.

        Raises:
            CourierRefused: the centre does not take it.
            SyncError: as any exchange.
        """
