# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queries that fill a page: a constant number of them, however many cases it holds.

Changes come in ``seq`` order and no page ends within a ``seq``; a first load walks the cases
newest first. Which of them comes when is ``feed``'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
)

from sync.cases.access import Actor, Scope
from sync.cases.ids import UnitId
from sync.central import schema
from sync.central.cursor import Cursor, FirstLoad
from sync.central.ledger import CASE_COLUMNS, EVENT_COLUMNS
from sync.central.page import Page
from sync.wire.digests import BUCKETS
from sync.wire.messages import CaseRecord, EventRecord, LeaveRecord

_TYPICAL_CASE_BYTES = 600
_MOST_CASES = 2_000
MOST_COUNTED = 100_000
"""Of changes that are still to come; counting more would cost more than knowing is worth."""
_NO_CASE_ID = 2**63
"""No column holds this; a device that asks for it gets the answer for any unknown case."""
_WIDTH = len(CASE_COLUMNS)


def _as_they_are(columns: Sequence[Column[Any]]) -> list[ColumnElement[Any]]:
    """JSON goes from the database to the wire as it is."""
    raw = schema.RawJson()
    return [
        type_coerce(column, raw) if isinstance(column.type, schema.Json) else column
        for column in columns
    ]


_CASE = _as_they_are(CASE_COLUMNS)
_EVENT = _as_they_are(EVENT_COLUMNS)


class Place(msgspec.Struct, frozen=True):
    """Where a case is, or was, in the feed of a unit."""

    case_id: int
    unit_id: int
    op: str
    seq: int
    entered_seq: int
    reason: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Changes in the order in which they are told, with the heads of their cases.

    Attributes:
        facts: by case; of those that a device has, what it lacks.
    """

    changes: Sequence[tuple[Place, CaseRecord]]
    facts: Mapping[int, Sequence[EventRecord]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Everybody's changes between two numbers; ``facts`` with theirs."""

    changes: Sequence[tuple[Place, CaseRecord]]
    facts: Mapping[int, Sequence[tuple[int, EventRecord]]]


def add_wanted(connection: Connection, page: Page, actor: Actor, wanted: Sequence[int]) -> None:
    """Put cases on a page whole, because the device found them incomplete, or say that they left.

    As many as fit; the device asks again for the others.
    """
    possible = [case_id for case_id in wanted if 0 < case_id < _NO_CASE_ID]
    rows = connection.execute(select(*_CASE).where(schema.cases.c.id.in_(possible))).all()
    heads = {row.id: CaseRecord(*row) for row in rows}
    seen = [head for head in heads.values() if actor.scope.sees(UnitId(head.unit_id))]
    events = _events(connection, whole=[head.id for head in seen])
    for case_id in wanted:
        head = heads.get(case_id)
        if head is None or not actor.scope.sees(UnitId(head.unit_id)):
            page.add_leave(LeaveRecord(case_id=case_id, reason="out-of-scope", to=""))
        elif not page.add_case(head, events.get(case_id, ())):
            break


def add_leaves(connection: Connection, page: Page, scope: Scope, after: int) -> None:
    """Put every departure since a change on a page, when a first load replaces the changes."""
    rows = connection.execute(_changes(scope, after).where(schema.feed.c.op == "leave"))
    for row in rows:
        if not scope.sees(row.unit_id):
            page.add_leave(_leave(_place(row)))


