# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for the deadlines of any history of any case under any calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sync.cases.calendars import Calendar
from sync.cases.case import Case, Classification, Status
from sync.cases.deadlines import (
    Clock,
    Deadline,
    StepCode,
    deadlines,
    explain,
    next_due,
    next_due_on,
    remaining_working_days,
    was_missed,
)
from sync.cases.events import Assigned, Corrected, Event, Noted
from tests.support.casework import (
    STATUS_MAP,
    a_case,
    a_rulebook,
    calendars,
    cases,
    days_around,
    fold,
    histories,
    instants,
    statuses,
)

_SILENT = (Noted, Assigned)


def due_by_columns(case: Case, status: Status, calendar: Calendar) -> tuple[object, object]:
    marks = case.milestones
    return next_due_on(
        a_rulebook(calendar=calendar),
        status,
        case.classification,
        registered_at=marks.registered_at,
        verified_at=marks.verified_at,
        disposed_at=marks.disposed_at,
        first_answer_at=marks.first_answer_at,
        reopened_at=marks.reopened_at,
    )


def found(case: Case, calendar: Calendar) -> tuple[Deadline, ...]:
    return deadlines(case, STATUS_MAP.status_of(case), a_rulebook(calendar=calendar))


@given(cases, statuses, calendars)
def test_rows_and_cases_show_the_same_deadline(
    case: Case, status: Status, calendar: Calendar
) -> None:
    """The columns of a row give the day and the clock that the whole case gives."""
    due = next_due(case, status, a_rulebook(calendar=calendar))
    expected = (None, None) if due is None else (due.due_on.toordinal(), due.clock)
    assert expected == due_by_columns(case, status, calendar)


@given(cases, statuses, calendars)
def test_the_queue_shows_a_running_clock_of_the_case(
    case: Case, status: Status, calendar: Calendar
) -> None:
    """What the queue shows is one of the case's clocks, it runs, and it is not the closure."""
    rulebook = a_rulebook(calendar=calendar)
    due = next_due(case, status, rulebook)
    running = [item for item in deadlines(case, status, rulebook) if item.running]
    owed = [item for item in running if item.clock is not Clock.AUTO_CLOSE]
    assert (due in owed) if due is not None else not owed


@given(cases, calendars)
def test_a_clock_that_was_met_does_not_run(case: Case, calendar: Calendar) -> None:
    """Done is done: a clock either runs or has its end, never both."""
    assert not [item for item in found(case, calendar) if item.running and item.met_at is not None]


@given(cases, calendars)
def test_nothing_is_owed_after_the_end(case: Case, calendar: Calendar) -> None:
    """No clock runs on a case that is done or archived."""
    if not STATUS_MAP.status_of(case).is_open:
        assert not [item for item in found(case, calendar) if item.running]


@given(cases, calendars)
def test_every_clock_ends_on_a_working_day_after_its_start(case: Case, calendar: Calendar) -> None:
    """The last day is a working day, exactly the allowed number after the start."""
    for item in found(case, calendar):
        assert calendar.is_working_day(item.due_on)
        assert item.days == calendar.working_days_between(item.started_on, item.due_on)
        assert item.started_on == calendar.day_of(item.started_at)


@given(cases, calendars)
def test_every_clock_is_there_once_and_in_order(case: Case, calendar: Calendar) -> None:
    """The case pane may print the clocks as they come."""
    clocks = [item.clock for item in found(case, calendar)]
    assert [clock for clock in Clock if clock in clocks] == clocks


@given(cases, calendars)
def test_an_explanation_adds_up(case: Case, calendar: Calendar) -> None:
    """Working days, weekends and holidays of the steps are all days from start to end."""
    for item in found(case, calendar):
        steps = explain(item, calendar).steps
        counted = sum(
            step.days for step in steps if step.code in {StepCode.RULE, StepCode.WEEKENDS}
        )
        holidays = [step.on for step in steps if step.code is StepCode.HOLIDAY]
        assert (item.due_on - item.started_on).days == counted + len(holidays)
        assert [step.on for step in steps if step.code is StepCode.DUE] == [item.due_on]
        assert item.verified == all(step.code is not StepCode.UNVERIFIED_YEAR for step in steps)
        weekends = [step.days for step in steps if step.code is StepCode.WEEKENDS]
        assert weekends >= [0]


@given(st.builds(a_case), histories(), calendars)
def test_the_same_history_gives_the_same_deadlines(
    case: Case, events: Sequence[Event], calendar: Calendar
) -> None:
    """Deadlines are a function of the facts; a second fold finds them again."""
    assert found(fold(case, events), calendar) == found(fold(case, list(events)), calendar)


@given(st.builds(a_case), histories(), calendars)
def test_notes_and_assignments_move_no_deadline(
    case: Case, events: Sequence[Event], calendar: Calendar
) -> None:
    """What colleagues tell each other changes no period."""
    told = [event for event in events if not isinstance(event.body, _SILENT)]
    assert found(fold(case, told), calendar) == found(fold(case, events), calendar)


@given(st.builds(a_case), histories(), calendars)
def test_a_correction_moves_a_deadline_by_its_classification_only(
    case: Case, events: Sequence[Event], calendar: Calendar
) -> None:
    """Only the class of a complaint decides its periods, and here all have the same number."""
    plain = [event for event in events if not isinstance(event.body, Corrected)]
    assert found(fold(case, plain), calendar) == found(fold(case, events), calendar)


@given(instants, st.integers(0, 10**10), statuses, calendars)
def test_a_later_start_is_never_due_earlier(
    start: int, later: int, status: Status, calendar: Calendar
) -> None:
    """Shifting a whole case into the future never brings its deadline nearer."""
    rulebook = a_rulebook(calendar=calendar)
    first = next_due(a_case(registered_at=start), status, rulebook)
    second = next_due(a_case(registered_at=start + later), status, rulebook)
    assert (first is None) == (second is None)
    assert first is None or second is None or first.due_on <= second.due_on


@given(days_around, days_around, calendars)
def test_the_sign_of_the_remaining_days_is_the_order_of_the_dates(
    day: date, today: date, calendar: Calendar
) -> None:
    """Not yet due is positive, today is zero, late is negative, on every day of the week."""
    due_on = calendar.add_working_days(day, 1)
    days = remaining_working_days(due_on, today, calendar)
    assert (due_on > today) == (days > 0)
    assert (due_on == today) == (days == 0)
    assert (due_on < today) == (days < 0)


@given(cases, calendars)
def test_only_ended_work_was_missed(case: Case, calendar: Calendar) -> None:
    """A missed deadline has an end on a later day than the last one."""
    for item in found(case, calendar):
        late = item.met_on is not None and item.met_on > item.due_on
        assert was_missed(item) == (late and item.clock is not Clock.AUTO_CLOSE)


@given(st.sampled_from(Classification), instants, instants, instants, calendars)
def test_reopening_never_shortens_the_period(
    kind: Classification, registered: int, disposed: int, reopened: int, calendar: Calendar
) -> None:
    """Whoever reopens gives the unit time; nobody loses any."""
    marks = {"registered_at": registered, "disposed_at": disposed}
    rulebook = a_rulebook(calendar=calendar)
    before = next_due(a_case(classification=kind, **marks), Status.IN_PROGRESS, rulebook)
    again = a_case(classification=kind, reopened_at=reopened, **marks)
    after = next_due(again, Status.IN_PROGRESS, rulebook)
    assert before is not None
    assert after is not None
    assert before.due_on <= after.due_on
