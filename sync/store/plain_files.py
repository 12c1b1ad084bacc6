# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files on this computer's disks and sticks: read within limits, written whole or not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sync.courier.envelope import MOST_BYTES
from sync.store.failures import file_faults, stick_faults

_PRIVATE_FILE = 0o600
SEALED_FILE = 0o644
"""On a stick with owners whoever takes it in elsewhere is another user; the seal keeps it shut."""

Faults = Callable[[str], AbstractContextManager[None]]
"""Says of what the system complained, with a file's name."""


def read_file(path: Path) -> bytes:
    """Return what is in a file; of one that is too large, one byte more than the limit.

    Raises:
        StoreUnavailable: the disk cannot be read.
    """
    with file_faults(path.name), path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


@contextmanager
def reading(path: Path, faults: Faults = file_faults) -> Iterator[BinaryIO]:
    """Open a file that may be too large to be read at once.

    Raises:
        TanggapError: the disk, or the stick, cannot be read; as ``faults`` say it.
    """
    with faults(path.name), path.open("rb") as file:
        yield file


@contextmanager
def writing(
    path: Path, faults: Faults = file_faults, *, under: str = "", mode: int = _PRIVATE_FILE
) -> Iterator[BinaryIO]:
    """Put a file down whole, or leave what was there: power and sticks go at any moment.

    Args:
        under: its name until it is whole, the same for all that one writer puts there: what a
            stick that was pulled out still holds of one is overwritten by the next.
        mode: who may read it.

    Raises:
        TanggapError: the disk, or the stick, cannot be written; as ``faults`` say it.
    """
    fresh = path.with_name(under or f"{path.name}.new")
    with faults(path.name):
        try:
            descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)
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
    with file_faults(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path) as file:
        file.write(data)


def stick_room(folder: Path, under: str) -> int:
    """Return how many bytes a stick takes, once what was left of an earlier file is gone.

    Args:
        under: as of :func:`writing`.

    Raises:
        CourierRefused: ``courier.stick-gone``.
    """
    with suppress(OSError):  # one that takes nothing says so when the next file is written
        (folder / under).unlink(missing_ok=True)
    with stick_faults(folder.name):
        return shutil.disk_usage(folder).free