def add_changes(
    connection: Connection, page: Page, actor: Actor, cursor: Cursor, *, to: int, heads: bool
) -> Cursor | None:
    """Put what changed after a cursor on a page; of more than fits, the officer's own cases first.

    Args:
        to: the newest change to be told.
        heads: also of cases that the device has, whose heads it could make grow itself.

    Returns:
        The cursor behind the page, or None when it holds all there is to be told.
    """
    if cursor.seq >= to:  # as of most who ask: nothing has happened since
        return None
    limit = most_changes(page.room)
    changes = _changes(actor.scope, cursor.seq).where(schema.feed.c.seq <= to)
    rows, is_cut = ([], True) if cursor.ahead else _first_of(connection, changes, limit)
    if is_cut:
        told_ahead = max(cursor.ahead, cursor.seq)
        own = changes.where(schema.feed.c.seq > told_ahead, _is_own(actor))
        rows, is_cut = _first_of(connection, own, limit)
        done, is_full = _put(connection, page, actor.scope, cursor, rows, heads=heads)
        if is_cut or is_full:
            return replace(cursor, ahead=done or cursor.ahead)
        cursor = replace(cursor, ahead=to)
        others = changes.where(~_is_own(actor))
        rows, is_cut = _first_of(connection, others, limit)
    done, is_full = _put(connection, page, actor.scope, cursor, rows, heads=heads)
    return replace(cursor, seq=done or cursor.seq) if is_cut or is_full else None


def count_changes(connection: Connection, scope: Scope, after: int) -> int:
    """Return how many changes came after one; :data:`MOST_COUNTED` stands for any more."""
    feed = schema.feed.c
    some = select(feed.seq).where(feed.seq > after, _within(feed.unit_id, scope))
    count = select(func.count()).select_from(some.limit(MOST_COUNTED).subquery())
    total: int = connection.execute(count).scalar_one()
    return total


def _first_of(
    connection: Connection, changes: Select[Any], limit: int
) -> tuple[Sequence[Row[Any]], bool]:
    """Return the first of some changes, and whether there are more."""
    rows = connection.execute(changes.limit(limit)).all()
    if len(rows) < limit:
        return rows, False
    # the last change may go on in rows that were not read
    return [row for row in rows if row.change_seq != rows[-1].change_seq], True


def _put(
    connection: Connection,
    page: Page,
    scope: Scope,
    cursor: Cursor,
    rows: Sequence[Row[Any]],
    *,
    heads: bool,
) -> tuple[int, bool]:
    """Put changes on a page; return the last that is on it whole, and whether the page is full."""
    puts = [row for row in rows if row.op == "put"]
    facts = _events(
        connection,
        whole=[row.id for row in puts if row.entered_seq > cursor.base],
        news=[row.id for row in puts if row.entered_seq <= cursor.base],
        after=cursor.base,
    )
    told = Told(changes=[(_place(row), CaseRecord(*row[:_WIDTH])) for row in rows], facts=facts)
    return put(page, scope, cursor, told, heads=heads)


def put(page: Page, scope: Scope, cursor: Cursor, told: Told, *, heads: bool) -> tuple[int, bool]:
    """Put changes on a page; return the last that is on it whole, and whether the page is full."""
    done = 0
    for place, head in told.changes:
        if place.op == "put":
            facts = told.facts.get(place.case_id, ())
            whole = heads or place.entered_seq > cursor.base or not facts
            add = page.add_case if whole else page.add_facts
            if not add(head, facts):
                return done, True
        elif not scope.sees(UnitId(head.unit_id)):
            page.add_leave(_leave(place))
        done = place.seq
    return done, False


def changes_between(connection: Connection, start: int, end: int, known: int) -> Between:
    """Return everybody's changes after one number up to another.

    With the facts of their cases after ``known``; with all facts of those that entered since.
    """
    rows = connection.execute(_BETWEEN, {"start": start, "end": end}).all()
    changes = [(_place(row), CaseRecord(*row[:_WIDTH])) for row in rows]
    puts = [place for place, _ in changes if place.op == "put"]
    facts: dict[int, list[tuple[int, EventRecord]]] = {}
    if puts:
        sought = {
            "whole": [place.case_id for place in puts if place.entered_seq > known],
            "news": [place.case_id for place in puts if place.entered_seq <= known],
            "known": known,
        }
        for row in connection.execute(_FACTS_SINCE, sought):
            facts.setdefault(row[0], []).append((row[-1], EventRecord(*row[:-1])))
    return Between(changes=changes, facts=facts)


