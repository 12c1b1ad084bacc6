# SPDX-License-Identifier: AGPL-3.0-or-later
"""Heads that grow here: the centre sends facts only where the device can see to the rest.

A head is the fold of its facts by the rules that both ends have. What these cannot do here, for a
fact is missing or of a kind that only a newer program knows, is asked for whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from sync.cases.events import KIND_OF_EVENT, evolve
from sync.errors import SyncError
from sync.store.records import CASE_FIELDS, case_record_of, json_text
from sync.wire.codec import case_from, case_record, event_from
from sync.wire.messages import CaseRecord, EventRecord


def grown(cache: sa.Connection, events: Iterable[EventRecord]) -> tuple[list[CaseRecord], set[int]]:
    """Return what cases that are here become by these facts, and those that must be asked for."""
    news: dict[int, list[EventRecord]] = defaultdict(list)
    for event in events:
        news[event.case_id].append(event)
    rows = cache.exec_driver_sql(
        f"SELECT {', '.join(CASE_FIELDS)} FROM cases"  # noqa: S608 - names of ours
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json_text(list(news)),),
    )
    heads, unclear = [], set()
    for record in map(case_record_of, rows):
        facts = sorted((fact for fact in news[record.id] if fact.v > record.v), key=_place)
        if facts:
            head = _after(record, facts)
            if head is None:
                unclear.add(record.id)
            else:
                heads.append(head)
    return heads, unclear


def _place(fact: EventRecord) -> int:
    return fact.v


def _after(record: CaseRecord, facts: Sequence[EventRecord]) -> CaseRecord | None:
    """Return a head after some facts; None where the rules here do not tell."""
    case = case_from(record)
    if case_record(case) != record:
        return None  # it holds words of a newer centre, which would be lost
    for fact in facts:
        try:
            event = event_from(fact)
        except SyncError:
            return None
        if event.v != case.v + 1 or type(event.body) not in KIND_OF_EVENT:
            return None
        case = evolve(case, event)
    return case_record(case)
