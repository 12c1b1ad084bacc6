# SPDX-License-Identifier: AGPL-3.0-or-later
"""A card: an area whose paper and frame say who may read it and whether it has been sent."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QWidget
from typing_extensions import override

from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES, Tone

_BAR = 3


def paint_card(painter: QPainter, rect: QRect, tone: Tone, palette: QPalette) -> None:
    """Draw the paper and frame of a tone; for widgets and for delegates.

    NEUTRAL is a plain raised card, PENDING has a dashed frame and no bar, every other tone has a
    tinted paper and a bar at the side where reading starts.
    """
    colours = colours_of(palette)
    ink = colours.ink(tone)
    plain = tone is Tone.NEUTRAL
    line = colours.border if tone in {Tone.NEUTRAL, Tone.PUBLIC} else ink.bg
    pen = QPen(QColor(ink.mark if tone is Tone.PENDING else line), 1)
    if tone is Tone.PENDING:
        pen.setDashPattern([4, 3])
    radius = MEASURES.radius_l if plain else MEASURES.radius_m
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outline, QColor(colours.surface_raised if plain else ink.wash))
    painter.setPen(pen)
    painter.drawPath(outline)
    if tone not in {Tone.NEUTRAL, Tone.PENDING}:
        _paint_bar(painter, rect, QColor(ink.mark))
    painter.restore()


def _paint_bar(painter: QPainter, rect: QRect, colour: QColor) -> None:
    whole = QPainterPath()
    whole.addRoundedRect(QRectF(rect), MEASURES.radius_m, MEASURES.radius_m)
    side = QRectF(rect)
    side.setWidth(_BAR)
    if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        side.moveRight(QRectF(rect).right())
    strip = QPainterPath()
    strip.addRect(side)
    painter.fillPath(whole & strip, colour)


class Card(QFrame):
    """A frame painted as `paint_card` says; put a layout into it."""

    def __init__(self, tone: Tone = Tone.NEUTRAL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone

    @property
    def tone(self) -> Tone:
        return self._tone

    def show_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_card(painter, self.rect(), self._tone, self.palette())
        painter.end()
