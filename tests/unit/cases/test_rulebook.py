# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule sets chosen by date, and what a malformed file is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from sync.cases.case import Classification, Status
from sync.cases.rulebook import Clock, Rule, Rulebook
from tests.support.casework import STATUS_MAP, a_calendar, a_rule_set, a_rulebook, instant

OLD = a_rule_set("Aturan lama", valid_from=date(2024, 1, 1))
NEW = a_rule_set("Aturan baru", valid_from=date(2026, 7, 1))


def texts() -> dict[str, Any]:
    """The three files, small, before they become JSON."""
    every = {"*": {"working_days": 3, "source": "Pasal 1"}}
    return {
        "status_map": {"version": "1", "buckets": {"proses": ["Proses"], "selesai": ["Selesai"]}},
        "rules": {
            "name": "Peraturan",
            "valid_from": "2026-01-01",
            "source": "Bab I",
            "clocks": {clock.value: every for clock in Clock},
        },
        "calendar": {
            "version": "2026-01",
            "utc_offset_minutes": 480,
            "first_year": 2026,
            "last_year": 2026,
            "provisional_years": [2026],
            "holidays": {"2026-01-01": "Tahun Baru Masehi"},
        },
    }


def load(data: dict[str, Any]) -> Rulebook:
    return Rulebook.from_json(
        status_map=json.dumps(data["status_map"]),
        rule_sets=[json.dumps(data["rules"])],
        calendar=json.dumps(data["calendar"]),
    )


@pytest.mark.parametrize(
    ("expected", "registered_at"),
    [
        ("Aturan lama", instant(2024, 1, 1)),
        ("Aturan lama", instant(2026, 6, 30, 23, 59)),
        ("Aturan baru", instant(2026, 7, 1, 0, 0)),
        ("Aturan baru", instant(2030, 1, 1)),
    ],
)
def test_the_day_of_registration_chooses_the_rules(expected: str, registered_at: int) -> None:
    """A complaint keeps the rules that were in force when it was made, in local days."""
    rulebook = a_rulebook(rule_sets=[NEW, OLD])
    assert expected == rulebook.rule_set_for(registered_at).name


def test_older_complaints_are_judged_by_the_oldest_rules() -> None:
    """There is a rule set for every day, also before the first one begins."""
    rulebook = a_rulebook(rule_sets=[NEW, OLD])
    assert "Aturan lama" == rulebook.rule_set_for(instant(2011, 5, 5)).name


def test_without_any_rule_set_there_is_no_rulebook() -> None:
    """A rulebook that could not answer is refused when it is made."""
    with pytest.raises(ValueError, match="rule_sets"):
        Rulebook(STATUS_MAP, [], a_calendar())


def test_the_files_become_a_rulebook() -> None:
    """Statuses, periods and holidays are what the texts say."""
    rulebook = load(texts())
    rule = rulebook.rule_for(Clock.VERIFY, Classification.ASPIRATION, instant(2026, 5, 5))
    assert Rule(3, "Pasal 1") == rule
    assert Status.DONE == rulebook.status_map.bucket(" SELESAI ")
    assert not rulebook.calendar.is_working_day(date(2026, 1, 1))
    assert (2026,) == rulebook.calendar.unverified_years(date(2026, 2, 1), date(2026, 2, 2))
    assert date(2026, 5, 6) == rulebook.calendar.day_of(instant(2026, 5, 5, 23, 0))


def test_periods_may_differ_by_classification() -> None:
    """Without the star every classification is spelled out."""
    data = texts()
    data["rules"]["clocks"]["penyelesaian"] = {
        kind.value: {"working_days": number, "source": ""}
        for number, kind in enumerate(Classification, start=1)
    }
    rules = load(data).rule_sets[0].rules
    expected = [1, 2, 3, 4, 5]
    assert expected == [rules[Clock.COMPLETION, kind].days for kind in Classification]


def _drop_a_clock(data: dict[str, Any]) -> None:
    del data["rules"]["clocks"]["tutup_otomatis"]


def _drop_a_classification(data: dict[str, Any]) -> None:
    data["rules"]["clocks"]["penyelesaian"] = {"aspirasi": {"working_days": 5, "source": ""}}


def _invent_a_clock(data: dict[str, Any]) -> None:
    data["rules"]["clocks"]["banding"] = data["rules"]["clocks"]["verifikasi"]


def _give_no_day(data: dict[str, Any]) -> None:
    data["rules"]["clocks"]["verifikasi"]["*"]["working_days"] = 0


def _give_words(data: dict[str, Any]) -> None:
    data["rules"]["clocks"]["verifikasi"]["*"]["working_days"] = "lima"


def _name_twice(data: dict[str, Any]) -> None:
    data["status_map"]["buckets"]["selesai"].append("PROSES ")


def _invent_a_bucket(data: dict[str, Any]) -> None:
    data["status_map"]["buckets"]["ditolak"] = ["Ditolak"]


def _break_a_date(data: dict[str, Any]) -> None:
    data["calendar"]["holidays"]["2026-02-30"] = "Hari yang tidak ada"


def _drop_a_field(data: dict[str, Any]) -> None:
    del data["calendar"]["version"]


def _be_a_list(data: dict[str, Any]) -> None:
    data["status_map"] = ["Proses"]


@pytest.mark.parametrize(
    "damage",
    [
        _drop_a_clock,
        _drop_a_classification,
        _invent_a_clock,
        _give_no_day,
        _give_words,
        _name_twice,
        _invent_a_bucket,
        _break_a_date,
        _drop_a_field,
        _be_a_list,
    ],
)
def test_a_malformed_file_is_refused(damage: Callable[[dict[str, Any]], None]) -> None:
    """Whatever is wrong with a file shows when it is read, as a ValueError."""
    data = texts()
    damage(data)
    with pytest.raises(ValueError):  # noqa: PT011 - the message names the detail
        load(data)
