# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where cases went that left this computer, kept in the work file beside the words about them.

Says nothing of a case but its number. What the officer typed about it stays where it was, in
drafts and commands; :mod:`sync.store.left_work` puts the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from sync.store.records import json_text
from sync.wire.messages import ScopeRecord, SyncReply

SCOPE_LOST = "scope"
"""The officer's unit or role changed, not the case."""

_KEPT_MS = 86_400_000
"""So long a departure is remembered although no word is kept on it: one may be on its way."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Why a case left and which office has it now; ``to`` is empty where nobody may know."""

    reason: str
    to: str = ""


def departures_in(reply: SyncReply, cache: sa.Connection) -> dict[int, Departure]:
    """Return the cases that leave with a reply; what it tells of again has not left."""
    leaving = {} if reply.scope is None else _outside(cache, reply.scope)
    leaving |= {record.case_id: Departure(record.reason, record.to) for record in reply.left}
    for record in reply.cases:
        leaving.pop(record.id, None)
    return leaving


def note(work: sa.Connection, cache: sa.Connection, left: Mapping[int, Departure], at: int) -> None:
    """Remember departures before anything of the cases goes; ``at`` is the centre's time."""
    names: dict[int, str] = dict(
        cache.exec_driver_sql(
            "SELECT id, tracking_id FROM cases WHERE id IN (SELECT value FROM json_each(?))",
            (json_text(list(left)),),
        ).all()
    )
    work.exec_driver_sql(
        "INSERT INTO departures (case_id, reason, to_name, left_at, label_tracking_id)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (case_id) DO UPDATE SET reason = excluded.reason,"
        " to_name = excluded.to_name, left_at = excluded.left_at, label_tracking_id ="
        " iif(excluded.label_tracking_id = '', label_tracking_id, excluded.label_tracking_id)",
        [
            (case_id, departure.reason, departure.to, at, names.get(case_id, ""))
            for case_id, departure in left.items()
        ],
    )


def come_back(work: sa.Connection, case_ids: Collection[int]) -> None:
    """Forget the departures of cases that are here again."""
    work.exec_driver_sql(
        "DELETE FROM departures WHERE case_id IN (SELECT value FROM json_each(?))",
        (json_text(list(case_ids)),),
    )


def any_of(work: sa.Connection, case_ids: Collection[int]) -> bool:
    """Return whether one of these cases had left."""
    found = work.exec_driver_sql(
        "SELECT EXISTS (SELECT 1 FROM departures"
        " WHERE case_id IN (SELECT value FROM json_each(?)))",
        (json_text(list(case_ids)),),
    )
    return bool(found.scalar_one())


def prune(work: sa.Connection, now: int) -> None:
    """Forget the departures of cases that the officer has no words about."""
    work.exec_driver_sql(
        "DELETE FROM departures WHERE left_at < ?"
        " AND case_id NOT IN (SELECT case_id FROM drafts)"
        " AND case_id NOT IN (SELECT case_id FROM commands WHERE delivery <> 'accepted')",
        (now - _KEPT_MS,),
    )


def _outside(cache: sa.Connection, scope: ScopeRecord) -> dict[int, Departure]:
    if scope.everything:
        return {}
    outside = cache.exec_driver_sql(
        "SELECT id FROM cases WHERE unit_id NOT IN (SELECT value FROM json_each(?))",
        (json_text([*scope.handles, *scope.watches]),),
    )
    return {case_id: Departure(SCOPE_LOST) for case_id in outside.scalars()}
