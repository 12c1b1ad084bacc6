# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deadlines in words, and every step that leads to a date."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.viewmodels.deadlines import due_tag, explanation_texts, remaining_mark, remaining_text
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Mark
from sync.cases.deadlines import Clock, deadlines, explain
from sync.wire.rulebook import load_rulebook
from tests.support.casework import a_case, instant
from tests.support.window_rig import WIB

CALENDAR = load_rulebook().calendar


@pytest.mark.parametrize(
    ("days", "words", "mark"),
    [
        (2, "Sisa 2 hari kerja", Mark.DUE_SOON),
        (3, "Sisa 3 hari kerja", Mark.ON_TRACK),
        (0, "Jatuh tempo hari ini", Mark.DUE_SOON),
        (-1, "Lewat 1 hari kerja", Mark.OVERDUE),
    ],
)
def test_what_is_left_is_said_in_words(indonesian: None, days: int, words: str, mark: Mark) -> None:
    """The words say it; the mark only repeats it."""
    assert (words, mark) == (remaining_text(days), remaining_mark(days))


def test_weekends_do_not_count(indonesian: None) -> None:
    """From Friday to Monday is one working day."""
    tag = due_tag(date(2026, 11, 30), date(2026, 11, 27), CALENDAR)

    assert "Sisa 1 hari kerja" == tag.text


def test_the_day_after_is_late_even_on_a_weekend(indonesian: None) -> None:
    """Saturday is one day late for a Friday."""
    assert "Lewat 1 hari kerja" == due_tag(date(2026, 11, 27), date(2026, 11, 28), CALENDAR).text


def test_every_step_is_explained(indonesian: None) -> None:
    """Start, rule with source, weekends, each holiday by name, last day and calendar are told."""
    rulebook = load_rulebook()
    case = a_case(
        registered_at=instant(2026, 12, 17),
        verified_at=instant(2026, 12, 17),
        disposed_at=instant(2026, 12, 21),
    )
    status = rulebook.status_map.status_of(case)
    (first,) = (
        deadline
        for deadline in deadlines(case, status, rulebook)
        if deadline.clock is Clock.FIRST_ANSWER
    )
    sentences = explanation_texts(explain(first, rulebook.calendar), Formats("id", WIB))

    assert (
        "Mulai Senin, 21 Desember 2026 (disposisi ke unit); hari itu tidak dihitung."
        == (sentences[0])
    )
    assert sentences[1].startswith("PermenPANRB 62/2018 memberi 5 hari kerja. Sumber: ")
    assert "2 hari Sabtu dan Minggu dilewati." == sentences[2]
    holidays = [sentence for sentence in sentences if "dilewati: " in sentence]
    assert ["Kamis, 24 Desember 2026", "Jumat, 25 Desember 2026"] == [
        sentence.split(" dilewati")[0] for sentence in holidays
    ]
    assert "Hari terakhir: Rabu, 30 Desember 2026." in sentences
    assert "Kalender hari libur: versi 2026-11." == sentences[-1]


def test_what_is_left_is_marked_where_the_day_is_not_sure(indonesian: None) -> None:
    """After a clock went back nobody knows what day it is until the centre answers."""
    tag = due_tag(date(2026, 11, 30), date(2026, 11, 27), CALENDAR, verified=False)

    assert "Sisa 1 hari kerja, belum diverifikasi" == tag.text
