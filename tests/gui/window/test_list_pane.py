# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list on the screen: selection and place are kept by case."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.theme.palette import colours_of
from desktop.viewmodels.case_list import CaseRole
from desktop.viewmodels.navigation import Place
from sync.cases.commands import FollowUp
from sync.engine.status import LinkState, SyncStatus
from sync.wire.messages import Progress
from tests.support.window_rig import ESCALATOR, WindowRig


def table(rig: WindowRig) -> QTableView:
    """Return the rows."""
    return rig.find(QTableView, "case-list.table")


def top_case(rig: WindowRig) -> object:
    """Return the case at the top of what is visible."""
    return table(rig).indexAt(QPoint(5, 5)).data(CaseRole.ID)


def leave(rig: WindowRig, row: int) -> None:
    """Let a case leave the queue by working on it."""
    case_id = rig.workplace.cases.model.ids[row]
    rig.act(case_id, FollowUp(text="Selesai.", done_on=rig.desk.inbox.today()))


def test_a_click_opens_a_case(rig: WindowRig) -> None:
    """The mouse is a complete way to work."""
    rows = table(rig)
    index = rows.model().index(2, 0)
    QTest.mouseClick(
        rows.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        rows.visualRect(index).center(),
    )

    assert index.data(CaseRole.ID) == rig.workplace.cases.selected_id


def test_getting_the_keyboard_opens_nothing(rig: WindowRig) -> None:
    """A case that is not in the list stays open when the list gets the keyboard."""
    rig.focus("search")
    number = rig.workplace.cases.model.ids[0]
    leave(rig, 0)
    rig.focus("case-list.table")

    assert number == rig.workplace.cases.selected_id


def test_news_do_not_move_what_is_looked_at(rig: WindowRig) -> None:
    """When a case above leaves, the rows on the screen stay where they are."""
    rig.workplace.navigation.go(Place.NOT_STARTED)
    rows = table(rig)
    rows.verticalScrollBar().setValue(20 * 71 + 13)
    before = (top_case(rig), rows.visualRect(rows.indexAt(QPoint(5, 5))).top())
    leave(rig, 3)
    after = (top_case(rig), rows.visualRect(rows.indexAt(QPoint(5, 5))).top())

    assert before == after


def test_the_open_case_stays_marked_when_rows_move(rig: WindowRig) -> None:
    """Selection is kept by case, not by row."""
    ids = list(rig.workplace.cases.model.ids)
    rig.workplace.cases.select(ids[5])
    leave(rig, 2)
    current = table(rig).currentIndex()

    assert (4, ids[5]) == (current.row(), current.data(CaseRole.ID))


def test_another_place_begins_at_its_top(rig: WindowRig) -> None:
    """The position of one queue means nothing in another."""
    table(rig).verticalScrollBar().setValue(900)
    rig.workplace.navigation.go(Place.DONE)

    assert 0 == table(rig).verticalScrollBar().value()


def test_what_is_found_begins_at_its_top(rig: WindowRig) -> None:
    """A search from far down shows its first hit, and J opens that one."""
    for _ in range(30):
        rig.press("j")
    assert table(rig).verticalScrollBar().value() > 0
    rig.focus("search")
    rig.press("toilet")
    rig.press(Qt.Key.Key_Return)
    found = rig.workplace.cases.model.ids
    assert rig.workplace.cases.selected_id not in found
    top = top_case(rig)
    rig.press("j")

    assert (found[0], found[0]) == (top, rig.workplace.cases.selected_id)


def test_the_filter_takes_effect_at_once(rig: WindowRig) -> None:
    """A tick narrows the list; clearing widens it again."""
    rig.workplace.navigation.go(Place.ALL)
    QTest.mouseClick(rig.find(QToolButton, "case-list.filter"), Qt.MouseButton.LeftButton)
    secret = rig.find(QCheckBox, "filter.secret")
    secret.toggle()
    narrowed = rig.find(QLabel, "case-list.heading").text()
    QTest.mouseClick(rig.find(QPushButton, "filter.clear"), Qt.MouseButton.LeftButton)

    assert "202 complaints" != narrowed
    assert "202 complaints" == rig.find(QLabel, "case-list.heading").text()
    assert not secret.isChecked()


def test_an_empty_place_says_what_to_do(rig: WindowRig) -> None:
    """No blank pane."""
    rig.workplace.navigation.go(Place.DRAFTS)
    titles = {label.text() for label in rig.window.findChildren(QLabel, "empty.title")}

    assert "No drafts" in titles


def test_a_first_load_leaves_the_list_usable(rig: WindowRig, qtbot: QtBot) -> None:
    """Progress is shown above the rows, and goes when it is over."""
    bar = rig.find(QProgressBar, "case-list.progress")
    rig.workplace.sync.on_status(
        SyncStatus(link=LinkState.CONNECTING, progress=Progress(done=500, total=1000))
    )
    during = (bar.isVisible(), bar.value(), table(rig).isVisible())
    rig.workplace.sync.on_status(SyncStatus(link=LinkState.ONLINE))

    assert (True, 500, True) == during
    assert not bar.isVisible()


def test_no_row_is_ringed_while_another_case_is_open(rig: WindowRig) -> None:
    """The list that has the keyboard is ringed itself; the way to the open case is one Tab away."""
    rig.open(ESCALATOR)
    rig.focus("search")
    rig.focus("case-list.table")
    listed = table(rig)
    assert not listed.currentIndex().isValid()
    ring = QColor(colours_of(listed.palette()).focus)
    edge = listed.viewport().grab().toImage().pixelColor(1, listed.viewport().height() // 2)
    assert ring.name() == edge.name()

    rig.press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert "case-list.show-in-all" == rig.focused
    rig.press(Qt.Key.Key_Space)
    row = rig.workplace.cases.model.row_of(ESCALATOR)
    assert (Place.ALL, row) == (rig.workplace.navigation.place, listed.currentIndex().row())
    assert ("#4021877", "case-list.table") == (rig.open_number, rig.focused)
    assert not rig.find(QWidget, "case-list.show-in-all").isVisible()
