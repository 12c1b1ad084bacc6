# SPDX-License-Identifier: AGPL-3.0-or-later
"""Own pending work on top of confirmed facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cases.case import Case, Status
from sync.cases.commands import Assign, Close, Command, CommandBody, FollowUp, Respond
from sync.cases.events import Closed, Event, Responded, evolve
from sync.cases.ids import CommandId, OfficerId
from sync.cases.lifecycle import event_of
from sync.cases.projection import Delivery, PendingCommand, TimelineEntry, with_pending
from tests.support.casework import OFFICER, REGISTERED_AT, a_case, a_command, cases, command_bodies

NAME = "Budi Laksana"
AT = REGISTERED_AT + 1000
SHOWN = {Delivery.STORED, Delivery.SENDING, Delivery.UNKNOWN, Delivery.ACCEPTED}


def pending(
    body: CommandBody, delivery: Delivery = Delivery.STORED, *, n: int = 1
) -> PendingCommand:
    command = a_command(body, n=n, at=AT, id=CommandId(f"c-{n}"))
    return PendingCommand(command=command, delivery=delivery)


def shown(case: Case, items: Sequence[PendingCommand]) -> tuple[Case, tuple[TimelineEntry, ...]]:
    return with_pending(case, items, OFFICER, NAME)


def queue_of(bodies: Sequence[CommandBody], deliveries: Sequence[Delivery]) -> list[PendingCommand]:
    pairs = zip(bodies, deliveries, strict=False)
    return [pending(body, delivery, n=n) for n, (body, delivery) in enumerate(pairs, start=1)]


queues = st.builds(
    queue_of,
    st.lists(command_bodies, max_size=6),
    st.lists(st.sampled_from(Delivery), min_size=6, max_size=6),
)


def test_without_pending_work_the_case_is_the_confirmed_one() -> None:
    """Nothing is added where nothing was done."""
    case = a_case()
    assert (case, ()) == shown(case, [])


@pytest.mark.parametrize("delivery", sorted(SHOWN))
def test_work_on_its_way_is_shown_as_done(delivery: Delivery) -> None:
    """The officer sees their answer at once, also before the centre has it."""
    case, entries = shown(a_case(), [pending(Respond(text="Sudah."), delivery)])
    assert Status.AWAITING_REPORTER == case.working
    assert AT == case.milestones.first_answer_at
    assert [delivery] == [entry.delivery for entry in entries]


@pytest.mark.parametrize("delivery", sorted(set(Delivery) - SHOWN))
def test_work_that_was_stopped_keeps_its_place_and_changes_nothing(delivery: Delivery) -> None:
    """The history shows it, the state does not claim it."""
    before = a_case()
    case, entries = shown(before, [pending(Close(text="Selesai."), delivery)])
    assert before == case
    assert Closed(text="Selesai.") == entries[0].event.body


def test_pending_work_is_shown_in_the_order_it_was_done() -> None:
    """The device's count orders it, whatever order the store reads it in."""
    items = [
        pending(Close(text="Selesai."), n=3),
        pending(FollowUp(text="Cek.", done_on=date(2026, 11, 2), next_step="Ganti"), n=1),
        pending(Respond(text="Sudah."), n=2),
    ]
    case, entries = shown(a_case(), items)
    assert ["c-1", "c-2", "c-3"] == [entry.event.command_id for entry in entries]
    assert (Status.DONE, "") == (case.working, case.next_step)


def test_an_entry_says_who_did_it_and_when() -> None:
    """Pending lines read like confirmed ones."""
    _, entries = shown(a_case(v=4), [pending(Respond(text="Sudah."))])
    event = entries[0].event
    assert (OFFICER, NAME, AT) == (event.actor_id, event.actor, event.at)
    assert Responded(text="Sudah.") == event.body


def test_deliveries_wait_for_the_network_or_for_the_officer() -> None:
    """Each state of an act is either on its way, waiting for a decision, or over."""
    assert {Delivery.STORED, Delivery.SENDING, Delivery.UNKNOWN} == {
        item for item in Delivery if item.is_pending
    }
    assert {Delivery.CONFLICT, Delivery.BLOCKED, Delivery.REJECTED} == {
        item for item in Delivery if item.needs_decision
    }


@given(cases, queues)
def test_every_act_has_one_entry(case: Case, items: list[PendingCommand]) -> None:
    """Nothing that the officer did disappears from the history."""
    _, entries = shown(case, items)
    assert [item.delivery for item in items] == [entry.delivery for entry in entries]
    assert [item.command.id for item in items] == [entry.event.command_id for entry in entries]


@given(cases, queues)
def test_pending_work_never_counts_as_recorded(case: Case, items: list[PendingCommand]) -> None:
    """The version stays the centre's, so the next command is based on what was really seen."""
    after, _ = shown(case, items)
    assert case.v == after.v


@given(cases, queues)
def test_the_order_of_reading_does_not_matter(case: Case, items: list[PendingCommand]) -> None:
    """A rebuild gives the same as an increment."""
    assert shown(case, items) == shown(case, list(reversed(items)))


@given(cases, queues)
def test_acts_one_by_one_show_the_same_as_all_at_once(
    case: Case, items: list[PendingCommand]
) -> None:
    """Showing each act as it is done ends where showing the whole outbox does."""
    step = case
    for item in items:
        step, _ = shown(step, [item])
    assert step == shown(case, items)[0]


@given(cases, command_bodies)
def test_an_accepted_act_looks_the_same_once_it_is_confirmed(case: Case, body: CommandBody) -> None:
    """When the centre's fact takes the place of the pending act, only the version moves."""
    command: Command = a_command(body, at=AT)
    item = PendingCommand(command=command, delivery=Delivery.ACCEPTED)
    before, _ = shown(case, [item])
    fact = Event(case_id=case.id, v=case.v + 1, at=AT, body=event_of(body), actor_id=OFFICER)
    assert before == replace(evolve(case, fact), v=case.v)


def test_a_stored_assignment_shows_the_colleague() -> None:
    """The queue of a colleague changes as soon as the officer decides."""
    case, _ = shown(a_case(), [pending(Assign(officer_id=OfficerId(71)))])
    assert OfficerId(71) == case.assignee_id