def _is_own(actor: Actor) -> ColumnElement[bool]:
    """Say which cases an officer waits for: theirs, and what is new with their unit.

    Whoever makes a case one of these, or takes it from them, changes it.
    """
    cases = schema.cases.c
    new_here = cases.assignee_id.is_(None) & (cases.unit_id == actor.unit_id) & cases.is_open
    is_own = or_(func.coalesce(cases.assignee_id, 0) == actor.id, new_here)
    return is_own & (schema.feed.c.op == "put")


def count_cases(connection: Connection, scope: Scope) -> int:
    """Return how many cases somebody sees."""
    count = select(func.count()).select_from(schema.cases)
    total: int = connection.execute(
        count.where(_within(schema.cases.c.unit_id, scope))
    ).scalar_one()
    return total


def walk(connection: Connection, scope: Scope) -> Iterator[tuple[CaseRecord, list[EventRecord]]]:
    """Yield every case of a scope with its facts: the open ones first, newest first."""
    load = FirstLoad(total=0)
    while True:
        query = _walk(scope, load, since=_NO_CASE_ID - 1).limit(_MOST_CASES)
        rows = connection.execute(query).all()
        yield from _told(connection, rows)
        if len(rows) == _MOST_CASES:
            load = replace(load, registered_at=rows[-1].registered_at, case_id=rows[-1].id)
        elif load.rest:
            return
        else:
            load = FirstLoad(total=0, rest=True)


def cases_of(
    connection: Connection, scope: Scope, ids: Sequence[int]
) -> Iterator[tuple[CaseRecord, list[EventRecord]]]:
    """Yield those of some cases that are in a scope, with their facts, in the order asked for."""
    seen = (schema.cases.c.id.in_(ids), _within(schema.cases.c.unit_id, scope))
    rows = {row.id: row for row in connection.execute(select(*_CASE).where(*seen))}
    yield from _told(connection, [rows[id_] for id_ in ids if id_ in rows])


def versions(connection: Connection, scope: Scope) -> Iterator[tuple[int, int]]:
    """Yield number and version of every case that somebody sees."""
    cases = schema.cases.c
    for row in connection.execute(select(cases.id, cases.v).where(_within(cases.unit_id, scope))):
        yield row[0], row[1]


def in_buckets(
    connection: Connection, scope: Scope, buckets: Collection[int]
) -> Iterator[tuple[CaseRecord, list[EventRecord]]]:
    """Yield the cases of a scope that are counted in some buckets, with their facts."""
    cases = schema.cases.c
    query = select(cases.id).where(
        _within(cases.unit_id, scope), (cases.id % BUCKETS).in_(sorted(buckets))
    )
    ids = list(connection.execute(query).scalars())
    for start in range(0, len(ids), _MOST_CASES):
        yield from cases_of(connection, scope, ids[start : start + _MOST_CASES])


def uncovered_since(connection: Connection, scope: Scope, seq: int) -> dict[int, int]:
    """Return the cases that left a unit of a scope or became more secret, and when they did."""
    feed = schema.feed.c
    rows = connection.execute(
        select(feed.case_id, feed.seq)
        .where(
            feed.seq > seq,
            _within(feed.unit_id, scope),
            or_(feed.op == "leave", feed.entered_seq > seq),
        )
        .order_by(feed.seq)  # grouped by case SQLite would walk the whole table by its key
    )
    return {row.case_id: row.seq for row in rows}


def _told(
    connection: Connection, rows: Sequence[Row[Any]]
) -> Iterator[tuple[CaseRecord, list[EventRecord]]]:
    events = _events(connection, whole=[row.id for row in rows])
    for row in rows:
        yield CaseRecord(*row[:_WIDTH]), events.get(row.id, [])


def begin_first_load(connection: Connection, scope: Scope) -> FirstLoad:
    """Return the beginning of a first load."""
    return FirstLoad(total=count_cases(connection, scope))


