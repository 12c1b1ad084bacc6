# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proof of sign-in, kept where secrets are kept and renewed when it ages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec
from typing_extensions import override

from sync.cases.ids import DeviceId
from sync.courier.keys import Keys
from sync.engine.exchange import Tokens
from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.store.secrets import SecretStore
from sync.wire.messages import CourierKeys, RefreshRequest, Session
from sync.wire.service import SyncService

_NAME = "tokens"
_TOO_OLD_MS = 30_000
"""Renewed this long before it expires, so that no exchange is wasted on a stale token."""


class Installation(Protocol):
    """Who this installation is; :class:`sync.services.installation.Installation`."""

    device_id: DeviceId
    keys: Keys
    """Of courier files; the centre registers their public halves."""

    def meet(self, centre: CourierKeys | None) -> None:
        """Hear which keys the centre says it has."""

    def successor(self) -> DeviceId:
        """Return who it becomes once the centre has agreed; the same at every call until then."""

    def become(self, device_id: DeviceId) -> None:
        """Be another device from now on."""


class _Kept(msgspec.Struct, frozen=True):
    """What is kept.

    ``expires_at`` is of this device's clock. ``device`` is whom the tokens are bound to; empty in
    those from before it was kept.
    """

    access: str
    refresh: str
    expires_at: int
    device: str = ""


class KeptTokens(Tokens):
    """The tokens of one installation."""

    def __init__(
        self,
        secrets: SecretStore,
        service: SyncService,
        installation: Installation,
        clock: Callable[[], int],
    ) -> None:
        self._secrets = secrets
        self._service = service
        self.installation = installation
        self._clock = clock

    def over(self, service: SyncService) -> KeptTokens:
        """Return the same tokens, renewed over another line."""
        return KeptTokens(self._secrets, service, self.installation, self._clock)

    @property
    def device_id(self) -> DeviceId:
        """Who this installation is."""
        return self.installation.device_id

    @override
    def access_token(self) -> str:
        kept = self._load()
        if kept.expires_at - self._clock() < _TOO_OLD_MS:
            raise SyncError(SyncErrorKind.AUTH)
        return kept.access

    @override
    def renew(self) -> None:
        kept = self._load()
        self._exchange_for(
            kept,
            RefreshRequest(
                refresh_token=kept.refresh,
                device_id=self._bound_to(kept),
                courier=self.installation.keys.public,
            ),
        )

    @override
    def fork(self) -> None:
        successor = self.installation.successor()
        kept = self._load()
        if kept.device != successor:  # else only the last step is missing
            request = RefreshRequest(
                refresh_token=kept.refresh,
                device_id=self._bound_to(kept),
                new_device_id=successor,
                courier=self.installation.keys.public,
            )
            self._exchange_for(kept, request)
        self.installation.become(successor)

    def keep(self, session: Session) -> None:
        """Keep what a sign-in gave."""
        self._keep(session, self.device_id)

    def _exchange_for(self, used: _Kept, request: RefreshRequest) -> None:
        """Show a refresh token and keep what comes for it.

        Raises:
            SyncError: (``AUTH``) the sign-in itself has expired; other kinds as any exchange.
        """
        try:
            session = self._service.refresh(request)
        except (SignInFailed, SyncError) as error:
            if isinstance(error, SyncError) and error.kind is not SyncErrorKind.AUTH:
                raise
            if self._load().refresh != used.refresh:
                return  # a sign-in, or another program, was quicker
            raise SyncError(SyncErrorKind.AUTH) from error
        if self._load().refresh == used.refresh:
            self._keep(session, request.new_device_id or request.device_id)

    def _bound_to(self, kept: _Kept) -> str:
        return kept.device or self.device_id

    def _keep(self, session: Session, device: str) -> None:
        self.installation.meet(session.courier)
        lasts_ms = session.expires_at - session.now
        kept = _Kept(
            access=session.access_token,
            refresh=session.refresh_token,
            expires_at=self._clock() + lasts_ms,
            device=device,
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
