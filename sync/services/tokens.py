# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proof of sign-in, kept where secrets are kept and renewed when it ages."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from typing_extensions import override

from sync.cases.ids import DeviceId
from sync.engine.exchange import Tokens
from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.store.secrets import SecretStore
from sync.wire.messages import RefreshRequest, Session
from sync.wire.service import SyncService

_NAME = "tokens"
_TOO_OLD_MS = 30_000
"""Renewed this long before it expires, so that no exchange is wasted on a stale token."""


class _Kept(msgspec.Struct, frozen=True):
    """``expires_at`` is of this device's clock."""

    access: str
    refresh: str
    expires_at: int


class KeptTokens(Tokens):
    """The tokens of one installation."""

    def __init__(
        self,
        secrets: SecretStore,
        service: SyncService,
        device_id: DeviceId,
        clock: Callable[[], int],
    ) -> None:
        self._secrets = secrets
        self._service = service
        self.device_id = device_id
        self._clock = clock

    @override
    def access_token(self) -> str:
        kept = self._load()
        if kept.expires_at - self._clock() < _TOO_OLD_MS:
            raise SyncError(SyncErrorKind.AUTH)
        return kept.access

    @override
    def renew(self) -> None:
        used = self._load().refresh
        request = RefreshRequest(refresh_token=used, device_id=self.device_id)
        try:
            session = self._service.refresh(request)
        except (SignInFailed, SyncError) as error:
            if isinstance(error, SyncError) and error.kind is not SyncErrorKind.AUTH:
                raise
            if self._load().refresh != used:
                return  # a sign-in, or another program, was quicker
            raise SyncError(SyncErrorKind.AUTH) from error
        if self._load().refresh == used:
            self.keep(session)

    def keep(self, session: Session) -> None:
        """Keep what a sign-in or a renewal gave."""
        lasts_ms = session.expires_at - session.now
        kept = _Kept(
            access=session.access_token,
            refresh=session.refresh_token,
            expires_at=self._clock() + lasts_ms,
        )
        self._secrets.set(_NAME, msgspec.json.encode(kept).decode())

    def _load(self) -> _Kept:
        text = self._secrets.get(_NAME)
        if text is None:
            raise SyncError(SyncErrorKind.AUTH)
        try:
            return msgspec.json.decode(text, type=_Kept)
        except msgspec.DecodeError as error:
            raise SyncError(SyncErrorKind.AUTH) from error
