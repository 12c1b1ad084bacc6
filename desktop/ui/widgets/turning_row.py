# SPDX-License-Identifier: AGPL-3.0-or-later
"""Parts side by side where there is room, and below each other where there is not."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget
from typing_extensions import override

_ROW = QBoxLayout.Direction.LeftToRight
_COLUMN = QBoxLayout.Direction.TopToBottom


class TurningRow(QWidget):
    """For an office screen at 150 %: half of the pane's width is gone then, and no word may be."""

    def __init__(self, gap: int, parent: QWidget | None = None, *, least: int = 0) -> None:
        """Turn where there is less room than the parts ask for, or than this, in pixels."""
        super().__init__(parent)
        self._least = least
        self.box = QBoxLayout(_ROW, self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(gap)

    @override
    def minimumSizeHint(self) -> QSize:
        height = self.box.totalMinimumSize().height()
        widest = max((part.minimumSizeHint().width() for part in self._parts()), default=0)
        return QSize(widest, height)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = self._least
        if not needed:
            widths = [part.sizeHint().width() for part in self._parts()]
            needed = sum(widths) + self.box.spacing() * (len(widths) - 1)
        direction = _ROW if self.width() >= needed else _COLUMN
        if direction != self.box.direction():
            self.box.setDirection(direction)
            self.updateGeometry()

    def _parts(self) -> list[QWidget]:
        places = (self.box.itemAt(n) for n in range(self.box.count()))
        widgets = (place.widget() for place in places if place is not None)
        return [part for part in widgets if part is not None and not part.isHidden()]
