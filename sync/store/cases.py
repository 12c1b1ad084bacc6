# SPDX-License-Identifier: AGPL-3.0-or-later
"""One whole case as the officer sees it, and the people and units around it."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from sync.cases.access import Unit, UnitTree, scope_of
from sync.cases.case import Case, Status
from sync.cases.deadlines import deadlines
from sync.cases.events import Event
from sync.cases.ids import CaseId, CommandId, OfficerId, UnitId
from sync.cases.projection import TimelineEntry
from sync.cases.views import CaseView, Person
from sync.store import meta
from sync.store.files import Files
from sync.store.overlay import delivered_ids, read_own_work
from sync.store.records import json_text, read_cases, read_events
from sync.store.reference import read_people, read_units


class Cases:
    """Reads cases."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def view(self, case_id: CaseId) -> CaseView | None:
        """Return a case with everything about it, or None once it has left this computer."""
        with self._files.cache.read() as cache:
            confirmed = next(read_cases(cache, [case_id]), None)
            if confirmed is None:
                return None
            # Read after the snapshot began: what was delivered in between is only shown twice
            # as long as nobody looks again, what was recorded is never missing.
            with self._files.work.read() as work:
                own = read_own_work(work, [case_id])
                history = list(read_events(cache, case_id))
                elsewhere = _done_elsewhere(work, history, own.officer_id)
            shown, pending = own.fold(confirmed, delivered_ids(cache, own.commands.keys()))
            facts = tuple(
                TimelineEntry(event=event, from_elsewhere=event.command_id in elsewhere)
                for event in history
            )
            path = UnitTree(read_units(cache)).path(shown.unit_id)
            assignee = _name_of(cache, shown.assignee_id)
        return self._view(confirmed, shown, (*facts, *pending), path, assignee)

    def projected(self, case_id: CaseId) -> tuple[Case, Status] | None:
        """Return a case with the officer's own acts, and its status; None once it has left.

        What the rules need of it before an act: no history, no names, no deadlines.
        """
        with self._files.cache.read() as cache:
            confirmed = next(read_cases(cache, [case_id]), None)
            if confirmed is None:
                return None
            with self._files.work.read() as work:
                own = read_own_work(work, [case_id])
            shown, _ = own.fold(confirmed, delivered_ids(cache, own.commands.keys()))
        return shown, self._files.rulebook.status_map.status_of(shown)

    def people(self, unit_id: UnitId | None = None) -> list[Person]:
        """Return the colleagues by name; of a unit only those who work on its cases."""
        with self._files.cache.read() as cache:
            people, tree = read_people(cache), UnitTree(read_units(cache))
        if unit_id is None:
            return people
        return [
            person
            for person in people
            if unit_id in scope_of(person.role, person.unit_id, tree).handles
        ]

    def units(self) -> list[Unit]:
        """Return the units that the officer may come across."""
        with self._files.cache.read() as cache:
            return read_units(cache)

    def _view(
        self,
        confirmed: Case,
        shown: Case,
        entries: tuple[TimelineEntry, ...],
        path: tuple[Unit, ...],
        assignee: str,
    ) -> CaseView:
        rulebook = self._files.rulebook
        status = rulebook.status_map.status_of(shown)
        return CaseView(
            case=shown,
            confirmed=confirmed,
            status=status,
            entries=entries,
            deadlines=deadlines(shown, status, rulebook),
            unit_path=path,
            assignee=assignee,
        )


def _done_elsewhere(
    work: sa.Connection, history: Iterable[Event], me: OfficerId
) -> set[CommandId | None]:
    """Return the ids of the officer's own acts that this installation never had.

    An act of an earlier self of this installation (a restored profile) names another device,
    but is in the work file; one that was cleared away from there names this device.
    """
    here = meta.get(work, "device_id")
    doubtful: set[CommandId | None] = {
        event.command_id
        for event in history
        if event.actor_id == me and event.command_id is not None and event.device != here
    }
    if doubtful:
        rows = work.exec_driver_sql(
            "SELECT id FROM commands WHERE id IN (SELECT value FROM json_each(?))",
            (json_text(list(doubtful)),),
        )
        doubtful -= set(rows.scalars())
    return doubtful


def _name_of(cache: sa.Connection, officer_id: OfficerId | None) -> str:
    query = "SELECT name FROM people WHERE id = ?"
    name = cache.exec_driver_sql(query, (officer_id,)).scalar()
    return "" if name is None else str(name)
