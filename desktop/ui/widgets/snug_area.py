# SPDX-License-Identifier: AGPL-3.0-or-later
"""A part that scrolls only where there is no room for it as it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget
from typing_extensions import override


class SnugArea(QScrollArea):
    """As high as what is in it asks for, up to a limit; nothing in it is squeezed or cut.

    Signals:
        asked: what is in it may need another height now.
    """

    asked = Signal()

    def __init__(self, part: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = 0
        self._part = part
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(part)

    def limit(self, height: int) -> None:
        """Ask for no more than this height, in pixels."""
        if height != self._limit:
            self._limit = height
            self.updateGeometry()

    @override
    def minimumSizeHint(self) -> QSize:
        wanted = self._part.minimumSizeHint()
        return QSize(wanted.width(), min(wanted.height(), self._limit))

    @override
    def sizeHint(self) -> QSize:
        return self._part.sizeHint()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.asked.emit()
        return super().eventFilter(watched, event)
