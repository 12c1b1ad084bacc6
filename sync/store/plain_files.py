# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files on this computer's disks and sticks: read within limits, written whole or not."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sync.courier.envelope import MOST_BYTES
from sync.store.failures import file_faults

_PRIVATE_FILE = 0o600


def read_file(path: Path) -> bytes:
    """Return what is in a file; of one that is too large, one byte more than the limit.

    Raises:
        StoreUnavailable: the disk cannot be read.
    """
    with file_faults(path.name), path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def write_file(path: Path, data: bytes) -> None:
    """Put a file down whole, or leave what was there: power and sticks go at any moment.

    Raises:
        StoreUnavailable: the disk cannot be written.
    """
    fresh = path.with_name(f"{path.name}.new")
    with file_faults(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except BaseException:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
