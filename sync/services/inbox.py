# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the officer looks at: queues, cases, the outbox, colleagues. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sync.cases import deadlines
from sync.cases.access import Unit, UnitTree, scope_of
from sync.cases.deadlines import Deadline, Explanation
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId, UnitId
from sync.cases.rulebook import Rulebook
from sync.cases.views import (
    Absence,
    CaseRow,
    CaseView,
    Counts,
    LeftWork,
    OutboxItem,
    Person,
    SearchReach,
)
from sync.engine.timekeeping import Timekeeper
from sync.store.local import LocalStore


class Inbox:
    """The officer's queues and cases as they stand on this computer."""

    def __init__(self, store: LocalStore, rulebook: Rulebook, time: Timekeeper) -> None:
        self._store = store
        self._calendar = rulebook.calendar
        self._time = time

    def today(self) -> date:
        """Return the day deadlines are counted against, in the calendar's own time zone.

        It is the centre's day: a computer whose clock is days off must not call a case late that
        is not, nor hide one that is.
        """
        return self._calendar.day_of(self._time.now())

    def is_day_verified(self) -> bool:
        """Return whether :meth:`today` can be relied on; what is told of due days says so."""
        return self._time.is_verified()

    def counts(self) -> Counts:
        """Return the numbers beside the queues."""
        counts = self._store.queue.counts(self.today())
        return replace(
            counts,
            day_verified=self.is_day_verified(),
            left=self._store.left_work.count(),
            files=len(self._store.own_files.to_send()),
        )

    def ids(self, queue: Queue, narrowed: CaseFilter, sort: Sort) -> Sequence[CaseId]:
        """Return every case of a queue that passes the filter, in order."""
        found: Sequence[int] = self._store.queue.ids(queue, narrowed, sort, self.today())
        return found  # type: ignore[return-value]  # a CaseId is an int that says what it counts

    def rows(self, ids: Sequence[CaseId]) -> list[CaseRow]:
        """Return the lines of some cases in the order asked; cases that have left are left out."""
        return self._store.queue.rows(ids)

    def case(self, case_id: CaseId) -> CaseView | None:
        """Return a whole case with pending work folded in, or None when it is not here."""
        return self._store.cases.view(case_id)

    def absence(self, case_id: CaseId) -> Absence:
        """Return why a case is not here, and what of the officer's stayed behind."""
        return self._store.left_work.absence(case_id)

    def with_tracking_id(self, tracking_id: str) -> CaseView | None:
        """Return the case that citizens know by this number, or None when it is not here."""
        search, number = self._store.search, tracking_id.strip()
        for case_id in (*search.search(number), *search.numbered(number)):
            view = self._store.cases.view(case_id)
            if view is not None and view.case.tracking_id == number:
                return view
        return None

    def search(self, text: str, limit: int = 500) -> list[CaseId]:
        """Return cases with every one of the words, the last as a beginning of one."""
        return self._store.search.search(text, limit)

    def reach(self) -> SearchReach:
        """Return how many of the cases here a search looks through."""
        return self._store.search.reach()

    def outbox(self) -> list[OutboxItem]:
        """Return the officer's acts: undelivered ones oldest first, then the latest settled."""
        return self._store.outbox.items()

    def history(self, text: str) -> list[OutboxItem]:
        """Return the settled acts of this computer with all these words, the newest first."""
        return self._store.outbox.history(text)

    def decisions(self) -> list[OutboxItem]:
        """Return the acts that wait for the officer, with what others did in the meantime."""
        return self._store.outbox.decisions()

    def left_work(self) -> list[LeftWork]:
        """Return own words on cases that are not here any more, what was written last first."""
        return self._store.left_work.items()

    def people(self, unit_id: UnitId) -> list[Person]:
        """Return the colleagues who can work on a case of this unit, by name."""
        tree = UnitTree(self.units())
        return [
            person
            for person in self._store.cases.people()
            if unit_id in scope_of(person.role, person.unit_id, tree).handles
        ]

    def units(self) -> list[Unit]:
        """Return the units that the officer may come across."""
        return self._store.cases.units()

    def channels(self) -> list[str]:
        """Return the channels by which the cases on this computer came."""
        return self._store.queue.channels()

    def explain(self, deadline: Deadline) -> Explanation:
        """Return how a deadline was counted and on which rule it rests."""
        return deadlines.explain(deadline, self._calendar)
