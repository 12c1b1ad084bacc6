# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which clock runs when, on known weeks; the numbers are those that ship with the program."""

from __future__ import annotations

from datetime import date

import pytest

from sync.cases.case import Case, Classification, Status
from sync.cases.deadlines import (
    Clock,
    Deadline,
    Start,
    Step,
    StepCode,
    deadlines,
    explain,
    next_due,
    remaining_working_days,
    was_missed,
)
from sync.wire.rulebook import load_rulebook
from tests.support.casework import a_calendar, a_case, a_rule_set, a_rulebook, instant

RULEBOOK = load_rulebook()
MONDAY = instant(2026, 11, 2)
TUESDAY = instant(2026, 11, 3)
WEDNESDAY = instant(2026, 11, 4)


def clocks(case: Case, status: Status) -> dict[Clock, Deadline]:
    return {deadline.clock: deadline for deadline in deadlines(case, status, RULEBOOK)}


@pytest.mark.parametrize(
    ("expected", "status"),
    [
        (Clock.VERIFY, Status.UNVERIFIED),
        (Clock.FIRST_ANSWER, Status.NOT_STARTED),
        (Clock.COMPLETION, Status.IN_PROGRESS),
        (None, Status.AWAITING_REPORTER),
        (None, Status.POSTPONED),
        (None, Status.DONE),
        (None, Status.ARCHIVED),
    ],
)
def test_the_queue_shows_what_an_officer_owes(expected: Clock | None, status: Status) -> None:
    """Each status has one deadline that counts, or none where nobody here owes anything."""
    case = a_case(verified_at=TUESDAY, disposed_at=WEDNESDAY, last_answer_at=WEDNESDAY)
    due = next_due(case, status, RULEBOOK)
    assert expected == (due.clock if due else None)


@pytest.mark.parametrize(
    ("expected", "milestones"),
    [
        (Clock.VERIFY, {}),
        (Clock.FIRST_ANSWER, {"verified_at": TUESDAY}),
        (Clock.FIRST_ANSWER, {"disposed_at": TUESDAY}),
        (Clock.COMPLETION, {"disposed_at": TUESDAY, "first_answer_at": WEDNESDAY}),
    ],
)
def test_milestones_decide_under_an_unknown_status(
    expected: Clock, milestones: dict[str, int]
) -> None:
    """A status that the mapping does not know hides no deadline."""
    due = next_due(a_case(**milestones), Status.UNKNOWN, RULEBOOK)
    assert due is not None
    assert expected == due.clock


def test_verification_counts_from_submission() -> None:
    """Three working days after the day of the complaint."""
    due = next_due(a_case(registered_at=MONDAY), Status.UNVERIFIED, RULEBOOK)
    assert due is not None
    assert (date(2026, 11, 5), Start.REGISTERED) == (due.due_on, due.start)


def test_the_first_answer_counts_from_the_disposition() -> None:
    """Five working days after it reached the unit, however old the complaint is."""
    case = a_case(registered_at=instant(2026, 6, 1), disposed_at=TUESDAY)
    due = next_due(case, Status.NOT_STARTED, RULEBOOK)
    assert due is not None
    assert (date(2026, 11, 10), Start.DISPOSED) == (due.due_on, due.start)


@pytest.mark.parametrize(
    ("expected", "start", "milestones"),
    [
        (date(2026, 11, 10), Start.VERIFIED, {"verified_at": TUESDAY}),
        (date(2026, 11, 9), Start.REGISTERED, {}),
    ],
)
def test_earlier_milestones_stand_in_for_an_unknown_disposition(
    expected: date, start: Start, milestones: dict[str, int]
) -> None:
    """Exports without the date of disposition still give a date, the stricter one."""
    case = a_case(registered_at=MONDAY, **milestones)
    due = next_due(case, Status.NOT_STARTED, RULEBOOK)
    assert due is not None
    assert (expected, start) == (due.due_on, due.start)


