# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes what the centre told into the cache. Only the journal calls it: nobody else makes facts.

Every function works inside the cache's transaction and keeps the search indices and the shown
columns in step with what it writes. Rows that are already as told are not written again.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from sync.store import file_cache, growth, meta, segments, tidiness, word_index
from sync.store.files import Files
from sync.store.identity import scope_text
from sync.store.overlay import Projector, delivered_ids, read_own_work, reproject
from sync.store.records import (
    CASE_COLUMNS,
    EVENT_COLUMNS,
    MAX_EVENTS,
    case_ids_in,
    case_values,
    event_key,
    event_values,
    json_text,
)
from sync.wire.messages import CaseRecord, EventRecord, ScopeRecord


def _put_sql(insert: str, columns: Sequence[str]) -> str:
    """Return what writes rows, whose first column is the key, anew or over what is there.

    ``INSERT OR REPLACE`` would take a fifth longer also where nothing is there.
    """
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    return (
        f"{insert} ({', '.join(columns)})"
        f" VALUES ({', '.join('?' * len(columns))})"
        f" ON CONFLICT ({columns[0]}) DO UPDATE SET {changes}"
    )


_PUT_CASE = _put_sql("INSERT INTO cases", CASE_COLUMNS)
_PUT_EVENT = _put_sql("INSERT INTO events", EVENT_COLUMNS)
_IN_IDS = "IN (SELECT value FROM json_each(?))"


def put_page(
    cache: sa.Connection,
    files: Files,
    cases: Sequence[CaseRecord],
    events: Sequence[EventRecord],
    *,
    words_later: bool = False,
) -> set[int]:
    """Write heads and facts of cases; return the cases that were told of.

    Facts of a case that is not here are not kept: the case is asked for again. Facts without a
    head make the head that is here grow. A head that is older than the one here, from a page that
    was overtaken, is not taken.

    Args:
        words_later: leave the words of cases that are new here to :func:`word_index.gather`.
    """
    heads = {record.id: record for record in cases}
    grown, unclear = growth.grown(cache, (fact for fact in events if fact.case_id not in heads))
    heads |= {record.id: record for record in grown}
    ids = heads.keys() | {record.case_id for record in events}
    held = _held_words(cache, ids)
    orphans = ids - heads.keys() - held.keys()
    later = heads.keys() - held.keys() if words_later else set()
    fresh = {id_: head for id_, head in heads.items() if head.v >= held.get(id_, (-1,))[0]}
    rows = {row[0]: row for row in map(event_values, events)}
    known = _held_entries(cache, [key for key, row in rows.items() if row[1] in held])
    new = {key: row for key, row in rows.items() if row[1] not in orphans and known.get(key) != row}
    reworded = {
        id_ for id_, head in fresh.items() if id_ not in held or _words(head) != held[id_][1]
    }
    asked = _asked(cache, heads.keys())
    strays = _strays(cache, asked, heads)
    # What was here and is told otherwise now may not be what the index knows of it.
    is_spoilt = bool(strays or asked & reworded & held.keys() or _cases_of(new, known) & asked)
    if not is_spoilt:
        word_index.forget(cache, cases=reworded & held.keys(), entries=new.keys() & known.keys())
    if strays or reworded & held.keys() or new.keys() & known.keys():
        tidiness.disturb(cache)  # the older words may have been veiled
    _drop_entries(cache, strays)
    _put_events(cache, [new[key] for key in sorted(new)])
    _put_cases(cache, files, fresh.values())
    reproject(cache, files, ids - fresh.keys() - orphans)
    if is_spoilt:
        word_index.rebuild(cache)
    else:
        _remember_words(cache, reworded, new, later)
    _note_incomplete(cache, ids, orphans | unclear)
    return set(ids - orphans)


def _strays(cache: sa.Connection, asked: set[int], heads: Mapping[int, CaseRecord]) -> set[int]:
    """Return the entries of cases that are newer than the head that was told."""
    return {
        key
        for key in _entries_of(cache, asked)
        if key > event_key(key // MAX_EVENTS, heads[key // MAX_EVENTS].v)
    }


def _remember_words(
    cache: sa.Connection, cases: set[int], entries: Collection[int], later: set[int]
) -> None:
    """Put words in, but for those of cases that can wait."""
    if later:
        word_index.put_off(cache, later)
        cases = cases - later
        entries = [key for key in entries if key // MAX_EVENTS not in later]
    word_index.remember(cache, cases=cases, entries=entries)


def remove_cases(cache: sa.Connection, ids: Collection[int]) -> set[int]:
    """Delete cases so that nothing of them remains in the file; return those that were here."""
    held = case_ids_in(cache, ids)
    count = cache.exec_driver_sql("SELECT count(*) FROM cases").scalar_one()
    from_the_rest = word_index.is_rebuild_cheaper(len(held), count)
    entries = _entries_of(cache, held)
    if not from_the_rest:
        word_index.forget(cache, cases=held, entries=entries)
    for table, key, gone in (("events", "id", entries), ("cases", "id", held)):
        statement = f"DELETE FROM {table} WHERE {key} {_IN_IDS}"  # noqa: S608 - names of ours
        cache.exec_driver_sql(statement, (json_text(list(gone)),))
    for table in ("wanted", "unindexed"):
        statement = f"DELETE FROM {table} WHERE case_id {_IN_IDS}"  # noqa: S608 - names of ours
        cache.exec_driver_sql(statement, (json_text(list(ids)),))
    file_cache.forget_cases(cache, ids)
    if held and from_the_rest:
        word_index.rebuild(cache)
    if held:
        tidiness.disturb(cache)
    return held


def remove_everything(cache: sa.Connection) -> None:
    """Delete every case; units and colleagues stay until the centre tells others."""
    if cache.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM cases)").scalar_one():
        tidiness.disturb(cache)
    for table in ("events", "cases", "wanted", "segments"):
        cache.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of ours
    file_cache.forget_all(cache)
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
                (
                    unit.id,
                    unit.name,
                    unit.short_name,
                    unit.kind,
                    unit.parent_id,
                    unit.coordinated_by,
                )
                for unit in scope.units
            ],
        )
    if scope.people:
        cache.exec_driver_sql(
            "INSERT OR REPLACE INTO people (id, name, role, unit_id) VALUES (?, ?, ?, ?)",
            [(person.id, person.name, person.role, person.unit_id) for person in scope.people],
        )
    meta.put(cache, scope=scope_text(scope))
    segments.forget(cache)  # what is in may go now, and would have to come again
    if scope.everything:
        return set()
    outside = cache.exec_driver_sql(
        "SELECT id FROM cases WHERE unit_id NOT IN (SELECT value FROM json_each(?))",
        (json_text([*scope.handles, *scope.watches]),),
    )
    return remove_cases(cache, set(outside.scalars()))


