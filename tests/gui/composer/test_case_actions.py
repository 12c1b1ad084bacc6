# SPDX-License-Identifier: AGPL-3.0-or-later
"""Putting a colleague in charge, and undoing what has not left this computer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.banner import Banner
from sync.cases.access import Role
from sync.cases.commands import Assign, Note, Respond
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from tests.support.central import UNIT_A
from tests.support.work_window import WorkWindow
from tests.support.workplace import Workplace, workplace

HELLO = "Petugas sudah dikirim."


def begin_assigning(work: WorkWindow, qtbot: QtBot) -> QLineEdit:
    """Open the list of colleagues by keyboard; return the field that has the keyboard now."""
    QTest.keyClick(work.find(QPushButton, "case.assign"), Qt.Key.Key_Space)
    field = work.find(QLineEdit, "assign.typed")
    assert field.hasFocus()
    return field


def test_a_colleague_is_put_in_charge_by_name(
    work: WorkWindow, place: Workplace, qtbot: QtBot
) -> None:
    """A part of the name and Enter are enough."""
    lina = place.office.add_officer("lina", Role.LIAISON, UNIT_A, name="Lina Rahayu")
    place.office.add_officer("dani", Role.LIAISON, UNIT_A, name="Dani Saputra")
    place.sync()
    field = begin_assigning(work, qtbot)
    QTest.keyClicks(field, "rah")
    button = work.find(QPushButton, "assign.apply").text()
    with qtbot.waitSignal(work.actions.acted):
        QTest.keyClick(field, Qt.Key.Key_Return)

    assert "Assign to Lina Rahayu" == button
    assert [Assign(officer_id=lina)] == [item.command.body for item in place.outbox()]
    assert not work.actions.state.is_choosing


def test_arrows_choose_while_typing(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """Oneself comes first; one arrow down is the next colleague."""
    place.office.add_officer("dani", Role.LIAISON, UNIT_A, name="Dani Saputra")
    place.sync()
    field = begin_assigning(work, qtbot)
    first = work.find(QPushButton, "assign.apply").text()
    QTest.keyClick(field, Qt.Key.Key_Down)

    assert "Assign to Agus Penghubung" == first
    assert "Assign to Dani Saputra" == work.find(QPushButton, "assign.apply").text()


def test_escape_leaves_the_list(work: WorkWindow, qtbot: QtBot) -> None:
    """Nothing happens and the keyboard is back at the words."""
    field = begin_assigning(work, qtbot)
    QTest.keyClick(field, Qt.Key.Key_Escape)

    assert work.find(QPlainTextEdit, "composer.words").hasFocus()


def test_nobody_of_this_name(work: WorkWindow, qtbot: QtBot) -> None:
    """A name that nobody has is told, and Enter does nothing."""
    field = begin_assigning(work, qtbot)
    QTest.keyClicks(field, "zzz")
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert "Nobody of this name" == work.find(QLabel, "assign.empty").text()
    assert not work.find(QPushButton, "assign.apply").isEnabled()
    assert work.actions.state.is_choosing


def test_the_assignment_can_be_taken_away(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """Who is in charge is told, and "Nobody" is the last choice."""
    place.act(CaseId(1), Assign(officer_id=place.desk.officer.id))
    field = begin_assigning(work, qtbot)
    rows = [work.actions.model.index(row).data() for row in range(2)]
    QTest.keyClicks(field, "nob")
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert ["Agus Penghubung · you · Liaison officer · in charge now", "Nobody"] == rows
    assert Assign(officer_id=None) in [item.command.body for item in place.outbox()]


def test_a_verb_that_is_forbidden_says_why(tmp_path: Path, qtbot: QtBot) -> None:
    """A coordinator's button is off and its description has the reason, for eyes and ears."""
    with workplace(tmp_path, username="rina") as place:
        work = WorkWindow(place)
        qtbot.addWidget(work.window)
        work.window.show()
        work.open(1)
        button = work.find(QPushButton, "case.assign")

        assert not button.isEnabled()
        assert "Your role does not allow this" in button.accessibleDescription()


def test_withdrawing_keeps_a_copy(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """What was not sent is taken back; the outbox still shows the words."""
    command_id = place.act(CaseId(1), Respond(text=HELLO))
    with qtbot.waitSignal(work.taking_back.withdrawn):
        work.taking_back.withdraw(command_id)
    (item,) = place.outbox()

    assert (Delivery.WITHDRAWN, Respond(text=HELLO)) == (item.delivery, item.command.body)


def test_editing_what_was_not_sent_brings_the_words_back(
    work: WorkWindow, place: Workplace, qtbot: QtBot
) -> None:
    """The words return to the editor, above what was begun in the meantime."""
    command_id = place.act(CaseId(1), Respond(text=HELLO))
    work.composer.write("Jadwal menyusul.")
    with qtbot.waitSignal(work.taking_back.edit_requested) as asked:
        work.taking_back.edit(command_id)

    assert [CaseId(1), "respond"] == asked.args
    assert (
        f"{HELLO}\n\nJadwal menyusul." == work.find(QPlainTextEdit, "composer.words").toPlainText()
    )
    assert Delivery.WITHDRAWN == place.outbox()[0].delivery


def test_what_was_sent_cannot_be_taken_back(
    work: WorkWindow, place: Workplace, qtbot: QtBot
) -> None:
    """The pane says why, and nothing changes."""
    command_id = place.act(CaseId(1), Note(text="Vendor datang Rabu."))
    place.sync()
    work.taking_back.withdraw(command_id)
    notices = [banner.notice for banner in work.pane.findChildren(Banner)]

    assert ["withdraw.settled"] == [
        problem.code for problem in [work.actions.state.problem] if problem
    ]
    assert any(notice is not None and notice.title for notice in notices)
    assert Delivery.ACCEPTED == place.outbox()[0].delivery
