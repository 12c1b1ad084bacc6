# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of both files <-> records of the wire and values of the case rules. No SQL that writes.

The first columns of ``cases`` and all of ``events`` are the fields of the wire's records in their
order, so that a page goes in by ``executemany`` without a detour.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from sync.cases.case import Case
from sync.cases.commands import Command, CommandBody, Unreadable
from sync.cases.events import Event
from sync.cases.ids import CaseId, CommandId
from sync.cases.projection import Delivery
from sync.errors import SyncError
from sync.store import schema_cache
from sync.store.engine import fetch
from sync.wire.codec import case_from, command_body, event_shown
from sync.wire.messages import AttachmentRecord, CaseRecord, EventRecord

CASE_FIELDS: tuple[str, ...] = CaseRecord.__struct_fields__
EVENT_FIELDS: tuple[str, ...] = EventRecord.__struct_fields__
CASE_COLUMNS = tuple(column.name for column in schema_cache.cases.columns)

EVENT_COLUMNS = ("id", *EVENT_FIELDS)

MAX_EVENTS = 1 << 20
"""An event's key is its case and its place there in one number, so that a case's facts lie
together in the file and the search index finds the case of an entry without looking."""

_ATTACHMENTS = CASE_FIELDS.index("attachments")
_DATA, _FLAGS = EVENT_FIELDS.index("data"), EVENT_FIELDS.index("flags")
_case_fields = operator.attrgetter(*CASE_FIELDS)
_event_fields = operator.attrgetter(*EVENT_FIELDS)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_decode_attachments = msgspec.json.Decoder(list[AttachmentRecord]).decode
_IN_IDS = "(SELECT value FROM json_each(?))"


def case_values(record: CaseRecord) -> tuple[Any, ...]:
    """Return the confirmed columns of a case."""
    fields: tuple[Any, ...] = _case_fields(record)
    files = json_text(record.attachments)
    return (*fields[:_ATTACHMENTS], files, *fields[_ATTACHMENTS + 1 :])


def event_key(case_id: int, v: int) -> int:
    """Return the key of an event."""
    return case_id * MAX_EVENTS + v


def event_values(record: EventRecord) -> tuple[Any, ...]:
    """Return the columns of an event."""
    fields: tuple[Any, ...] = _event_fields(record)
    key = event_key(record.case_id, record.v)
    data, flags = json_text(record.data), json_text(record.flags) if record.flags else ""
    return (key, *fields[:_DATA], data, *fields[_DATA + 1 : _FLAGS], flags)


def read_cases(connection: sa.Connection, ids: Collection[int]) -> Iterator[Case]:
    """Yield the cases of these ids that the cache holds, in no certain order."""
    columns = ", ".join(CASE_FIELDS)
    rows = fetch(
        connection,
        f"SELECT {columns} FROM cases WHERE id IN {_IN_IDS}",  # noqa: S608 - names of ours
        (json_text(list(ids)),),
    )
    for row in rows:
        yield case_from(case_record_of(row))


def case_record_of(row: Sequence[Any]) -> CaseRecord:
    """Return the head in a row of :data:`CASE_FIELDS`, as it came."""
    values = dict(zip(CASE_FIELDS, row, strict=True))
    values["attachments"] = _decode_attachments(values["attachments"])
    values["anonymous"] = bool(values["anonymous"])
    values["secret"] = bool(values["secret"])
    return CaseRecord(**values)


def event_record_of(row: Sequence[Any]) -> EventRecord:
    """Return the fact in a row of :data:`EVENT_FIELDS`, as it came."""
    values = dict(zip(EVENT_FIELDS, row, strict=True))
    values["data"] = _decode(values["data"])
    values["flags"] = _decode(values["flags"]) if values["flags"] else []
    return EventRecord(**values)


def read_events(connection: sa.Connection, case_id: int, *, after_v: int = 0) -> Iterator[Event]:
    """Yield a case's facts in order.

    What a newer centre tells in a way we cannot read is kept as it came, and shown by the label
    that came with it: one strange fact must not hide the case and every decision that is due.
    """
    columns = ", ".join(EVENT_FIELDS)
    rows = connection.exec_driver_sql(
        f"SELECT {columns} FROM events WHERE id > ? AND id < ? ORDER BY id",  # noqa: S608
        (event_key(case_id, after_v), event_key(case_id + 1, 0)),
    )
    for row in rows:
        yield event_shown(event_record_of(row))


UNSETTLED_STATES = tuple(each.value for each in Delivery if each.is_pending or each.needs_decision)
UNSETTLED = str(UNSETTLED_STATES)
"""For SQL. A list of what they are, and not of what they are not, finds them by the index among
years of settled ones."""

COMMAND_FIELDS = ("id", "n", "case_id", "base_v", "at", "kind", "data", "after", "resolves", "sv")
"""The columns of ``commands`` that are the command itself."""


def command_of(row: Sequence[Any]) -> Command:
    """Return the command in a row that begins with :data:`COMMAND_FIELDS`."""
    id_, n, case_id, base_v, at, kind, data, after, resolves, sv = row[: len(COMMAND_FIELDS)]
    return Command(
        id=CommandId(id_),
        n=n,
        case_id=CaseId(case_id),
        base_v=base_v,
        at=at,
        body=_body_of(kind, sv, data),
        after=None if after is None else CommandId(after),
        resolves=None if resolves is None else CommandId(resolves),
    )


def _body_of(kind: str, sv: int, data: str) -> CommandBody:
    """Return what an act says; of one that a newer program recorded, the words that are in it."""
    fields = json_value(data)
    try:
        return command_body(kind, sv, fields)
    except SyncError:
        words = fields.get("text") or fields.get("reason") if isinstance(fields, dict) else ""
        return Unreadable(kind=kind, text=words if isinstance(words, str) else "")


def json_text(value: object) -> str:
    """Return a value as JSON text for a column or for ``json_each``."""
    return _encode(value).decode()


def json_value(text: str) -> Any:  # noqa: ANN401 - whatever was stored
    """Return what :func:`json_text` wrote."""
    return _decode(text)


def case_ids_in(connection: sa.Connection, ids: Iterable[int]) -> set[int]:
    """Return those of the ids that the cache holds."""
    rows = connection.exec_driver_sql(
        f"SELECT id FROM cases WHERE id IN {_IN_IDS}",  # noqa: S608 - a constant
        (json_text(list(ids)),),
    )
    return set(rows.scalars())