def _words(head: CaseRecord) -> tuple[str | None, ...]:
    """Return what the index knows of a case."""
    return head.tracking_id, head.title, head.text, head.reporter, head.location


def _held_words(
    cache: sa.Connection, ids: Collection[int]
) -> dict[int, tuple[int, tuple[str | None, ...]]]:
    """Return the version and the words of the cases that are here."""
    rows = cache.exec_driver_sql(
        f"SELECT id, v, tracking_id, title, text, reporter, location"  # noqa: S608 - a constant
        f" FROM cases WHERE id {_IN_IDS}",
        (json_text(list(ids)),),
    )
    return {id_: (v, tuple(words)) for id_, v, *words in rows}


def _held_entries(cache: sa.Connection, keys: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return the rows of the events that are here."""
    columns = ", ".join(EVENT_COLUMNS)
    rows = cache.exec_driver_sql(
        f"SELECT {columns} FROM events WHERE id {_IN_IDS}",  # noqa: S608 - names of ours
        (json_text(keys),),
    )
    return {row[0]: tuple(row) for row in rows}


def _entries_of(cache: sa.Connection, ids: Collection[int]) -> list[int]:
    rows = cache.exec_driver_sql(
        "SELECT events.id FROM json_each(?1) AS gone JOIN events"
        " ON events.id >= gone.value * ?2 AND events.id < (gone.value + 1) * ?2",
        (json_text(list(ids)), MAX_EVENTS),
    )
    return list(rows.scalars())


def _asked(cache: sa.Connection, ids: Collection[int]) -> set[int]:
    """Return the cases that were asked for, and so come whole."""
    listed = json_text(list(ids))
    rows = cache.exec_driver_sql(f"SELECT case_id FROM wanted WHERE case_id {_IN_IDS}", (listed,))  # noqa: S608
    return set(rows.scalars())


def _cases_of(new: Collection[int], known: Collection[int]) -> set[int]:
    """Return the cases of entries that are here already and came otherwise."""
    return {key // MAX_EVENTS for key in new if key in known}


def _drop_entries(cache: sa.Connection, keys: Collection[int]) -> None:
    statement = f"DELETE FROM events WHERE id {_IN_IDS}"  # noqa: S608 - a constant
    cache.exec_driver_sql(statement, (json_text(list(keys)),))


def _put_events(cache: sa.Connection, rows: Collection[tuple[Any, ...]]) -> None:
    if rows:
        cache.exec_driver_sql(_PUT_EVENT, list(rows))


def _put_cases(cache: sa.Connection, files: Files, heads: Iterable[CaseRecord]) -> None:
    records = sorted(heads, key=operator.attrgetter("id"))
    if not records:
        return
    with files.work.read() as work:
        own = read_own_work(work, [record.id for record in records])
    projector = Projector(files.rulebook, own)
    delivered = delivered_ids(cache, own.commands.keys())
    rows = [(*case_values(record), *projector.of_record(record, delivered)) for record in records]
    cache.exec_driver_sql(_PUT_CASE, rows)
    if file_cache.forget_unnamed(cache, [record.id for record in records]):
        tidiness.disturb(cache)  # keys of what may not be seen any more


def _note_incomplete(cache: sa.Connection, ids: Collection[int], unclear: set[int]) -> None:
    """Remember the cases to ask for; those whose facts have a gap (registration never comes)."""
    listed = json_text(list(ids))
    cache.exec_driver_sql(f"DELETE FROM wanted WHERE case_id {_IN_IDS}", (listed,))  # noqa: S608
    cache.exec_driver_sql(
        """
        INSERT INTO wanted (case_id)
        SELECT id FROM cases WHERE id IN (SELECT value FROM json_each(?1)) AND v - 1 > (
            SELECT count(*) FROM events AS e
            WHERE e.id BETWEEN cases.id * ?2 + 2 AND cases.id * ?2 + cases.v)
        """,
        (listed, MAX_EVENTS),
    )
    if unclear:
        cache.exec_driver_sql(
            "INSERT OR IGNORE INTO wanted (case_id) VALUES (?)",
            [(case_id,) for case_id in unclear],
        )
