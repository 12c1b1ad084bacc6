# SPDX-License-Identifier: AGPL-3.0-or-later
"""A count beside a word: how many wait in the outbox, how many need a decision."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from desktop.theme.fonts import ui_font, with_table_figures
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES, Tone

_HEIGHT = 18
_PADDING = 6


class Badge(QLabel):
    """A small round count; invisible while there is nothing to count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.NEUTRAL
        self.setFont(with_table_figures(ui_font(MEASURES.font_chip, QFont.Weight.DemiBold)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_count(self, text: str, *, spoken: str, tone: Tone = Tone.NEUTRAL) -> None:
        """Show a count.

        Args:
            text: The number as the language writes it ("1.840"); empty hides the badge.
            spoken: What a screen reader says ("3 menunggu kirim").
            tone: What the number means.
        """
        self._tone = tone
        self.setText(text)
        self.setAccessibleName(spoken)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(max(_HEIGHT, words + 2 * _PADDING), _HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ink = colours_of(self.palette()).ink(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink.bg))
        painter.drawRoundedRect(QRectF(self.rect()), _HEIGHT / 2, _HEIGHT / 2)
        painter.setPen(QColor(ink.fg))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()
