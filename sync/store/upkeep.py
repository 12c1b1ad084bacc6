# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the files need while the program runs for weeks: fresh copies, and mending what broke."""

from __future__ import annotations

import logging

from sync.cases.changes import EVERYTHING, ChangeSet
from sync.cases.ids import CaseId
from sync.errors import StoreUnavailable
from sync.store import tidiness, word_index
from sync.store.backup import Copies
from sync.store.files import Files
from sync.store.history import DAY_MS, forget_old
from sync.store.overlay import reproject
from sync.store.repair import Repair
from sync.store.upgrade import CACHE, bring_up

COPY_EVERY_MS = 12 * 3_600_000
"""The work file is copied at every start as well; this is for programs that are never closed."""

TIDY_EVERY_MS = 3_600_000
"""Writing the cache afresh costs about a second for 100,000 cases, in which writers wait."""

_log = logging.getLogger(__name__)


class Upkeep:
    """Looks after the files; cheap when there is nothing to do."""

    def __init__(self, files: Files, copies: Copies) -> None:
        self._files = files
        self._copies = copies
        self._copied_at: int | None = None
        self._tidied_at: int | None = None
        self._forgot_at: int | None = None

    @property
    def cache_is_broken(self) -> bool:
        """Whether a page of the cache could not be read."""
        return self._files.kept_cache.is_known_broken()

    def run(self, now: int) -> ChangeSet:
        """Do what is due.

        Raises:
            StoreUnavailable: what is broken cannot be mended now.
        """
        self._copy(now)
        if self.cache_is_broken:
            return self.renew_cache()
        self._tidy_now_and_then(now)
        self._forget_now_and_then(now)
        return self._show_stale()

    def gather_words(self) -> ChangeSet | None:
        """Do a small part of what a first load put off; None where nothing is left to do.

        Each part is one transaction, so that whoever acts meanwhile waits for one at most.

        Raises:
            StoreUnavailable: the machine's fault; it goes on from there another time.
        """
        cache_file = self._files.kept_cache
        with cache_file.read() as cache:
            if not word_index.has_to_gather(cache):
                return None
        with cache_file.write() as cache:
            before = word_index.count_put_off(cache)
            word_index.gather(cache)
        return ChangeSet(words=before > 0)

    def tidy(self) -> bool:
        """Remove what cases that left may have left between the rows; say whether it was tried."""
        try:
            return tidiness.restore(self._files.kept_cache)
        except StoreUnavailable as error:  # there is a next time, and work goes on
            _log.warning("The cache could not be written afresh: %s", error.code)
            return True

    def renew_cache(self) -> ChangeSet:
        """Begin an empty cache in the place of a broken one; the centre sends everything again.

        Raises:
            StoreUnavailable: the new file cannot be made; the broken one is still there.
        """
        self._files.kept_cache.begin_anew(lambda cache: bring_up(cache, CACHE))
        self._files.stale.clear()
        Repair(self._files).catch_up()
        return EVERYTHING

    def _copy(self, now: int) -> None:
        if self._copied_at is None:  # the start has seen to it
            self._copied_at = now
        if 0 <= now - self._copied_at < COPY_EVERY_MS:
            return
        self._copied_at = now
        try:
            self._copies.renew(self._files.work)
        except StoreUnavailable as error:  # the older copies remain, and work goes on
            _log.warning("No fresh copy of the work file: %s", error.code)

    def _tidy_now_and_then(self, now: int) -> None:
        before = self._tidied_at
        is_due = before is None or not 0 <= now - before < TIDY_EVERY_MS
        if is_due and self.tidy():
            self._tidied_at = now

    def _forget_now_and_then(self, now: int) -> None:
        """Remove copies of what was delivered long ago, once a day."""
        before = self._forgot_at
        if before is not None and 0 <= now - before < DAY_MS:
            return
        self._forgot_at = now
        try:
            with self._files.work.write() as work:
                forget_old(work)
        except StoreUnavailable as error:  # there is a next time
            _log.warning("Old copies could not be removed: %s", error.code)

    def _show_stale(self) -> ChangeSet:
        """Bring up to date what could not be written when the officer acted."""
        stale = frozenset(self._files.stale)
        if not stale:
            return ChangeSet()
        with self._files.kept_cache.write() as cache:
            reproject(cache, self._files, stale)
        self._files.stale.difference_update(stale)
        return ChangeSet(cases=frozenset(map(CaseId, stale)))
