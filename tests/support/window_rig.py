# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole window over an invented office in memory: real view-models, no threads, no files."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.timers import MinuteTick
from desktop.commands.palette import PalettePresenter
from desktop.ui.building import build_window
from desktop.ui.frame.about import Installation
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.workplace import Surroundings, build_workplace
from sync import i18n
from sync.cases.commands import CommandBody
from sync.cases.ids import CaseId, CommandId
from tests.support.clockface import Clock
from tests.support.fake_desk import FakeDesk
from tests.support.lanes import InlineLane

W = TypeVar("W", bound=QObject)

WIB = timezone(timedelta(hours=7))
DOUBLE_CHARGE = CaseId(1)
ESCALATOR = CaseId(2)


class WindowRig:
    """A window and everything behind it.

    Attributes:
        desk: what the services would be; tests let things happen there.
        bus: tells the panes what happened.
    """

    def __init__(self, desk: FakeDesk | None = None, lane: Lane | None = None) -> None:
        self.desk = FakeDesk() if desk is None else desk
        self.lane = InlineLane() if lane is None else lane
        self.bus = ChangeBus()
        self.tick = MinuteTick()
        around = Surroundings(
            db=self.lane,
            io=self.lane,
            bus=self.bus,
            formats=Formats(i18n.language(), WIB),
            tick=self.tick,
            opened=Path("opened"),
            time=Clock(lambda: self.desk.memory.now),
        )
        desk_parts = self.desk
        self.workplace = build_workplace(
            desk_parts, desk_parts.officer, around, desk_parts.synchronizer
        )
        self.finder = PalettePresenter(self.desk.inbox, self.workplace.lines, self.lane)
        self.built = build_window(
            self.workplace,
            self.finder,
            "Sari Wulandari · Area Bogor",
            Installation(
                version="0", server="https://tanggap.contoh.go.id", account="sari", folder="tanggap"
            ),
        )
        self.window = self.built.window
        self.workplace.start()

    def close(self) -> None:
        """Take the window down."""
        delete(self.window)

    def act(self, case_id: CaseId, body: CommandBody) -> CommandId:
        """Let the officer act, as a pane would."""
        version = self.desk.memory.cases[case_id].case.v
        command_id, changes = self.desk.casework.act(case_id, body, version)
        self.bus.announce(changes, self)
        return command_id

    def open(self, case_id: CaseId) -> None:
        """Open a case."""
        self.workplace.cases.select(case_id)

    def find(self, kind: type[W], name: str) -> W:
        """Return a part of the window by its object name."""
        found = self.window.findChild(kind, name)
        assert found is not None, name
        return found

    def press(self, key: Qt.Key | str, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key where the keyboard is."""
        target = QApplication.focusWidget() or self.window
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key, held)

    def tab_to(self, name: str) -> None:
        """Press Tab until a part has the keyboard.

        Raises:
            AssertionError: it is not in the circle of Tab, or the keyboard was out of sight.
        """
        for _ in range(60):
            focused = QApplication.focusWidget()
            assert focused is not None
            assert focused.isVisible(), self.focused
            if self.focused == name:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"{name} cannot be reached")

    def focus(self, name: str) -> None:
        """Give a part the keyboard."""
        self.find(QWidget, name).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def focused(self) -> str:
        """The object name of what has the keyboard."""
        widget = QApplication.focusWidget()
        return "" if widget is None else widget.objectName()

    @property
    def open_number(self) -> str:
        """The number of the open case."""
        text = self.workplace.case.state.text
        return "" if text is None else text.number
