# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole window of ``agus`` over real files and a real centre; only the threads are missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import delete

from desktop.bridge.changes import ChangeBus
from desktop.bridge.timers import MinuteTick
from desktop.commands.palette import PalettePresenter
from desktop.ui.building import build_window
from desktop.ui.frame.about import Installation
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.workplace import Surroundings, Workplace, build_workplace
from sync import i18n
from sync.cases.commands import CommandBody
from sync.cases.ids import CaseId, CommandId
from tests.simulation.link import Fault
from tests.support.central import Office, embedded_centre
from tests.support.desks import Workplace as Computer
from tests.support.desks import a_workplace
from tests.support.fake_desk import FakeSynchronizer
from tests.support.lanes import InlineLane
from tests.support.workplace import WIB

W = TypeVar("W", bound=QObject)


class RealWindow:
    """A window, the computer under it and the office around it."""

    def __init__(self, office: Office, computer: Computer) -> None:
        self.office = office
        self.computer = computer
        self.desk = computer.desk
        self.bus = ChangeBus()
        self.workplace = workplace_over(computer, self.bus, i18n.language())
        lane = InlineLane()
        finder = PalettePresenter(self.desk.inbox, self.workplace.lines, lane)
        about = Installation(version="0", server="", account="agus", folder="tanggap")
        self.built = build_window(self.workplace, finder, "Agus", about)
        self.window = self.built.window
        self.workplace.start()

    def act(self, case_id: CaseId, body: CommandBody) -> CommandId:
        """Let the officer act, as a pane would."""
        version = self.computer.case(case_id).confirmed.v
        command_id, changes = self.desk.casework.act(case_id, body, version)
        self.bus.announce(changes, self)
        return command_id

    def sync(self, fault: Fault = Fault.NONE) -> None:
        """Exchange once over a line with this fault; everything is told as it happens."""
        self.computer.link.fail([fault])
        self.desk.synchronizer.run_once(
            self.bus.announce, self.workplace.sync.on_status, lambda: False
        )
        self.workplace.navigation.refresh()  # counts are throttled
        self.workplace.cases.refresh()

    def find(self, kind: type[W], name: str) -> W:
        """Return a part of the window by its object name."""
        found = self.window.findChild(kind, name)
        assert found is not None, name
        return found

    def text(self, name: str) -> str:
        """Return the words of a label that can be seen; empty for one that cannot."""
        label = self.find(QLabel, name)
        return label.text() if label.isVisible() else ""

    def spoken(self, name: str) -> list[str]:
        """Return what a screen reader says of all visible parts of this name, in order."""
        parts = self.window.findChildren(QWidget, name)
        return [part.accessibleName() for part in parts if part.isVisible()]


def workplace_over(computer: Computer, bus: ChangeBus, language: str) -> Workplace:
    """Return the view-models of one officer's window over the real files of their computer."""
    lane = InlineLane()
    around = Surroundings(
        db=lane,
        io=lane,
        bus=bus,
        formats=Formats(language, WIB),
        tick=MinuteTick(),
        opened=Path("opened"),
        time=computer.desk.time,
    )
    return build_workplace(computer.desk, computer.desk.officer, around, FakeSynchronizer())


@contextmanager
def real_window(folder: Path, *, cases: int = 2) -> Iterator[RealWindow]:
    """Open the window of ``agus``, liaison of unit A."""
    office = embedded_centre(folder)
    for _ in range(cases):
        office.add_case()
    computer = a_workplace(office, folder / "data")
    rig = RealWindow(office, computer)
    try:
        yield rig
    finally:
        delete(rig.window)
        computer.desk.close()
        office.database.close()
