# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is signed in, and opening the local files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sync.services.desk import Desk
from sync.services.profiles import Profile, profiles
from sync.store.vault import SecretStore
from sync.wire.service import SyncService

__all__ = ["Profile", "SignIn", "profiles"]


class SignIn:
    """The door: online for the first time, offline afterwards."""

    def __init__(
        self,
        data_dir: Path,
        connect: Callable[[str], SyncService],
        secrets: SecretStore | None,
        clock: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self._data_dir = data_dir
        self._connect = connect
        self._secrets = secrets
        self._clock = clock
        self._new_id = new_id

    @property
    def keyring_available(self) -> bool:
        """Whether this computer can keep the key of the local files by itself."""
        return self._secrets is not None

    def needs_passphrase(self, profile: Profile) -> bool:
        """Return whether opening this profile takes a passphrase."""
        raise NotImplementedError

    def sign_in(
        self, server: str, username: str, password: str, passphrase: str | None = None
    ) -> Desk:
        """Sign in at the centre and open the officer's files, making them the first time.

        Raises:
            SignInFailed: ``sign-in.wrong``, ``sign-in.throttled``, ``sign-in.server-address``,
                ``sign-in.plain-http``; ``sign-in.passphrase-needed`` where there is no keyring,
                ``sign-in.passphrase-wrong`` for files that exist already.
            SyncError: the centre was not reached or not understood.
            StoreUnavailable: the files cannot be opened or made.
        """
        raise NotImplementedError

    def open(self, profile: Profile, passphrase: str | None = None) -> Desk:
        """Open an officer's files without the network.

        Raises:
            SignInFailed: ``sign-in.passphrase-needed``, ``sign-in.passphrase-wrong``.
            StoreUnavailable: ``store.no-key`` (the keyring has lost it), ``store.wrong-key`` ...
        """
        raise NotImplementedError

    def renew(self, desk: Desk, password: str) -> None:
        """Sign in again for an open desk; the queue stays as it is.

        Raises:
            SignInFailed: wrong password; the desk stays open and usable.
            SyncError: the centre was not reached.
        """
        raise NotImplementedError