@pytest.mark.parametrize(
    ("expected", "classification"),
    [
        (date(2026, 11, 11), Classification.INFORMATION),
        (date(2026, 11, 11), Classification.ASPIRATION),
        (date(2026, 11, 24), Classification.COMPLAINT),
        (date(2026, 11, 24), Classification.OTHER),
        (date(2027, 2, 2), Classification.SUPERVISORY),
    ],
)
def test_completion_depends_on_the_classification(
    expected: date, classification: Classification
) -> None:
    """5, 14 or 60 working days from the disposition, around the holidays of the year's end."""
    case = a_case(disposed_at=WEDNESDAY, classification=classification)
    due = next_due(case, Status.IN_PROGRESS, RULEBOOK)
    assert due is not None
    assert expected == due.due_on


def test_completion_runs_beside_the_first_answer() -> None:
    """Both clocks of the unit start with the disposition; the nearer one is in the queue."""
    running = {
        clock
        for clock, deadline in clocks(a_case(disposed_at=TUESDAY), Status.NOT_STARTED).items()
        if deadline.running
    }
    assert {Clock.FIRST_ANSWER, Clock.COMPLETION} == running


def test_a_citizens_reply_does_not_restart_completion() -> None:
    """The period goes on after a reply; time spent waiting is not given back."""
    before = a_case(disposed_at=TUESDAY, first_answer_at=WEDNESDAY)
    after = a_case(
        disposed_at=TUESDAY,
        first_answer_at=WEDNESDAY,
        last_answer_at=WEDNESDAY,
        citizen_replied_at=instant(2026, 11, 20),
    )
    expected = clocks(before, Status.IN_PROGRESS)[Clock.COMPLETION].due_on
    assert expected == clocks(after, Status.IN_PROGRESS)[Clock.COMPLETION].due_on


def test_reopening_restarts_completion() -> None:
    """A reopened case gets the whole period again, counted from the reopening."""
    case = a_case(
        disposed_at=TUESDAY,
        first_answer_at=WEDNESDAY,
        reopened_at=instant(2026, 11, 20),
        classification=Classification.INFORMATION,
    )
    due = next_due(case, Status.IN_PROGRESS, RULEBOOK)
    assert due is not None
    assert (date(2026, 11, 27), Start.REOPENED) == (due.due_on, due.start)


def test_reopening_restarts_nothing_but_completion() -> None:
    """The first answer was owed from the disposition and still is."""
    case = a_case(disposed_at=TUESDAY, reopened_at=WEDNESDAY)
    due = next_due(case, Status.NOT_STARTED, RULEBOOK)
    assert due is not None
    assert (Clock.FIRST_ANSWER, Start.DISPOSED) == (due.clock, due.start)
    assert due == clocks(case, Status.NOT_STARTED)[Clock.FIRST_ANSWER]


def test_a_disposition_after_reopening_counts_again() -> None:
    """The unit that got the reopened case has its whole period."""
    case = a_case(reopened_at=MONDAY, disposed_at=TUESDAY)
    assert Start.DISPOSED == clocks(case, Status.IN_PROGRESS)[Clock.COMPLETION].start


def test_waiting_for_the_reporter_runs_the_automatic_closure_only() -> None:
    """Ten working days after the answer could be read the system closes; nobody owes work."""
    case = a_case(disposed_at=MONDAY, first_answer_at=TUESDAY, last_answer_at=TUESDAY)
    found = clocks(case, Status.AWAITING_REPORTER)
    assert [Clock.AUTO_CLOSE] == [clock for clock, item in found.items() if item.running]
    assert date(2026, 11, 17) == found[Clock.AUTO_CLOSE].due_on


