# SPDX-License-Identifier: AGPL-3.0-or-later
"""Weekdays and office hours in Jakarta. Holidays do not matter for a sample."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Final

WIB: Final = timezone(timedelta(hours=7), "WIB")
_FIRST_WEEKEND_DAY: Final = 5
_OPENS: Final = 8
_CLOSES: Final = 16


def milliseconds(moment: datetime) -> int:
    """An instant as UTC milliseconds."""
    return int(moment.timestamp() * 1000)


def weekday_before(today: date, days: int) -> date:
    """The weekday that lies so many weekdays before a day (the day itself for 0)."""
    day = today
    while days > 0 or day.weekday() >= _FIRST_WEEKEND_DAY:
        day -= timedelta(days=1)
        days -= day.weekday() < _FIRST_WEEKEND_DAY
    return day


def weekdays_since(day: date, today: date) -> int:
    """How many weekdays have begun after a day, up to and including today."""
    whole_weeks, rest = divmod((today - day).days, 7)
    return whole_weeks * _FIRST_WEEKEND_DAY + sum(
        (day + timedelta(days=step)).weekday() < _FIRST_WEEKEND_DAY for step in range(1, rest + 1)
    )


def in_office(moment: datetime) -> datetime:
    """The same moment, or the opening of the next office day when nobody is there."""
    if moment.hour >= _CLOSES:
        moment = _opening(moment.date() + timedelta(days=1), moment)
    elif moment.hour < _OPENS:
        moment = _opening(moment.date(), moment)
    while moment.weekday() >= _FIRST_WEEKEND_DAY:
        moment = _opening(moment.date() + timedelta(days=1), moment)
    return moment


def _opening(day: date, moment: datetime) -> datetime:
    """Soon after the doors open; the minutes stay, so that not all is done at eight sharp."""
    return datetime.combine(day, time(_OPENS, moment.minute, moment.second), tzinfo=moment.tzinfo)
