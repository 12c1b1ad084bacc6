# SPDX-License-Identifier: AGPL-3.0-or-later
"""The palette by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.support.window_rig import WindowRig

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_command_is_found_and_run(rig: WindowRig) -> None:
    """Ctrl+K, some letters and Return are enough."""
    rig.press(Qt.Key.Key_K, CTRL)
    assert "palette.field" == rig.focused
    rig.press("overdue")
    rig.press(Qt.Key.Key_Return)

    assert "terlambat" == rig.workplace.navigation.place
    assert "case-list.table" == rig.focused


def test_a_complaint_is_found_and_opened(rig: WindowRig, qtbot: QtBot) -> None:
    """A number opens its complaint, in whatever queue it is."""
    rig.press(Qt.Key.Key_K, CTRL)
    rig.press("4021877")
    qtbot.waitUntil(lambda: bool(rig.finder.model.hits))
    rig.press(Qt.Key.Key_Return)

    assert "#4021877" == rig.open_number


def test_escape_goes_back(rig: WindowRig) -> None:
    """Whoever changes their mind is where they were."""
    rig.press(Qt.Key.Key_K, CTRL)
    rig.press(Qt.Key.Key_Escape)

    assert "case-list.table" == rig.focused
    assert not rig.find(QWidget, "palette").isVisible()


def test_arrows_choose_while_the_field_has_the_keyboard(rig: WindowRig) -> None:
    """Down moves through the hits without leaving the field."""
    rig.press(Qt.Key.Key_K, CTRL)
    rig.press("sort")
    rig.press(Qt.Key.Key_Down)
    rig.press(Qt.Key.Key_Return)

    assert "" == rig.find(QLineEdit, "search").text()
    assert "terbaru" == rig.workplace.cases.state.sort
