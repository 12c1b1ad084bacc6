# SPDX-License-Identifier: AGPL-3.0-or-later
"""A local store in a folder of the test, and what a centre would say to it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sync.cases.commands import CommandBody, Note
from sync.cases.events import EventBody, Responded
from sync.cases.ids import CaseId, CommandId
from sync.store.engine import Database
from sync.store.local import LocalStore
from sync.wire.codec import case_record, event_record
from sync.wire.messages import (
    CaseRecord,
    EventRecord,
    LeaveRecord,
    OfficerRecord,
    PersonRecord,
    ScopeRecord,
    SyncReply,
    UnitRecord,
    Verdict,
)
from tests.support.casework import OFFICER, UNIT, a_case, a_rulebook, an_event, instant

KEY = bytes(range(32))
NOW = instant(2026, 11, 24)
RULEBOOK = a_rulebook()
ME = OfficerRecord(
    id=OFFICER, username="budi", name="Budi Laksana", role="pejabat_penghubung", unit_id=UNIT
)


def open_store(folder: Path, key: bytes = KEY) -> LocalStore:
    """Open the store in a folder."""
    return LocalStore.open(folder, key, RULEBOOK)


@contextmanager
def opened(folder: Path, key: bytes = KEY) -> Iterator[LocalStore]:
    """Open the store in a folder for the length of a block."""
    store = open_store(folder, key)
    try:
        yield store
    finally:
        store.close()


def a_head(id_: int = 1, **changes: Any) -> CaseRecord:
    """Return a case as it comes from the centre; only its registration has happened."""
    tracking_id = changes.pop("tracking_id", f"{9_000_000 + id_}")
    case = a_case(id=CaseId(id_), tracking_id=tracking_id, v=changes.pop("v", 1), **changes)
    return case_record(case)


def an_entry(
    case_id: int = 1, v: int = 2, body: EventBody | None = None, **changes: Any
) -> EventRecord:
    """Return a fact as it comes from the centre."""
    known = {"case_id": CaseId(case_id), "v": v}
    return event_record(an_event(body or Responded(text="Sudah kami tangani."), **known | changes))


def a_scope(*units: int, everything: bool = False, **changes: Any) -> ScopeRecord:
    """Return what an officer of the unit may see, with a colleague."""
    known: dict[str, Any] = {
        "units": [UnitRecord(UNIT, "Divisi Uji", "", "unit", None, None)],
        "people": [
            PersonRecord(OFFICER, ME.name, ME.role, UNIT),
            PersonRecord(71, "Rina Wijaya", ME.role, UNIT),
        ],
    }
    handles = list(units or (UNIT,))
    return ScopeRecord(officer=ME, handles=handles, everything=everything, **known | changes)


R = TypeVar("R", bound=msgspec.Struct)
_cursors = itertools.count(1)


def a_reply(
    *cases: CaseRecord,
    events: Sequence[EventRecord] = (),
    verdicts: Sequence[Verdict] = (),
    left: Sequence[int] = (),
    **changes: Any,
) -> SyncReply:
    """Return one page of the centre, with a cursor that was never used before."""
    known: dict[str, Any] = {"now": NOW, "cursor": f"kursor-{next(_cursors)}"}
    return SyncReply(
        cases=list(cases),
        events=list(events),
        verdicts=list(verdicts),
        left=[LeaveRecord(case_id=id_, reason="transferred", to="Dinas Lain") for id_ in left],
        **known | changes,
    )


def accepted(command_id: str, v: int, **changes: Any) -> Verdict:
    """Return the verdict that made a fact of a command."""
    known: dict[str, Any] = {"receipt": f"2026-{v:07d}", "seq": v, "at": NOW}
    return Verdict(id=command_id, verdict="accepted", v=v, **known | changes)


def act(
    store: LocalStore, id_: str = "c-1", body: CommandBody | None = None, **changes: Any
) -> CommandId:
    """Record an act of the officer on the first case."""
    known: dict[str, Any] = {"case_id": CaseId(1), "base_v": 1, "now": NOW}
    command_id, _ = store.outbox.record(
        body or Note(text="Sudah ditelepon."), command_id=CommandId(id_), **known | changes
    )
    return command_id


def sent(store: LocalStore) -> list[str]:
    """Take what is to be sent, and return the ids."""
    return [record.id for record in store.journal.outgoing(1_000_000, NOW)]


def shown_rows(store: LocalStore) -> list[tuple[Any, ...]]:
    """Return everything in the cache that is derived, to compare one way to it with another."""
    return rows_of(store.files.cache, "SELECT * FROM cases ORDER BY id")


def rows_of(database: Database, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query on one of the files."""
    with database.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def copied(record: R, **changes: Any) -> R:
    """Return a record with other fields."""
    return msgspec.structs.replace(record, **changes)
