# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which of the officer's acts go first when not all of them fit: answers, by their deadline."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from sync.cases.commands import KIND_OF_COMMAND, Close, Respond
from sync.cases.deadlines import next_due
from sync.cases.rulebook import Rulebook
from sync.store.records import read_cases
from sync.wire.messages import CommandRecord

_ANSWERS: Final = frozenset({KIND_OF_COMMAND[Respond], KIND_OF_COMMAND[Close]})
"""What a citizen waits for, and what stops a clock."""


def days_due(cache: sa.Connection, rulebook: Rulebook, case_ids: Collection[int]) -> dict[int, int]:
    """Return the day (ordinal) by which each case needs an answer, as the centre knows it.

    What waits here has stopped no clock yet, so it is not folded in.
    """
    days: dict[int, int] = {}
    for case in read_cases(cache, case_ids):
        deadline = next_due(case, rulebook.status_map.status_of(case), rulebook)
        if deadline is not None:
            days[case.id] = deadline.due_on.toordinal()
    return days


def by_urgency(waiting: Sequence[CommandRecord], days: Mapping[int, int]) -> list[CommandRecord]:
    """Return commands in the order to send them.

    Cases with an answer that is due come first, the nearest day before the others; then the rest
    as they were recorded. What was done to one case stays together and in its order.
    """
    ranks: dict[int, tuple[float, int]] = {}
    for record in waiting:
        day = days.get(record.case_id, math.inf) if record.kind in _ANSWERS else math.inf
        nearest, first_n = ranks.get(record.case_id, (math.inf, record.n))
        ranks[record.case_id] = (min(day, nearest), first_n)
    return sorted(waiting, key=lambda record: (ranks[record.case_id], record.n))
