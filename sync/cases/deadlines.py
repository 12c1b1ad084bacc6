# SPDX-License-Identifier: AGPL-3.0-or-later
"""When something is due, and why on that day.

Four clocks run on a complaint; docs/deadlines.md tells the choices and their sources. All days
are working days of the rulebook's calendar; the day on which a clock starts is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sync.cases.calendars import Calendar
from sync.cases.case import Case, Classification, Milestones, Status
from sync.cases.rulebook import Clock, Rulebook

__all__ = [
    "Clock",
    "Deadline",
    "Explanation",
    "Start",
    "Step",
    "StepCode",
    "deadlines",
    "explain",
    "next_due",
    "next_due_on",
    "remaining_working_days",
    "was_missed",
]


class Start(StrEnum):
    """What set a clock going."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    DISPOSED = "disposed"
    REOPENED = "reopened"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One clock of one complaint.

    Attributes:
        started_at: the instant it counts from; ``started_on`` is its day, not counted.
        start: which event that was.
        registered_on: the day of the complaint itself, for "since submission".
        days: working days allowed.
        met_at: when it was stopped because its work was done; None while that is not so, and
            where the national system did not tell.
        running: somebody owes something by ``due_on``.
        rule_set: name of the regulation's rules; ``source`` is the text behind the number.
        calendar: version of the holidays it was computed with.
        verified: the holidays of all years touched are decreed for good.
    """

    clock: Clock
    started_at: int
    started_on: date
    start: Start
    registered_on: date
    due_on: date
    days: int
    met_at: int | None
    met_on: date | None
    running: bool
    rule_set: str
    calendar: str
    source: str
    verified: bool


class StepCode(StrEnum):
    """The kinds of steps that lead to a date; the window words them."""

    START = "start"
    """``on``: the day not counted; ``name``: which event (:class:`Start`)."""
    RULE = "rule"
    """``days`` allowed by ``name``, as ``source`` says."""
    WEEKENDS = "weekends"
    """``days``: Saturdays and Sundays passed over."""
    HOLIDAY = "holiday"
    """``on``: a Monday to Friday passed over; ``name``: why."""
    DUE = "due"
    """``on``: the last day."""
    SINCE_SUBMISSION = "since_submission"
    """``on``: the day of the complaint; ``days``: working days from it to the last day.

    Only where the clock started later than the complaint.
    """
    CALENDAR = "calendar"
    """``name``: version of the holidays used."""
    UNVERIFIED_YEAR = "unverified_year"
    """``days``: a year whose holidays are not decreed for good or not known at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an explanation; see :class:`StepCode` for what its fields mean."""

    code: StepCode
    on: date | None = None
    days: int = 0
    name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a date came about; the day counts of its steps add up to the span."""

    steps: tuple[Step, ...]


def next_due_on(
    rulebook: Rulebook,
    status: Status,
    classification: Classification,
    *,
    registered_at: int,
    verified_at: int | None,
    disposed_at: int | None,
    first_answer_at: int | None,
    reopened_at: int | None,
) -> tuple[int | None, Clock | None]:
    """Return the day (ordinal) and the clock that the queue shows, or two Nones.

    What is shown is what an officer owes: nothing while the reporter is waited for, after the
    end, and while the case is postponed.
    """
    clock = _owed(status, verified_at, disposed_at, first_answer_at)
    if clock is None:
        return None, None
    started_at, _ = _work_start(clock, registered_at, verified_at, disposed_at, reopened_at)
    return _due_ordinal(rulebook, clock, classification, registered_at, started_at), clock


def next_due(case: Case, status: Status, rulebook: Rulebook) -> Deadline | None:
    """Return the deadline that the queue shows, or None where an officer owes nothing."""
    marks = case.milestones
    _, clock = next_due_on(
        rulebook,
        status,
        case.classification,
        registered_at=marks.registered_at,
        verified_at=marks.verified_at,
        disposed_at=marks.disposed_at,
        first_answer_at=marks.first_answer_at,
        reopened_at=marks.reopened_at,
    )
    return None if clock is None else _deadline(clock, case, status, rulebook)


def deadlines(case: Case, status: Status, rulebook: Rulebook) -> tuple[Deadline, ...]:
    """Return every clock that has started, in the order of :class:`Clock`."""
    found = (_deadline(clock, case, status, rulebook) for clock in Clock)
    return tuple(deadline for deadline in found if deadline is not None)


def was_missed(deadline: Deadline) -> bool:
    """Return whether the work was done, but only after the day it was due.

    The automatic closure is nobody's work and cannot be missed.
    """
    return (
        deadline.clock is not Clock.AUTO_CLOSE
        and deadline.met_on is not None
        and deadline.met_on > deadline.due_on
    )


def remaining_working_days(due_on: date, today: date, calendar: Calendar) -> int:
    """Return the working days left: 0 is today, negative is late by so many.

    The day after the last day is late even on a weekend, so lateness starts at -1.
    """
    days = calendar.working_days_between(today, due_on)
    return min(days, -1) if today > due_on else days


