# SPDX-License-Identifier: AGPL-3.0-or-later
"""The window as a whole: size, names, tab order, themes, problems."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QScrollBar,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.commands.ids import WindowCommand
from desktop.theme.application import apply_theme
from desktop.ui.main_window import WindowMemory
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.chip import Chip
from desktop.viewmodels.navigation import Place
from desktop.viewmodels.outbox import OutboxRole
from desktop.viewmodels.problems import report_of
from sync.cases.commands import Close, Note, Respond
from sync.cases.projection import Delivery
from sync.engine.status import LinkState, SyncStatus
from tests.support.a11y import accessibility_tree, nameless_controls
from tests.support.catalogue import speak
from tests.support.fake_office import at
from tests.support.window_rig import DOUBLE_CHARGE, ESCALATOR, WindowRig

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "main-window.txt"


@pytest.fixture
def office(qapp: QApplication, qtbot: QtBot) -> WindowRig:
    """The window in Bahasa Indonesia with some work done while offline."""
    speak("id")
    apply_theme(qapp, "light")
    rig = WindowRig()
    qtbot.addWidget(rig.window)
    rig.act(DOUBLE_CHARGE, Respond(text="Saldo dikembalikan paling lambat 25 November."))
    rig.act(DOUBLE_CHARGE, Note(text="Cek lagi besok pagi."))
    rig.open(DOUBLE_CHARGE)
    rig.workplace.sync.on_status(
        SyncStatus(
            link=LinkState.OFFLINE,
            since=at(24, 8, 12),
            last_contact_at=at(24, 8, 11),
            undelivered=2,
        )
    )
    with qtbot.waitActive(rig.window):
        rig.window.show()
    rig.focus("case-list.table")
    return rig


def test_what_a_screen_reader_meets(office: WindowRig, qtbot: QtBot) -> None:
    """The whole window as text, reviewed like code; UPDATE_GOLDEN=1 renews it."""
    office.workplace.navigation.refresh()  # counts are throttled
    qtbot.waitUntil(lambda: "Memuat" not in accessibility_tree(office.window))
    tree = accessibility_tree(office.window)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(tree, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == tree


@pytest.mark.parametrize("place", [Place.NOT_STARTED, Place.OUTBOX, Place.DRAFTS])
def test_every_control_has_a_name(office: WindowRig, place: Place) -> None:
    """Nothing that takes the keyboard is silent."""
    office.workplace.navigation.go(place)

    assert [] == nameless_controls(office.window)


def test_nothing_is_squeezed_at_the_commonest_size(office: WindowRig, qtbot: QtBot) -> None:
    """The rows of a follow-up stand below each other, and chips have room for their words."""
    composer = office.window.panes.composer
    tabs = composer.findChild(QTabBar, "composer.tabs")
    assert tabs is not None
    tabs.setCurrentIndex(1)

    def rows() -> list[tuple[int, int]]:
        names = ("composer.words", "composer.next-step", "composer.done-on", "composer.send")
        parts = [composer.findChild(QWidget, name) for name in names]
        tops = [part.mapTo(composer, QPoint(0, 0)).y() for part in parts if part is not None]
        heights = [part.height() for part in parts if part is not None]
        return [(top, top + height) for top, height in zip(tops, heights, strict=True)]

    assert 4 == len(rows())
    qtbot.waitUntil(lambda: all(above[1] < below[0] for above, below in pairwise(rows())))
    assert visible_chips(office)
    assert [] == cut(visible_chips(office))


def test_chips_for_which_there_is_no_room_stand_in_the_next_line(
    office: WindowRig, qtbot: QtBot
) -> None:
    """Status, date, decision, anonymity and kind are more than a line; none is shortened."""
    closing = office.act(ESCALATOR, Close(text="Eskalator telah berfungsi normal."))
    delivered = office.desk.casework.deliver(
        closing, Delivery.CONFLICT, code="conflict.newer-entry"
    )
    office.bus.announce(delivered, office)
    office.open(ESCALATOR)

    def heads() -> list[Chip]:
        return [chip for chip in visible_chips(office) if "perlu" in chip.text()][:1]

    qtbot.waitUntil(lambda: bool(heads()) and not cut(visible_chips(office)))
    beside = [chip for chip in visible_chips(office) if chip.parent() is heads()[0].parent()]
    assert 2 == len({chip.y() for chip in beside})


def visible_chips(office: WindowRig) -> list[Chip]:
    """Return the chips of the open case that can be seen."""
    return [chip for chip in office.window.panes.case.findChildren(Chip) if chip.isVisible()]


def cut(chips: list[Chip]) -> list[str]:
    """Return the words of chips that have less room than they need."""
    return [chip.text() for chip in chips if chip.width() < chip.sizeHint().width()]


def test_no_horizontal_scroll_bar_at_the_commonest_size(office: WindowRig) -> None:
    """1366 by 768 is enough for everything."""
    sideways = [
        str(bar.parent())
        for bar in office.window.findChildren(QScrollBar)
        if bar.orientation() is Qt.Orientation.Horizontal and bar.isVisible() and bar.maximum() > 0
    ]

    assert (1366, 768) == office.window.size().toTuple()
    assert [] == sideways


def test_nothing_is_cut_at_125_per_cent(office: WindowRig, qtbot: QtBot) -> None:
    """1366 by 768 is 1093 by 614 then: what stood side by side stands below each other."""
    office.window.resize(1093, 614)
    tabs = office.find(QTabBar, "composer.tabs")
    history = office.window.panes.case.reading
    qtbot.waitUntil(lambda: tabs.width() >= tabs.sizeHint().width())
    qtbot.waitUntil(lambda: history.horizontalScrollBar().maximum() == 0)
    qtbot.waitUntil(lambda: not cut(visible_chips(office)))
    send = office.find(QWidget, "composer.send")
    assert send.width() >= send.sizeHint().width()
    office.window.resize(1366, 768)
    close = office.find(QWidget, "case.close")
    composer = office.window.panes.composer
    qtbot.waitUntil(lambda: close.mapTo(composer, QPoint(0, 0)).y() < tabs.geometry().bottom())


def test_tab_goes_from_left_to_right(rig: WindowRig) -> None:
    """The order of Tab is the order in which one reads."""
    rig.focus("search")
    stops = ["search"]
    while len(stops) < 16 and stops[-1] != "composer.words":
        rig.press(Qt.Key.Key_Tab)
        stops.append(rig.focused)

    known = ["search", "status", "officer", "navigation.places", "case-list.sort"]
    known += ["case-list.filter", "case-list.table", "case.history", "composer.words"]
    assert known == [stop for stop in stops if stop in known]


def test_both_themes_can_be_chosen(rig: WindowRig, qtbot: QtBot) -> None:
    """The command says which theme is wanted."""
    with qtbot.waitSignal(rig.built.commands.theme_chosen) as chosen:
        rig.built.registry.run(WindowCommand.THEME_DARK)

    assert ["dark"] == chosen.args


def test_sizes_are_remembered(rig: WindowRig, qtbot: QtBot) -> None:
    """Panes come back as they were left."""
    rig.window.panes.case.split.setSizes([300, 360])
    left = rig.window.memory()
    other = WindowRig(rig.desk)
    qtbot.addWidget(other.window)
    other.window.restore(left)
    other.window.show()

    assert rig.window.panes.case.split.sizes() == other.window.panes.case.split.sizes()


def test_a_report_stays_until_it_is_read(rig: WindowRig) -> None:
    """A crash is told in the window, can be copied, and is closed by the officer."""
    banner = rig.find(Banner, "report")
    rig.window.show_report(report_of("Traceback ..."))
    shown = banner.isVisible()
    steps = [b for b in banner.findChildren(QWidget) if b.objectName() == "step.seen"]
    QTest.mouseClick(steps[0], Qt.MouseButton.LeftButton)

    assert (True, False) == (shown, banner.isVisible())


def test_a_wish_for_the_password_is_passed_on(rig: WindowRig, qtbot: QtBot) -> None:
    """The banner of an expired sign-in leads to the door."""
    rig.workplace.sync.on_status(SyncStatus(link=LinkState.SIGN_IN_NEEDED, problem="sync.auth"))
    banner = rig.find(Banner, "sync-problem")
    steps = [b for b in banner.findChildren(QWidget) if b.objectName() == "step.sign-in"]
    with qtbot.waitSignal(rig.window.sign_in_requested):
        QTest.mouseClick(steps[0], Qt.MouseButton.LeftButton)


def test_the_status_button_leads_to_the_outbox(rig: WindowRig) -> None:
    """What waits is one click away."""
    QTest.mouseClick(rig.find(QToolButton, "status"), Qt.MouseButton.LeftButton)

    assert (Place.OUTBOX, True) == (rig.workplace.navigation.place, rig.window.shows_outbox)


def test_help_lists_every_shortcut(rig: WindowRig, qtbot: QtBot) -> None:
    """F1 shows the table of commands; Escape closes it."""
    rig.press(Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: rig.window.findChild(QWidget, "shortcut-help") is not None)
    help_window = rig.find(QWidget, "shortcut-help")
    words = {label.text() for label in help_window.findChildren(QLabel)}

    assert {"J", "K", "F5", "Ctrl+Return  Ctrl+Enter"} <= words
    QTest.keyClick(help_window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not help_window.isVisible())


def test_the_status_light_offers_to_sign_in_again_without_losing_the_place(
    rig: WindowRig, qtbot: QtBot
) -> None:
    """A wrong token means out of sync, not out of the work: one click, and everything stays."""
    before = rig.workplace.navigation.place
    status = SyncStatus(link=LinkState.SIGN_IN_NEEDED, problem="sync.auth", undelivered=1)
    rig.workplace.sync.on_status(status)
    with qtbot.waitSignal(rig.window.sign_in_requested):
        rig.find(QToolButton, "status").click()
    assert (before, False) == (rig.workplace.navigation.place, rig.window.shows_outbox)


def test_a_locked_computer_says_so_and_leaves_the_own_work_open(rig: WindowRig) -> None:
    """The banner names the reason; the place for own words is one step away."""
    rig.workplace.sync.on_status(SyncStatus(link=LinkState.OFFLINE, locked=True))
    problem = rig.workplace.sync.state.problem
    assert "lease.over" == (problem and problem.code)
    rig.built.registry.run(WindowCommand.GO_LEFT)
    assert rig.window.shows_left_work


def test_a_first_start_fits_a_small_screen(rig: WindowRig, qtbot: QtBot) -> None:
    """The screen of the tests is narrower than the usual window; nothing hangs over its edge."""
    room = rig.window.screen().availableGeometry()
    assert room.width() < rig.window.width()
    rig.window.restore(WindowMemory())
    qtbot.waitUntil(lambda: room.contains(rig.window.geometry()))
    assert rig.window.isMaximized()


def test_a_place_on_a_screen_that_is_gone_is_left(rig: WindowRig, qtbot: QtBot) -> None:
    """The window was closed on the second screen of the office; at home there is one."""
    rig.window.resize(640, 480)
    rig.window.move(5_000, 3_000)
    memory = rig.window.memory()
    rig.window.restore(memory)
    room = rig.window.screen().availableGeometry()
    qtbot.waitUntil(lambda: room.contains(rig.window.geometry().center()))
    assert room.contains(rig.window.frameGeometry().topLeft())


def test_outbox_and_decision_are_about_the_same_act(rig: WindowRig) -> None:
    """Beside a question the act that is asked about is marked; turning to another asks about it."""
    rig.act(DOUBLE_CHARGE, Note(text="Cek lagi besok."))
    asked = [rig.act(case_id, Close(text="Selesai.")) for case_id in (DOUBLE_CHARGE, ESCALATOR)]
    for command_id in asked:
        rig.bus.announce(rig.desk.casework.deliver(command_id, Delivery.CONFLICT), rig)
    outbox, decisions = rig.workplace.outbox, rig.workplace.decisions

    def about() -> tuple[object, object]:
        assert outbox.state.chosen is not None
        assert decisions.state.shown is not None
        return outbox.state.chosen.command_id, decisions.state.shown.command_id

    rig.press(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    seen = [about()]
    decisions.later()
    seen.append(about())
    rig.focus("outbox.acts")
    ids = [rig.workplace.outbox.model.index(row, 0).data(OutboxRole.ID) for row in range(3)]
    to_other = ids.index(seen[0][0]) < ids.index(seen[1][0])
    rig.press(Qt.Key.Key_Up if to_other else Qt.Key.Key_Down)
    seen.append(about())

    assert all(marked == shown for marked, shown in seen)
    assert [seen[0], seen[1], seen[0]] == seen
    assert set(asked) == {marked for marked, _ in seen}
