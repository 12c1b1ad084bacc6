# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sides of a decision as this computer knows them: what the officer saw, what came since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import takewhile

import sqlalchemy as sa

from sync.cases.case import Case, StatusMap
from sync.cases.commands import Command
from sync.cases.events import Event, StatusReported, evolve
from sync.cases.views import Base
from sync.store.records import event_key, read_cases, read_events


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sides of a case on which an act waits.

    Attributes:
        base: what the officer saw when acting; None where the case is not here any more.
        newer: what others did since, oldest first.
        seen_v: how far the ledger is shown in these; no decision may claim to know more.
    """

    base: Base | None
    newer: tuple[Event, ...]
    seen_v: int


def sides_of(
    cache: sa.Connection, command: Command, own: Collection[str], status_map: StatusMap
) -> Sides:
    """Return the sides of a decision; ``own`` are the ids of the officer's own commands here."""
    head = next(read_cases(cache, [command.case_id]), None)
    if head is None:
        return Sides(base=None, newer=(), seen_v=command.base_v)
    whole = _unbroken_to(cache, command)
    events = [event for event in read_events(cache, command.case_id) if event.v <= whole]
    return Sides(
        base=_base(head, [event for event in events if event.v <= command.base_v], status_map),
        newer=tuple(
            event for event in events if event.v > command.base_v and event.command_id not in own
        ),
        seen_v=whole,
    )


def _unbroken_to(cache: sa.Connection, command: Command) -> int:
    """Return the last version up to which no fact is missing here since the officer acted."""
    rows = cache.exec_driver_sql(
        "SELECT v FROM events WHERE id > ? AND id < ? ORDER BY id",
        (event_key(command.case_id, command.base_v), event_key(command.case_id + 1, 0)),
    )
    found = enumerate(rows.scalars(), start=command.base_v + 1)
    return max((v for expected, v in takewhile(_same, found)), default=command.base_v)


def _same(pair: tuple[int, int]) -> bool:
    return pair[0] == pair[1]


def _base(head: Case, seen: list[Event], status_map: StatusMap) -> Base:
    """Fold what the officer saw; the head tells the later state, so begin without it."""
    case = replace(head, working=None, v=1, milestones=replace(head.milestones, closed_at=None))
    for event in seen:
        case = evolve(case, event)
    reported = any(isinstance(event.body, StatusReported) for event in seen)
    known = case.working is not None or reported or head.raw_status == case.raw_status
    return Base(
        entry=seen[-1] if seen else None,
        status=status_map.status_of(case) if known else None,
        raw_status=case.raw_status,
    )
