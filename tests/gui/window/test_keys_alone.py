# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer's day with keys only: all in reach, no trap, no letter that means two things."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.theme.application import apply_theme
from desktop.ui.frame.courier import CourierResult
from desktop.ui.frame.courier_questions import FreightDialog
from sync.cases.commands import FollowUp, Respond
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.courier.editions import Template
from sync.engine.status import LinkState
from tests.support.left_shelf import ANSWER, left_work
from tests.support.scenes import show_status, stage, working_offline
from tests.support.window_rig import WindowRig

CTRL = Qt.KeyboardModifier.ControlModifier
PLACES = ["case", "deadlines", "filter", "files", "decision-many", "deliveries", "history", "left",
          "sync-details", "sync-password", "locked", "rescued"]  # fmt: skip
"""Scenes of which every button must be within reach."""


def opened(qtbot: QtBot, make: Callable[[], WindowRig]) -> WindowRig:
    """Return a window that has the keyboard."""
    rig = make()
    with qtbot.waitActive(rig.window):
        rig.window.show()
        rig.window.activateWindow()
    return rig


def keyed(widget: QWidget, key: Qt.Key) -> None:
    """Press a key in a dialog, where its keyboard is."""
    focused: QWidget | None = widget.focusWidget()
    QTest.keyClick(widget if focused is None else focused, key)


def test_a_day_by_keys(rig: WindowRig) -> None:
    """Answer, follow up with a picture, decide, send by courier, hand over, look back, sign in."""
    desk = rig.desk
    desk.centre_templates = [Template(name="Saldo kembali", text="Saldo sudah kembali.")]
    rig.press("/")
    rig.press("4021902")
    rig.press(Qt.Key.Key_Return)
    rig.press("j")
    rig.press("r")
    rig.press(Qt.Key.Key_T, CTRL)
    keyed(rig.find(QMenu, "composer.templates"), Qt.Key.Key_Return)
    rig.press(Qt.Key.Key_Return, CTRL)
    (answer,) = desk.memory.items.values()
    assert Respond(text="Saldo sudah kembali.") == answer.command.body

    rig.press("t")
    QGuiApplication.clipboard().setImage(QImage(64, 40, QImage.Format.Format_RGB32))
    rig.press("Bukti terlampir.")
    rig.press(Qt.Key.Key_V, CTRL)
    rig.press(Qt.Key.Key_Return, CTRL)
    body = list(desk.memory.items.values())[-1].command.body
    assert isinstance(body, FollowUp)
    assert ("Bukti terlampir.", 1) == (body.text, len(body.evidence))

    told = desk.casework.deliver(answer.command.id, Delivery.CONFLICT, code="conflict.newer-entry")
    rig.bus.announce(told, rig)
    rig.press(Qt.Key.Key_0, CTRL)
    rig.press(Qt.Key.Key_Down)
    rig.press(Qt.Key.Key_Return)
    assert Delivery.STORED is desk.memory.items[answer.command.id].delivery

    rig.press(Qt.Key.Key_O, CTRL)
    for _ in range(12):
        if rig.focused != "outbox.usb":
            rig.press(Qt.Key.Key_Tab)
    rig.press(Qt.Key.Key_Space)
    keyed(rig.find(QFileDialog, "courier.folder"), Qt.Key.Key_Escape)
    rig.workplace.courier.look("/media/usb")  # which folder the system's dialog gives is its own
    keyed(rig.find(FreightDialog, "courier.freight"), Qt.Key.Key_Return)
    assert 1 == len(desk.courier.freights)
    keyed(rig.find(CourierResult, "courier.result"), Qt.Key.Key_Return)


def test_what_is_left_is_handed_over_and_the_password_renewed_by_keys(
    rig: WindowRig, qtbot: QtBot
) -> None:
    """Ctrl+L, and Tab to what can be done; the banner is in the circle of Tab too."""
    desk = rig.desk
    desk.memory.left = left_work()
    draft = Draft(case_id=CaseId(901), kind="respond", text=ANSWER, base_v=3)
    desk.memory.drafts[draft.case_id, draft.kind] = draft
    rig.workplace.left_work.refresh()
    rig.press(Qt.Key.Key_L, CTRL)
    rig.tab_to("left.hand-over")
    rig.press(Qt.Key.Key_Space)
    assert 2 == len(desk.memory.left)

    show_status(rig, link=LinkState.SIGN_IN_NEEDED, problem="sync.auth")
    rig.tab_to("step.sign-in")
    with qtbot.waitSignal(rig.window.sign_in_requested):
        rig.press(Qt.Key.Key_Space)


@pytest.mark.parametrize("scene", PLACES)
def test_tab_reaches_every_button_and_comes_back(
    qapp: QApplication, qtbot: QtBot, scene: str
) -> None:
    """In every place; and no letter means two things."""
    apply_theme(qapp, "light")
    rig = opened(qtbot, working_offline)
    stage(scene, rig)
    QApplication.processEvents()
    rig.focus("search")
    start = QApplication.focusWidget()
    reached: list[QWidget] = []
    for _ in range(80):
        rig.press(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is start:
            break
        reached.append(focused)
    out_of_reach = [name_of(button) for button in buttons(rig) if button not in reached]
    came_back = QApplication.focusWidget() is start
    twice = asked_twice(rig)
    rig.close()

    assert came_back
    assert [] == out_of_reach
    assert [] == twice


@pytest.mark.parametrize("scene", ["case", "decision-many", "deliveries", "left", "sync-details"])
def test_no_letter_means_two_things_in_english(qapp: QApplication, scene: str) -> None:
    """Alt and a letter press one button: neither a second one nor a menu asks for it."""
    apply_theme(qapp, "light")
    rig = working_offline("en")
    rig.window.show()
    stage(scene, rig)
    twice = asked_twice(rig)
    rig.close()

    assert [] == twice


def buttons(rig: WindowRig) -> list[QAbstractButton]:
    """Return the buttons that can be pressed and at which Tab may stop."""
    return [
        button
        for button in rig.window.findChildren(QAbstractButton)
        if button.isVisible()
        and button.isEnabled()
        and button.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (button.autoExclusive() and not button.isChecked())
    ]


def name_of(button: QAbstractButton) -> str:
    return f"{button.objectName()} {button.text()!r}"


def asked_twice(rig: WindowRig) -> list[list[str]]:
    """Return what asks for the same letter as something else that can be seen."""
    parts = [title.text() for title in rig.window.menuBar().actions()]
    parts += [part.text() for part in rig.window.findChildren(QAbstractButton) if part.isVisible()]
    labels = (part for part in rig.window.findChildren(QLabel) if part.buddy() is not None)
    parts += [label.text() for label in labels if label.isVisible()]
    asked: dict[str, list[str]] = {}
    for text in parts:
        match = re.search(r"&([^&\s])", text.replace("&&", ""))
        if match is not None:
            asked.setdefault(match.group(1).casefold(), []).append(text)
    return [words for words in asked.values() if len(words) > 1]
