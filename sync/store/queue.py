# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lists of the left pane: how many, which cases in which order, and their lines.

All ids of a list come at once from covering indices; lines come by id, a window at a time.
Nothing uses OFFSET. ``tests/store/test_queue.py`` holds the query plans.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from sync.cases.access import UnitTree
from sync.cases.case import Status
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId, OfficerId, UnitId
from sync.cases.projection import Delivery, Standing
from sync.cases.rulebook import Clock
from sync.cases.views import CaseRow, Counts
from sync.store import checks
from sync.store.files import Files
from sync.store.flagged import looked_at, unseen_cases
from sync.store.identity import officer_of
from sync.store.overlay import delivered_ids
from sync.store.records import UNSETTLED, json_text
from sync.store.reference import read_units
from sync.store.search import Search
from sync.wire.codec import classification_from, status_from

SOON_WORKING_DAYS = 2

_STATUS_OF = {
    Queue.NOT_STARTED: Status.NOT_STARTED,
    Queue.IN_PROGRESS: Status.IN_PROGRESS,
    Queue.AWAITING_REPORTER: Status.AWAITING_REPORTER,
    Queue.DONE: Status.DONE,
}
_CLOSED = tuple(status.value for status in Status if not status.is_open)
_FEW = 2_000
"""So many text hits are looked up one by one; more are cheaper to filter from the whole list."""

_FILTERED = "cases INDEXED BY ix_cases_list"
"""Reading the whole narrow index beats looking into a part of the wide rows."""

_ROW = """
    SELECT id, tracking_id, title, channel, classification, category, shown_status, raw_status,
        registered_at, unit_id, shown_assignee, secret, anonymous, shown_due, shown_clock,
        has_draft
    FROM cases WHERE id IN (SELECT value FROM json_each(?))
"""

_OWN_ACTS = f"""
    SELECT case_id, id, delivery, sent_at, courier_at FROM commands
    WHERE case_id IN (SELECT value FROM json_each(?)) AND delivery IN {UNSETTLED}
    ORDER BY n
"""  # noqa: S608 - a constant

Condition = tuple[str, tuple[Any, ...]]


class CaseQueue:
    """What the officer has to do, by queue."""

    def __init__(self, files: Files, search: Search) -> None:
        self._files = files
        self._search = search

    def counts(self, today: date) -> Counts:
        """Return the numbers of all queues and of the outbox."""
        first, last = self._soon(today)
        with self._files.work.read() as work:
            outbox, unknown, decisions = _own_counts(work)
            me, own_looks = _me(work), looked_at(work)
        with self._files.cache.read() as cache:
            by_status = _counts_by_status(cache)
            overdue, soon = _due_counts(cache, first, last)
            mine = _count(cache, _mine(me))
            drafts = _count(cache, ("has_draft = 1", ()))
            flagged = len(unseen_cases(cache, own_looks, me))
            check = checks.state(cache)
        held = sum(by_status.values())
        queues = {queue: by_status.get(status.value, 0) for queue, status in _STATUS_OF.items()}
        queues |= {
            Queue.OVERDUE: overdue,
            Queue.DUE_SOON: soon,
            Queue.MINE: mine,
            Queue.DRAFTS: drafts,
            Queue.FLAGGED: flagged,
            Queue.ALL: held,
        }
        return Counts(
            queues=queues,
            outbox=outbox,
            unknown=unknown,
            decisions=decisions,
            held=held,
            checked_at=check.at or None,
            mended=check.mended,
        )

    def ids(self, queue: Queue, narrowed: CaseFilter, sort: Sort, today: date) -> array[int]:
        """Return every case of a queue, in order, as 64-bit integers.

        A unit narrows to itself and the units below it. Cases without a deadline come last in
        the order by deadline.
        """
        with self._files.work.read() as work:
            me = _me(work)
            own_looks = looked_at(work) if queue is Queue.FLAGGED else {}
        with self._files.cache.read() as cache:
            narrowing = _narrowing(cache, narrowed)
            if queue is Queue.FLAGGED:
                narrowing.append((_IN_IDS, (json_text(unseen_cases(cache, own_looks, me)),)))
            conditions = [self._condition(queue, today, me), *narrowing]
            hits: set[int] | None = None
            if narrowed.text.strip():
                hits = self._search.matching(cache, narrowed.text)
                if len(hits) <= _FEW:
                    conditions.append((_IN_IDS, (json_text(list(hits)),)))
            found = _select(cache, _FILTERED if narrowing else "cases", conditions, sort)
        if hits is not None and len(hits) > _FEW:
            found = [id_ for id_ in found if id_ in hits]
        return array("q", found)

    def rows(self, ids: Sequence[int]) -> list[CaseRow]:
        """Return the lines of these cases in the order given; those that have left are missing."""
        wanted = json_text(list(ids))
        with self._files.work.read() as work:
            unsettled = work.exec_driver_sql(_OWN_ACTS, (wanted,)).all()
        with self._files.cache.read() as cache:
            own = _standings(cache, unsettled)
            rows = cache.exec_driver_sql(_ROW, (wanted,))
            by_id = {row[0]: _row(row, tuple(own[row[0]])) for row in rows}
        return [by_id[id_] for id_ in ids if id_ in by_id]

    def channels(self) -> list[str]:
        """Return the channels of the cases that are here, by name."""
        with self._files.cache.read() as cache:
            rows = cache.exec_driver_sql("SELECT DISTINCT channel FROM cases ORDER BY channel")
            return list(rows.scalars())

    def _soon(self, today: date) -> tuple[int, int]:
        first = today.toordinal()
        return first, self._files.rulebook.calendar.add_to_ordinal(first, SOON_WORKING_DAYS)

    def _condition(self, queue: Queue, today: date, me: OfficerId | None) -> Condition:
        first, last = self._soon(today)
        match queue:
            case Queue.DUE_SOON:
                return "shown_due BETWEEN ? AND ?", (first, last)
            case Queue.OVERDUE:
                return "shown_due < ?", (first,)
            case Queue.MINE:
                return _mine(me)
            case Queue.DRAFTS:
                return "has_draft = 1", ()
            case Queue.ALL | Queue.FLAGGED:
                return "1", ()
            case _:
                return "shown_status = ?", (_STATUS_OF[queue].value,)


