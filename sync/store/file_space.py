# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much of this disk files from the centre may take, and keeping to it.

The officer says how much; a disk that is nearly full says so by itself. What was used least lately
goes first. Files of pinned cases never go; they count, so they leave less to the others. The
officer's own files are not part of it: they exist nowhere else.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync.store import meta
from sync.store.file_cache import FileCache
from sync.store.files import Files
from sync.store.pins import Pins

DEFAULT_BYTES: Final = 1024 * 1024 * 1024
"""What files may take unless the officer says otherwise."""

SPARED_BYTES: Final = 1024 * 1024 * 1024
"""What is left free on the disk: the officer's own words and files need it more."""

_LIMIT: Final = "file_budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUse:
    """How much files take, in bytes.

    Attributes:
        limit: what the officer allowed.
        budget: what they may take now; less than the limit on a disk that is nearly full.
        used: what is here of the centre's files.
        pinned: how much of that belongs to pinned cases.
        own: what the officer's own files take besides.
    """

    limit: int
    budget: int
    used: int
    pinned: int
    own: int

    @property
    def is_lowered(self) -> bool:
        """Whether the disk allows less than the officer did."""
        return self.budget < self.limit


def free_on_disk(folder: Path) -> int:
    """Return how many bytes are free where a folder is, or will be."""
    place = next(path for path in (folder, *folder.parents) if path.is_dir())
    return shutil.disk_usage(place).free


class FileSpace:
    """The room of one desk's files.

    Args:
        free: how many bytes are free on the disk.
    """

    def __init__(self, files: Files, cache: FileCache, pins: Pins, free: Callable[[], int]) -> None:
        self._files = files
        self._cache = cache
        self._pins = pins
        self._free = free

    def limit(self) -> int:
        """Return what the officer allows."""
        with self._files.work.read() as work:
            text = meta.get(work, _LIMIT) or ""
        return int(text) if text.isdecimal() else DEFAULT_BYTES

    def choose(self, limit_bytes: int) -> None:
        """Allow so much from now on; what is too much goes at once.

        Raises:
            ValueError: it is less than nothing.
        """
        if limit_bytes < 0:
            raise ValueError(limit_bytes)
        with self._files.work.write() as work:
            meta.put(work, **{_LIMIT: str(limit_bytes)})
        self.tidy()

    def use(self) -> FileUse:
        """Return how things stand."""
        limit = self.limit()
        used, pinned = self._cache.sizes(self._pins.all())
        with self._files.work.read() as work:
            own = work.exec_driver_sql("SELECT coalesce(sum(size), 0) FROM own_files").scalar_one()
        may_be_used = max(0, used + self._free() - SPARED_BYTES)
        return FileUse(
            limit=limit, budget=min(limit, may_be_used), used=used, pinned=pinned, own=own
        )

    def make_room(self, size: int, sha256: str) -> None:
        """Let go of what was used least lately, so that the rest of a content keeps to the budget.

        Args:
            size: bytes of it that are still to come.
        """
        budget = max(0, self.use().budget - size)
        self._cache.make_room(budget, self._pins.all(), keep=sha256)

    def tidy(self) -> int:
        """Let go of what is too much; return how many bytes."""
        return self._cache.make_room(self.use().budget, self._pins.all())

    def clear(self) -> int:
        """Let go of all that is not pinned; return how many bytes. It can be fetched again."""
        return self._cache.make_room(0, self._pins.all())
