# SPDX-License-Identifier: AGPL-3.0-or-later
"""In place of the keyring of the operating system, which a machine that measures has none of."""

from __future__ import annotations

from pathlib import Path

import msgspec


class FileSecrets:
    """A keyring without protection."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> str | None:
        """Return a secret."""
        return self._read().get(name)

    def set(self, name: str, value: str) -> None:
        """Keep a secret."""
        self._path.write_bytes(msgspec.json.encode(self._read() | {name: value}))

    def delete(self, name: str) -> None:
        """Forget a secret."""
        kept = {key: value for key, value in self._read().items() if key != name}
        self._path.write_bytes(msgspec.json.encode(kept))

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
