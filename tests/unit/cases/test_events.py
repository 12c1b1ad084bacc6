# SPDX-License-Identifier: AGPL-3.0-or-later
"""How each fact changes a case, and what holds for any ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cases.case import Case, Classification, Status
from sync.cases.events import (
    EVENT_KINDS,
    KIND_OF_EVENT,
    PUBLIC_EVENTS,
    Assigned,
    CitizenReplied,
    Closed,
    Corrected,
    Disposed,
    Event,
    EventBody,
    FollowedUp,
    Noted,
    Registered,
    Reopened,
    Responded,
    StatusReported,
    Unrecognised,
    evolve,
)
from sync.cases.ids import OfficerId
from tests.support.casework import (
    HOUR_MS,
    OFFICER,
    OTHER_UNIT,
    REGISTERED_AT,
    UNIT,
    a_case,
    an_event,
    cases,
    event_bodies,
    fold,
    histories,
)

DONE_AT = REGISTERED_AT + 2 * HOUR_MS
RECORDED_AT = REGISTERED_AT + 9 * HOUR_MS
LATER = REGISTERED_AT + 20 * HOUR_MS


def after(
    case: Case, body: EventBody, *, at: int = RECORDED_AT, done_at: int | None = None
) -> Case:
    return evolve(case, an_event(body, at=at, done_at=done_at))


def followed_up(next_step: str = "", next_step_on: date | None = None) -> FollowedUp:
    return FollowedUp(
        text="Lampu diganti.",
        done_on=date(2026, 11, 2),
        next_step=next_step,
        next_step_on=next_step_on,
    )


def test_every_kind_of_fact_has_one_name() -> None:
    """Names on the wire and bodies are one to one, and none is left out."""
    assert set(get_args(EventBody)) == {*EVENT_KINDS.values(), Unrecognised}
    assert {body: kind for kind, body in EVENT_KINDS.items()} == KIND_OF_EVENT


def test_citizens_read_answers_and_closures_only() -> None:
    """Notes, follow-ups and assignments are between colleagues."""
    assert {Responded, Closed, CitizenReplied} == PUBLIC_EVENTS


def test_happened_at_prefers_when_it_was_done() -> None:
    """Work that was done offline happened when it was done, not when it arrived."""
    assert DONE_AT == an_event(Noted(text="x"), at=RECORDED_AT, done_at=DONE_AT).happened_at
    assert RECORDED_AT == an_event(Noted(text="x"), at=RECORDED_AT).happened_at


def test_an_import_changes_the_raw_status_only() -> None:
    """The national system's words are kept beside what officers made of the case."""
    case = a_case(working=Status.IN_PROGRESS)
    changed = after(case, StatusReported(raw_status="Tunda", reason="Data kurang"))
    assert ("Tunda", "Data kurang") == (changed.raw_status, changed.reason)
    assert Status.IN_PROGRESS == changed.working


def test_a_case_that_was_reported_closed_is_not_put_back_to_work_by_late_words() -> None:
    """A follow-up on a complaint that the national system closed leaves it closed."""
    closed = after(a_case(working=None), StatusReported(raw_status="Ditutup", closes=True))
    followed_up = after(closed, FollowedUp(text="Terlambat dicatat", done_on=date(2026, 11, 2)))
    assert closed.working == followed_up.working
    assert RECORDED_AT == followed_up.milestones.closed_at


def test_officers_own_closing_outweighs_a_reported_status() -> None:
    """An import does not reopen or close what officers already decided."""
    case = a_case(working=Status.IN_PROGRESS)
    assert after(case, StatusReported(raw_status="x", closes=True)).milestones.closed_at is None


def test_a_correction_leaves_absent_fields_alone() -> None:
    """Only what the verifier changed is changed."""
    case = a_case(title="Lama", text="Isi")
    changed = after(case, Corrected(title="Baru", classification=Classification.ASPIRATION))
    assert ("Baru", "Isi") == (changed.title, changed.text)
    assert Classification.ASPIRATION == changed.classification
    assert case.category == changed.category


def test_the_first_disposition_also_verifies() -> None:
    """A case that reached a unit was verified, even if nobody recorded when."""
    marks = after(a_case(), Disposed(unit_id=UNIT)).milestones
    assert (RECORDED_AT, RECORDED_AT) == (marks.verified_at, marks.disposed_at)


