# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes what is derived afresh: shown columns and the search index, from facts and own work."""

from __future__ import annotations

from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId
from sync.cases.rulebook import Rulebook
from sync.store import deliveries, meta, word_index
from sync.store.files import Files
from sync.store.overlay import arrived, own_facts, read_own_work, reproject, unreached

_CHUNK = 2_000


class Repair:
    """Rebuilds; the result is always what increments would have left."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def rebuild(self) -> ChangeSet:
        """Recompute everything derived in the cache."""
        with self._files.cache.write() as cache:
            ids = cache.exec_driver_sql("SELECT id FROM cases ORDER BY id").scalars().all()
            for start in range(0, len(ids), _CHUNK):
                reproject(cache, self._files, ids[start : start + _CHUNK])
            word_index.rebuild(cache)
            meta.put(cache, rulebook=_version(self._files.rulebook))
        return ChangeSet(many=True)

    def catch_up(self) -> ChangeSet:
        """Make good what a crash between the two files, or a new rulebook, left behind."""
        with self._files.cache.read() as cache:
            is_same_rulebook = meta.get(cache, "rulebook") == _version(self._files.rulebook)
        self._take_up()
        self._note_own_facts()
        self._let_go()
        if not is_same_rulebook:
            return self.rebuild()
        with self._files.work.read() as work:
            own = read_own_work(work)
        with self._files.cache.write() as cache:
            marked = cache.exec_driver_sql(
                "SELECT id FROM cases WHERE has_draft = 1 OR pending > 0 OR decisions > 0"
            )
            ids = set(marked.scalars()) | own.drafted | own.commands.keys()
            reproject(cache, self._files, ids)
        return ChangeSet(cases=frozenset(map(CaseId, ids)))

    def _take_up(self) -> None:
        """Fold in again what was accepted and the cache does not tell of any more.

        The work file outlives a power failure to the last commit; the cache may have lost some,
        or be an older copy.
        """
        with self._files.work.read() as work, self._files.cache.read() as cache:
            if meta.get(work, "epoch") != meta.get(cache, "epoch"):
                return  # the versions in verdicts are those of another history
            ids = unreached(work, cache)
        if ids:
            with self._files.work.write() as work:
                deliveries.begin_overlay(work, ids)

    def _note_own_facts(self) -> None:
        """Call acts accepted that the cache holds as facts.

        An older program told them apart, or an older copy of the work file was put back.
        """
        with self._files.work.read() as work, self._files.cache.read() as cache:
            if meta.get(work, "epoch") != meta.get(cache, "epoch"):
                return
            facts = deliveries.become_facts(work, own_facts(cache, read_own_work(work)))
        if facts:
            with self._files.work.write() as work:
                deliveries.witness(work, facts)

    def _let_go(self) -> None:
        """Stop folding in accepted commands that the cache tells of."""
        with self._files.work.read() as work:
            own = read_own_work(work)
        with self._files.cache.read() as cache:
            ids = arrived(own, cache)
        if ids:
            with self._files.work.write() as work:
                deliveries.end_overlay(work, ids)


def _version(rulebook: Rulebook) -> str:
    names = (rules.name for rules in rulebook.rule_sets)
    return " ".join((rulebook.status_map.version, rulebook.calendar.version, *names))
