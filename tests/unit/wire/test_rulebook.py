# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rules, status names and holidays that ship with the program."""

from __future__ import annotations

from datetime import date

import pytest

from sync.cases.case import Classification, Status
from sync.cases.rulebook import Clock
from sync.wire.rulebook import load_rulebook
from tests.support.casework import instant


@pytest.mark.parametrize(
    ("expected", "clock", "classification"),
    [
        (3, Clock.VERIFY, Classification.COMPLAINT),
        (5, Clock.FIRST_ANSWER, Classification.SUPERVISORY),
        (5, Clock.COMPLETION, Classification.INFORMATION),
        (5, Clock.COMPLETION, Classification.ASPIRATION),
        (14, Clock.COMPLETION, Classification.COMPLAINT),
        (14, Clock.COMPLETION, Classification.OTHER),
        (60, Clock.COMPLETION, Classification.SUPERVISORY),
        (10, Clock.AUTO_CLOSE, Classification.INFORMATION),
    ],
)
def test_the_numbers_of_62_2018(
    expected: int, clock: Clock, classification: Classification
) -> None:
    """The periods are those of the dossier, section 3.2."""
    rule = load_rulebook().rule_for(clock, classification, instant(2026, 11, 2))
    assert expected == rule.days
    assert rule.source


@pytest.mark.parametrize(
    ("expected", "raw_status"),
    [
        (Status.UNVERIFIED, "Belum Terverifikasi"),
        (Status.NOT_STARTED, "Terverifikasi"),
        (Status.NOT_STARTED, "Belum Terdisposisi"),
        (Status.NOT_STARTED, "Terdisposisi"),
        (Status.NOT_STARTED, "Belum Ditindaklanjuti"),
        (Status.IN_PROGRESS, "Proses"),
        (Status.IN_PROGRESS, "Sedang Diproses"),
        (Status.IN_PROGRESS, "Ditindaklanjuti"),
        (Status.IN_PROGRESS, "Ditanggapi oleh Pelapor"),
        (Status.AWAITING_REPORTER, "Menunggu Tanggapan Pelapor"),
        (Status.DONE, "Ditutup oleh Admin"),
        (Status.DONE, "ditutup oleh sistem"),
        (Status.DONE, "Selesai"),
        (Status.POSTPONED, "Tunda"),
        (Status.POSTPONED, "Tertunda"),
        (Status.ARCHIVED, "Arsip"),
        (Status.ARCHIVED, "Diarsipkan oleh Admin"),
        (Status.ARCHIVED, "Diarsipkan oleh Sistem"),
        (Status.UNKNOWN, "Banding"),
        (Status.UNKNOWN, ""),
    ],
)
def test_every_status_name_seen_has_its_bucket(expected: Status, raw_status: str) -> None:
    """Names of the export, the API and the dashboards are counted where officers count them."""
    assert expected == load_rulebook().status_map.bucket(raw_status)


@pytest.mark.parametrize(
    "day",
    [
        date(2023, 4, 19),
        date(2023, 6, 30),
        date(2024, 2, 14),
        date(2024, 11, 27),
        date(2025, 8, 18),
        date(2026, 3, 18),
        date(2026, 5, 28),
        date(2026, 8, 25),
        date(2026, 12, 24),
        date(2027, 1, 1),
    ],
)
def test_decreed_days_off_are_no_working_days(day: date) -> None:
    """Holidays, cuti bersama and mid-year additions are in the data."""
    assert not load_rulebook().calendar.is_working_day(day)


def test_the_holidays_of_each_year_are_complete() -> None:
    """As many weekdays off as the decrees give."""
    calendar = load_rulebook().calendar
    expected = {2023: 21, 2024: 24, 2025: 24, 2026: 21}
    assert expected == {
        year: len(calendar.skipped(date(year - 1, 12, 31), date(year, 12, 31))) for year in expected
    }


def test_next_year_is_provisional() -> None:
    """The decree for 2027 was not read, so dates in that year are marked."""
    calendar = load_rulebook().calendar
    assert (2027,) == calendar.unverified_years(date(2023, 1, 1), date(2027, 12, 31))


def test_it_is_read_once() -> None:
    """Both callers in one program hold the same rulebook."""
    assert load_rulebook() is load_rulebook()
