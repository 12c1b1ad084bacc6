# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was left behind: found by keyboard, read whole, handed over, withdrawn, exported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QListView,
    QPlainTextEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from desktop.commands.ids import WindowCommand
from desktop.theme.application import apply_theme
from desktop.viewmodels.navigation import NavigationRole, Place
from sync.cases.changes import ChangeSet
from sync.cases.commands import Respond
from sync.cases.ids import CaseId
from sync.cases.policy import Choice
from sync.cases.views import Draft
from tests.support.a11y import nameless_controls
from tests.support.left_shelf import ANSWER, left_work
from tests.support.window_rig import WindowRig

DRAFT = Draft(case_id=CaseId(901), kind="respond", text=ANSWER, base_v=3)


@pytest.fixture
def rig(qapp: QApplication, qtbot: QtBot) -> Iterator[WindowRig]:
    """A window that shows what was left behind."""
    apply_theme(qapp, "light")
    rig = WindowRig()
    rig.desk.memory.left = left_work()
    rig.desk.memory.drafts[CaseId(901), "respond"] = DRAFT
    rig.bus.announce(ChangeSet(drafts=True), rig)
    with qtbot.waitActive(rig.window):
        rig.window.show()
        rig.window.activateWindow()
    rig.built.registry.run(WindowCommand.GO_LEFT)
    yield rig
    rig.close()


def listed(rig: WindowRig) -> int:
    """Return how much is in the list."""
    return rig.find(QListView, "left.list").model().rowCount()


def test_number_reason_and_words_are_shown(rig: WindowRig) -> None:
    """The officer sees whose case it was, where it went, and every word they typed."""
    assert "#4021533 Pagar perlintasan rusak" == rig.find(QLabel, "left.heading").text()
    assert "Dinas Perhubungan Kota Depok" in rig.find(QLabel, "left.story").text()
    assert ANSWER == rig.find(QPlainTextEdit, "left.words").toPlainText()


def test_what_is_read_stays_marked_while_more_is_left_behind(rig: WindowRig) -> None:
    """The row that is marked and the words beside it are the same thing, whatever comes above."""
    shelf = rig.desk.memory.left
    newest = replace(shelf[0], case_id=CaseId(950), tracking_id="4029999", command_id=None)
    rig.desk.memory.left = [newest, *shelf]
    rig.bus.announce(ChangeSet(drafts=True), rig)
    rows = rig.find(QListView, "left.list")
    marked = [index.row() for index in rows.selectedIndexes()]
    assert ([1], 1) == (marked, rows.currentIndex().row())
    assert "#4021533 Pagar perlintasan rusak" == rig.find(QLabel, "left.heading").text()


def test_the_left_pane_counts_it(rig: WindowRig, qtbot: QtBot) -> None:
    """The number beside the place is how much waits there."""
    model = rig.workplace.navigation.model
    index = model.index(model.row_of(Place.LEFT))
    qtbot.waitUntil(lambda: "3" == index.data(NavigationRole.COUNT))


def test_it_is_walked_by_keyboard(rig: WindowRig) -> None:
    """Arrow keys go through the list, F6 to the words, and nothing is silent."""
    assert "left.list" == rig.focused
    rig.press(Qt.Key.Key_Down)
    assert "#4020311 Lampu peron padam" == rig.find(QLabel, "left.heading").text()
    rig.press(Qt.Key.Key_F6)
    assert "left.words" == rig.focused
    assert [] == nameless_controls(rig.window)


def test_handing_over_goes_on_to_the_next(rig: WindowRig) -> None:
    """What is done leaves the list, and what took its place is shown."""
    rig.find(QPushButton, "left.hand-over").click()
    assert (2, None) == (listed(rig), rig.desk.memory.drafts.get((CaseId(901), "respond")))
    assert "#4020311 Lampu peron padam" == rig.find(QLabel, "left.heading").text()


def test_withdrawing_takes_the_draft_away(rig: WindowRig) -> None:
    """The service keeps a copy; the list has it no more."""
    rig.find(QPushButton, "left.withdraw").click()
    assert 2 == listed(rig)


def test_what_is_under_way_is_left_to_the_centre(rig: WindowRig) -> None:
    """Nothing can be pressed, and the pane says why."""
    rig.press(Qt.Key.Key_End)
    assert "" != rig.find(QLabel, "left.hint").text()
    for name in ("left.hand-over", "left.withdraw"):
        assert not rig.find(QPushButton, name).isEnabled()


def test_a_draft_that_is_gone_is_told_calmly(rig: WindowRig) -> None:
    """Another window was faster: the banner says so, and nothing else breaks."""
    del rig.desk.memory.drafts[CaseId(901), "respond"]
    rig.find(QPushButton, "left.hand-over").click()
    problem = rig.workplace.left_work.state.problem
    assert "left.no-draft" == (problem and problem.code)
    rig.workplace.left_work.recover()
    assert rig.workplace.left_work.state.problem is None


def test_own_words_are_exported_and_nothing_else(rig: WindowRig, tmp_path: Path) -> None:
    """A text file with number, title, reason and the words; refused folders are told."""
    rig.find(QPushButton, "left.export").click()
    dialog = rig.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.close()
    target = tmp_path / "kata.txt"
    rig.workplace.left_work.export(str(target))
    written = target.read_text(encoding="utf-8")
    assert all(part in written for part in ("4021533", "Pagar perlintasan rusak", ANSWER))
    rig.workplace.left_work.export(str(tmp_path / "tidak-ada" / "kata.txt"))
    problem = rig.workplace.left_work.state.problem
    assert "export.failed" == (problem and problem.code)


def test_words_on_locked_complaints_can_be_finished_and_sent(rig: WindowRig) -> None:
    """While complaints are locked the officer goes on with their own words, by keyboard."""
    ways = (Choice.RESEND, Choice.WITHDRAW)
    draft = left_work()[0]
    locked = replace(draft, reason="locked", to="", left_at=None, choices=ways)
    rig.desk.memory.left = [locked]
    rig.bus.announce(ChangeSet(drafts=True), rig)
    words = rig.find(QPlainTextEdit, "left.words")
    words.setFocus()
    rig.press(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    rig.press(" Sudah.")
    rig.bus.announce(ChangeSet(drafts=True), rig)  # what was read meanwhile is older
    assert f"{ANSWER} Sudah." == words.toPlainText()
    rig.find(QPushButton, "left.send").click()
    assert [Respond(text=f"{ANSWER} Sudah.")] == rig.desk.memory.sent_unseen
    assert 0 == listed(rig)


def test_with_nothing_left_behind_the_pane_says_so(rig: WindowRig) -> None:
    """No empty frames, no buttons without meaning."""
    rig.desk.memory.left = []
    rig.bus.announce(ChangeSet(drafts=True), rig)
    assert not rig.find(QPushButton, "left.hand-over").isVisible()
    assert rig.workplace.left_work.state.chosen is None
