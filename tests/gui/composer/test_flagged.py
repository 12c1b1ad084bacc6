# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the centre flagged waits for a second officer, who says with one key that it was seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from sync.cases.commands import Note
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId
from tests.support.work_window import WorkWindow
from tests.support.workplace import Workplace

CASE = CaseId(1)


@pytest.fixture
def crossed(place: Workplace, work: WorkWindow) -> WorkWindow:
    """A colleague's note crossed with a message of the citizen, and was flagged."""
    wati = place.colleague()
    place.office.citizen_replies(CASE)
    wati.do(CASE, Note(text="Ditulis sebelum balasan itu terlihat."))
    place.sync()
    return work


def flagged(place: Workplace) -> list[CaseId]:
    """Return what the queue lists."""
    return list(place.desk.inbox.ids(Queue.FLAGGED, CaseFilter(), Sort.NEWEST))


def test_a_look_is_a_note_and_empties_the_queue_at_once(
    crossed: WorkWindow, place: Workplace
) -> None:
    """By keyboard, offline; the centre and everybody else learn of it like of any act."""
    before = flagged(place)
    QTest.keyClick(crossed.find(QPushButton, "case.seen"), Qt.Key.Key_Space)
    at_once = flagged(place)
    place.sync()
    later = place.colleague()

    assert ([CASE], [], []) == (before, at_once, flagged(place))
    assert not crossed.shows(QPushButton, "case.seen")
    assert "Agus Penghubung" in {event.actor for event in later.history(CASE)}


def test_who_wrote_it_cannot_say_that_it_was_seen(place: Workplace, work: WorkWindow) -> None:
    """A second pair of eyes is meant."""
    place.office.citizen_replies(CASE)
    place.act(CASE, Note(text="Ditulis sebelum balasan itu terlihat."))
    place.sync()

    assert [CASE] == flagged(place)
    assert not work.shows(QPushButton, "case.seen")


def test_nothing_is_offered_where_nothing_is_flagged(work: WorkWindow, place: Workplace) -> None:
    """The button does not stand there in vain."""
    assert not work.shows(QPushButton, "case.seen")
