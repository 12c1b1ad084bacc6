# SPDX-License-Identifier: AGPL-3.0-or-later
"""1366 by 768 at 200 per cent: one pane at a time, and every one of them by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QListView, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.frame.courier_questions import FreightDialog
from desktop.viewmodels.navigation import Place
from sync.cases.commands import Respond
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.services.attachments import FileState, Whereabouts
from tests.support.file_scene import a_file, show_files
from tests.support.left_shelf import ANSWER, left_work
from tests.support.window_rig import DOUBLE_CHARGE, WindowRig

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def small(rig: WindowRig) -> WindowRig:
    """The window with a case open, on the smallest screen."""
    rig.open(DOUBLE_CHARGE)
    rig.focus("case-list.table")
    rig.window.resize(683, 384)
    return rig


def seen(rig: WindowRig) -> set[str]:
    """Return which of the panes can be seen."""
    panes = rig.window.panes
    parts = {
        "places": panes.navigation,
        "list": panes.cases,
        "history": panes.case.reading,
        "words": panes.composer,
        "outbox": panes.outbox,
        "decision": panes.decision,
    }
    return {name for name, part in parts.items() if part.isVisible()}


def click(part: QWidget, at: QPoint | None = None) -> None:
    """Press and release the left button on a part, in its middle when no place is given."""
    QTest.mouseClick(
        part, Qt.MouseButton.LeftButton, pos=part.rect().center() if at is None else at
    )


def test_keys_go_in_and_out(small: WindowRig) -> None:
    """From the list to the case and its words, and back over both to the places."""
    way = [(seen(small), small.focused)]
    for key, held in (
        (Qt.Key.Key_Return, None),
        (Qt.Key.Key_R, None),
        (Qt.Key.Key_Escape, None),
        (Qt.Key.Key_Escape, None),
        (Qt.Key.Key_Left, ALT),
        (Qt.Key.Key_Return, None),
    ):
        small.press(key, *([held] if held is not None else []))
        way.append((seen(small), small.focused))

    assert [
        ({"list"}, "case-list.table"),
        ({"history"}, "case.history"),
        ({"words"}, "composer.words"),
        ({"history"}, "case.history"),
        ({"list"}, "case-list.table"),
        ({"places"}, "navigation.places"),
        ({"list"}, "case-list.table"),
    ] == way


def test_f6_walks_through_panes_that_are_out_of_sight(small: WindowRig) -> None:
    """The ring is the same as on a large screen."""
    stops = []
    for _ in range(5):
        small.press(Qt.Key.Key_F6)
        stops.append(small.focused)

    ring = ["case.history", "composer.words", "search", "navigation.places", "case-list.table"]
    assert ring == stops


def test_what_is_written_is_sent_and_decided(small: WindowRig) -> None:
    """Sending goes back to the list; a decision comes up by its key and ends in the words."""
    small.press("r")
    small.press("Sudah kami periksa.")
    small.press(Qt.Key.Key_Return, CTRL)
    assert ({"list"}, "case-list.table") == (seen(small), small.focused)

    (sent,) = small.desk.memory.items
    small.bus.announce(small.desk.casework.deliver(sent, Delivery.CONFLICT), small)
    small.press(Qt.Key.Key_0, CTRL)
    assert {"decision"} == seen(small)
    small.press(Qt.Key.Key_Return)
    assert Delivery.WITHDRAWN is small.desk.memory.items[sent].delivery
    assert ({"words"}, "composer.words") == (seen(small), small.focused)


def test_only_the_left_button_leads_in(small: WindowRig) -> None:
    """Another one chooses a row at most."""
    table = small.window.panes.cases.table
    row = table.visualRect(table.model().index(1, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.RightButton, pos=row)
    assert {"list"} == seen(small)


def test_a_press_that_becomes_a_drag_leads_nowhere(small: WindowRig) -> None:
    """Who slips over the rows goes on in the list."""
    table = small.window.panes.cases.table
    start, end = (table.visualRect(table.model().index(n, 0)).center() for n in (1, 2))
    QTest.mousePress(table.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(table.viewport(), end)
    QTest.mouseRelease(table.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert {"list"} == seen(small)


def test_a_click_leads_in_and_buttons_lead_out(small: WindowRig) -> None:
    """A row opens its case, a button the words, another one the way back, a place its list."""
    table = small.window.panes.cases.table
    click(table.viewport(), table.visualRect(table.model().index(1, 0)).center())
    shown = [seen(small)]
    click(small.find(QPushButton, "case.write"))
    shown.append(seen(small))
    for _ in range(3):
        click(small.find(QToolButton, "back"))
        shown.append(seen(small))
    places = small.find(QListView, "navigation.places")
    click(places.viewport(), places.visualRect(places.currentIndex()).center())
    shown.append(seen(small))

    assert [{"history"}, {"words"}, {"history"}, {"list"}, {"places"}, {"list"}] == shown


def test_two_panes_where_there_is_room_for_two(small: WindowRig) -> None:
    """At 150 per cent list and case stand side by side; the places come when they are wanted."""
    small.window.resize(911, 512)
    before = seen(small) - {"words"}
    small.press(Qt.Key.Key_Left, ALT)
    among_places = seen(small)
    small.press(Qt.Key.Key_Return)

    assert {"list", "history"} == before == seen(small) - {"words"}
    assert {"places", "list"} == among_places
    small.window.resize(1366, 768)
    assert {"places", "list", "history", "words"} == seen(small)
    assert not small.find(QToolButton, "back").isVisible()


def test_an_empty_place_has_the_room_of_what_would_be_read(small: WindowRig, qtbot: QtBot) -> None:
    """Nothing was delivered: the list says so across the window, and then makes room again."""
    act = small.window.panes.history_act
    small.press(Qt.Key.Key_H, CTRL)
    assert (Place.HISTORY, False) == (small.workplace.navigation.place, act.isVisible())
    small.window.resize(1366, 768)
    assert not act.isVisible()
    done = small.act(DOUBLE_CHARGE, Respond(text="Sudah dicek."))
    small.bus.announce(small.desk.casework.deliver(done, Delivery.ACCEPTED), small)
    qtbot.waitUntil(act.isVisible)


def test_the_rest_of_a_day_by_keys(small: WindowRig) -> None:
    """Keep a case for offline, look back, export and hand over what was left, send by courier."""
    desk = small.desk
    small.press("p")
    assert {DOUBLE_CHARGE} == desk.attachments.pinned
    done = small.act(DOUBLE_CHARGE, Respond(text="Sudah dicek."))
    small.bus.announce(desk.casework.deliver(done, Delivery.ACCEPTED), small)
    small.press(Qt.Key.Key_H, CTRL)
    small.press(Qt.Key.Key_F6)
    assert "history.words" == small.focused
    small.tab_to("history.open")
    small.press(Qt.Key.Key_Space)
    now = (seen(small), small.focused, small.open_number)
    assert ({"history"}, "case.history", "#4021902") == now

    desk.memory.left = left_work()
    draft = Draft(case_id=CaseId(901), kind="respond", text=ANSWER, base_v=3)
    desk.memory.drafts[draft.case_id, draft.kind] = draft
    small.workplace.left_work.refresh()
    small.press(Qt.Key.Key_L, CTRL)
    small.press(Qt.Key.Key_Return)
    assert "left.words" == small.focused
    small.tab_to("left.export")
    small.press(Qt.Key.Key_Space)
    dialog = small.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.close()
    small.tab_to("left.hand-over")
    small.press(Qt.Key.Key_Space)
    assert 2 == len(desk.memory.left)
    small.press(Qt.Key.Key_Escape)
    assert "left.list" == small.focused

    small.workplace.courier.look("/media/usb")
    freight = small.find(FreightDialog, "courier.freight")
    assert small.window.size().expandedTo(freight.size()) == small.window.size()
    QTest.keyClick(freight, Qt.Key.Key_Return)
    assert 1 == len(desk.courier.freights)


def test_words_that_were_left_are_withdrawn_by_keys(small: WindowRig) -> None:
    """In the list of what was left, to the button, and the words are no longer there."""
    small.desk.memory.left = left_work()
    small.workplace.left_work.refresh()
    small.press(Qt.Key.Key_L, CTRL)
    small.press(Qt.Key.Key_Return)
    before = len(small.desk.memory.left)
    small.tab_to("left.withdraw")
    small.press(Qt.Key.Key_Space)
    assert before - 1 == len(small.desk.memory.left)


def test_a_file_is_opened_by_keys(small: WindowRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into the case, to its file, and it opens in its own program."""
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.fileName()))
    here = FileState(file=a_file("surat.pdf"), where=Whereabouts.HERE, can_open=True)
    show_files(small, [here], DOUBLE_CHARGE)
    small.press(Qt.Key.Key_F6)
    assert {"history"} == seen(small)
    small.tab_to("timeline.file-open")
    small.press(Qt.Key.Key_Space)
    assert ["surat.pdf"] == shown
