# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small disk of its own for a test, that can be full, read-only, or gone."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Disk:
    """A mounted file system of a few megabytes, in memory."""

    path: Path

    @contextmanager
    def full(self, *, spare_bytes: int = 0) -> Iterator[None]:
        """Leave no room, or only so much, for the length of a block."""
        ballast = self.path / "ballast"
        with ballast.open("wb", buffering=0) as file:
            size = _CHUNK
            while size:
                try:
                    file.write(b"\0" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    size //= 2
            if spare_bytes:
                file.truncate(max(0, file.tell() - spare_bytes))
        try:
            yield
        finally:
            ballast.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Refuse every write for the length of a block; nothing may be open on it then."""
        _run("mount", "-o", "remount,ro", str(self.path))
        try:
            yield
        finally:
            _run("mount", "-o", "remount,rw", str(self.path))


@contextmanager
def small_disk(path: Path, megabytes: int = 8) -> Iterator[Disk]:
    """Mount a disk at a folder; the test is skipped where this user must not."""
    path.mkdir()
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a disk takes more rights than this user has")
    try:
        yield Disk(path)
    finally:
        _run("umount", "--lazy", str(path))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
