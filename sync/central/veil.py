# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes from records what an officer may not see. The rule itself is ``cases.access``.

What is hidden depends on a case's unit and its two flags only, and is replaced by constants. So
the rule is asked once for each combination, with a case that has something in every field, and
what it changed there is changed in all records of that kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from sync.cases.access import Actor, may_read, veiled, veiled_event
from sync.cases.case import Attachment, Case, Classification, Milestones
from sync.cases.ids import CaseId, UnitId
from sync.wire import codec
from sync.wire.messages import CaseRecord, EventRecord


@dataclass(frozen=True, slots=True)
class _Sight:
    hidden: dict[str, Any]
    words: bool


class Veil:
    """What one officer sees of records, within one reply."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._sights: dict[tuple[int, bool, bool], _Sight] = {}

    def case(self, record: CaseRecord) -> CaseRecord:
        """Return the head of a case as the officer may see it."""
        hidden = self._sight(record).hidden
        return msgspec.structs.replace(record, **hidden) if hidden else record

    def event(self, head: CaseRecord, record: EventRecord) -> EventRecord:
        """Return a fact of a case as the officer may see it."""
        if self._sight(head).words:
            return record
        # Members that come from the database as they go to the wire are read first.
        record = codec.decode(codec.encode(record), EventRecord)
        case = _full_case(UnitId(head.unit_id), secret=head.secret, anonymous=head.anonymous)
        return codec.event_record(veiled_event(self._actor, case, codec.event_from(record)))

    def _sight(self, record: CaseRecord) -> _Sight:
        key = (record.unit_id, record.secret, record.anonymous)
        sight = self._sights.get(key)
        if sight is None:
            sight = self._sights[key] = self._ask(*key)
        return sight

    def _ask(self, unit_id: int, secret: bool, anonymous: bool) -> _Sight:  # noqa: FBT001 - a key
        full = _full_case(UnitId(unit_id), secret=secret, anonymous=anonymous)
        shown = msgspec.structs.asdict(codec.case_record(veiled(self._actor, full)))
        whole = msgspec.structs.asdict(codec.case_record(full))
        hidden = {name: value for name, value in shown.items() if value != whole[name]}
        return _Sight(hidden, may_read(self._actor, full))


def _full_case(unit_id: UnitId, *, secret: bool, anonymous: bool) -> Case:
    return Case(
        id=CaseId(1),
        tracking_id="1",
        unit_id=unit_id,
        institution="?",
        title="?",
        text="?",
        text_original="?",
        classification=Classification.COMPLAINT,
        category="?",
        channel="?",
        reporter="?",
        anonymous=anonymous,
        secret=secret,
        location="?",
        raw_status="?",
        reason="?",
        next_step="?",
        next_step_on=date(2026, 1, 1),
        rating=1,
        attachments=(Attachment(name="?", size_bytes=1),),
        milestones=Milestones(registered_at=1),
    )
