# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one interface that the centre offers and every transport carries."""

from __future__ import annotations

from typing import Protocol

from sync.wire.messages import (
    Hello,
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
