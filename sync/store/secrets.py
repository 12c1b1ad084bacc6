# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where short secrets are kept: the keyring of the operating system, or the encrypted work file.

A keyring that keeps nothing, always fails or writes plain text is no keyring.
"""

from __future__ import annotations

from typing import Protocol

import keyring
from keyring.backend import KeyringBackend
from typing_extensions import override

from sync.errors import StoreUnavailable
from sync.store import meta
from sync.store.engine import Database

_SERVICE = "tanggap"
_TRUSTED = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.Windows",
    "keyring.backends.macOS",
)
"""Backends that encrypt for this user; others, also of plug-ins, are refused."""


class SecretStore(Protocol):
    """Keeps secrets by name. Names are made by us; values are ASCII."""

    def get(self, name: str) -> str | None:
        """Return a secret, or None where there is none or it cannot be had now."""

    def set(self, name: str, value: str) -> None:
        """Keep a secret, in the place of an older one of the same name.

        Raises:
            StoreUnavailable: it was not kept.
        """

    def delete(self, name: str) -> None:
        """Forget a secret, if there is one."""


class SystemKeyring(SecretStore):
    """The keyring of the operating system, for one user of this computer.

    Backends raise not only what :mod:`keyring` declares but also what their own libraries do: a
    session bus that has crashed, for instance.
    """

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    @override
    def get(self, name: str) -> str | None:
        try:
            return self._backend.get_password(_SERVICE, name)
        except Exception:  # noqa: BLE001 - locked and not unlocked, or gone with the session
            return None

    @override
    def set(self, name: str, value: str) -> None:
        try:
            self._backend.set_password(_SERVICE, name, value)
        except Exception as error:
            raise StoreUnavailable("store.keyring-refused", detail=str(error)) from error

    @override
    def delete(self, name: str) -> None:
        try:
            self._backend.delete_password(_SERVICE, name)
        except Exception:  # noqa: BLE001 - there was none, or no keyring any more
            return


class WorkSecrets(SecretStore):
    """Secrets in the encrypted work file, where there is no keyring."""

    def __init__(self, work: Database) -> None:
        self._work = work

    @override
    def get(self, name: str) -> str | None:
        with self._work.read() as work:
            return meta.get(work, _fact(name))

    @override
    def set(self, name: str, value: str) -> None:
        with self._work.write() as work:
            meta.put(work, **{_fact(name): value})

    @override
    def delete(self, name: str) -> None:
        with self._work.write() as work:
            meta.put(work, **{_fact(name): None})


class PrefixedSecrets(SecretStore):
    """The secrets of one profile in a store that it shares with others."""

    def __init__(self, shared: SecretStore, prefix: str) -> None:
        self._shared = shared
        self._prefix = prefix

    @override
    def get(self, name: str) -> str | None:
        return self._shared.get(f"{self._prefix}/{name}")

    @override
    def set(self, name: str, value: str) -> None:
        self._shared.set(f"{self._prefix}/{name}", value)

    @override
    def delete(self, name: str) -> None:
        self._shared.delete(f"{self._prefix}/{name}")


class FallbackSecrets(SecretStore):
    """A store, and another one for what the first refuses.

    A keyring that breaks must not keep an officer from delivering: the renewal has used the old
    token up by the time that the new one is refused.
    """

    def __init__(self, first: SecretStore, second: SecretStore) -> None:
        self._first = first
        self._second = second

    @override
    def get(self, name: str) -> str | None:
        newer = self._second.get(name)
        return self._first.get(name) if newer is None else newer

    @override
    def set(self, name: str, value: str) -> None:
        try:
            self._first.set(name, value)
        except StoreUnavailable:
            self._second.set(name, value)
        else:
            self._second.delete(name)

    @override
    def delete(self, name: str) -> None:
        self._first.delete(name)
        self._second.delete(name)


def system_keyring() -> SystemKeyring | None:
    """Return the keyring of this computer, or None where there is none that can be trusted."""
    backend = trusted(keyring.get_keyring())
    return None if backend is None else SystemKeyring(backend)


def trusted(backend: KeyringBackend) -> KeyringBackend | None:
    """Return the backend, or the first trusted one of a chain; None where there is none."""
    chain: list[KeyringBackend] = list(getattr(backend, "backends", [backend]))
    return next((link for link in chain if type(link).__module__ in _TRUSTED), None)


def _fact(name: str) -> str:
    return f"secret.{name}"
