# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates, instants, numbers and sizes as each language writes them."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.viewmodels.formats import Formats
from tests.support.fake_office import HOUR_MS, NOW, at
from tests.support.window_rig import WIB

ID = Formats("id", WIB)
EN = Formats("en", WIB)
TODAY = date(2026, 11, 24)


def test_numbers_and_sizes_follow_the_language() -> None:
    """Thousands and decimals have the signs of the language."""
    assert ("1.840", "1,840") == (ID.number(1840), EN.number(1840))
    assert ("1,2 MB", "1.2 MB") == (ID.size(1_260_000), EN.size(1_260_000))


def test_days_carry_their_year_only_when_it_is_another() -> None:
    """This year need not be said."""
    days = [ID.day(day, TODAY) for day in (date(2026, 11, 26), date(2025, 8, 18))]

    assert ["Kam 26 Nov", "Sen 18 Agu 2025"] == days
    assert "Senin, 17 Agustus 2026" == ID.full_day(date(2026, 8, 17))


def test_instants_are_shown_in_the_readers_zone() -> None:
    """Midnight UTC is seven in the morning in Jakarta."""
    assert "23 Nov 2026 09.14" == ID.moment(at(23, 9, 14))
    assert "23 Nov 2026 09:14" == EN.moment(at(23, 9, 14))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOW - 30_000, "baru saja"),
        (NOW - 5 * 60_000, "5 menit lalu"),
        (NOW - 2 * HOUR_MS, "2 jam lalu"),
        (at(23, 23, 50), "kemarin"),
        (at(20), "20 Nov"),
        (at(20) - 365 * 24 * HOUR_MS, "20 Nov 2025"),
        (NOW + HOUR_MS, "baru saja"),
    ],
    ids=["now", "minutes", "hours", "yesterday", "day", "last year", "clock ahead"],
)
def test_age_is_said_as_people_say_it(indonesian: None, moment: int, expected: str) -> None:
    """The further back, the coarser."""
    assert expected == ID.age(moment, NOW)


def test_today_needs_only_the_time() -> None:
    """The status bar says when, not which day, as long as it is today."""
    moments = [ID.time_or_moment(moment, NOW) for moment in (at(24, 8, 12), at(23, 8, 12))]

    assert ["08.12", "23 Nov 08.12"] == moments


@pytest.mark.parametrize(
    ("seconds", "expected"), [(20, "kurang dari semenit"), (170, "3 menit")], ids=["short", "long"]
)
def test_estimates_are_rough(indonesian: None, seconds: float, expected: str) -> None:
    """Nobody needs the seconds of an estimate."""
    assert expected == ID.duration(seconds)
