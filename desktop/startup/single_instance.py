# SPDX-License-Identifier: AGPL-3.0-or-later
"""One window for each profile: two would compete for the same outbox."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile

from sync.errors import StoreUnavailable

_FILE = "window.lock"


class ProfileLock:
    """Held while a profile's window is open; a crash leaves no lock behind."""

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            StoreUnavailable: ``store.open-elsewhere``: another window has this profile;
                ``store.read-only``: the folder cannot be written.
        """
        self._lock = QLockFile(str(folder / _FILE))
        self._lock.setStaleLockTime(0)
        if self._lock.tryLock(0):
            return
        if self._lock.error() is QLockFile.LockError.PermissionError:
            raise StoreUnavailable("store.read-only", folder=str(folder))
        raise StoreUnavailable("store.open-elsewhere", folder=str(folder))

    def release(self) -> None:
        """Let another window have the profile."""
        self._lock.unlock()
