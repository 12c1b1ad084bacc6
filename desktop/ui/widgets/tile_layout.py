# SPDX-License-Identifier: AGPL-3.0-or-later
"""A layout of tiles: columns of the same width, as many as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLayoutItem, QWidget
from typing_extensions import override

from desktop.ui.widgets.flow_layout import FlowLayout


class TileLayout(FlowLayout):
    """Tiles side by side, those of a line equally tall, so that the eye can go down a column."""

    def __init__(self, host: QWidget, least: int, gap: int) -> None:
        """Lay out in columns of at least this width, in pixels."""
        super().__init__(host, gap)
        self._least = least

    def columns(self, width: int) -> int:
        """Return how many tiles stand in a line of this width, in pixels."""
        return max(1, (width + self.gap) // (self._least + self.gap))

    @override
    def lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        columns = self.columns(width)
        room = (width - self.gap * (columns - 1)) // columns
        shown = [item for item in self.items() if not item.isEmpty()]
        lines = []
        for first in range(0, len(shown), columns):
            line = shown[first : first + columns]
            tall = max(_height(item, room) for item in line)
            lines.append([(item, QSize(room, tall)) for item in line])
        return lines


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
