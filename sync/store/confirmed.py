# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes what the centre told into the cache. Only the journal calls it: nobody else makes facts.

Every function works inside the cache's transaction and keeps the search index and the shown
columns in step with what it writes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from sync.store import meta, word_index
from sync.store.files import Files
from sync.store.identity import scope_text
from sync.store.overlay import Projector, delivered_ids, read_own_work, reproject
from sync.store.records import (
    CASE_COLUMNS,
    EVENT_FIELDS,
    case_ids_in,
    case_values,
    event_values,
    json_text,
)
from sync.wire.messages import CaseRecord, EventRecord, ScopeRecord


def _put_case_sql() -> str:
    columns = ", ".join(CASE_COLUMNS)
    marks = ", ".join("?" * len(CASE_COLUMNS))
    changes = ", ".join(f"{name} = excluded.{name}" for name in CASE_COLUMNS[1:])
    return (
        f"INSERT INTO cases ({columns}) VALUES ({marks})"  # noqa: S608 - names of ours
        f" ON CONFLICT (id) DO UPDATE SET {changes} WHERE excluded.v >= cases.v"
    )


_PUT_CASE = _put_case_sql()
_PUT_EVENT = (
    f"INSERT OR REPLACE INTO events ({', '.join(EVENT_FIELDS)})"  # noqa: S608 - names of ours
    f" VALUES ({', '.join('?' * len(EVENT_FIELDS))})"
)
_IN_IDS = "IN (SELECT value FROM json_each(?))"


def put_page(
    cache: sa.Connection,
    files: Files,
    cases: Sequence[CaseRecord],
    events: Sequence[EventRecord],
) -> set[int]:
    """Write heads and facts of cases; return the cases that changed.

    Facts of a case that is not here are not kept: the case is asked for again.
    """
    heads = {record.id for record in cases}
    ids = heads | {record.case_id for record in events}
    held = case_ids_in(cache, ids)
    orphans = ids - heads - held
    if held:
        word_index.forget(cache, held)
    _put_events(cache, [record for record in events if record.case_id not in orphans])
    _put_cases(cache, files, cases)
    if headless := ids - heads - orphans:
        reproject(cache, files, headless)
    word_index.remember(cache, ids - orphans)
    _note_incomplete(cache, ids, orphans)
    return ids - orphans


def remove_cases(cache: sa.Connection, ids: Collection[int]) -> set[int]:
    """Delete cases so that nothing of them remains in the file; return those that were here."""
    held = case_ids_in(cache, ids)
    count = cache.exec_driver_sql("SELECT count(*) FROM cases").scalar_one()
    from_the_rest = word_index.is_rebuild_cheaper(len(held), count)
    if held and not from_the_rest:
        word_index.forget(cache, held)
    listed = (json_text(list(held)),)
    cache.exec_driver_sql(f"DELETE FROM events WHERE case_id {_IN_IDS}", listed)  # noqa: S608
    cache.exec_driver_sql(f"DELETE FROM cases WHERE id {_IN_IDS}", listed)  # noqa: S608
    cache.exec_driver_sql(
        f"DELETE FROM wanted WHERE case_id {_IN_IDS}",  # noqa: S608
        (json_text(list(ids)),),
    )
    if held and from_the_rest:
        word_index.rebuild(cache)
    return held


def remove_everything(cache: sa.Connection) -> None:
    """Delete every case; units and colleagues stay until the centre tells others."""
    for table in ("events", "cases", "wanted"):
        cache.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of ours
    word_index.rebuild(cache)


def put_scope(cache: sa.Connection, scope: ScopeRecord) -> set[int]:
    """Replace the reference data; delete the cases outside, and return which they were."""
    cache.exec_driver_sql("DELETE FROM units")
    cache.exec_driver_sql("DELETE FROM people")
    if scope.units:
        cache.exec_driver_sql(
            "INSERT OR REPLACE INTO units (id, name, short_name, kind, parent_id, coordinated_by)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (u.id, u.name, u.short_name, u.kind, u.parent_id, u.coordinated_by)
                for u in scope.units
            ],
        )
    if scope.people:
        cache.exec_driver_sql(
            "INSERT OR REPLACE INTO people (id, name, role, unit_id) VALUES (?, ?, ?, ?)",
            [(person.id, person.name, person.role, person.unit_id) for person in scope.people],
        )
    meta.put(cache, scope=scope_text(scope))
    if scope.everything:
        return set()
    outside = cache.exec_driver_sql(
        "SELECT id FROM cases WHERE unit_id NOT IN (SELECT value FROM json_each(?))",
        (json_text([*scope.handles, *scope.watches]),),
    )
    return remove_cases(cache, set(outside.scalars()))


def _put_events(cache: sa.Connection, events: Sequence[EventRecord]) -> None:
    if events:
        cache.exec_driver_sql(_PUT_EVENT, [event_values(record) for record in events])


def _put_cases(cache: sa.Connection, files: Files, cases: Sequence[CaseRecord]) -> None:
    if not cases:
        return
    with files.work.read() as work:
        own = read_own_work(work, [record.id for record in cases])
    projector = Projector(files.rulebook, own)
    delivered = delivered_ids(cache, own.commands.keys())
    rows = [(*case_values(record), *projector.of_record(record, delivered)) for record in cases]
    cache.exec_driver_sql(_PUT_CASE, rows)


def _note_incomplete(cache: sa.Connection, ids: set[int], orphans: set[int]) -> None:
    """Remember the cases whose facts have a gap; the first one, registration, never comes."""
    listed = json_text(list(ids))
    cache.exec_driver_sql(f"DELETE FROM wanted WHERE case_id {_IN_IDS}", (listed,))  # noqa: S608
    cache.exec_driver_sql(
        """
        INSERT INTO wanted (case_id)
        SELECT id FROM cases WHERE id IN (SELECT value FROM json_each(?)) AND v - 1 > (
            SELECT count(*) FROM events AS e
            WHERE e.case_id = cases.id AND e.v BETWEEN 2 AND cases.v)
        """,
        (listed,),
    )
    if orphans:
        cache.exec_driver_sql(
            "INSERT INTO wanted (case_id) VALUES (?)", [(case_id,) for case_id in orphans]
        )
