# SPDX-License-Identifier: AGPL-3.0-or-later
"""The details of synchronisation in the window: by keyboard alone, and never in the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from sync.engine.budget import LineMode
from sync.engine.status import LineUsage, SyncStatus
from tests.support.window_rig import WindowRig

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(rig: WindowRig) -> QWidget:
    """The panel, opened by its shortcut from the list."""
    rig.focus("case-list.table")
    rig.press(Qt.Key.Key_F5, SHIFT)
    return rig.find(QWidget, "sync-panel")


def test_the_shortcut_opens_it_with_the_keyboard_in_it(rig: WindowRig, panel: QWidget) -> None:
    """What can be chosen comes first."""
    assert panel.isVisible()
    assert "sync-panel.mode" == rig.focused


def test_escape_closes_it_and_gives_the_keyboard_back(rig: WindowRig, panel: QWidget) -> None:
    """The officer goes on where they were."""
    rig.press(Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert "case-list.table" == rig.focused


def test_the_shortcut_closes_it_too(rig: WindowRig, panel: QWidget) -> None:
    """As it opened it."""
    rig.press(Qt.Key.Key_F5, SHIFT)
    assert not panel.isVisible()


def test_the_use_of_the_line_is_chosen_by_keyboard(rig: WindowRig, panel: QWidget) -> None:
    """Down twice from "automatic": sparing."""
    modes = rig.find(QComboBox, "sync-panel.mode")
    for _ in range(2):
        rig.press(Qt.Key.Key_Down)
    assert (LineMode.LEAN, LineMode.LEAN.value) == (
        rig.desk.line.usage().chosen,
        modes.currentData(),
    )


def test_pause_and_going_on(rig: WindowRig, panel: QWidget) -> None:
    """One button, which says what it will do."""
    pause = rig.find(QPushButton, "sync-panel.pause")
    texts = [pause.text()]
    for _ in range(2):
        pause.click()
        texts.append(pause.text())
    assert ["&Pause", "&Go on", "&Pause"] == texts


def test_the_list_stays_usable_while_it_is_open(rig: WindowRig, panel: QWidget) -> None:
    """It is not modal: the keyboard may go elsewhere, and it stays until it is closed."""
    rig.focus("case-list.table")
    number = rig.open_number
    rig.press("j")
    assert panel.isVisible()
    assert number != rig.open_number


def test_the_words_follow_the_sync_thread_and_are_spoken(rig: WindowRig, panel: QWidget) -> None:
    """Each fact has its name before it, for who does not see the column."""
    usage = LineUsage(mode=LineMode.OFF, chosen=LineMode.OFF)
    rig.workplace.details.on_status(SyncStatus(undelivered=2, usage=usage))
    spoken = [label.accessibleName() for label in panel.findChildren(QLabel)]
    assert "Waiting to be sent: 2 acts" in spoken
    assert "News: only when you ask" in spoken
    assert LineMode.OFF.value == rig.find(QComboBox, "sync-panel.mode").currentData()


def test_it_stays_inside_a_small_window(rig: WindowRig, panel: QWidget) -> None:
    """Nothing of it is cut off when the window becomes smaller."""
    rig.window.resize(rig.window.minimumSizeHint())
    over = panel.parentWidget()
    assert over is not None
    assert over.rect().contains(panel.geometry())


def test_it_grows_before_it_scrolls(rig: WindowRig, panel: QWidget, qtbot: QtBot) -> None:
    """Words that need more lines than before make it higher, as long as there is room."""
    (area,) = panel.findChildren(QScrollArea)
    before = panel.height()
    rig.find(QLabel, "sync-panel.explained").setText("A line that needs room. " * 20)
    qtbot.waitUntil(lambda: panel.height() > before and not area.verticalScrollBar().maximum())
    assert not area.verticalScrollBar().isVisible()
