# SPDX-License-Identifier: AGPL-3.0-or-later
"""Working days (*hari kerja*): Monday to Friday without national holidays and *cuti bersama*.

Arithmetic only; which days are holidays is data that somebody hands in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date

_DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_FRIDAY = 5


class Calendar:
    """The working days of one place.

    Every weekday has a rank: how many Mondays to Fridays there were up to it since the year 1,
    in closed form. A holiday takes one rank away from all days after it, so counting forward
    and backward is a binary search among the holidays, in any year.

    Attributes:
        version: names the data, so that a date can say what it was computed with.
        provisional_years: covered, but the decree for them is not final.
    """

    __slots__ = (
        "_gaps",
        "_holidays",
        "_offset_ms",
        "_ordinals",
        "first_year",
        "last_year",
        "provisional_years",
        "version",
    )

    def __init__(
        self,
        *,
        version: str,
        holidays: Mapping[date, str],
        first_year: int,
        last_year: int,
        utc_offset_minutes: int = 420,
        provisional_years: Iterable[int] = (),
    ) -> None:
        self.version = version
        self.first_year = first_year
        self.last_year = last_year
        self.provisional_years = frozenset(provisional_years)
        self._offset_ms = utc_offset_minutes * _MINUTE_MS
        self._holidays = {
            day.toordinal(): name
            for day, name in sorted(holidays.items())
            if day.isoweekday() <= _FRIDAY
        }
        self._ordinals = list(self._holidays)
        self._gaps = [
            _weekdays_up_to(ordinal) - number for number, ordinal in enumerate(self._ordinals)
        ]

    def is_same_as(self, other: Calendar) -> bool:
        """Return whether both say the same of every day."""
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on that day."""
        return day.isoweekday() <= _FRIDAY and day.toordinal() not in self._holidays

    def day_of(self, instant_ms: int) -> date:
        """Return the day on which an instant falls in the calendar's zone."""
        return date.fromordinal(self.ordinal_of(instant_ms))

    def ordinal_of(self, instant_ms: int) -> int:
        """Return :meth:`day_of` as the proleptic Gregorian ordinal that databases keep."""
        return _EPOCH_ORDINAL + (instant_ms + self._offset_ms) // _DAY_MS

    def add_working_days(self, start: date, n: int) -> date:
        """Return the n-th working day after a day; the day itself is not counted.

        Raises:
            ValueError: n is less than 1, for then no day is meant.
        """
        return date.fromordinal(self.add_to_ordinal(start.toordinal(), n))

    def add_to_ordinal(self, start: int, n: int) -> int:
        """Return :meth:`add_working_days` in ordinals, for counting very many."""
        if n < 1:
            raise ValueError(n)
        rank = self._rank(start) + n
        weekday_rank = rank + bisect_right(self._gaps, rank) - 1
        return weekday_rank // 5 * 7 + weekday_rank % 5 + 1

    def working_days_between(self, a: date, b: date) -> int:
        """Return how many working days lie after ``a`` up to and with ``b``; negative backwards."""
        return self._rank(b.toordinal()) - self._rank(a.toordinal())

    def skipped(self, start: date, end: date) -> tuple[tuple[date, str], ...]:
        """Return the holidays on Mondays to Fridays after ``start`` up to and with ``end``."""
        first = bisect_right(self._ordinals, start.toordinal())
        last = bisect_right(self._ordinals, end.toordinal())
        return tuple(
            (date.fromordinal(ordinal), self._holidays[ordinal])
            for ordinal in self._ordinals[first:last]
        )

    def unverified_years(self, start: date, end: date) -> tuple[int, ...]:
        """Return the years of a span that no final decree covers; they may still change."""
        return tuple(
            year
            for year in range(start.year, end.year + 1)
            if not self.first_year <= year <= self.last_year or year in self.provisional_years
        )

    def _rank(self, ordinal: int) -> int:
        return _weekdays_up_to(ordinal) - bisect_right(self._ordinals, ordinal)


def _weekdays_up_to(ordinal: int) -> int:
    """Return how many Mondays to Fridays there are from ordinal 1, a Monday, up to one."""
    weeks, days = divmod(ordinal, 7)
    return weeks * 5 + min(days, 5)
