# SPDX-License-Identifier: AGPL-3.0-or-later
"""The veil over records is the rule over cases, only faster."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.cases.access import Actor, Role, Unit, UnitTree, scope_of, veiled, veiled_event
from sync.cases.case import Attachment, Case, Classification, Milestones
from sync.cases.events import CitizenReplied, Disposed, Event, EventBody, FollowedUp, Responded
from sync.cases.ids import OfficerId, UnitId
from sync.central.veil import Veil
from sync.wire import codec
from tests.support.central import UNITS

TREE = UnitTree(UNITS)
WORDS = st.sampled_from(["", "Isi"])


@st.composite
def actors(draw: st.DrawFn) -> Actor:
    """Draw an officer of any role in any unit."""
    role = draw(st.sampled_from(Role))
    unit: Unit = draw(st.sampled_from(UNITS))
    scope = scope_of(role, unit.id, TREE)
    return Actor(id=OfficerId(1), name="A", role=role, unit_id=unit.id, scope=scope)


CASES = st.builds(
    Case,
    id=st.just(1),
    tracking_id=st.just("1"),
    unit_id=st.sampled_from([unit.id for unit in UNITS]),
    institution=WORDS,
    title=WORDS,
    text=WORDS,
    text_original=WORDS,
    classification=st.sampled_from(Classification),
    category=WORDS,
    channel=WORDS,
    reporter=st.sampled_from(["", "Budi"]),
    anonymous=st.booleans(),
    secret=st.booleans(),
    location=WORDS,
    next_step=WORDS,
    attachments=st.sampled_from([(), (Attachment(name="a", size_bytes=1),)]),
    milestones=st.just(Milestones(registered_at=1)),
)
BODIES: st.SearchStrategy[EventBody] = st.one_of(
    st.builds(Responded, text=WORDS),
    st.builds(Disposed, unit_id=st.just(UnitId(11)), unit_name=WORDS, note=WORDS),
    st.builds(CitizenReplied, text=WORDS),
    st.builds(FollowedUp, text=WORDS, done_on=st.dates(), next_step=WORDS),
)


@given(actor=actors(), cases=st.lists(CASES, min_size=1, max_size=6), body=BODIES)
def test_records_are_veiled_as_cases_are(actor: Actor, cases: list[Case], body: EventBody) -> None:
    """For every officer and every case the veiled record is the record of the veiled case."""
    veil = Veil(actor)
    for case in cases:
        record = codec.case_record(case)
        assert codec.case_record(veiled(actor, case)) == veil.case(record)
        event = Event(case_id=case.id, v=2, at=1, body=body)
        expected = codec.event_record(veiled_event(actor, case, event))
        assert expected == veil.event(record, codec.event_record(event))
