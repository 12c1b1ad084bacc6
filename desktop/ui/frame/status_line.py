# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bar at the bottom: since when, last contact, what waits, how much is here."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.ui.looks_of_marks import LIGHT_TONES
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.light import StatusLight
from desktop.viewmodels.sync_status import SyncState

_GAP: Final = 20
_LEAST: Final = 320


class StatusLine(QStatusBar):
    """Words about delivery; changes of the link are announced to screen readers."""

    def __init__(self, details: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details = QToolButton(self)
        self._details.setObjectName("status-line.details")
        self._details.setDefaultAction(details)
        self._details.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        wear(self._details, Look.QUIET)
        self._link = StatusLight(self)
        self._link.setObjectName("status-line.link")
        self._contact = self._label("status-line.contact")
        self._waiting = self._label("status-line.waiting")
        self._decisions = self._label("status-line.decisions")
        self._held = self._label("status-line.held")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 12, 0)
        for part in (self._details, self._link, self._contact, self._waiting, self._decisions):
            self.addWidget(part)
        self.addPermanentWidget(self._held)
        self.setMinimumWidth(_LEAST)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    @Slot(object)
    def show_sync(self, state: SyncState) -> None:
        """Show how delivery stands."""
        if state.link != self._link.text():
            announce(self, state.link)
        self._link.show_status(state.link, LIGHT_TONES[state.light])
        labels = (self._contact, self._waiting, self._decisions, self._held)
        words = (state.last_contact, state.waiting, state.decisions, state.held)
        for label, text in zip(labels, words, strict=True):
            label.setText(text)
        self._make_room()

    def _make_room(self) -> None:
        """Show what is most urgent whole, and leave out what there is no room for."""
        room = self.width() - self._details.sizeHint().width() - self._link.sizeHint().width()
        for label in (self._decisions, self._waiting, self._contact, self._held):
            width = label.sizeHint().width() + _GAP if label.text() else 0
            label.setVisible(0 < width <= room)
            room -= width

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setContentsMargins(12, 0, 0, 0)
        wear(label, Look.SMALL)
        return label
