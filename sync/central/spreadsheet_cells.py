# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one cell of the official export means: text, digits, dates and times in several hands.

Pure functions; which cell is which column is the business of sync.central.spreadsheet.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from openpyxl.utils.datetime import from_excel

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february peb pebruari",
            "mar maret march mrt",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu agt ags agustus aug august",
            "sep sept september",
            "okt oktober oct october",
            "nov nop november nopember",
            "des desember dec december",
        ),
        start=1,
    )
    for name in names.split()
}
"""English and Indonesian month names as offices abbreviate them, lower case."""

_DAY_MONTH_YEAR = re.compile(r"(?:\w+,\s*)?(\d{1,2})[\s./-]+([a-z]+|\d{1,2})[\s./-]+(\d{4})")
_YEAR_MONTH_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*(wib|wita|wit)?")
_OFFSET_HOURS = {"wib": 7, "wita": 8, "wit": 9}
_FIRST_SERIAL_DAY = 36_526
_LAST_SERIAL_DAY = 73_050
"""Excel's day numbers of the years 2000 to 2099; other bare numbers are not dates."""
_YEARS = range(2000, 2100)
_YES = frozenset({"ya", "y", "yes", "true", "1", "benar"})


def text_of(value: object) -> str:
    """The text of a cell, with bare line feeds; whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def tracking_id_of(value: object) -> str:
    """The digits of a tracking ID cell, whatever the spreadsheet program made of them."""
    return text_of(value).removeprefix("#")


def is_yes(value: object) -> bool:
    """Whether a flag column says yes."""
    return text_of(value).casefold() in _YES


def rating_of(value: object) -> int | None:
    """The citizen's rating, None where there is none; raises ValueError outside 1 to 5."""
    written = text_of(value)
    if written in {"", "-", "0"}:
        return None
    rating = int(written)
    if rating not in range(1, 6):
        raise ValueError(written)
    return rating


def instant_of(day: object, clock: object) -> int | None:
    """When a report came in, in UTC milliseconds; None where no date is given.

    Dates are "3 Jan 2026" in the official export; Indonesian names, ISO, day/month/year and real
    date cells are taken as well. Times are WIB unless they say WITA or WIT; a missing time counts
    as midnight. Raises ValueError for what cannot be a date or a time.
    """
    on, clock_inside = _date_of(day)
    if on is None:
        return None
    if on.year not in _YEARS:
        raise ValueError(on)
    at, offset = _time_of(clock)
    moment = datetime.combine(on, at or clock_inside or time(), tzinfo=timezone(offset))
    return int(moment.astimezone(UTC).timestamp() * 1000)


def _date_of(value: object) -> tuple[date | None, time | None]:
    """The date of a cell, and the time where the cell holds both."""
    if isinstance(value, datetime):
        return value.date(), value.time() if value.time() != time() else None
    if isinstance(value, date):
        return value, None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _date_of_serial(value)
    written = text_of(value).casefold()
    if written in {"", "-"}:
        return None, None
    return _date_of_text(written), None


def _date_of_serial(days: float) -> tuple[date | None, time | None]:
    if not _FIRST_SERIAL_DAY <= days < _LAST_SERIAL_DAY + 1:
        raise ValueError(days)
    return _date_of(from_excel(days))


def _date_of_text(written: str) -> date:
    if match := _YEAR_MONTH_DAY.fullmatch(written):
        year, month, day = match.groups()
        return date(int(year), int(month), int(day))
    if match := _DAY_MONTH_YEAR.fullmatch(written):
        day, name, year = match.groups()
        number = int(name) if name.isdigit() else _MONTHS.get(name, 0)
        return date(int(year), number, int(day))
    raise ValueError(written)


def _time_after_midnight(passed: timedelta) -> time:
    """Raise ValueError outside one day."""
    hours, seconds = divmod(round(passed.total_seconds()), 3600)
    return time(hours, *divmod(seconds, 60))


def _time_of(value: object) -> tuple[time | None, timedelta]:
    """The time of a cell and its distance from UTC."""
    western = timedelta(hours=_OFFSET_HOURS["wib"])
    if isinstance(value, datetime):
        return value.time(), western
    if isinstance(value, time):
        return value, western
    if isinstance(value, float):
        value = timedelta(days=value)
    if isinstance(value, timedelta):
        return _time_after_midnight(value), western
    written = text_of(value).casefold()
    if written in {"", "-"}:
        return None, western
    if match := _CLOCK.fullmatch(written):
        hours, minutes, seconds, zone = match.groups()
        offset = timedelta(hours=_OFFSET_HOURS[zone or "wib"])
        return time(int(hours), int(minutes), int(seconds or 0)), offset
    raise ValueError(written)