_IN_IDS = "id IN (SELECT value FROM json_each(?))"


def _mine(me: OfficerId | None) -> Condition:
    marks = ", ".join("?" * len(_CLOSED))
    return f"shown_assignee = ? AND shown_status NOT IN ({marks})", (me, *_CLOSED)


def _me(work: sa.Connection) -> OfficerId | None:
    officer = officer_of(work)
    return None if officer is None else OfficerId(officer.id)


def _narrowing(cache: sa.Connection, narrowed: CaseFilter) -> list[Condition]:
    conditions: list[Condition] = []
    if narrowed.unit_id is not None:
        branch = UnitTree(read_units(cache)).subtree(narrowed.unit_id)
        conditions.append(
            ("unit_id IN (SELECT value FROM json_each(?))", (json_text(list(branch)),))
        )
    if narrowed.classification is not None:
        conditions.append(("classification = ?", (narrowed.classification.value,)))
    if narrowed.channel:
        conditions.append(("channel = ?", (narrowed.channel,)))
    if narrowed.secret_only:
        conditions.append(("secret = 1", ()))
    return conditions


def _select(
    cache: sa.Connection, source: str, conditions: list[Condition], sort: Sort
) -> list[int]:
    newest = "registered_at DESC, id DESC"
    match sort:
        case Sort.NEWEST:
            return _ordered(cache, source, conditions, newest)
        case Sort.OLDEST:
            return _ordered(cache, source, conditions, "registered_at, id")
        case Sort.DUE:
            # Two walks along an index instead of one sort that puts the blanks last.
            owed, nothing = ("shown_due IS NOT NULL", ()), ("shown_due IS NULL", ())
            return [
                *_ordered(cache, source, [*conditions, owed], f"shown_due, {newest}"),
                *_ordered(cache, source, [*conditions, nothing], newest),
            ]


def _ordered(
    cache: sa.Connection, source: str, conditions: list[Condition], order: str
) -> list[int]:
    where = " AND ".join(condition for condition, _ in conditions)
    parameters = tuple(value for _, values in conditions for value in values)
    result = cache.exec_driver_sql(
        f"SELECT id FROM {source} WHERE {where} ORDER BY {order}",  # noqa: S608 - constants
        parameters,
    )
    # The driver's cursor: SQLAlchemy's rows take three times as long for 200,000 of them.
    return [row[0] for row in result.cursor.fetchall()]


def _counts_by_status(cache: sa.Connection) -> dict[str, int]:
    rows = cache.exec_driver_sql("SELECT shown_status, count(*) FROM cases GROUP BY shown_status")
    return dict(rows.all())


def _due_counts(cache: sa.Connection, first: int, last: int) -> tuple[int, int]:
    row = cache.exec_driver_sql(
        "SELECT count(*) FILTER (WHERE shown_due < ?1), count(*) FILTER (WHERE shown_due >= ?1)"
        " FROM cases WHERE shown_due <= ?2",
        (first, last),
    ).one()
    return row[0], row[1]


def _count(cache: sa.Connection, condition: Condition) -> int:
    where, parameters = condition
    query = f"SELECT count(*) FROM cases WHERE {where}"  # noqa: S608 - constants
    count: int = cache.exec_driver_sql(query, parameters).scalar_one()
    return count


def _standings(
    cache: sa.Connection, unsettled: Sequence[sa.Row[Any]]
) -> Mapping[int, list[Standing]]:
    """Return where own acts stand, by case, without those that are facts of it already."""
    own: dict[int, list[Standing]] = defaultdict(list)
    delivered = delivered_ids(cache, {row[0] for row in unsettled})
    for row in unsettled:
        case_id, command_id, delivery, sent_at, courier_at = tuple(row)
        if command_id not in delivered:
            own[case_id].append(Standing.of(Delivery(delivery), sent_at, courier_at))
    return own


_OWN_COUNTS = f"""
    SELECT count(*) FILTER (WHERE delivery IN ('stored', 'sending', 'unknown')),
        count(*) FILTER (WHERE delivery = 'unknown'),
        count(*) FILTER (WHERE delivery IN ('conflict', 'blocked', 'rejected'))
    FROM commands WHERE delivery IN {UNSETTLED}
"""  # noqa: S608 - a constant


def _own_counts(work: sa.Connection) -> tuple[int, int, int]:
    row = work.exec_driver_sql(_OWN_COUNTS).one()
    return row[0], row[1], row[2]


def _row(row: Sequence[Any], own: tuple[Standing, ...]) -> CaseRow:
    due, clock = row[13], row[14]
    return CaseRow(
        id=CaseId(row[0]),
        tracking_id=row[1],
        title=row[2],
        channel=row[3],
        classification=classification_from(row[4]),
        category=row[5],
        status=status_from(row[6]),
        raw_status=row[7],
        registered_at=row[8],
        unit_id=UnitId(row[9]),
        assignee_id=None if row[10] is None else OfficerId(row[10]),
        secret=bool(row[11]),
        anonymous=bool(row[12]),
        due_on=None if due is None else date.fromordinal(due),
        clock=None if clock is None else Clock(clock),
        own=own,
        has_draft=bool(row[15]),
    )
