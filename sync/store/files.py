# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both files of one officer, opened."""

from __future__ import annotations

from sync.cases.rulebook import Rulebook
from sync.store.engine import Database

_BLANK = "blank.db"


class Files:
    """What every part of the store works with.

    Whoever writes both files commits the work file first and only then begins with the cache;
    inside a cache transaction the work file is only read. So no two threads ever wait for each
    other, and a crash in between leaves only what can be computed again.

    Attributes:
        kept_cache: what the centre told, also while it is withheld; for the exchange alone.
        stale: cases whose shown columns could not be written when the officer acted.
    """

    def __init__(self, *, cache: Database, work: Database, rulebook: Rulebook) -> None:
        self.kept_cache = cache
        self.work = work
        self.rulebook = rulebook
        self.stale: set[int] = set()
        self._blank: Database | None = None

    @property
    def cache(self) -> Database:
        """What may be shown: the cache, or an empty one while it is withheld."""
        return self.kept_cache if self._blank is None else self._blank

    @property
    def is_withheld(self) -> bool:
        """Whether readers get an empty cache in place of the real one."""
        return self._blank is not None

    def new_blank(self) -> Database:
        """Return a new empty file, without tables yet, that may stand in for the cache."""
        blank = self.kept_cache.sibling(_BLANK)
        blank.discard()
        return blank

    def withhold(self, blank: Database) -> None:
        """Put an empty cache, whole, in the place of the real one."""
        self._blank = blank

    def release(self) -> None:
        """Put the cache back into its place."""
        blank, self._blank = self._blank, None
        if blank is not None:
            blank.close()

    def close(self) -> None:
        """Close all files."""
        blank = self._blank
        self.kept_cache.close()
        if blank is not None:
            blank.discard()
        self.work.close()