@pytest.mark.parametrize(
    ("expected", "status", "milestones"),
    [
        (WEDNESDAY, Status.IN_PROGRESS, {"citizen_replied_at": WEDNESDAY}),
        (TUESDAY, Status.IN_PROGRESS, {"citizen_replied_at": TUESDAY}),
        (WEDNESDAY, Status.DONE, {"closed_at": WEDNESDAY}),
        (
            WEDNESDAY,
            Status.DONE,
            {"citizen_replied_at": WEDNESDAY, "closed_at": instant(2026, 11, 9)},
        ),
        (WEDNESDAY, Status.IN_PROGRESS, {"citizen_replied_at": MONDAY, "reopened_at": WEDNESDAY}),
        (None, Status.DONE, {}),
        (None, Status.AWAITING_REPORTER, {"citizen_replied_at": MONDAY}),
    ],
)
def test_the_automatic_closure_ends_with_whatever_comes_first(
    expected: int | None, status: Status, milestones: dict[str, int]
) -> None:
    """A reply, a closure or a reopening after the answer stops it; earlier ones do not."""
    case = a_case(last_answer_at=TUESDAY, **milestones)
    assert expected == clocks(case, status)[Clock.AUTO_CLOSE].met_at


def test_the_last_word_of_a_closure_waits_for_nobody() -> None:
    """The answer that closes a case starts no automatic closure."""
    case = a_case(disposed_at=MONDAY, last_answer_at=TUESDAY, closed_at=TUESDAY)
    assert Clock.AUTO_CLOSE not in clocks(case, Status.DONE)


def test_an_unverified_case_has_one_clock() -> None:
    """Nothing of the unit's has started, also when it came back from another agency."""
    case = a_case(verified_at=MONDAY, disposed_at=TUESDAY)
    assert [Clock.VERIFY] == list(clocks(case, Status.UNVERIFIED))
    verification = clocks(case, Status.UNVERIFIED)[Clock.VERIFY]
    assert (True, None) == (verification.running, verification.met_at)


@pytest.mark.parametrize(
    "status", [Status.NOT_STARTED, Status.IN_PROGRESS, Status.AWAITING_REPORTER]
)
def test_a_status_that_presupposes_a_unit_starts_its_clocks(status: Status) -> None:
    """Imports that know a status and no date still show what the unit owes, or owed."""
    assert {Clock.VERIFY, Clock.FIRST_ANSWER, Clock.COMPLETION} == set(clocks(a_case(), status))


@pytest.mark.parametrize("status", [Status.POSTPONED, Status.DONE, Status.ARCHIVED])
def test_a_case_that_reached_no_unit_has_no_clocks_of_one(status: Status) -> None:
    """A complaint that was postponed or archived before verification owes no answer."""
    assert [Clock.VERIFY] == list(clocks(a_case(), status))


@pytest.mark.parametrize("status", [Status.POSTPONED, Status.DONE, Status.ARCHIVED])
def test_nothing_runs_while_nothing_is_owed(status: Status) -> None:
    """Postponed and ended cases keep their dates but no clock runs."""
    case = a_case(disposed_at=MONDAY, last_answer_at=TUESDAY)
    assert not any(deadline.running for deadline in clocks(case, status).values())


@pytest.mark.parametrize(
    ("expected", "answered_at"),
    [
        (False, instant(2026, 11, 10, 23, 59)),
        (True, instant(2026, 11, 11, 0, 0)),
    ],
)
def test_work_done_on_the_last_day_is_in_time(expected: bool, answered_at: int) -> None:
    """The last day counts to its end in Jakarta; what is done after it was missed."""
    case = a_case(disposed_at=TUESDAY, first_answer_at=answered_at)
    assert expected == was_missed(clocks(case, Status.IN_PROGRESS)[Clock.FIRST_ANSWER])


def test_a_running_clock_was_not_missed() -> None:
    """Late work that is still owed is late, not missed: no end has been recorded."""
    case = a_case(disposed_at=instant(2026, 1, 5))
    assert not was_missed(clocks(case, Status.NOT_STARTED)[Clock.FIRST_ANSWER])


