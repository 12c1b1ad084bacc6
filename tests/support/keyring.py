# SPDX-License-Identifier: AGPL-3.0-or-later
"""A keyring in memory, which can be lost or refuse."""

from __future__ import annotations

from typing_extensions import override

from sync.errors import StoreUnavailable
from sync.store.secrets import SecretStore


class MemoryKeyring(SecretStore):
    """Keeps secrets until the end of the test."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.refuses = False

    @override
    def get(self, name: str) -> str | None:
        return None if self.refuses else self.entries.get(name)

    @override
    def set(self, name: str, value: str) -> None:
        if self.refuses:
            raise StoreUnavailable("store.keyring-refused")
        self.entries[name] = value

    @override
    def delete(self, name: str) -> None:
        self.entries.pop(name, None)

    def lose(self) -> None:
        """Forget everything, as a reset password does."""
        self.entries.clear()
