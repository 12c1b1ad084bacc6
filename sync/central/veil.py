# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes from records what an officer may not see. The rule itself is ``cases.access``.

Whether anything is to be hidden depends on a case's unit and its two flags only, so the rule is
asked once for each combination and most records pass untouched.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.cases.access import Actor, may_read, may_see_reporter, veiled, veiled_event
from sync.wire import codec
from sync.wire.messages import CaseRecord, EventRecord


@dataclass(frozen=True, slots=True)
class _Sight:
    words: bool
    reporter: bool


class Veil:
    """What one officer sees of records, within one reply."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._sights: dict[tuple[int, bool, bool], _Sight] = {}

    def case(self, record: CaseRecord) -> CaseRecord:
        """Return the head of a case as the officer may see it."""
        sight = self._sight(record)
        if sight.words and sight.reporter:
            return record
        return codec.case_record(veiled(self._actor, codec.case_from(record)))

    def event(self, head: CaseRecord, record: EventRecord) -> EventRecord:
        """Return a fact of a case as the officer may see it; ``head`` as stored or as veiled."""
        if self._sight(head).words:
            return record
        event = veiled_event(self._actor, codec.case_from(head), codec.event_from(record))
        return codec.event_record(event)

    def _sight(self, record: CaseRecord) -> _Sight:
        key = (record.unit_id, record.secret, record.anonymous)
        sight = self._sights.get(key)
        if sight is None:
            case = codec.case_from(record)
            sight = self._sights[key] = _Sight(
                may_read(self._actor, case), may_see_reporter(self._actor, case)
            )
        return sight
