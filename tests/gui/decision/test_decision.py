# SPDX-License-Identifier: AGPL-3.0-or-later
"""A decision shows both sides, offers the ways to go on, and throws nothing away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.banner import Banner
from sync.cases.commands import Assign, Close, Respond, words_of
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import OutboxItem
from tests.support.central import UNIT_B
from tests.support.outbox_window import OutboxWindow
from tests.support.workplace import Workplace

LAST_WORD = "Eskalator telah berfungsi normal sejak 22 Nov."
REPLY = "Eskalator sisi timur masih mati."


def close_too_early(place: Workplace, case_id: int = 1) -> CommandId:
    """Close a case in which the reporter has just written again."""
    command_id = place.act(CaseId(case_id), Close(text=LAST_WORD))
    place.office.citizen_replies(case_id, REPLY)
    place.sync()
    return command_id


def decide_by_keyboard(work: OutboxWindow, choice: Choice) -> None:
    """Walk to a way with the arrow keys and press Enter."""
    work.pane.take_focus()
    for _ in Choice:
        if work.decision.state.chosen is not choice:
            QTest.keyClick(focused(), Qt.Key.Key_Down)
    QTest.keyClick(focused(), Qt.Key.Key_Return)


def focused() -> QWidget:
    """Return what has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def item_of(place: Workplace, command_id: CommandId) -> OutboxItem:
    """Return an act."""
    return next(item for item in place.outbox() if item.command.id == command_id)


def test_both_sides_are_visible(work: OutboxWindow, place: Workplace) -> None:
    """What happened, what the officer wrote and what the reporter wrote stand side by side."""
    close_too_early(place)

    expected = (
        "You closed this complaint on 24 Nov 13.00. Meanwhile others wrote in it. "
        "Nothing is lost: choose how your work goes on."
    )
    assert expected == work.find(QLabel, "decision.story").text()
    mine = work.find(QFrame, "decision.mine").accessibleName()
    theirs = work.find(QFrame, "decision.theirs").accessibleName()
    assert "Status: Not followed up → Done" in mine
    assert f"“{LAST_WORD}”" in mine
    assert f"“{REPLY}”" in theirs
    assert "Status stays: Not followed up" in theirs


def test_the_suggested_way_comes_first(work: OutboxWindow, place: Workplace) -> None:
    """The first way is chosen already, and says that it is suggested."""
    close_too_early(place)
    first = work.find(QRadioButton, "decision.as_response")

    assert first.isChecked()
    assert "Send as a response, the complaint stays open" == first.text()
    assert "Your text becomes an answer to the reporter. Suggested." == (
        first.accessibleDescription()
    )


def test_the_last_word_goes_out_as_a_response(work: OutboxWindow, place: Workplace) -> None:
    """Enter takes the suggested way, and the centre accepts it."""
    close_too_early(place)
    decide_by_keyboard(work, Choice.AS_RESPONSE)
    place.sync()
    accepted = [item for item in place.outbox() if item.delivery is Delivery.ACCEPTED]

    assert [Respond(text=LAST_WORD)] == [item.command.body for item in accepted]
    assert work.decision.state.shown is None


def test_all_the_same(work: OutboxWindow, place: Workplace) -> None:
    """Whoever stands by the closure closes, now knowing what is new."""
    close_too_early(place)
    decide_by_keyboard(work, Choice.RESEND)
    place.sync()
    accepted = [item for item in place.outbox() if item.delivery is Delivery.ACCEPTED]

    assert [Close(text=LAST_WORD)] == [item.command.body for item in accepted]


def test_not_sending_keeps_a_copy(work: OutboxWindow, place: Workplace) -> None:
    """The act is withdrawn, and its words stay in the outbox."""
    command_id = close_too_early(place)
    decide_by_keyboard(work, Choice.WITHDRAW)
    item = item_of(place, command_id)

    assert (Delivery.WITHDRAWN, LAST_WORD) == (item.delivery, words_of(item.command.body))


def test_editing_first_opens_the_words(work: OutboxWindow, place: Workplace, qtbot: QtBot) -> None:
    """The words are a draft again, and the window is asked to open it."""
    close_too_early(place)
    with qtbot.waitSignal(work.decision.edit_requested) as asked:
        decide_by_keyboard(work, Choice.EDIT)
    draft = place.desk.drafting.load(CaseId(1), "close")

    assert [CaseId(1), "close"] == asked.args
    assert draft is not None
    assert LAST_WORD == draft.text


