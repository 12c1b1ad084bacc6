# SPDX-License-Identifier: AGPL-3.0-or-later
"""The limit of a first load: the same bytes with as little between socket and file as possible.

``python -m bench.load_raw ADDRESS FOLDER PARTS page|end``: asks the same centre for the same
pieces by bare ``requests``, decodes them into the same records, and inserts them with the bare
driver into files that the program made (same tables, indices, search index, cipher, pragmas).
``page`` commits and indexes each piece, as the program does; ``end`` commits every 5,000 cases and
indexes everything at the end, which is faster and useless until then. It computes no deadlines,
looks for no own work, checks no gaps and replaces nothing.
"""

from __future__ import annotations

import operator
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import requests
import sqlcipher3
import zstandard

from bench.device import KEY, open_store, sign_in
from bench.load_ours import WINDOW, recorded
from bench.meters import forget_peak, peak_mb, report, resident_mb
from sync.store.engine import CACHE_TUNING, Tuning
from sync.store.records import MAX_EVENTS
from sync.store.schema_cache import cases as cases_table
from sync.transports.http import HttpService
from sync.wire.messages import CaseRecord, EventRecord, Segment
from sync.wire.versions import CURRENT

_CASES_A_COMMIT = 5_000
_DAY_MS = 86_400_000
_CASE = [column.name for column in cases_table.columns]
_EVENT = EventRecord.__struct_fields__


def _insert_into(table: str, columns: Sequence[str]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - ours


_PUT_CASE = _insert_into("cases", _CASE)
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
_ROWS = "SELECT * FROM cases WHERE id IN (SELECT value FROM json_each(?))"
_QUEUE = "SELECT id FROM cases WHERE shown_status = ? ORDER BY registered_at DESC"

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


class Loader:
    """Fetches pages and inserts them."""

    def __init__(self, address: str, folder: Path, *, indexes_pages: bool) -> None:
        open_store(folder).close()  # the program makes the tables
        self._indexes_pages = indexes_pages
        self._database = connect(folder / "cache.db", CACHE_TUNING)
        self._tell_indices("automerge", 0)
        self._tell_indices("crisismerge", 1_900)
        self._url = f"{address}/v{CURRENT}/segments"
        self._packed = b""
        self._http = requests.Session()
        token = sign_in(HttpService(address)).access_token()
        self._http.headers.update(
            {
                "Authorization": f"Bearer {token}",
            }
        )
        self._uncommitted = 0

    def part(self, sha256: str, start: int, size: int, *, is_last: bool) -> None:
        """Ask for a part of a piece, and insert the piece once it is whole."""
        wanted = {"Range": f"bytes={start}-{start + size - 1}"}
        self._packed += self._http.get(f"{self._url}/{sha256}", headers=wanted).content
        if is_last:
            body = zstandard.ZstdDecompressor().decompress(self._packed)
            self._insert(msgspec.json.decode(body, type=Segment))
            self._packed = b""

    def finish(self) -> None:
        """Commit what is open, and index what is not."""
        if self._database.in_transaction:
            self._database.execute("COMMIT")
        if not self._indexes_pages:
            self._tell_indices("rebuild")

    def look(self) -> None:
        """Do what the list does when it opens a queue."""
        status = "belum_ditindaklanjuti"
        ids = [row[0] for row in self._database.execute(_QUEUE, (status,)).fetchall()]
        assert self._database.execute(_ROWS, (_json(ids[:WINDOW]),)).fetchall()

    def _insert(self, reply: Segment) -> None:
        database = self._database
        if not database.in_transaction:
            database.execute("BEGIN IMMEDIATE")
        events = [_event_row(record) for record in reply.events]
        database.executemany(_PUT_EVENT, events)
        database.executemany(_PUT_CASE, [_case_row(record) for record in reply.cases])
        if self._indexes_pages:
            database.execute(_PUT_CASE_WORDS, (_json([record.id for record in reply.cases]),))
            database.execute(_PUT_ENTRY_WORDS, (_json([event[0] for event in events]),))
        database.execute("INSERT OR REPLACE INTO meta VALUES ('cursor', ?)", (len(events),))
        self._uncommitted += len(reply.cases)
        if self._indexes_pages or self._uncommitted >= _CASES_A_COMMIT:
            self._uncommitted = 0
            database.execute("COMMIT")

    def _tell_indices(self, command: str, value: int | None = None) -> None:
        for index in ("case_words", "entry_words"):
            statement = f"INSERT INTO {index} ({index}, rank) VALUES (?, ?)"  # noqa: S608 - ours
            self._database.execute(statement, (command, value))


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


def main() -> None:
    """Load everything once."""
    address, folder, parts_file, when = sys.argv[1:]
    loader = Loader(address, Path(folder), indexes_pages=when == "page")
    parts = recorded(Path(parts_file))
    following = [*[part[0] for part in parts[1:]], ""]
    usable = 0.0
    forget_peak()
    idle_mb = resident_mb()
    begun, cpu = time.perf_counter(), time.process_time()
    for (sha256, start, size), then in zip(parts, following, strict=True):
        loader.part(sha256, start, size, is_last=then != sha256)
        if not usable and then != sha256:
            loader.look()
            usable = time.perf_counter() - begun
    loader.finish()
    report(
        {
            "seconds": time.perf_counter() - begun,
            "cpu": time.process_time() - cpu,
            "usable": usable,
            "memory": peak_mb() - idle_mb,
        }
    )


if __name__ == "__main__":
    main()
