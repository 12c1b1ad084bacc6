# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deadlines in words: how many working days are left, and why it is that day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Mark, Tag
from sync.cases.calendars import Calendar
from sync.cases.deadlines import (
    Deadline,
    Explanation,
    Start,
    Step,
    StepCode,
    remaining_working_days,
    was_missed,
)
from sync.i18n import gettext as _
from sync.i18n import ngettext
from sync.services.terms import clock_text, start_text

DUE_SOON_DAYS: Final = 2
"""As the queue of that name counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineText:
    """One clock of a case, ready to show.

    Attributes:
        name: which clock.
        due: its day.
        standing: what is left of it, or how it ended.
        mark: what that means.
        steps: why it is that day, one sentence each.
    """

    name: str
    due: str
    standing: str
    mark: Mark
    steps: tuple[str, ...]


def remaining_text(days: int) -> str:
    """Say how many working days are left; 0 is today, negative is late."""
    if days == 0:
        return _("Due today")
    if days > 0:
        return ngettext("{count} working day left", "{count} working days left", days).format(
            count=days
        )
    return ngettext("{count} working day late", "{count} working days late", -days).format(
        count=-days
    )


def remaining_mark(days: int) -> Mark:
    """Return what the number of days left means."""
    if days < 0:
        return Mark.OVERDUE
    return Mark.DUE_SOON if days <= DUE_SOON_DAYS else Mark.ON_TRACK


def unverified_text(standing: str) -> str:
    """Return what is told of a due day or of how many are due, where no clock can be trusted."""
    return _("{standing}, not verified").format(standing=standing)


def unverified_number(count: str) -> str:
    """Return how many are due where no clock can be trusted and there is little room."""
    return _("{count}?").format(count=count)


def due_tag(
    due_on: date, today: date, calendar: Calendar, hint: str = "", *, verified: bool = True
) -> Tag:
    """Return a deadline as a chip; marked where nobody can be sure what day it is."""
    days = remaining_working_days(due_on, today, calendar)
    text = remaining_text(days)
    if not verified:
        text = unverified_text(text)
    return Tag(text=text, mark=remaining_mark(days), hint=hint)


def deadline_text(
    deadline: Deadline,
    explanation: Explanation,
    today: date,
    calendar: Calendar,
    formats: Formats,
    *,
    verified: bool = True,
) -> DeadlineText:
    """Put one clock into words; what is left of it only where it is sure what day it is."""
    standing, mark = _standing(deadline, today, calendar, formats)
    if deadline.running and not verified:
        standing = unverified_text(standing)
    return DeadlineText(
        name=clock_text(deadline.clock),
        due=formats.day(deadline.due_on, today),
        standing=standing,
        mark=mark,
        steps=explanation_texts(explanation, formats),
    )


def explanation_texts(explanation: Explanation, formats: Formats) -> tuple[str, ...]:
    """Put the way to a date into sentences, in the order of its steps."""
    return tuple(
        sentence for step in explanation.steps if (sentence := _STEPS[step.code](step, formats))
    )


def _standing(
    deadline: Deadline, today: date, calendar: Calendar, formats: Formats
) -> tuple[str, Mark]:
    if deadline.running:
        days = remaining_working_days(deadline.due_on, today, calendar)
        return remaining_text(days), remaining_mark(days)
    if deadline.met_on is None:
        return _("Not running"), Mark.WAITING
    met_on = formats.day(deadline.met_on, today)
    if was_missed(deadline):
        return _("Met late, on {day}").format(day=met_on), Mark.OVERDUE
    return _("Met on {day}").format(day=met_on), Mark.DONE


def _start(step: Step, formats: Formats) -> str:
    return _("Starts on {day} ({event}); that day is not counted.").format(
        day=_day(step, formats), event=start_text(Start(step.name))
    )


def _rule(step: Step, _formats: Formats) -> str:
    return ngettext(
        "{rules} allows {count} working day. Source: {source}.",
        "{rules} allows {count} working days. Source: {source}.",
        step.days,
    ).format(rules=step.name, count=step.days, source=step.source)


def _weekends(step: Step, _formats: Formats) -> str:
    if not step.days:
        return ""
    return ngettext(
        "{count} Saturday or Sunday is passed over.",
        "{count} Saturdays and Sundays are passed over.",
        step.days,
    ).format(count=step.days)


def _holiday(step: Step, formats: Formats) -> str:
    return _("{day} is passed over: {holiday}.").format(day=_day(step, formats), holiday=step.name)


def _due(step: Step, formats: Formats) -> str:
    return _("Last day: {day}.").format(day=_day(step, formats))


def _since_submission(step: Step, formats: Formats) -> str:
    return ngettext(
        "Counted from the complaint itself ({day}) it is {count} working day.",
        "Counted from the complaint itself ({day}) it is {count} working days.",
        step.days,
    ).format(day=_day(step, formats), count=step.days)


def _calendar(step: Step, _formats: Formats) -> str:
    return _("Holiday calendar: version {version}.").format(version=step.name)


def _unverified_year(step: Step, _formats: Formats) -> str:
    return _("The holidays of {year} are not decreed for good; the date may still move.").format(
        year=step.days
    )


def _day(step: Step, formats: Formats) -> str:
    return formats.full_day(step.on) if step.on is not None else ""


_STEPS: Final[dict[StepCode, Callable[[Step, Formats], str]]] = {
    StepCode.START: _start,
    StepCode.RULE: _rule,
    StepCode.WEEKENDS: _weekends,
    StepCode.HOLIDAY: _holiday,
    StepCode.DUE: _due,
    StepCode.SINCE_SUBMISSION: _since_submission,
    StepCode.CALENDAR: _calendar,
    StepCode.UNVERIFIED_YEAR: _unverified_year,
}