def explain(deadline: Deadline, calendar: Calendar) -> Explanation:
    """Return the steps from the start of a clock to its last day.

    ``calendar`` must be the one the deadline was computed with.
    """
    start, due = deadline.started_on, deadline.due_on
    holidays = calendar.skipped(start, due)
    weekends = (due - start).days - deadline.days - len(holidays)
    steps = [
        Step(code=StepCode.START, on=start, name=deadline.start.value),
        Step(
            code=StepCode.RULE,
            days=deadline.days,
            name=deadline.rule_set,
            source=deadline.source,
        ),
        Step(code=StepCode.WEEKENDS, days=weekends),
        *(Step(code=StepCode.HOLIDAY, on=day, name=name) for day, name in holidays),
        Step(code=StepCode.DUE, on=due),
    ]
    if deadline.start is not Start.REGISTERED:
        total = calendar.working_days_between(deadline.registered_on, due)
        steps.append(Step(code=StepCode.SINCE_SUBMISSION, on=deadline.registered_on, days=total))
    steps.append(Step(code=StepCode.CALENDAR, name=deadline.calendar))
    unverified = calendar.unverified_years(start, due)
    steps += [Step(code=StepCode.UNVERIFIED_YEAR, days=year) for year in unverified]
    return Explanation(tuple(steps))


def _owed(
    status: Status, verified_at: int | None, disposed_at: int | None, first_answer_at: int | None
) -> Clock | None:
    match status:
        case Status.UNVERIFIED:
            return Clock.VERIFY
        case Status.NOT_STARTED:
            return Clock.FIRST_ANSWER
        case Status.IN_PROGRESS:
            return Clock.COMPLETION
        case Status.UNKNOWN:
            # Better a deadline too many than one that nobody sees: the milestones decide.
            if verified_at is None and disposed_at is None:
                return Clock.VERIFY
            return Clock.FIRST_ANSWER if first_answer_at is None else Clock.COMPLETION
        case _:
            return None


def _work_start(
    clock: Clock,
    registered_at: int,
    verified_at: int | None,
    disposed_at: int | None,
    reopened_at: int | None,
) -> tuple[int, Start]:
    """Return from when somebody's work counts; earlier milestones stand in for missing ones."""
    if clock is Clock.VERIFY:
        return registered_at, Start.REGISTERED
    if disposed_at is not None:
        at, start = disposed_at, Start.DISPOSED
    elif verified_at is not None:
        at, start = verified_at, Start.VERIFIED
    else:
        at, start = registered_at, Start.REGISTERED
    if clock is Clock.COMPLETION and reopened_at is not None and reopened_at > at:
        return reopened_at, Start.REOPENED
    return at, start


def _due_ordinal(
    rulebook: Rulebook,
    clock: Clock,
    classification: Classification,
    registered_at: int,
    started_at: int,
) -> int:
    rule = rulebook.rule_for(clock, classification, registered_at)
    calendar = rulebook.calendar
    return calendar.add_to_ordinal(calendar.ordinal_of(started_at), rule.days)


def _deadline(clock: Clock, case: Case, status: Status, rulebook: Rulebook) -> Deadline | None:
    started = _started(clock, case.milestones, status)
    if started is None:
        return None
    started_at, start = started
    registered_at = case.milestones.registered_at
    due_on = date.fromordinal(
        _due_ordinal(rulebook, clock, case.classification, registered_at, started_at)
    )
    rule = rulebook.rule_for(clock, case.classification, registered_at)
    calendar = rulebook.calendar
    started_on = calendar.day_of(started_at)
    running = _running(clock, case.milestones, status)
    met_at = None if running else _met_at(clock, case.milestones)
    return Deadline(
        clock=clock,
        started_at=started_at,
        started_on=started_on,
        start=start,
        registered_on=calendar.day_of(registered_at),
        due_on=due_on,
        days=rule.days,
        met_at=met_at,
        met_on=None if met_at is None else calendar.day_of(met_at),
        running=running,
        rule_set=rulebook.rule_set_for(registered_at).name,
        calendar=calendar.version,
        source=rule.source,
        verified=not calendar.unverified_years(started_on, due_on),
    )


def _started(clock: Clock, marks: Milestones, status: Status) -> tuple[int, Start] | None:
    if clock is Clock.AUTO_CLOSE:
        answered, closed = marks.last_answer_at, marks.closed_at
        if answered is None or (closed is not None and closed <= answered):
            return None  # the last word of a closure waits for no reply
        return answered, Start.ANSWERED
    if clock is not Clock.VERIFY and not _reached_a_unit(marks, status):
        return None
    return _work_start(
        clock, marks.registered_at, marks.verified_at, marks.disposed_at, marks.reopened_at
    )


def _reached_a_unit(marks: Milestones, status: Status) -> bool:
    if status is Status.UNVERIFIED:
        return False
    known = marks.verified_at is not None or marks.disposed_at is not None
    return known or status in {Status.NOT_STARTED, Status.IN_PROGRESS, Status.AWAITING_REPORTER}


def _running(clock: Clock, marks: Milestones, status: Status) -> bool:
    if clock is Clock.AUTO_CLOSE:
        return status is Status.AWAITING_REPORTER
    owed = _owed(status, marks.verified_at, marks.disposed_at, marks.first_answer_at)
    # The unit's two clocks run side by side from the disposition on.
    return clock is owed or (clock is Clock.COMPLETION and owed is Clock.FIRST_ANSWER)


def _met_at(clock: Clock, marks: Milestones) -> int | None:
    match clock:
        case Clock.VERIFY:
            return marks.verified_at
        case Clock.FIRST_ANSWER:
            return marks.first_answer_at
        case Clock.COMPLETION:
            return marks.closed_at
        case Clock.AUTO_CLOSE:
            ends = (marks.citizen_replied_at, marks.reopened_at, marks.closed_at)
            since = [end for end in ends if end is not None and end >= (marks.last_answer_at or 0)]
            return min(since, default=None)
