# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes facts: the events, the heads they evolve, and the case's place in the feed, together.

The only writer of ``cases``, ``events`` and ``feed``. What is to be recorded is decided elsewhere
(``settlement`` for officers, ``importing`` for the export).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sync.cases.case import Case, StatusMap
from sync.cases.events import Disposed, Event, evolve
from sync.central import schema
from sync.wire import codec
from sync.wire.messages import CaseRecord, EventRecord

CASE_COLUMNS = [schema.cases.c[name] for name in CaseRecord.__struct_fields__]
EVENT_COLUMNS = [schema.events.c[name] for name in EventRecord.__struct_fields__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to one case in one transaction, under one ``seq``.

    Attributes:
        before: the case as it was, None for a new one.
        after: the case with all events applied.
    """

    before: Case | None
    after: Case
    events: tuple[Event, ...]
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A case as the ledger has it, with its latest ``seq``."""

    case: Case
    seq: int


def evolved(case: Case, events: Iterable[Event]) -> Case:
    """Return a case after several facts."""
    for event in events:
        case = evolve(case, event)
    return case


class Ledger:
    """The records of all cases."""

    def __init__(self, status_map: StatusMap) -> None:
        self._status_map = status_map

    def find(self, connection: Connection, case_ids: Collection[int]) -> dict[int, Found]:
        """Return the known ones of some cases by id, locked for this transaction."""
        rows = connection.execute(_LOCKED_CASES, {"ids": sorted(case_ids)})
        return {
            row.id: Found(case=codec.case_from(CaseRecord(*row[:-1])), seq=row[-1]) for row in rows
        }

    def find_by_tracking_ids(
        self, connection: Connection, tracking_ids: Collection[str]
    ) -> dict[str, Case]:
        """Return the known ones of some cases, locked for this transaction."""
        rows = connection.execute(_LOCKED_BY_TRACKING_ID, {"ids": list(tracking_ids)})
        cases = (codec.case_from(CaseRecord(*row)) for row in rows)
        return {case.tracking_id: case for case in cases}

    def events_after(
        self, connection: Connection, case_id: int, v: int, seq: int | None = None
    ) -> tuple[Event, ...]:
        """Return what happened to a case after a version, or after a change if one is given."""
        rows = connection.execute(
            _EVENTS_AFTER, {"case_id": case_id, "v": v, "seq": _NEVER if seq is None else seq}
        )
        return tuple(codec.event_from(EventRecord(*row)) for row in rows)

    def write(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Record changes; the cases must be locked and the numbers taken."""
        new = [change for change in changes if change.before is None]
        known = [change for change in changes if change.before is not None]
        moved = [change for change in known if _has_moved(change)]
        stayed = [change for change in known if not _has_moved(change)]
        _run(connection, _INSERT_CASE, [self._row(change) for change in new])
        _run(connection, _UPDATE_CASE, [_renamed(self._row(change)) for change in known])
        _run(
            connection,
            _INSERT_EVENT,
            [_event_row(event, change.seq) for change in changes for event in change.events],
        )
        _run(connection, _ADVANCE, [_place(change) for change in stayed if not _is_veiled(change)])
        _run(connection, _RESTATE, [_place(change) for change in stayed if _is_veiled(change)])
        _run(connection, _LEAVE, [_departure(change) for change in moved])
        _run(connection, _CLEAR_PLACE, [_place(change) for change in moved])
        _run(connection, _INSERT_PLACE, [_arrival(change) for change in [*new, *moved]])

    def _row(self, change: Change) -> dict[str, Any]:
        row = msgspec.structs.asdict(codec.case_record(change.after))
        row["seq"] = change.seq
        row["is_open"] = self._status_map.status_of(change.after).is_open
        return row


_LOCKED_CASES = (
    select(*CASE_COLUMNS, schema.cases.c.seq)
    .where(schema.cases.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(schema.cases.c.id)
    .with_for_update()
)
"""In the order of their ids, so that no two transactions wait for each other."""

_LOCKED_BY_TRACKING_ID = (
    select(*CASE_COLUMNS)
    .where(schema.cases.c.tracking_id.in_(bindparam("ids", expanding=True)))
    .order_by(schema.cases.c.id)
    .with_for_update()
)

_NEVER = 2**63 - 1
"""No change has this number."""

_EVENTS_AFTER = (
    select(*EVENT_COLUMNS)
    .where(
        schema.events.c.case_id == bindparam("case_id"),
        (schema.events.c.v > bindparam("v")) | (schema.events.c.seq > bindparam("seq")),
    )
    .order_by(schema.events.c.v)
)

_INSERT_CASE = insert(schema.cases)
_INSERT_EVENT = insert(schema.events)
_INSERT_PLACE = insert(schema.feed)

_UPDATE_CASE = update(schema.cases).where(schema.cases.c.id == bindparam("of_case"))

_AT_PLACE = (
    schema.feed.c.case_id == bindparam("of_case"),
    schema.feed.c.unit_id == bindparam("in_unit"),
)

_ADVANCE = update(schema.feed).where(*_AT_PLACE).values(seq=bindparam("at_seq"))

_RESTATE = (
    update(schema.feed)
    .where(*_AT_PLACE)
    .values(seq=bindparam("at_seq"), entered_seq=bindparam("at_seq"))
)

_LEAVE = (
    update(schema.feed)
    .where(*_AT_PLACE)
    .values(
        seq=bindparam("at_seq"),
        op="leave",
        reason=bindparam("why"),
        to_name=bindparam("to_unit"),
    )
)

_CLEAR_PLACE = delete(schema.feed).where(*_AT_PLACE)


def _run(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401
    if rows:
        connection.execute(statement, rows)


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row for an update: what stays for ever is not set again."""
    row["of_case"] = row.pop("id")
    del row["tracking_id"]
    return row


def _has_moved(change: Change) -> bool:
    return change.before is not None and change.before.unit_id != change.after.unit_id


def _is_veiled(change: Change) -> bool:
    """Whether less may be seen of it now: devices get it whole again, veiled where it must be."""
    before, after = change.before, change.after
    return before is not None and (
        (after.secret and not before.secret) or (after.anonymous and not before.anonymous)
    )


def _event_row(event: Event, seq: int) -> dict[str, Any]:
    row = msgspec.structs.asdict(codec.event_record(event))
    row["seq"] = seq
    return row


def _place(change: Change) -> dict[str, Any]:
    return {
        "of_case": change.after.id,
        "in_unit": change.after.unit_id,
        "at_seq": change.seq,
    }


def _departure(change: Change) -> dict[str, Any]:
    before = change.before or change.after
    return {
        "of_case": before.id,
        "in_unit": before.unit_id,
        "at_seq": change.seq,
        "why": "disposed",
        "to_unit": next(
            (
                event.body.unit_name
                for event in reversed(change.events)
                if isinstance(event.body, Disposed)
            ),
            "",
        ),
    }


def _arrival(change: Change) -> dict[str, Any]:
    return {
        "case_id": change.after.id,
        "unit_id": change.after.unit_id,
        "seq": change.seq,
        "entered_seq": change.seq,
        "op": "put",
        "reason": "",
        "to_name": "",
    }
