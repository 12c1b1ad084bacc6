# SPDX-License-Identifier: AGPL-3.0-or-later
"""The daily work without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTabBar
from pytestqt.qtbot import QtBot

from desktop.commands.ids import WindowCommand
from desktop.viewmodels.navigation import PLACES, Place
from sync.cases.commands import Respond
from sync.cases.projection import Delivery
from tests.support.lanes import HeldLane
from tests.support.window_rig import DOUBLE_CHARGE, WindowRig

CTRL = Qt.KeyboardModifier.ControlModifier


def test_j_and_k_walk_the_list(rig: WindowRig) -> None:
    """J opens the next complaint, K the one before, and both stop at the ends."""
    ids = rig.workplace.cases.model.ids
    opened = []
    for key in "kjjk":
        rig.press(key)
        opened.append(rig.workplace.cases.selected_id)

    assert [ids[0], ids[1], ids[2], ids[1]] == opened


def test_escape_leaves_the_words_as_a_draft(rig: WindowRig) -> None:
    """The keyboard goes back to the list without sending; nothing that was typed is lost."""
    rig.open(DOUBLE_CHARGE)
    rig.press("n")
    rig.press("Sebentar")
    rig.press(Qt.Key.Key_Escape)

    draft = rig.desk.drafting.load(DOUBLE_CHARGE, "note")
    assert "case-list.table" == rig.focused
    assert "Sebentar" == (None if draft is None else draft.text)


def test_a_slow_disk_never_puts_words_under_the_wrong_heading(qtbot: QtBot) -> None:
    """J and N pressed before the case is there begin a note in it, not an answer."""
    lane = HeldLane()
    rig = WindowRig(lane=lane)
    with qtbot.waitActive(rig.window):
        rig.window.show()
        rig.window.activateWindow()
    rig.focus("case-list.table")
    lane.run_all()
    rig.press("j")
    rig.press("n")
    chosen = rig.workplace.cases.selected_id
    lane.run_all()
    begun = (rig.workplace.case.state.case_id, rig.workplace.composer.state.kind, rig.focused)
    rig.close()

    assert (chosen, "note", "composer.words") == begun


def test_letters_are_letters_while_writing(rig: WindowRig) -> None:
    """What is typed into an editor never runs a command."""
    before = rig.open_number
    rig.focus("composer.words")
    rig.press("jkrtna/?")

    assert "jkrtna/?" == rig.find(QPlainTextEdit, "composer.words").toPlainText()
    assert before == rig.open_number


def test_letters_are_letters_while_searching(rig: WindowRig) -> None:
    """The search field takes letters too."""
    rig.focus("search")
    rig.press("kartu")

    assert "kartu" == rig.find(QLineEdit, "search").text()


@pytest.mark.parametrize(
    ("key", "kind"), [("r", "respond"), ("t", "follow_up"), ("n", "note")], ids=["r", "t", "n"]
)
def test_a_letter_begins_to_write(rig: WindowRig, key: str, kind: str) -> None:
    """R, T and N turn to a kind of words and put the cursor there."""
    rig.open(DOUBLE_CHARGE)
    rig.press(key)

    assert "composer.words" == rig.focused
    tabs = rig.find(QTabBar, "composer.tabs")
    assert kind == tabs.tabData(tabs.currentIndex())


def test_after_sending_the_list_has_the_keyboard(rig: WindowRig, qtbot: QtBot) -> None:
    """Ctrl+Enter sends, and J goes on with the next complaint."""
    rig.open(DOUBLE_CHARGE)
    rig.press("r")
    rig.press("Sudah kami periksa.")
    with qtbot.waitSignal(rig.workplace.composer.sent):
        rig.press(Qt.Key.Key_Return, CTRL)

    assert "case-list.table" == rig.focused
    rig.press("j")
    assert DOUBLE_CHARGE != rig.workplace.cases.selected_id


@pytest.mark.parametrize("key", ["/", "f"], ids=["slash", "ctrl-f"])
def test_search_is_one_key_away(rig: WindowRig, key: str) -> None:
    """A slash or Ctrl+F puts the cursor into the search field."""
    if key == "/":
        rig.press("/")
    else:
        rig.press(Qt.Key.Key_F, CTRL)

    assert "search" == rig.focused


def test_return_looks_at_once_and_goes_to_the_list(rig: WindowRig) -> None:
    """Return does not wait for the pause after typing."""
    rig.focus("search")
    rig.press("4021902")
    rig.press(Qt.Key.Key_Return)

    assert "1 found" == rig.workplace.cases.state.heading
    assert "case-list.table" == rig.focused
    rig.press("j")
    assert "#4021902" == rig.open_number


def test_escape_ends_the_search(rig: WindowRig) -> None:
    """Escape empties the field and shows the queue again."""
    before = list(rig.workplace.cases.model.ids)
    rig.focus("search")
    rig.press("eskalator")
    rig.press(Qt.Key.Key_Return)
    assert before != rig.workplace.cases.model.ids
    rig.focus("search")
    rig.press(Qt.Key.Key_Escape)

    assert ("", before) == (rig.find(QLineEdit, "search").text(), rig.workplace.cases.model.ids)


@pytest.mark.parametrize("digit", range(1, 10))
def test_ctrl_and_a_digit_open_a_queue(rig: WindowRig, digit: int) -> None:
    """Ctrl+1 to Ctrl+9 open the first nine places of the left pane."""
    rig.press(Qt.Key(Qt.Key.Key_0 + digit), CTRL)

    assert PLACES[digit - 1] == rig.workplace.navigation.place
    assert PLACES[digit - 1] == rig.workplace.cases.state.place


def test_places_without_complaints_follow_each_other(rig: WindowRig) -> None:
    """From one place about the own work to the next, each shows its own panes."""
    shown = []
    for key in (Qt.Key.Key_O, Qt.Key.Key_L, Qt.Key.Key_H, Qt.Key.Key_0, Qt.Key.Key_1):
        rig.press(key, CTRL)
        shown.append(rig.window.row.page.listed.objectName())

    panes = rig.window.panes
    assert ["outbox", "left", "history", "outbox", panes.cases.objectName()] == shown


def test_f6_walks_around_the_panes(rig: WindowRig) -> None:
    """F6 goes from pane to pane and comes back to where it began; Shift+F6 goes the other way."""
    stops = []
    for _ in range(5):
        rig.press(Qt.Key.Key_F6)
        stops.append(rig.focused)
    rig.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)

    assert [
        "case.history",
        "composer.words",
        "search",
        "navigation.places",
        "case-list.table",
    ] == stops
    assert "navigation.places" == rig.focused


def test_arrows_in_the_left_pane_open_places(rig: WindowRig) -> None:
    """Headings are skipped."""
    rig.focus("navigation.places")
    for _ in range(7):
        rig.press(Qt.Key.Key_Down)

    assert Place.MINE == rig.workplace.navigation.place


def test_return_in_the_list_goes_to_the_history(rig: WindowRig) -> None:
    """Return on a row moves the keyboard to where the case is read."""
    rig.press("j")
    rig.press(Qt.Key.Key_Return)

    assert "case.history" == rig.focused


def test_f5_contacts_the_centre(rig: WindowRig) -> None:
    """F5 asks the sync thread for an attempt."""
    rig.press(Qt.Key.Key_F5)

    assert 1 == rig.desk.synchronizer.tries


def test_every_command_does_something(rig: WindowRig) -> None:
    """No menu is dead."""
    assert set[WindowCommand]() == rig.built.registry.unhandled()


def test_a_decision_is_taken_by_keyboard(rig: WindowRig) -> None:
    """From the history to the decision, a choice, Return, and back to the words."""
    rig.open(DOUBLE_CHARGE)
    command_id = rig.act(DOUBLE_CHARGE, Respond(text="Sebentar."))
    rig.bus.announce(rig.desk.casework.deliver(command_id, Delivery.CONFLICT), rig)
    rig.press(Qt.Key.Key_0, CTRL)
    assert Place.DECISIONS == rig.workplace.navigation.place
    rig.press(Qt.Key.Key_Return)

    assert Delivery.WITHDRAWN is rig.desk.memory.items[command_id].delivery
    assert ("composer.words", "#4021902") == (rig.focused, rig.open_number)
    assert "Sebentar." == rig.find(QPlainTextEdit, "composer.words").toPlainText()


def test_f6_walks_between_outbox_and_decision(rig: WindowRig) -> None:
    """The outbox has panes of its own."""
    rig.act(DOUBLE_CHARGE, Respond(text="Sebentar."))
    rig.built.registry.run(WindowCommand.GO_OUTBOX)
    assert "outbox.acts" == rig.focused
    stops = []
    for _ in range(3):
        rig.press(Qt.Key.Key_F6)
        stops.append(rig.focused)

    assert ["search", "navigation.places"] == stops[-2:]


def test_what_was_delivered_is_looked_through_beside_the_work(rig: WindowRig) -> None:
    """Ctrl+H opens it, arrows read act by act, a search narrows it, Return opens the complaint."""
    for text in ("Sudah dicek.", "Saldo kembali."):
        done = rig.act(DOUBLE_CHARGE, Respond(text=text))
        rig.bus.announce(rig.desk.casework.deliver(done, Delivery.ACCEPTED), rig)
    rig.press(Qt.Key.Key_H, CTRL)
    words = rig.find(QPlainTextEdit, "history.words")
    read = [(rig.focused, words.toPlainText())]
    rig.press(Qt.Key.Key_Down)
    read.append((rig.focused, words.toPlainText()))
    assert [("history.acts", "Saldo kembali."), ("history.acts", "Sudah dicek.")] == read

    rig.focus("history.search")
    rig.press("tidak ada")
    rig.press(Qt.Key.Key_Return)
    assert not words.isVisible()
    rig.find(QLineEdit, "history.search").clear()
    for _ in range(2):  # to the list, and to the complaint
        rig.press(Qt.Key.Key_Return)
    assert ("#4021902", False) == (rig.open_number, rig.window.shows_history)


def test_f6_walks_through_what_was_delivered(rig: WindowRig) -> None:
    """The place has two panes of its own, as the outbox has."""
    rig.press(Qt.Key.Key_H, CTRL)
    assert (True, "navigation.places") == (rig.window.shows_history, rig.focused)
    stops = []
    for _ in range(2):  # nothing was delivered: there is no list to go to
        rig.press(Qt.Key.Key_F6)
        stops.append(rig.focused)
    done = rig.act(DOUBLE_CHARGE, Respond(text="Sudah dicek."))
    rig.bus.announce(rig.desk.casework.deliver(done, Delivery.ACCEPTED), rig)
    for _ in range(4):
        rig.press(Qt.Key.Key_F6)
        stops.append(rig.focused)
    ring = ["history.acts", "history.words", "search", "navigation.places"]
    assert {"search", "navigation.places"} == set(stops[:2])
    assert sorted(ring) == sorted(stops[2:])
