# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the officer looks at: queues, a case, the outbox, colleagues. Reads only, changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sync.cases.access import Unit
from sync.cases.deadlines import Deadline, Explanation, Rulebook
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId, UnitId
from sync.cases.views import CaseRow, CaseView, Counts, OutboxItem, Person
from sync.store.local import LocalStore


class Inbox:
    """The officer's queues and cases as they stand on this computer."""

    def __init__(self, store: LocalStore, rulebook: Rulebook, clock: Callable[[], int]) -> None:
        self._store = store
        self._rulebook = rulebook
        self._clock = clock

    def today(self) -> date:
        """Return the day deadlines are counted against (Western Indonesian Time)."""
        return self._rulebook.day_of(self._clock())

    def counts(self) -> Counts:
        """Return the numbers beside the queues."""
        return self._store.queue.counts(self.today())

    def ids(self, queue: Queue, narrowed: CaseFilter, sort: Sort) -> Sequence[CaseId]:
        """Return every case of a queue that passes the filter, in order."""
        return self._store.queue.ids(queue, narrowed, sort, self.today())

    def rows(self, ids: Sequence[CaseId]) -> list[CaseRow]:
        """Return the lines of some cases in the order asked; cases that have left are left out."""
        return self._store.queue.rows(ids)

    def case(self, case_id: CaseId) -> CaseView | None:
        """Return a whole case with pending work folded in, or None when it is not here."""
        return self._store.cases.view(case_id)

    def outbox(self) -> list[OutboxItem]:
        """Return every act of the officer on this computer, newest first."""
        return self._store.outbox.items()

    def decisions(self) -> list[OutboxItem]:
        """Return the acts that wait for the officer's decision, oldest first."""
        return self._store.outbox.decisions()

    def people(self, unit_id: UnitId) -> list[Person]:
        """Return the colleagues to whom a case of this unit may be assigned."""
        return self._store.cases.people(unit_id)

    def units(self) -> list[Unit]:
        """Return the units whose cases the officer may come across."""
        return self._store.cases.units()

    def explain(self, deadline: Deadline) -> Explanation:
        """Return how a deadline was counted and on which rule it rests."""
        return self._rulebook.explain(deadline)