def test_the_automatic_closure_cannot_be_missed() -> None:
    """A citizen who replies after the tenth day took nothing from anybody."""
    case = a_case(last_answer_at=MONDAY, citizen_replied_at=instant(2026, 12, 10))
    assert not was_missed(clocks(case, Status.IN_PROGRESS)[Clock.AUTO_CLOSE])


@pytest.mark.parametrize(
    ("expected", "today"),
    [
        (5, date(2026, 11, 20)),
        (5, date(2026, 11, 22)),
        (1, date(2026, 11, 26)),
        (0, date(2026, 11, 27)),
        (-1, date(2026, 11, 28)),
        (-1, date(2026, 11, 30)),
        (-2, date(2026, 12, 1)),
        (-7, date(2026, 12, 8)),
    ],
)
def test_remaining_days_are_working_days(expected: int, today: date) -> None:
    """Zero is today; the weekend after the last day is late already."""
    assert expected == remaining_working_days(date(2026, 11, 27), today, a_calendar())


def test_the_registration_chooses_the_rules_of_every_clock() -> None:
    """New numbers do not touch older complaints, however late they are disposed."""
    rulebook = a_rulebook(
        rule_sets=[
            *RULEBOOK.rule_sets,
            a_rule_set("Aturan uji 2026", valid_from=date(2026, 11, 3)),
        ]
    )
    old = next_due(
        a_case(registered_at=MONDAY, disposed_at=WEDNESDAY), Status.NOT_STARTED, rulebook
    )
    new = next_due(
        a_case(registered_at=TUESDAY, disposed_at=WEDNESDAY), Status.NOT_STARTED, rulebook
    )
    assert old is not None
    assert new is not None
    assert ("PermenPANRB 62/2018", 5) == (old.rule_set, old.days)
    assert ("Aturan uji 2026", 4) == (new.rule_set, new.days)


def test_an_explanation_tells_every_step() -> None:
    """From the start over each holiday to the last day, with rule, source and calendar."""
    case = a_case(
        registered_at=instant(2026, 12, 14),
        disposed_at=instant(2026, 12, 21),
        classification=Classification.INFORMATION,
    )
    due = next_due(case, Status.IN_PROGRESS, RULEBOOK)
    assert due is not None
    assert due.verified
    expected = (
        Step(code=StepCode.START, on=date(2026, 12, 21), name="disposed"),
        Step(code=StepCode.RULE, days=5, name="PermenPANRB 62/2018", source=due.source),
        Step(code=StepCode.WEEKENDS, days=2),
        Step(code=StepCode.HOLIDAY, on=date(2026, 12, 24), name="Cuti Bersama Hari Raya Natal"),
        Step(code=StepCode.HOLIDAY, on=date(2026, 12, 25), name="Hari Raya Natal"),
        Step(code=StepCode.DUE, on=date(2026, 12, 30)),
        Step(code=StepCode.SINCE_SUBMISSION, on=date(2026, 12, 14), days=10),
        Step(code=StepCode.CALENDAR, name="2026-11"),
    )
    assert expected == explain(due, RULEBOOK.calendar).steps


def test_a_provisional_year_is_named() -> None:
    """A date that reaches into next year says that its holidays may still change."""
    due = next_due(a_case(registered_at=instant(2026, 12, 30)), Status.UNVERIFIED, RULEBOOK)
    assert due is not None
    assert not due.verified
    last = explain(due, RULEBOOK.calendar).steps[-1]
    assert Step(code=StepCode.UNVERIFIED_YEAR, days=2027) == last


def test_what_counts_from_the_submission_needs_no_second_count() -> None:
    """Verification counts from the complaint, so "since submission" would say it twice."""
    due = next_due(a_case(), Status.UNVERIFIED, RULEBOOK)
    assert due is not None
    codes = [step.code for step in explain(due, RULEBOOK.calendar).steps]
    assert StepCode.SINCE_SUBMISSION not in codes
