# SPDX-License-Identifier: AGPL-3.0-or-later
"""The work pane of the open case with everything behind it, as the program puts it together."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.commands.ids import WindowCommand
from desktop.commands.registry import CommandRegistry
from desktop.ui.composer.work_pane import WorkPane
from desktop.viewmodels.case_actions import CaseActionsPresenter
from desktop.viewmodels.composer import ComposerPresenter
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.evidence import EvidencePicker
from desktop.viewmodels.news import NewsFinder
from desktop.viewmodels.taking_back import TakingBack
from sync.cases.ids import CaseId
from sync.cases.views import Draft
from tests.support.workplace import Workplace

W = TypeVar("W", bound=QWidget)


class WorkWindow:
    """Presenters, panes and the one command that panes do not bring along."""

    def __init__(
        self, place: Workplace, *, keeper: DraftKeeper | None = None, **timing: int
    ) -> None:
        self.place = place
        desk = place.desk
        self.cases = place.cases()
        self.keeper = keeper or place.keeper(**timing)
        news = NewsFinder(place.timeline(), desk.officer.id)
        self.composer = ComposerPresenter(
            desk.casework, self.keeper, place.lane, place.bus, news, place.formats, place.clock
        )
        self.taking_back = TakingBack(
            desk.casework, desk.inbox, desk.drafting, self.keeper, place.lane, place.bus
        )
        self.actions = CaseActionsPresenter(
            desk.casework,
            desk.inbox,
            self.composer,
            self.taking_back,
            place.lane,
            place.bus,
            desk.officer.id,
        )
        self.cases.state_changed.connect(self.composer.on_case)
        self.cases.state_changed.connect(self.actions.on_case)
        self.evidence = EvidencePicker(desk.attachments, place.lane)
        self.window = QWidget()
        self.pane = WorkPane(self.composer, self.actions, self.evidence, self.window)
        QVBoxLayout(self.window).addWidget(self.pane)
        self._registry = CommandRegistry(self.window)
        self._registry.handle(WindowCommand.SEND, self.composer.send)
        self.window.addAction(self._registry.action(WindowCommand.SEND))

    def open(self, case_id: int) -> None:
        """Open a case."""
        self.cases.show(CaseId(case_id))

    def find(self, kind: type[W], name: str) -> W:
        """Return the visible part of this name."""
        (found,) = (part for part in self.window.findChildren(kind, name) if part.isVisible())
        return found

    def shows(self, kind: type[W], name: str) -> bool:
        """Return whether a part of this name can be seen."""
        return any(part.isVisible() for part in self.window.findChildren(kind, name))

    def has_focus(self, name: str) -> bool:
        """Return whether the keyboard is in the part of this name."""
        return any(part.hasFocus() for part in self.window.findChildren(QWidget, name))

    def stored(self, case_id: int, kind: str = "respond") -> Draft | None:
        """Return a draft as it is on the disk."""
        return self.place.desk.drafting.load(CaseId(case_id), kind)
