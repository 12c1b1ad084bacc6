# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the database driver complains of, as our errors. Bugs of ours pass through unchanged."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy.exc
from sqlcipher3 import dbapi2 as driver

from sync.errors import CourierRefused, StoreUnavailable

_CODES = {
    "SQLITE_FULL": "store.disk-full",
    "SQLITE_READONLY": "store.read-only",
    "SQLITE_PERM": "store.read-only",
    "SQLITE_BUSY": "store.locked",
    "SQLITE_LOCKED": "store.locked",
    "SQLITE_CORRUPT": "store.corrupt",
    "SQLITE_NOTADB": "store.wrong-key",
    "SQLITE_IOERR": "store.io",
    "SQLITE_CANTOPEN": "store.io",
}
"""Primary result code of SQLite -> ours. A wrong key and a broken first page look the same."""


_CODES_OF_SYSTEM = {
    errno.ENOSPC: "store.disk-full",
    errno.EDQUOT: "store.disk-full",
    errno.EACCES: "store.read-only",
    errno.EPERM: "store.read-only",
    errno.EROFS: "store.read-only",
}

_CODES_OF_STICKS = {
    errno.ENOSPC: "courier.stick-full",
    errno.EDQUOT: "courier.stick-full",
    errno.EFBIG: "courier.stick-full",
    errno.EACCES: "courier.stick-locked",
    errno.EPERM: "courier.stick-locked",
    errno.EROFS: "courier.stick-locked",
}
"""Any other, and there are many, is that of a stick that was pulled out or has a fault."""


_LEAST_BYTES = 64 * 1024
"""The shared index of a write-ahead log takes half of it."""


@contextmanager
def file_faults(file: str) -> Iterator[None]:
    """Raise what the system says against plain files as :class:`StoreUnavailable`.

    Raises:
        StoreUnavailable: with ``file`` among its data.
    """
    try:
        yield
    except OSError as error:
        code = _CODES_OF_SYSTEM.get(error.errno or 0, "store.io")
        raise StoreUnavailable(code, file=file) from error


@contextmanager
def stick_faults(file: str) -> Iterator[None]:
    """Raise what the system says against a stick, or a folder in its place.

    Raises:
        CourierRefused: ``courier.stick-full``, ``courier.stick-locked``, ``courier.stick-gone``.
    """
    try:
        yield
    except OSError as error:
        code = _CODES_OF_STICKS.get(error.errno or 0, "courier.stick-gone")
        raise CourierRefused(code, file=file) from error


def what_ails(folder: Path) -> str:
    """Return the code of what is wrong with a folder that files cannot be opened in; maybe none.

    SQLite says "cannot open" of a folder that is gone and of a disk that takes nothing, and "disk
    I/O error" of one without room for what it keeps beside a database.
    """
    if not folder.is_dir():
        return "store.folder-gone"
    if not os.access(folder, os.W_OK):
        return "store.read-only"
    try:
        if shutil.disk_usage(folder).free < _LEAST_BYTES:
            return "store.disk-full"
        # A disk that the kernel made read-only after a fault tells so only to whoever writes.
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        return _CODES_OF_SYSTEM.get(error.errno or 0, "")
    return ""


@contextmanager
def translated(file: str) -> Iterator[None]:
    """Raise the machine's faults in the block as :class:`StoreUnavailable` about ``file``.

    Raises:
        StoreUnavailable: with ``file`` among its data.
    """
    try:
        yield
    except (sqlalchemy.exc.DBAPIError, driver.Error) as error:
        code = _code(error)
        if code is None:
            raise
        raise StoreUnavailable(code, file=file) from error


def _code(error: Exception) -> str | None:
    cause = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    name = str(getattr(cause, "sqlite_errorname", ""))
    primary = "_".join(name.split("_")[:2])
    return _CODES.get(primary)
