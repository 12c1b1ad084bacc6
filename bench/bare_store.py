# SPDX-License-Identifier: AGPL-3.0-or-later
"""The limit of every store of ours: the bare driver on files that the program made.

Same tables, indices, search indices, cipher and pragmas. It computes no deadlines, looks for no own
work, checks no gaps, and is told what to do.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3

from bench.device import KEY
from sync.store.engine import CACHE_TUNING, Tuning
from sync.store.records import MAX_EVENTS
from sync.store.schema_cache import cases as cases_table
from sync.wire.messages import CaseRecord, EventRecord

INDICES = ("case_words", "entry_words")

_DAY_MS = 86_400_000
_CASE = [column.name for column in cases_table.columns]
_EVENT = EventRecord.__struct_fields__


def _insert_into(table: str, columns: Sequence[str], how: str = "INSERT") -> str:
    marks = ", ".join("?" * len(columns))
    return f"{how} INTO {table} ({', '.join(columns)}) VALUES ({marks})"


_PUT_CASE = _insert_into("cases", _CASE)
_REPLACE_CASE = _insert_into("cases", _CASE, "INSERT OR REPLACE")
_PUT_EVENT = _insert_into("events", ("id", *_EVENT))
_PUT_CASE_WORDS = """
    INSERT INTO case_words (rowid, tracking_id, title, text, reporter, location)
    SELECT id, tracking_id, title, text, reporter, location FROM cases
    WHERE id IN (SELECT value FROM json_each(?))
"""
_PUT_ENTRY_WORDS = """
    INSERT INTO entry_words (rowid, words)
    SELECT id, words FROM entry_source WHERE id IN (SELECT value FROM json_each(?))
"""
_ANSWER = """
    UPDATE cases SET v = ?, working = 'proses', shown_status = 'proses',
        first_answer_at = coalesce(first_answer_at, ?), last_answer_at = ?,
        shown_due = shown_due + 5
    WHERE id = ?
"""
_ROWS = "SELECT * FROM cases WHERE id IN (SELECT value FROM json_each(?))"

_attachments = CaseRecord.__struct_fields__.index("attachments")
_data = _EVENT.index("data")
_case_fields = operator.attrgetter(*CaseRecord.__struct_fields__)
_event_fields = operator.attrgetter(*_EVENT)


def connect(path: Path, tuning: Tuning) -> sqlcipher3.Connection:
    """Open a file of the program with the bare driver and the same pragmas."""
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    for pragma in (
        f"key = \"x'{KEY.hex()}'\"",
        f"cipher_page_size = {tuning.page_size}",
        "journal_mode = WAL",
        f"synchronous = {tuning.synchronous}",
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        f"cache_size = -{tuning.writer_cache_kib}",
        f"wal_autocheckpoint = {tuning.checkpoint_pages}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


class BareStore:
    """The cache of an officer, without the program."""

    def __init__(self, folder: Path) -> None:
        self.database = connect(folder / "cache.db", CACHE_TUNING)

    def begin(self) -> None:
        """Begin a transaction, unless one is open."""
        if not self.database.in_transaction:
            self.database.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit, if anything is open."""
        if self.database.in_transaction:
            self.database.execute("COMMIT")

    def insert(self, cases: Collection[CaseRecord], events: Collection[EventRecord]) -> None:
        """Put new cases and entries in, without their words."""
        self.database.executemany(_PUT_EVENT, [_event_row(record) for record in events])
        self.database.executemany(_PUT_CASE, [_case_row(record) for record in cases])

    def replace(self, cases: Collection[CaseRecord], events: Collection[EventRecord]) -> None:
        """Put other heads of the same words in the place of those that are there; new entries."""
        self.database.executemany(_PUT_EVENT, [_event_row(record) for record in events])
        self.database.executemany(_REPLACE_CASE, [_case_row(record) for record in cases])
        self.remember_words([], events)

    def answer(self, events: Collection[EventRecord]) -> None:
        """Put answers in, and what they change into their heads."""
        self.database.executemany(_PUT_EVENT, [_event_row(record) for record in events])
        self.database.executemany(
            _ANSWER, [(each.v, each.at, each.at, each.case_id) for each in events]
        )
        self.remember_words([], events)

    def remember_words(
        self, cases: Collection[CaseRecord], events: Collection[EventRecord]
    ) -> None:
        """Index what was put in."""
        ids = [record.case_id * MAX_EVENTS + record.v for record in events]
        self.database.execute(_PUT_CASE_WORDS, (_json([record.id for record in cases]),))
        self.database.execute(_PUT_ENTRY_WORDS, (_json(ids),))

    def keep_cursor(self, cursor: object) -> None:
        """Write down how far it has come."""
        self.database.execute("INSERT OR REPLACE INTO meta VALUES ('cursor', ?)", (cursor,))

    def tell_indices(self, command: str, value: int | None = None) -> None:
        """Give the search indices one of their commands."""
        for index in INDICES:
            statement = f"INSERT INTO {index} ({index}, rank) VALUES (?, ?)"  # noqa: S608 - ours
            self.database.execute(statement, (command, value))

    def rows(self, ids: Sequence[int]) -> list[Any]:
        """Return cases by key."""
        found: list[Any] = self.database.execute(_ROWS, (_json(ids),)).fetchall()
        return found

    def close(self) -> None:
        """Close the file."""
        self.database.close()


def _case_row(record: CaseRecord) -> tuple[Any, ...]:
    fields: tuple[Any, ...] = _case_fields(record)
    # Plausible values, or the indices would be cheaper than the program's.
    status = record.working or "belum_ditindaklanjuti"
    due = None if record.closed_at else record.registered_at // _DAY_MS + 719_223
    files = _json(record.attachments)
    shown = (status, due, None if due is None else "penyelesaian", record.assignee_id, 0, 0, 0)
    return (*fields[:_attachments], files, *fields[_attachments + 1 :], *shown)


def _event_row(record: EventRecord) -> tuple[Any, ...]:
    fields: tuple[Any, ...] = _event_fields(record)
    key = record.case_id * MAX_EVENTS + record.v
    flags = _json(record.flags) if record.flags else ""
    return (key, *fields[:_data], _json(record.data), *fields[_data + 1 : -1], flags)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
