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
        "You closed this complaint on 24 Nov 13.00. Meanwhile the reporter replied. "
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


def closures(place: Workplace) -> None:
    """Close all three cases too early, and answer the first one besides."""
    for case_id in (1, 2, 3):
        close_too_early(place, case_id)
    assert 3 == len(place.outbox())


def press(work: OutboxWindow, name: str) -> None:
    """Press a button by the keyboard."""
    QTest.keyClick(work.find(QPushButton, name), Qt.Key.Key_Space)


def test_what_was_seen_then_stands_above_both_sides(work: OutboxWindow, place: Workplace) -> None:
    """The third side: how the case stood when the officer acted."""
    close_too_early(place)
    base = work.find(QFrame, "decision.base").accessibleName()

    assert "What you saw then Status: Not followed up · Nobody had written yet." == base


def test_decisions_are_grouped_by_kind_and_cause(work: OutboxWindow, place: Workplace) -> None:
    """Whoever comes back after a week sees how many of what kind wait, and goes to one kind."""
    place.act(CaseId(1), Respond(text="Sudah."))
    place.office.citizen_replies(1, REPLY)
    close_too_early(place, 2)
    close_too_early(place, 3)
    groups = [group.title for group in work.decision.state.groups]
    buttons = work.find(QWidget, "decision.groups").findChildren(QPushButton)
    bar = [button for button in buttons if button.isVisible()]

    assert ["The reporter replied: 1 response", "The reporter replied: 2 closures"] == groups
    QTest.keyClick(bar[1], Qt.Key.Key_Space)
    assert work.decision.state.shown is not None
    assert "close" == work.decision.state.shown.kind
    assert [False, True] == [button.isChecked() for button in bar]


def test_not_sending_can_be_meant_for_a_whole_group(work: OutboxWindow, place: Workplace) -> None:
    """What releases nothing may be done at once, after a preview that says how many."""
    closures(place)
    work.decision.choose(Choice.WITHDRAW)
    assert "Apply to all 3…" == work.find(QPushButton, "decision.all").text()
    press(work, "decision.all")
    assert "3 closures" in work.find(QFrame, "decision.preview").accessibleName()
    assert work.find(QPushButton, "decision.back").hasFocus()
    press(work, "decision.confirm")

    assert {Delivery.WITHDRAWN} == {item.delivery for item in place.outbox()}
    assert work.decision.state.shown is None
    assert "3 decided." == work.decision.state.outcome


def test_going_back_from_the_preview_changes_nothing(work: OutboxWindow, place: Workplace) -> None:
    """Escape leads back to the one decision with everything as it was."""
    closures(place)
    work.decision.choose(Choice.WITHDRAW)
    press(work, "decision.all")
    QTest.keyClick(focused(), Qt.Key.Key_Escape)

    assert {Delivery.CONFLICT} == {item.delivery for item in place.outbox()}
    assert work.find(QRadioButton, "decision.withdraw").hasFocus()


def test_words_to_citizens_are_released_at_once_only_where_looked_at(
    work: OutboxWindow, place: Workplace
) -> None:
    """The two closures that the officer looked at can go together; the third cannot."""
    closures(place)
    press(work, "decision.later")

    batch = work.decision.state.batch
    assert batch is not None
    assert ("Apply to the 2 you looked at…", 2) == (batch.label, len(batch.seen))
    press(work, "decision.all")
    press(work, "decision.confirm")
    place.sync()
    deliveries = sorted(item.delivery.value for item in place.outbox())
    assert ["accepted", "accepted", "conflict", "withdrawn", "withdrawn"] == deliveries


def test_words_to_citizens_are_not_released_unseen(work: OutboxWindow, place: Workplace) -> None:
    """Without having looked at any other, there is nothing to apply to all."""
    closures(place)

    assert work.decision.state.batch is None


def test_what_was_looked_at_before_a_newer_message_does_not_count(
    work: OutboxWindow, place: Workplace
) -> None:
    """Looking is worth only as much as what was there to be seen."""
    closures(place)
    press(work, "decision.later")
    place.office.citizen_replies(1, "Ada lagi.")
    place.sync()

    assert work.decision.state.batch is None


def test_news_while_reading_lets_go_of_what_was_meant(work: OutboxWindow, place: Workplace) -> None:
    """An Enter that was meant for what stood here a moment ago releases nothing."""
    close_too_early(place)
    work.pane.take_focus()
    place.office.citizen_replies(1, "Sekarang ada asap.")
    place.sync()
    QTest.keyClick(focused(), Qt.Key.Key_Return)

    assert {Delivery.CONFLICT} == {item.delivery for item in place.outbox()}
    assert "Sekarang ada asap." in work.find(QFrame, "decision.theirs").accessibleName()
    QTest.keyClick(focused(), Qt.Key.Key_Space)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert {Delivery.WITHDRAWN, Delivery.STORED} == {item.delivery for item in place.outbox()}


def test_insisting_says_that_supervisors_are_told(work: OutboxWindow, place: Workplace) -> None:
    """Before it is done."""
    close_too_early(place)
    told = "The history will say that a reply was left unanswered."

    assert told == work.find(QRadioButton, "decision.resend").accessibleDescription()


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
    note = "The complaint is no longer on this computer."
    assert note in work.find(QFrame, "decision.theirs").accessibleName()
    assert {"decision.hand_over", "decision.withdraw"} == radios


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
    place.desk.casework.decide(command_id, Choice.WITHDRAW, seen_v=0)
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
