# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folder in which the centre keeps contents: each once, under its SHA-256.

<folder>/parts/<upload>       what has arrived of an upload; its size is how far it has come
         blobs/ab/<sha256>    whole, checked and flushed to the disk
         thumbs/ab/<sha256>   small pictures, made when first asked for
         locks/<name>         held while a content comes or goes, or an upload is written

Several processes may serve one folder. Whoever makes a content come or go, with what the database
says of it, holds its lock meanwhile; so does whoever writes an upload.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from sync.folders import flush_folder

_NAME_LENGTH = 64
"""Hexadecimal digits of a SHA-256; what is shorter is a content on its way to its name."""


class PartBusy(Exception):
    """Another process writes this upload."""


class PartMoved(Exception):
    """An upload is not as far as it was said to be: another process has written it meanwhile."""


class BlobFiles:
    """Paths, flushing and hashing; who may do what is decided elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("parts", "blobs", "thumbs", "locks"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self, upload_id: str) -> None:
        """Make an empty part."""
        self.part_path(upload_id).touch(mode=0o600)
        flush_folder(self._folder / "parts")

    def arrived(self, upload_id: str) -> int | None:
        """Return how much of an upload is here; None for one that has no part."""
        try:
            return self.part_path(upload_id).stat().st_size
        except FileNotFoundError:
            return None

    @contextmanager
    def open_part(self, upload_id: str, offset: int) -> Iterator[IO[bytes]]:
        """Open a part to write behind its last byte, as the only one on this folder.

        Raises:
            PartBusy: another process writes it.
            PartMoved: it does not end at that offset.
        """
        try:
            with (
                self._lock(upload_id).acquire(blocking=False),
                self.part_path(upload_id).open("r+b", buffering=0) as part,
            ):
                if part.seek(0, os.SEEK_END) != offset:
                    raise PartMoved
                yield part
        except Timeout as error:
            raise PartBusy from error

    @contextmanager
    def upload_locked(self, upload_id: str) -> Iterator[None]:
        """Wait until nobody writes or finishes an upload, and be the only one who does."""
        with self._lock(upload_id):
            yield

    @contextmanager
    def content_locked(self, sha256: str) -> Iterator[None]:
        """Be the only one at a content; a lock of an upload is taken before, never after."""
        with self._lock(f"content-{sha256[:2]}"):
            yield

    def has_room(self, size: int, kept_free: int) -> bool:
        """Return whether so many bytes would leave so many free on the disk."""
        return shutil.disk_usage(self._folder).free - size >= kept_free

    def digest_of_part(self, upload_id: str) -> str:
        """Return the SHA-256 of what has arrived."""
        with self.part_path(upload_id).open("rb") as part:
            return hashlib.file_digest(part, "sha256").hexdigest()

    def keep(self, upload_id: str, sha256: str) -> None:
        """Make a finished part the content of that name; the part stays until :meth:`drop`.

        A content that is here already is left alone, unless the disk has spoilt it.
        """
        if self.is_sound(sha256):
            return
        blob = self.path_of(sha256)
        blob.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = blob.with_name(upload_id)
        fresh.unlink(missing_ok=True)
        os.link(self.part_path(upload_id), fresh)
        fresh.replace(blob)
        flush_folder(blob.parent)

    def put(self, sha256: str, content: bytes) -> None:
        """Keep a content that did not come by an upload; its lock is the caller's."""
        part = f"put-{sha256[:24]}"
        self.part_path(part).write_bytes(content)
        with self.part_path(part).open("rb") as file:
            flush(file)
        self.keep(part, sha256)
        self.drop(part)

    def parts(self, pattern: str) -> list[str]:
        """Return the names of the parts that match a pattern, as shells have them."""
        return [path.name for path in (self._folder / "parts").glob(pattern)]

    def parts_before(self, then_s: float) -> list[str]:
        """Return the parts that nothing was written to since then."""
        return [
            path.name
            for path in (self._folder / "parts").iterdir()
            if _changed_before(path, then_s)
        ]

    def drop(self, upload_id: str) -> None:
        """Delete a part."""
        self.part_path(upload_id).unlink(missing_ok=True)
        self._lock_path(upload_id).unlink(missing_ok=True)

    def remove(self, sha256: str) -> None:
        """Delete a content and its small picture."""
        self.path_of(sha256).unlink(missing_ok=True)
        self.thumbnail_path(sha256).unlink(missing_ok=True)

    def size_of(self, sha256: str) -> int | None:
        """Return how large a content is on the disk; None where it is not there."""
        try:
            return self.path_of(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def is_sound(self, sha256: str) -> bool:
        """Read a content and say whether it is here and what its name says."""
        try:
            with self.path_of(sha256).open("rb") as blob:
                return hashlib.file_digest(blob, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def contents(self) -> Iterator[str]:
        """Yield the names of all contents on the disk."""
        for path in sorted((self._folder / "blobs").glob("??/*")):
            if len(path.name) == _NAME_LENGTH:
                yield path.name

    def age_s(self, sha256: str, now_s: float) -> float:
        """Return for how long a content has been on the disk."""
        return now_s - self.path_of(sha256).stat().st_mtime

    def part_path(self, upload_id: str) -> Path:
        """Return where a part is, if it is here."""
        return self._folder / "parts" / upload_id

    def path_of(self, sha256: str) -> Path:
        """Return where a content is, if it is here."""
        return self._folder / "blobs" / sha256[:2] / sha256

    def thumbnail_path(self, sha256: str) -> Path:
        """Return where the small picture of a content is, if it was made."""
        return self._folder / "thumbs" / sha256[:2] / sha256

    def _lock_path(self, name: str) -> Path:
        return self._folder / "locks" / name

    def _lock(self, name: str) -> FileLock:
        return FileLock(self._lock_path(name), thread_local=False, mode=0o600)


def _changed_before(path: Path, then_s: float) -> bool:
    try:
        return path.stat().st_mtime < then_s
    except FileNotFoundError:  # somebody has finished it just now
        return False


def write(file: IO[bytes], data: bytes) -> None:
    """Write all of it: a disk that becomes full takes a part and says so only afterwards."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def flush(file: IO[bytes]) -> None:
    """Put what was written on the disk."""
    file.flush()
    os.fsync(file.fileno())
