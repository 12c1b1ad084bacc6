# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records what did not come from an officer's device: the export, the citizen, the system."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection

from sync.cases.case import Case, StatusMap
from sync.cases.events import Event, EventBody, Registered
from sync.cases.ids import CaseId, OfficerId
from sync.central.head import Counter
from sync.central.ledger import Change, Ledger, evolved

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to a case.

    Attributes:
        at: when it was recorded, UTC milliseconds.
    """

    body: EventBody
    at: int
    done_at: int | None = None
    actor_id: OfficerId | None = None
    actor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A case that the centre does not have yet; its ``id`` is given when it is recorded."""

    case: Case
    facts: Sequence[Fact]


class Recorder:
    """Writes facts in batches, each batch in the caller's transaction."""

    def __init__(self, status_map: StatusMap, counter: Counter | None = None) -> None:
        self._ledger = Ledger(status_map)
        self._counter = counter or Counter()

    def reconcile(
        self,
        connection: Connection,
        reported: Mapping[str, T],
        facts_of: Callable[[T, Case], Sequence[Fact]],
        opening_of: Callable[[T], Opening],
    ) -> dict[str, Change]:
        """Bring cases, named by tracking ID, to what a source reports.

        Args:
            facts_of: what the source says that a known case does not have yet; maybe nothing.
            opening_of: the case that a source reports for the first time.

        Returns:
            What changed, by tracking ID.
        """
        known = self._ledger.find_by_tracking_ids(connection, reported)
        found = {key: list(facts_of(reported[key], case)) for key, case in known.items()}
        openings = [opening_of(report) for key, report in reported.items() if key not in known]
        changed = [(known[key], facts) for key, facts in found.items() if facts]
        if not openings and not changed:
            return {}
        numbers = self._counter.take(connection, len(openings) + len(changed), len(openings))
        changes = [
            _opened(opening, CaseId(numbers.first_case_id + at), numbers.first_seq + at)
            for at, opening in enumerate(openings)
        ]
        first = numbers.first_seq + len(openings)
        changes += [_changed(case, facts, first + at) for at, (case, facts) in enumerate(changed)]
        self._ledger.write(connection, changes)
        return {change.after.tracking_id: change for change in changes}

    def record(
        self, connection: Connection, facts: Mapping[CaseId, Sequence[Fact]]
    ) -> dict[CaseId, Case]:
        """Add facts to known cases and return these as they are then.

        Raises:
            KeyError: there is no such case.
        """
        found = self._ledger.find(connection, facts)
        known = {case_id: found[case_id].case for case_id in sorted(facts)}
        first = self._counter.take(connection, len(known)).first_seq
        changes = [
            _changed(case, facts[case_id], first + at)
            for at, (case_id, case) in enumerate(known.items())
        ]
        self._ledger.write(connection, changes)
        return {change.after.id: change.after for change in changes}


def _opened(opening: Opening, case_id: CaseId, seq: int) -> Change:
    case = replace(opening.case, id=case_id, v=0)
    if not isinstance(opening.facts[0].body, Registered):
        raise TypeError(opening.facts[0])
    events = _numbered(case, opening.facts)
    return Change(before=None, after=evolved(case, events), events=events, seq=seq)


def _changed(case: Case, facts: Sequence[Fact], seq: int) -> Change:
    events = _numbered(case, facts)
    return Change(before=case, after=evolved(case, events), events=events, seq=seq)


def _numbered(case: Case, facts: Sequence[Fact]) -> tuple[Event, ...]:
    return tuple(
        Event(
            case_id=case.id,
            v=v,
            at=fact.at,
            body=fact.body,
            done_at=fact.done_at,
            actor_id=fact.actor_id,
            actor=fact.actor,
        )
        for v, fact in enumerate(facts, start=case.v + 1)
    )
