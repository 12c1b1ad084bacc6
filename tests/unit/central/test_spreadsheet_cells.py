# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates and times of many hands mean what their writers meant."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.central.spreadsheet_cells import instant_of

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NINE_FOURTEEN_WIB = 1_767_406_445_000
MIDNIGHT_WIB = NINE_FOURTEEN_WIB - (9 * 3600 + 14 * 60 + 5) * 1000


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("3 Jan 2026", "09:14:05"),
        ("03 Januari 2026", "09.14.05"),
        ("3-jan-2026", "09:14:05 WIB"),
        ("Sabtu, 3 Januari 2026", "9:14:05"),
        ("2026-01-03", "11:14:05 WIT"),
        ("03/01/2026", "10:14:05 WITA"),
        (date(2026, 1, 3), time(9, 14, 5)),
        (datetime(2026, 1, 3), "09:14:05"),  # noqa: DTZ001 - as openpyxl gives it
        (datetime(2026, 1, 3, 9, 14, 5), None),  # noqa: DTZ001 - as openpyxl gives it
        (46025, timedelta(hours=9, minutes=14, seconds=5)),
        (46025.0, 0.384780092592593),
    ],
)
def test_dates_of_many_hands(day: object, clock: object) -> None:
    """All ways in which exports and re-saved exports write an instant mean the same instant."""
    assert NINE_FOURTEEN_WIB == instant_of(day, clock)


@pytest.mark.parametrize(
    "name",
    [
        *("jan", "feb", "mar", "apr", "mei", "may", "jun", "jul", "agu", "agt", "ags", "aug"),
        *("sep", "okt", "oct", "nov", "nop", "des", "dec", "Februari", "Agustus", "Desember"),
    ],
)
def test_month_names(name: str) -> None:
    """English and Indonesian month names are dates, not problems."""
    assert instant_of(f"28 {name} 2026", "") is not None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.times().map(lambda t: t.replace(fold=0)))
def test_text_and_real_cells_agree(day: date, clock: time) -> None:
    """A date typed as text and the same date as a real cell are one instant."""
    clock = clock.replace(microsecond=0)
    written = f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    assert instant_of(day, clock) == instant_of(written, clock.isoformat())


def test_missing_time_is_midnight_and_missing_date_is_unknown() -> None:
    """The day alone still orders a complaint; a time alone says nothing."""
    assert MIDNIGHT_WIB == instant_of("3 Jan 2026", None)
    assert instant_of("-", "09:14:05") is None
