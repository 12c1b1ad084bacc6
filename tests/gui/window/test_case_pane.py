# SPDX-License-Identifier: AGPL-3.0-or-later
"""The open case on the screen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QScrollBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.cases.entry_widget import EntryWidget
from desktop.ui.cases.timeline_view import SHOWN_AT_END, TimelineView
from sync.cases.changes import ChangeSet
from sync.cases.commands import Respond
from sync.cases.events import CitizenReplied
from sync.cases.ids import CommandId
from sync.cases.projection import Delivery
from tests.support.left_shelf import left_work
from tests.support.window_rig import DOUBLE_CHARGE, ESCALATOR, WindowRig


def entries(rig: WindowRig) -> list[EntryWidget]:
    """Return what is shown of the history, from top to bottom."""
    view = rig.find(TimelineView, "timeline")
    layout = view.layout()
    assert layout is not None
    items = (layout.itemAt(place) for place in range(layout.count()))
    widgets = [item.widget() for item in items if item is not None]
    return [widget for widget in widgets if isinstance(widget, EntryWidget)]


def is_in_view(entry: EntryWidget) -> bool:
    """Return whether some of an entry can be seen."""
    return not entry.visibleRegion().isEmpty()


def is_wholly_in_view(entry: EntryWidget) -> bool:
    """Return whether all of an entry can be seen."""
    return entry.visibleRegion().boundingRect() == entry.rect()


def lengthen(rig: WindowRig, count: int) -> None:
    """Let the citizen of case 1 write many times."""
    history = rig.desk.memory.cases[DOUBLE_CHARGE]
    for number in range(count):
        history.add(CitizenReplied(text=f"Pesan {number}"), rig.desk.memory.now)
    rig.bus.announce(ChangeSet(cases=frozenset({DOUBLE_CHARGE})))


def test_pending_work_can_be_withdrawn_from_the_history(rig: WindowRig) -> None:
    """What has not left the computer is taken back where it is shown."""
    rig.open(DOUBLE_CHARGE)
    command_id = rig.act(DOUBLE_CHARGE, Respond(text="Sebentar."))
    withdraw = rig.find(QPushButton, "timeline.withdraw")
    QTest.mouseClick(withdraw, Qt.MouseButton.LeftButton)

    assert Delivery.WITHDRAWN is rig.desk.memory.items[command_id].delivery
    assert [] == [entry for entry in entries(rig) if entry.entry.delivery is not None]


def test_pending_work_can_be_edited_from_the_history(rig: WindowRig) -> None:
    """Its words are a draft again, with the cursor in them."""
    rig.open(DOUBLE_CHARGE)
    rig.act(DOUBLE_CHARGE, Respond(text="Sebentar."))
    QTest.mouseClick(rig.find(QPushButton, "timeline.edit"), Qt.MouseButton.LeftButton)

    draft = rig.desk.drafting.load(DOUBLE_CHARGE, "respond")
    assert draft is not None
    assert ("Sebentar.", "composer.words") == (draft.text, rig.focused)


def test_work_that_is_under_way_offers_nothing(rig: WindowRig) -> None:
    """What may have reached the centre cannot be taken back."""
    rig.open(DOUBLE_CHARGE)
    command_id = rig.act(DOUBLE_CHARGE, Respond(text="Sebentar."))
    rig.bus.announce(rig.desk.casework.deliver(command_id, Delivery.SENDING))

    assert entries(rig)[-1].findChild(QPushButton, "timeline.withdraw") is None


def test_an_entry_that_stays_the_same_keeps_its_widget(rig: WindowRig) -> None:
    """News do not tear down what is being read or selected."""
    rig.open(DOUBLE_CHARGE)
    before = entries(rig)
    lengthen(rig, 1)
    after = entries(rig)

    assert before == after[: len(before)]
    assert 1 == len(after) - len(before)


def test_a_long_history_shows_both_ends_first(rig: WindowRig) -> None:
    """Of a thousand entries a few are built; more come when asked for."""
    rig.open(ESCALATOR)
    lengthen(rig, 1000)
    rig.open(DOUBLE_CHARGE)
    first = entries(rig)
    more = rig.find(QToolButton, "timeline.more")
    text = more.text()
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)

    assert 1 + SHOWN_AT_END == len(first)
    assert "Show 983 earlier entries" == text
    assert len(entries(rig)) > len(first)


def test_an_entry_can_be_brought_into_view(rig: WindowRig, qtbot: QtBot) -> None:
    """What was folded away is built and scrolled to."""
    rig.open(ESCALATOR)
    lengthen(rig, 100)
    rig.open(DOUBLE_CHARGE)
    for v in (40, 100):
        rig.workplace.composer.entry_requested.emit(DOUBLE_CHARGE, v)
        shown = next(entry for entry in entries(rig) if entry.entry.v == v)
        qtbot.waitUntil(partial(is_in_view, shown))

    bar = rig.find(QScrollArea, "case.history").verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 0 and is_in_view(shown))


def test_own_work_comes_into_view(rig: WindowRig, qtbot: QtBot) -> None:
    """What the officer has just done is seen without scrolling, however long the history is."""
    rig.open(ESCALATOR)
    lengthen(rig, 100)
    rig.open(DOUBLE_CHARGE)
    assert not is_in_view(entries(rig)[-1])
    rig.act(DOUBLE_CHARGE, Respond(text="Sebentar."))

    assert "Sebentar." == entries(rig)[-1].entry.text
    qtbot.waitUntil(lambda: is_wholly_in_view(entries(rig)[-1]))
    rig.find(QScrollArea, "case.history").verticalScrollBar().triggerAction(
        QScrollBar.SliderAction.SliderToMinimum
    )
    lengthen(rig, 1)
    assert is_in_view(entries(rig)[0])


def test_d_explains_the_dates(rig: WindowRig) -> None:
    """The panel opens and closes with the same key, and closes with the case."""
    rig.open(DOUBLE_CHARGE)
    panel = rig.find(QWidget, "case.deadlines")
    seen = [panel.isVisible()]
    rig.press("d")
    seen.append(panel.isVisible())
    rig.open(ESCALATOR)
    seen.append(panel.isVisible())

    assert [False, True, False] == seen


def test_words_can_be_selected_and_copied(rig: WindowRig) -> None:
    """Text of the history is text, not a picture."""
    rig.open(DOUBLE_CHARGE)
    labels = [
        label
        for label in rig.window.findChildren(QLabel)
        if label.text().startswith("Saldo kartu terpotong dua kali saat")
    ]

    assert Qt.TextInteractionFlag.TextSelectableByMouse in labels[0].textInteractionFlags()


def test_the_number_can_be_copied(rig: WindowRig) -> None:
    """Ctrl+Shift+C puts the bare number on the clipboard."""
    rig.open(DOUBLE_CHARGE)
    rig.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)

    assert "4021902" == QGuiApplication.clipboard().text()


def test_a_case_that_leaves_says_so(rig: WindowRig) -> None:
    """The pane explains why there is nothing to read any more."""
    rig.open(DOUBLE_CHARGE)
    del rig.desk.memory.cases[DOUBLE_CHARGE]
    rig.bus.announce(ChangeSet(cases=frozenset({DOUBLE_CHARGE})))
    titles = [label.text() for label in rig.window.findChildren(QLabel, "empty.title")]

    assert "This complaint is not on this computer any more" in titles
    assert [] == steps_to_what_was_left(rig)


def test_a_case_that_leaves_shows_the_way_to_what_stayed(rig: WindowRig) -> None:
    """Words that were not sent are one key away."""
    rig.open(DOUBLE_CHARGE)
    del rig.desk.memory.cases[DOUBLE_CHARGE]
    rig.desk.memory.left.append(replace(left_work()[0], case_id=DOUBLE_CHARGE))
    rig.bus.announce(ChangeSet(cases=frozenset({DOUBLE_CHARGE})))
    (step,) = steps_to_what_was_left(rig)
    step.click()
    assert rig.window.shows_left_work


def steps_to_what_was_left(rig: WindowRig) -> list[QPushButton]:
    return [b for b in rig.window.findChildren(QPushButton, "step.left") if b.isVisible()]


def test_deciding_is_asked_for_by_the_command(rig: WindowRig, qtbot: QtBot) -> None:
    """What was not accepted offers a way to its decision."""
    rig.open(DOUBLE_CHARGE)
    command_id = rig.act(DOUBLE_CHARGE, Respond(text="Sebentar."))
    rig.bus.announce(rig.desk.casework.deliver(command_id, Delivery.CONFLICT))
    asked: list[CommandId] = []
    rig.window.panes.case.decision_requested.connect(asked.append)
    QTest.mouseClick(rig.find(QPushButton, "timeline.decide"), Qt.MouseButton.LeftButton)

    assert [command_id] == asked
