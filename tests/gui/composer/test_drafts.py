# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words reach the disk while they are typed, and nobody says so before they are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QTabBar
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.ui.widgets.banner import Banner
from desktop.viewmodels.draft_keeper import AT_MOST_MS, QUIET_MS, DraftKeeper
from sync.cases.ids import CaseId
from sync.cases.policy import Choice
from sync.cases.views import Draft
from tests.support.lanes import HeldLane
from tests.support.work_window import WorkWindow
from tests.support.workplace import FullDisk, Workplace, workplace

HELLO = "Petugas sudah dikirim."
DRAFT = Draft(case_id=CaseId(1), kind="respond", text=HELLO)


def words(work: WorkWindow) -> QPlainTextEdit:
    """Return the editor."""
    return work.find(QPlainTextEdit, "composer.words")


def stored_text(work: WorkWindow, case_id: int = 1, kind: str = "respond") -> str:
    """Return the words on the disk, empty for none."""
    draft = work.stored(case_id, kind)
    return "" if draft is None else draft.text


@pytest.fixture
def held(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[WorkWindow]:
    """The window with case 1 open, over a lane that works only when it is told to."""
    lane = HeldLane()
    with workplace(tmp_path, lane) as place:
        work = WorkWindow(place)
        qtbot.addWidget(work.window)
        work.window.show()
        work.open(1)
        lane.run_all()
        yield work


def lane_of(work: WorkWindow) -> HeldLane:
    """Return the lane of a held window."""
    assert isinstance(work.place.lane, HeldLane)
    return work.place.lane


def test_words_are_on_the_disk_within_two_seconds(work: WorkWindow, qtbot: QtBot) -> None:
    """Whoever types and then does nothing finds the words on the disk two seconds later."""
    assert QUIET_MS <= 1_000

    QTest.keyClicks(words(work), HELLO)

    qtbot.waitUntil(lambda: stored_text(work) == HELLO)


def test_typing_without_a_pause_is_saved(place: Workplace, qtbot: QtBot) -> None:
    """Somebody who never pauses does not wait for the end of the letter."""
    assert AT_MOST_MS <= 700  # and the disk has some time too, within a second
    work = WorkWindow(place, quiet_ms=3_600_000, at_most_ms=20)
    qtbot.addWidget(work.window)
    work.open(1)
    work.composer.write(HELLO)

    qtbot.waitUntil(lambda: stored_text(work) == HELLO)


def test_words_survive_a_program_that_is_killed(place: Workplace, qtbot: QtBot) -> None:
    """Nothing is closed, everything is dropped, and the next start shows the words."""
    work = WorkWindow(place)
    work.window.show()
    work.open(1)
    QTest.keyClicks(words(work), HELLO)
    qtbot.waitUntil(lambda: stored_text(work) == HELLO)
    for part in (work.window, work.composer, work.actions, work.keeper, work.cases):
        delete(part)

    again = WorkWindow(place)
    qtbot.addWidget(again.window)
    again.window.show()
    again.open(1)

    assert HELLO == words(again).toPlainText()


def test_saved_is_said_only_after_the_disk_has_it(held: WorkWindow, qtbot: QtBot) -> None:
    """The line under the words turns to "saved" with the confirmation, not before it."""
    said: list[str] = []
    held.composer.state_changed.connect(lambda state: said.append(state.saved))
    QTest.keyClicks(words(held), "Baik.")
    held.keeper.flush()
    before = set(said)
    lane_of(held).run_all()

    assert {"Saving draft…"} == before
    assert "Draft saved 13.00" == held.find(QLabel, "composer.saved").text()


def test_nothing_is_said_to_be_saved_while_there_is_something_new(held: WorkWindow) -> None:
    """Words typed while the lane was saving make the line honest again."""
    held.composer.write("Baik")
    held.keeper.flush()
    held.composer.write("Baik.")
    lane_of(held).run_all()

    assert ("Baik", "Saving draft…") == (stored_text(held), held.composer.state.saved)


def test_leaving_the_editor_saves(work: WorkWindow, qtbot: QtBot) -> None:
    """The keyboard goes elsewhere, the words go to the disk at once."""
    work.composer.begin("respond")
    QTest.keyClicks(words(work), HELLO)
    QTest.keyClick(words(work), Qt.Key.Key_Tab)

    assert HELLO == stored_text(work)


def test_another_case_does_not_lose_words(work: WorkWindow, qtbot: QtBot) -> None:
    """Each case keeps its own words, also when one leaves in the middle of typing."""
    QTest.keyClicks(words(work), HELLO)
    work.open(2)
    other = words(work).toPlainText()
    work.open(1)

    assert ("", HELLO) == (other, words(work).toPlainText())


def test_each_kind_keeps_its_own_words(work: WorkWindow, qtbot: QtBot) -> None:
    """What was meant for colleagues never turns up in what the reporter reads."""
    QTest.keyClicks(words(work), HELLO)
    tabs = work.find(QTabBar, "composer.tabs")
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    QTest.keyClicks(words(work), "Vendor sulit dihubungi.")
    QTest.keyClick(tabs, Qt.Key.Key_Left)
    QTest.keyClick(tabs, Qt.Key.Key_Left)

    assert HELLO == words(work).toPlainText()
    assert "Vendor sulit dihubungi." == stored_text(work, kind="note")


def test_tabs_tell_where_words_wait(work: WorkWindow) -> None:
    """A tab with unsent words is marked, on the screen and aloud."""
    work.composer.choose("note")
    work.composer.write("Vendor sulit dihubungi.")
    work.composer.choose("respond")
    tabs = work.find(QTabBar, "composer.tabs")

    assert ["Response", "Follow-up", "Internal note •"] == [tabs.tabText(n) for n in range(3)]
    assert "Internal note, has a draft" == tabs.accessibleTabName(2)


def test_deleted_words_leave_no_draft(work: WorkWindow, qtbot: QtBot) -> None:
    """An editor that was emptied leaves nothing behind."""
    work.composer.write(HELLO)
    work.keeper.flush()
    words(work).selectAll()
    QTest.keyClick(words(work), Qt.Key.Key_Delete)
    work.keeper.flush()

    assert work.stored(1) is None


def test_a_full_disk_is_told_and_tried_again(place: Workplace, qtbot: QtBot) -> None:
    """Words that cannot be written stay in the editor until they can."""
    disk = FullDisk(place.desk)
    keeper = DraftKeeper(disk, place.lane, place.bus, place.clock)
    work = WorkWindow(place, keeper=keeper)
    qtbot.addWidget(work.window)
    work.window.show()
    work.open(1)
    disk.is_full = True
    QTest.keyClicks(words(work), HELLO)
    keeper.flush()
    notice = work.find(Banner, "composer.problem").notice
    disk.is_full = False
    keeper.flush()

    assert notice is not None
    assert "The disk is full" == notice.title
    assert (HELLO, None) == (stored_text(work), work.composer.state.problem)


def test_words_typed_before_the_old_ones_are_loaded_are_added(held: WorkWindow) -> None:
    """A slow disk never makes the officer's first words replace yesterday's draft."""
    held.place.desk.drafting.save(DRAFT)
    held.open(2)
    lane_of(held).run_all()
    held.open(1)
    lane_of(held).run_next()
    held.composer.write("Tambahan.")
    held.keeper.flush()
    lane_of(held).run_all()
    held.keeper.flush()
    lane_of(held).run_all()

    assert f"{HELLO}\n\nTambahan." == stored_text(held)
    assert stored_text(held) == words(held).toPlainText()


def test_words_put_back_by_a_decision_appear(work: WorkWindow, place: Workplace) -> None:
    """Editing first puts words into the draft of the open case, and the editor shows them."""
    work.composer.write("Jadwal baru segera diumumkan.")
    work.composer.send()
    place.office.citizen_replies(1)
    place.sync()
    (item,) = place.desk.inbox.decisions()
    _draft, changes = place.desk.casework.decide(item.command.id, Choice.EDIT, seen_v=item.seen_v)
    place.bus.announce(changes)

    assert "Jadwal baru segera diumumkan." == words(work).toPlainText()


def test_a_correction_during_a_slow_save_counts(held: WorkWindow) -> None:
    """Two saves on their way one after the other: the last one is what stays, as it is."""
    held.composer.write("Petugas dikirim hari ini.")
    held.keeper.flush()
    held.composer.write("Petugas dikirim besok.")
    held.keeper.flush()
    lane_of(held).run_all()

    assert "Petugas dikirim besok." == stored_text(held)


def test_sent_words_do_not_come_back_as_a_draft(held: WorkWindow) -> None:
    """A pause in typing that ends while the words are being sent saves nothing."""
    held.composer.write(HELLO)
    held.composer.send()
    held.keeper.flush()
    lane_of(held).run_all()

    assert (None, 1) == (held.stored(1), len(held.place.outbox()))