def test_a_later_disposition_keeps_the_verification() -> None:
    """Verification happened once; the disposition is the latest one."""
    case = a_case(verified_at=DONE_AT, disposed_at=DONE_AT)
    marks = after(case, Disposed(unit_id=OTHER_UNIT)).milestones
    assert (DONE_AT, RECORDED_AT) == (marks.verified_at, marks.disposed_at)


def test_another_unit_begins_anew() -> None:
    """Assignee, plan, state and first answer belong to the unit that had the case before."""
    case = a_case(
        assignee_id=OFFICER,
        working=Status.AWAITING_REPORTER,
        next_step="Kirim teknisi",
        next_step_on=date(2026, 11, 9),
        disposed_at=REGISTERED_AT,
        first_answer_at=DONE_AT,
        last_answer_at=DONE_AT,
    )
    changed = after(case, Disposed(unit_id=OTHER_UNIT))
    assert (OTHER_UNIT, None) == (changed.unit_id, changed.assignee_id)
    assert Status.NOT_STARTED == changed.working
    assert ("", None) == (changed.next_step, changed.next_step_on)
    assert changed.milestones.first_answer_at is None
    assert DONE_AT == changed.milestones.last_answer_at


@pytest.mark.parametrize("working", [None, Status.DONE])
def test_a_disposition_begins_no_work_that_nobody_began(working: Status | None) -> None:
    """An import keeps its say while nobody has acted; a closed case stays closed."""
    assert working == after(a_case(working=working), Disposed(unit_id=OTHER_UNIT)).working


def test_the_same_unit_keeps_its_work() -> None:
    """A second disposition to the same unit only moves the date it counts from."""
    case = a_case(assignee_id=OFFICER, working=Status.IN_PROGRESS, first_answer_at=DONE_AT)
    changed = after(case, Disposed(unit_id=UNIT))
    assert (OFFICER, Status.IN_PROGRESS) == (changed.assignee_id, changed.working)
    assert DONE_AT == changed.milestones.first_answer_at


def test_an_answer_waits_for_the_reporter() -> None:
    """The unit answered when the officer did; the citizen can read it once it is recorded."""
    changed = after(a_case(), Responded(text="Sudah diperbaiki."), done_at=DONE_AT)
    assert Status.AWAITING_REPORTER == changed.working
    marks = changed.milestones
    assert (DONE_AT, RECORDED_AT) == (marks.first_answer_at, marks.last_answer_at)


def test_the_first_answer_stays_the_first() -> None:
    """Later answers only move the latest one."""
    case = a_case(first_answer_at=DONE_AT, last_answer_at=DONE_AT)
    marks = after(case, Responded(text="Masih dikerjakan."), at=LATER).milestones
    assert (DONE_AT, LATER) == (marks.first_answer_at, marks.last_answer_at)


def test_a_follow_up_starts_the_work() -> None:
    """Doing something counts as the first answer, but tells the citizen nothing."""
    planned = date(2026, 11, 20)
    changed = after(a_case(), followed_up("Ganti kabel", planned), done_at=DONE_AT)
    assert Status.IN_PROGRESS == changed.working
    assert ("Ganti kabel", planned) == (changed.next_step, changed.next_step_on)
    marks = changed.milestones
    assert (DONE_AT, None) == (marks.first_answer_at, marks.last_answer_at)


def test_a_follow_up_does_not_stop_waiting_for_the_reporter() -> None:
    """Who has answered waits, whatever else is done meanwhile."""
    case = a_case(working=Status.AWAITING_REPORTER)
    assert Status.AWAITING_REPORTER == after(case, followed_up()).working


@pytest.mark.parametrize("body", [Responded(text="x"), followed_up(), CitizenReplied(text="x")])
@pytest.mark.parametrize(
    ("working", "closed_at"), [(Status.DONE, DONE_AT), (Status.DONE, None), (None, DONE_AT)]
)
def test_only_reopening_puts_a_closed_case_back_to_work(
    body: EventBody, working: Status | None, closed_at: int | None
) -> None:
    """Words that arrive after the end are recorded and change no state, whoever closed it."""
    case = a_case(working=working, closed_at=closed_at, first_answer_at=DONE_AT)
    assert working == after(case, body).working


