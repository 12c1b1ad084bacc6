# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small disk of its own for a test, that can be full, read-only, or gone."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.store.engine import CACHE_TUNING, WORK_TUNING, Database

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


@dataclass(slots=True)
class FailingDisk:
    """A disk that the kernel can find a fault on: it becomes read-only under open files.

    Attributes:
        image: what the disk is made of.
    """

    path: Path
    image: Path

    def fail(self) -> None:
        """Let the kernel find a fault; nothing can be written from now on."""
        (_trigger(self.path)).write_text("a fault of a test", encoding="ascii")

    def mend(self) -> None:
        """Check the disk and mount it again, as after a restart; nothing may be open on it."""
        _run("umount", str(self.path))
        subprocess.run(["e2fsck", "-fy", str(self.image)], check=False, capture_output=True)
        self.mount()

    def mount(self) -> None:
        """Put the disk into its folder."""
        _run("mount", "-o", "loop,errors=remount-ro", str(self.image), str(self.path))


@contextmanager
def failing_disk(path: Path, megabytes: int = 16) -> Iterator[FailingDisk]:
    """Mount a disk that can fail; the test is skipped where this user must not."""
    path.mkdir()
    disk = FailingDisk(path, path.with_name(f"{path.name}.img"))
    with disk.image.open("wb") as file:
        file.truncate(megabytes * 1024 * 1024)
    try:
        _run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", str(disk.image))
        disk.mount()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a disk that fails takes more rights than this user has")
    try:
        if not _trigger(path).exists():
            pytest.skip("this kernel finds no faults on request")
        yield disk
    finally:
        _run("umount", "--lazy", str(path))


def _trigger(path: Path) -> Path:
    mounts = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    device = next(line.split()[0] for line in mounts if line.split()[1] == str(path))
    return Path("/sys/fs/ext4") / Path(device).name / "trigger_fs_error"


def break_page(path: Path, key: bytes, table: str) -> None:
    """Change a bit in the first page of a table, as a dying disk does; the file may be open."""
    tuning = CACHE_TUNING if path.name == "cache.db" else WORK_TUNING
    database = Database(path, key, tuning)
    database.checkpoint()
    with database.read() as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        page = connection.exec_driver_sql(query, (table,)).scalar_one()
    database.close()
    with path.open("r+b") as file:
        file.seek(page * tuning.page_size - tuning.page_size // 2)
        (byte,) = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


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
