# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words of the centre are put where the cursor is, by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.commands.ids import WindowCommand
from sync.courier.editions import Template
from tests.support.window_rig import DOUBLE_CHARGE, WindowRig

THANKS = Template(name="Terima kasih & tindak lanjut", text="Terima kasih atas laporan Ibu/Bapak. ")


def test_a_template_is_chosen_and_inserted(qtbot: QtBot) -> None:
    rig = WindowRig()
    with qtbot.waitExposed(rig.window):
        rig.window.show()
    other = Template(name="Rapat", text="Sudah dirapatkan.", kind="note")
    rig.desk.centre_templates = [THANKS, other]
    rig.open(DOUBLE_CHARGE)
    words = rig.find(QPlainTextEdit, "composer.words")
    words.setPlainText("Segera kami periksa.")
    rig.built.registry.run(WindowCommand.TEMPLATE)
    menu = rig.find(QMenu, "composer.templates")
    assert [action.text() for action in menu.actions()] == ["Terima kasih && tindak lanjut"]
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert words.toPlainText() == "Terima kasih atas laporan Ibu/Bapak. Segera kami periksa."
    rig.close()


def test_where_there_are_none_that_is_said(qtbot: QtBot) -> None:
    rig = WindowRig()
    with qtbot.waitExposed(rig.window):
        rig.window.show()
    rig.open(DOUBLE_CHARGE)
    rig.built.registry.run(WindowCommand.TEMPLATE)
    (only,) = rig.find(QMenu, "composer.templates").actions()
    assert (only.isEnabled(), only.text()) == (False, "The centre has no templates for this")
    rig.find(QMenu, "composer.templates").close()
    rig.close()