def test_a_closure_is_the_last_word() -> None:
    """It answers, ends and leaves no plan."""
    case = a_case(next_step="Cek lagi", next_step_on=date(2026, 11, 20))
    changed = after(case, Closed(text="Selesai."), done_at=DONE_AT)
    assert (Status.DONE, "", None) == (changed.working, changed.next_step, changed.next_step_on)
    marks = changed.milestones
    assert (DONE_AT, RECORDED_AT, DONE_AT) == (
        marks.first_answer_at,
        marks.last_answer_at,
        marks.closed_at,
    )


def test_reopening_undoes_the_closure() -> None:
    """The case is worked on, its end is gone, and when it was reopened is known."""
    case = a_case(working=Status.DONE, closed_at=DONE_AT)
    changed = after(case, Reopened(reason="Padam lagi"))
    assert Status.IN_PROGRESS == changed.working
    assert (None, RECORDED_AT) == (changed.milestones.closed_at, changed.milestones.reopened_at)


def test_a_reply_to_an_answer_asks_for_the_next_one() -> None:
    """The citizen wrote again: the officer owes again."""
    case = a_case(working=Status.AWAITING_REPORTER, first_answer_at=DONE_AT)
    changed = after(case, CitizenReplied(text="Belum menyala."))
    assert Status.IN_PROGRESS == changed.working
    assert RECORDED_AT == changed.milestones.citizen_replied_at


@pytest.mark.parametrize("working", [None, Status.NOT_STARTED])
def test_more_words_before_the_first_answer_start_nothing(working: Status | None) -> None:
    """A citizen who writes twice still waits for the first answer."""
    assert working == after(a_case(working=working), CitizenReplied(text="Tolong.")).working


def test_an_assignment_puts_someone_in_charge_or_nobody() -> None:
    """The latest assignment counts, also that of nobody."""
    case = after(a_case(), Assigned(officer_id=OfficerId(71)))
    assert OfficerId(71) == case.assignee_id
    assert after(case, Assigned(officer_id=None)).assignee_id is None


@pytest.mark.parametrize("body", [Noted(text="x"), Registered(particulars={"judul": "x"})])
def test_notes_and_the_registration_change_the_version_only(body: EventBody) -> None:
    """They are history, not state."""
    assert a_case(v=1) == after(a_case(), body)


@given(st.builds(a_case), histories())
def test_the_version_counts_the_facts(case: Case, events: Sequence[Event]) -> None:
    """A case knows how many facts it is made of."""
    assert len(events) == fold(case, events).v


@given(st.builds(a_case), histories())
def test_the_identity_never_changes(case: Case, events: Sequence[Event]) -> None:
    """No fact makes it another case, another reporter or an earlier complaint."""
    folded = fold(case, events)
    for name in ("id", "tracking_id", "reporter", "anonymous", "secret", "channel"):
        assert getattr(case, name) == getattr(folded, name)
    assert case.milestones.registered_at == folded.milestones.registered_at


@given(st.builds(a_case), histories())
def test_milestones_keep_their_order(case: Case, events: Sequence[Event]) -> None:
    """What presupposes something else is never there without it."""
    marks = fold(case, events).milestones
    assert marks.disposed_at is None or marks.verified_at is not None
    if marks.verified_at is not None and marks.disposed_at is not None:
        assert marks.verified_at <= marks.disposed_at
    everything = [getattr(marks, name) for name in type(marks).__slots__]
    assert all(at is None or at >= marks.registered_at for at in everything)


@given(cases)
def test_who_waits_for_the_reporter_has_answered(case: Case) -> None:
    """The state that officers made never claims an answer that is not there."""
    if case.working is Status.AWAITING_REPORTER:
        assert case.milestones.last_answer_at is not None
    if case.working is Status.DONE:
        assert case.milestones.closed_at is not None


@given(cases, event_bodies)
def test_a_fact_never_changes_the_case_it_is_told_to(case: Case, body: EventBody) -> None:
    """Cases are values: folding gives a new one and the same one twice."""
    event = an_event(body, v=case.v + 1, at=LATER)
    assert evolve(case, event) == evolve(case, event)
    assert case.v + 1 == evolve(case, event).v