def add_first_load(
    connection: Connection, page: Page, scope: Scope, cursor: Cursor, load: FirstLoad
) -> FirstLoad | None:
    """Put the next cases of a first load on a page; return where it stands, None at its end."""
    while True:
        limit = most_changes(page.room)
        rows = connection.execute(_walk(scope, load, since=cursor.seq).limit(limit)).all()
        events = _events(connection, whole=[row.id for row in rows])
        added = 0
        for row in rows:
            if not page.add_case(CaseRecord(*row[:_WIDTH]), events.get(row.id, ())):
                break
            added += 1
        if added:
            last = rows[added - 1]
            load = replace(
                load,
                registered_at=last.registered_at,
                case_id=last.id,
                done=load.done + added,
            )
        if added < len(rows) or len(rows) == limit:
            return load
        if load.rest:
            return None
        load = replace(load, rest=True, registered_at=0, case_id=0)


def _walk(scope: Scope, load: FirstLoad, *, since: int) -> Select[Any]:
    """Select the next cases of a pass.

    The second pass takes the closed ones, and those that changed since the load began: one of
    these may have been closed when the first pass went by, and opened again since.
    """
    cases = schema.cases.c
    query = select(*_CASE).where(_within(cases.unit_id, scope))
    if load.rest:
        query = query.where(or_(~cases.is_open, cases.seq > since))
    else:
        query = query.where(cases.is_open)
    if load.case_id:
        query = query.where(
            tuple_(cases.registered_at, cases.id) < (load.registered_at, load.case_id)
        )
    return query.order_by(cases.registered_at.desc(), cases.id.desc())


_FEED = (
    *_CASE,
    schema.feed.c.unit_id.label("in_unit"),
    schema.feed.c.op,
    schema.feed.c.seq.label("change_seq"),
    schema.feed.c.entered_seq,
    schema.feed.c.reason.label("why"),
    schema.feed.c.to_name,
)
_CHANGES = (
    select(*_FEED)
    .join_from(schema.feed, schema.cases, schema.feed.c.case_id == schema.cases.c.id)
    # Arrivals before departures of the same change: a page that has no room for the case must
    # not have counted the change as told.
    .order_by(schema.feed.c.seq, schema.feed.c.op.desc())
)
_BETWEEN = _CHANGES.where(
    schema.feed.c.seq > bindparam("start"), schema.feed.c.seq <= bindparam("end")
)
_FACTS_SINCE = (
    select(*_EVENT, schema.events.c.seq)
    .where(
        or_(
            schema.events.c.case_id.in_(bindparam("whole", expanding=True)),
            schema.events.c.case_id.in_(bindparam("news", expanding=True))
            & (schema.events.c.seq > bindparam("known")),
        ),
        schema.events.c.kind != "registered",
    )
    .order_by(schema.events.c.case_id, schema.events.c.v)
)


def _changes(scope: Scope, after: int) -> Select[Any]:
    feed = schema.feed.c
    return _CHANGES.where(feed.seq > after, _within(feed.unit_id, scope))


def _place(row: Row[Any]) -> Place:
    return Place(row.id, row.in_unit, row.op, row.change_seq, row.entered_seq, row.why, row.to_name)


def _events(
    connection: Connection,
    *,
    whole: Sequence[int],
    news: Sequence[int] = (),
    after: int = 0,
) -> dict[int, list[EventRecord]]:
    """Return the facts of cases, of some only those after a ``seq``; never the registration."""
    if not (whole or news):
        return {}
    events = schema.events.c
    wanted: ColumnElement[bool] = events.case_id.in_(whole)
    if news:
        wanted = or_(wanted, events.case_id.in_(news) & (events.seq > after))
    rows: Iterable[Sequence[Any]] = connection.execute(
        select(*_EVENT)
        .where(wanted, events.kind != "registered")
        .order_by(events.case_id, events.v)
    )
    found: dict[int, list[EventRecord]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(EventRecord(*row))
    return found


def _within(unit_id: ColumnElement[int], scope: Scope) -> ColumnElement[bool]:
    return true() if scope.everything else unit_id.in_(scope.handles | scope.watches)


def _leave(place: Place) -> LeaveRecord:
    return LeaveRecord(case_id=place.case_id, reason=place.reason, to=place.to)


def most_changes(room: int) -> int:
    """Return how many changes are read for a page with so much room."""
    return min(max(room // _TYPICAL_CASE_BYTES, 4), _MOST_CASES)
