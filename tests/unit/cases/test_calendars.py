# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting working days: known weeks by hand, everything else against counting day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cases.calendars import Calendar
from tests.support.casework import a_calendar, calendars, days_around, holiday_sets, instant

EID = {
    date(2026, 3, 18): "Cuti Bersama Nyepi",
    date(2026, 3, 19): "Nyepi",
    date(2026, 3, 20): "Cuti Bersama Idul Fitri",
    date(2026, 3, 21): "Idul Fitri",
    date(2026, 3, 22): "Idul Fitri",
    date(2026, 3, 23): "Cuti Bersama Idul Fitri",
    date(2026, 3, 24): "Cuti Bersama Idul Fitri",
}
ONE_DAY = timedelta(days=1)


def counted_by_hand(calendar: Calendar, start: date, n: int) -> date:
    day = start
    while n:
        day += ONE_DAY
        n -= calendar.is_working_day(day)
    return day


@pytest.mark.parametrize(
    ("expected", "day"),
    [
        (True, date(2026, 3, 17)),
        (False, date(2026, 3, 18)),
        (False, date(2026, 3, 22)),
        (True, date(2026, 3, 25)),
        (False, date(2026, 3, 28)),
    ],
)
def test_holidays_and_weekends_are_no_working_days(expected: bool, day: date) -> None:
    """Offices work Monday to Friday unless the day is a holiday or cuti bersama."""
    assert expected == a_calendar(EID).is_working_day(day)


@pytest.mark.parametrize(
    ("expected", "start", "n"),
    [
        (date(2026, 11, 25), date(2026, 11, 24), 1),
        (date(2026, 11, 30), date(2026, 11, 27), 1),
        (date(2026, 11, 30), date(2026, 11, 28), 1),
        (date(2026, 12, 1), date(2026, 11, 24), 5),
        (date(2026, 3, 25), date(2026, 3, 17), 1),
        (date(2026, 3, 25), date(2026, 3, 20), 1),
        (date(2026, 3, 26), date(2026, 3, 17), 2),
    ],
)
def test_the_day_of_the_start_is_not_counted(expected: date, start: date, n: int) -> None:
    """The n-th working day after the start is found past weekends and holidays."""
    assert expected == a_calendar(EID).add_working_days(start, n)


@pytest.mark.parametrize("n", [0, -3])
def test_less_than_one_day_is_refused(n: int) -> None:
    """A period of no days has no last day, so asking for one is an error."""
    with pytest.raises(ValueError, match=str(n)):
        a_calendar().add_working_days(date(2026, 11, 24), n)


@pytest.mark.parametrize(
    ("expected", "at"),
    [
        (date(2026, 11, 23), instant(2026, 11, 23, 23, 59)),
        (date(2026, 11, 24), instant(2026, 11, 24, 0, 0)),
        (date(2026, 11, 24), instant(2026, 11, 24, 6, 59)),
    ],
)
def test_a_day_begins_at_midnight_in_jakarta(expected: date, at: int) -> None:
    """Instants fall on days of the calendar's own zone, not of UTC."""
    assert expected == a_calendar().day_of(at)


def test_another_zone_has_other_days() -> None:
    """The offset is data: half past eleven in the evening in Jakarta is tomorrow in Jayapura."""
    eastern = a_calendar(utc_offset_minutes=540)
    assert date(2026, 11, 24) == eastern.day_of(instant(2026, 11, 23, 23, 30))


def test_holidays_on_weekends_are_not_said_to_be_skipped() -> None:
    """A holiday that falls on a Saturday or Sunday took no working day away."""
    weekdays = [(day, name) for day, name in EID.items() if day.isoweekday() < 6]
    assert tuple(weekdays) == a_calendar(EID).skipped(date(2026, 3, 1), date(2026, 3, 31))


def test_skipped_excludes_the_start_and_includes_the_end() -> None:
    """The span is that of counting: after the first day, up to and with the last."""
    calendar = a_calendar(EID)
    assert ((date(2026, 3, 19), "Nyepi"),) == calendar.skipped(date(2026, 3, 18), date(2026, 3, 19))


@pytest.mark.parametrize(
    ("expected", "start", "end"),
    [
        ((), date(2024, 5, 1), date(2026, 12, 31)),
        ((2027,), date(2026, 12, 30), date(2027, 1, 4)),
        ((2027, 2028), date(2026, 12, 30), date(2028, 1, 4)),
        ((2023,), date(2023, 12, 29), date(2024, 1, 4)),
    ],
)
def test_years_without_a_final_decree_are_named(
    expected: tuple[int, ...], start: date, end: date
) -> None:
    """Years outside the data and provisional years may still change a date."""
    calendar = a_calendar(provisional_years=[2027])
    assert expected == calendar.unverified_years(start, end)


def test_uncovered_years_count_monday_to_friday() -> None:
    """Outside the covered years a date is still given, from weekdays alone."""
    assert date(2051, 1, 9) == a_calendar().add_working_days(date(2051, 1, 2), 5)


@given(calendars, days_around, st.integers(1, 90))
def test_adding_agrees_with_counting_day_by_day(calendar: Calendar, start: date, n: int) -> None:
    """The closed form finds the same day as walking through the calendar."""
    assert counted_by_hand(calendar, start, n) == calendar.add_working_days(start, n)


@given(calendars, days_around, st.integers(1, 90))
def test_exactly_n_working_days_lie_between(calendar: Calendar, start: date, n: int) -> None:
    """Counting back from the last day to the start gives the period again, and its negative."""
    end = calendar.add_working_days(start, n)
    assert n == calendar.working_days_between(start, end)
    assert -n == calendar.working_days_between(end, start)


@given(calendars, days_around, st.integers(1, 90))
def test_the_last_day_is_a_working_day(calendar: Calendar, start: date, n: int) -> None:
    """Nothing is ever due on a weekend or on a holiday."""
    assert calendar.is_working_day(calendar.add_working_days(start, n))


@given(calendars, days_around, st.integers(0, 40), st.integers(1, 90))
def test_a_later_start_never_ends_earlier(
    calendar: Calendar, start: date, later: int, n: int
) -> None:
    """The last day grows with the start and strictly with the number of days."""
    end = calendar.add_working_days(start, n)
    assert end <= calendar.add_working_days(start + later * ONE_DAY, n)
    assert end < calendar.add_working_days(start, n + 1)


@given(holiday_sets, days_around, days_around, st.integers(1, 90))
def test_one_more_holiday_never_ends_earlier(
    holidays: dict[date, str], extra: date, start: date, n: int
) -> None:
    """A decree that adds a day off moves dates later or leaves them."""
    before = a_calendar(holidays).add_working_days(start, n)
    after = a_calendar(holidays | {extra: "Libur tambahan"}).add_working_days(start, n)
    assert before <= after


@given(calendars, days_around, days_around)
def test_skipped_holidays_and_weekends_fill_the_span(calendar: Calendar, a: date, b: date) -> None:
    """Working days, weekend days and skipped holidays together are all days of a span."""
    start, end = min(a, b), max(a, b)
    span = [start + number * ONE_DAY for number in range(1, (end - start).days + 1)]
    weekend = sum(day.isoweekday() > 5 for day in span)
    working = calendar.working_days_between(start, end)
    assert len(span) == working + weekend + len(calendar.skipped(start, end))
