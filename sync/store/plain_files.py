# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files on this computer's disks and sticks: read within limits, written whole or not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

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


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """Open a file that may be too large to be read at once.

    Raises:
        StoreUnavailable: the disk cannot be read.
    """
    with file_faults(path.name), path.open("rb") as file:
        yield file


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Put a file down whole, or leave what was there: power and sticks go at any moment.

    Raises:
        StoreUnavailable: the disk cannot be written.
    """
    fresh = path.with_name(f"{path.name}.new")
    with file_faults(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
            with os.fdopen(descriptor, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except BaseException:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise


def write_file(path: Path, data: bytes) -> None:
    """Put a file down whole, or leave what was there.

    Raises:
        StoreUnavailable: the disk cannot be written.
    """
    with writing(path) as file:
        file.write(data)


def free_bytes(folder: Path) -> int:
    """Return how much a disk or a stick still takes.

    Raises:
        StoreUnavailable: it cannot be asked.
    """
    with file_faults(folder.name):
        folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(folder).free
