# SPDX-License-Identifier: AGPL-3.0-or-later
"""A layout that puts widgets side by side and goes on in the next line, like words."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget
from typing_extensions import override


class FlowLayout(QLayout):
    """Chips and small buttons of any width, as many in a line as fit.

    Attributes:
        gap: between widgets and between lines, in pixels.
    """

    def __init__(self, host: QWidget, gap: int) -> None:
        super().__init__(host)
        self._host = host
        self.gap = gap
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def items(self) -> tuple[QLayoutItem, ...]:
        """Return what is laid out, in order."""
        return tuple(self._items)

    def clear(self) -> None:
        """Take all widgets out and throw them away."""
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), moves=False)

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, moves=True)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, moves: bool) -> int:
        """Go through the lines; return the height they take."""
        y = 0
        direction = self._host.layoutDirection()
        for line in self.lines(rect.width()):
            height = max(size.height() for _, size in line)
            x = 0
            for item, size in line:
                if moves:
                    corner = QPoint(x, y + (height - size.height()) // 2)
                    place = QRect(rect.topLeft() + corner, size)
                    item.setGeometry(QStyle.visualRect(direction, rect, place))
                x += size.width() + self.gap
            y += height + self.gap
        return max(0, y - self.gap)

    def lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """Return what stands in each line, and how large it is."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        room = -1
        for item in self._items:
            if item.isEmpty():  # hidden
                continue
            size = item.sizeHint()
            if size.width() > width:
                taller = item.heightForWidth(width) if item.hasHeightForWidth() else size.height()
                size = QSize(width, taller)
            if size.width() > room:
                lines.append([])
                room = width
            lines[-1].append((item, size))
            room -= size.width() + self.gap
        return lines