def test_after_a_decision_comes_the_next(work: OutboxWindow, place: Workplace) -> None:
    """The keyboard is at once on the suggested way of the next decision."""
    close_too_early(place, 1)
    second = close_too_early(place, 2)
    before = work.find(QLabel, "decision.place").text()
    decide_by_keyboard(work, Choice.WITHDRAW)

    assert "1 of 2" == before
    assert work.decision.state.shown is not None
    assert second == work.decision.state.shown.command_id
    assert work.find(QRadioButton, "decision.as_response").hasFocus()


def test_later_asks_for_the_next(work: OutboxWindow, place: Workplace) -> None:
    """Putting off settles nothing and goes round."""
    first = close_too_early(place, 1)
    second = close_too_early(place, 2)
    later = work.find(QPushButton, "decision.later")
    shown: list[CommandId] = []
    for _ in range(2):
        QTest.keyClick(later, Qt.Key.Key_Space)
        assert work.decision.state.shown is not None
        shown.append(work.decision.state.shown.command_id)

    assert [second, first] == shown
    assert {Delivery.CONFLICT} == {item.delivery for item in place.outbox()}


def test_later_with_the_only_one_leaves(work: OutboxWindow, place: Workplace, qtbot: QtBot) -> None:
    """With one decision, putting it off means going elsewhere."""
    close_too_early(place)

    with qtbot.waitSignal(work.decision.put_off):
        QTest.keyClick(work.find(QPushButton, "decision.later"), Qt.Key.Key_Space)


def test_a_case_that_has_left_still_shows_the_words(work: OutboxWindow, place: Workplace) -> None:
    """Number and words outlive the case; what is not possible any more is not offered."""
    place.act(CaseId(1), Respond(text="Petugas sudah dikirim."))
    place.office.dispose(1, UNIT_B)
    place.sync()
    radios = {radio.objectName() for radio in work.pane.findChildren(QRadioButton)}

    assert "#7000001" in work.find(QLabel, "decision.title").text()
    assert "“Petugas sudah dikirim.”" in work.find(QFrame, "decision.mine").accessibleName()
    note = "The complaint is no longer on this computer; it was passed on."
    assert note in work.find(QFrame, "decision.theirs").accessibleName()
    assert {"decision.withdraw"} == radios


def test_words_can_be_copied(work: OutboxWindow, place: Workplace) -> None:
    """The officer's words reach the clipboard whatever is decided."""
    close_too_early(place)
    QTest.keyClick(work.find(QPushButton, "decision.copy"), Qt.Key.Key_Space)

    assert QGuiApplication.clipboard().text().endswith(LAST_WORD)


def test_a_foreign_assignment_is_told(work: OutboxWindow, place: Workplace) -> None:
    """Who assigned meanwhile is told, and leaving it so is suggested."""
    colleague = place.colleague()
    place.act(CaseId(1), Assign(officer_id=None))
    colleague.do(1, Assign(officer_id=place.desk.officer.id))
    place.sync()
    assert work.decision.state.shown is not None
    story = work.decision.state.shown.story

    assert "Meanwhile somebody else was put in charge." in story
    assert work.find(QRadioButton, "decision.withdraw").isChecked()


def test_a_decision_settled_elsewhere_is_told(work: OutboxWindow, place: Workplace) -> None:
    """What was settled a moment ago cannot be settled twice; the pane says so."""
    command_id = close_too_early(place)
    place.desk.casework.decide(command_id, Choice.WITHDRAW)
    QTest.keyClick(work.find(QPushButton, "decision.apply"), Qt.Key.Key_Space)
    notices = [banner.notice for banner in work.pane.findChildren(Banner)]

    assert ["This has been settled already"] == [n.title for n in notices if n is not None]


@pytest.mark.parametrize(
    "choice", [Choice.AS_RESPONSE, Choice.RESEND, Choice.EDIT, Choice.WITHDRAW]
)
def test_no_way_loses_words(work: OutboxWindow, place: Workplace, choice: Choice) -> None:
    """Whatever is decided, the words are in the outbox or in a draft."""
    close_too_early(place)
    work.decision.choose(choice)
    work.decision.apply()
    texts = [words_of(item.command.body) for item in place.outbox()]
    draft = place.desk.drafting.load(CaseId(1), "close")
    texts += [] if draft is None else [draft.text]

    assert LAST_WORD in texts


def test_nothing_to_decide(work: OutboxWindow) -> None:
    """Without decisions the pane says when it will ask."""
    names = [part.accessibleName() for part in work.pane.findChildren(QWidget) if part.isVisible()]

    assert "Nothing waits for your decision" in names
