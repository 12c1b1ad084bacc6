# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outbox beside the decisions with everything behind them, as the program puts it together."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QWidget

from desktop.commands.ids import WindowCommand
from desktop.commands.registry import CommandRegistry
from desktop.ui.decision.pane import DecisionPane
from desktop.ui.outbox.pane import OutboxPane
from desktop.viewmodels.decision import DecisionPresenter
from desktop.viewmodels.decision_words import DecisionWords
from desktop.viewmodels.outbox import OutboxPresenter
from desktop.viewmodels.outbox_lines import OutboxLines
from desktop.viewmodels.taking_back import TakingBack
from tests.support.workplace import Workplace

W = TypeVar("W", bound=QObject)


class OutboxWindow:
    """Presenters and panes side by side."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        desk = place.desk
        self.keeper = place.keeper()
        self.taking_back = TakingBack(
            desk.casework, desk.inbox, desk.drafting, self.keeper, place.lane, place.bus
        )
        lines = OutboxLines(place.formats, place.clock)
        self.outbox = OutboxPresenter(
            desk.inbox, desk.attachments, self.taking_back, place.lane, place.bus, lines, place.tick
        )
        self.asked_for_now = 0
        self.window = QSplitter()
        self._registry = CommandRegistry(self.window)
        self._registry.handle(WindowCommand.SYNC_NOW, self._on_now)
        send_now = self._registry.action(WindowCommand.SYNC_NOW)
        self.outbox_pane = OutboxPane(self.outbox, send_now, QAction(), QAction())
        self.window.addWidget(self.outbox_pane)
        words = DecisionWords(place.timeline(), lines, desk.officer.id)
        self.decision = DecisionPresenter(
            desk.inbox, desk.casework, self.keeper, place.lane, place.bus, words
        )
        self.pane = DecisionPane(self.decision)
        self.window.addWidget(self.pane)
        self.outbox.refresh()
        self.decision.refresh()

    def find(self, kind: type[W], name: str) -> W:
        """Return the visible part of this name."""
        parts = self.window.findChildren(kind, name)
        (found,) = (p for p in parts if not isinstance(p, QWidget) or p.isVisible())
        return found

    def _on_now(self) -> None:
        self.asked_for_now += 1
