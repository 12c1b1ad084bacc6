# SPDX-License-Identifier: AGPL-3.0-or-later
"""The status light: a small shape and words; each tone has its own shape, not only a colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QLabel, QStyle, QWidget
from typing_extensions import override

from desktop.theme.palette import colours_of
from desktop.theme.tokens import Tone

_SIDE = 10
_ROOM = 18


def paint_light(painter: QPainter, rect: QRect, tone: Tone, palette: QPalette) -> None:
    """Draw the shape of a tone in the middle of `rect`.

    A disc says in order, a half disc says attention, a square on its corner says act, a ring with
    a dot says under way, an empty ring says nothing to report, a dashed ring says not yet sent.
    """
    colour = QColor(colours_of(palette).ink(tone).mark)
    box = QRectF(0, 0, _SIDE - 1, _SIDE - 1)
    box.moveCenter(QRectF(rect).center())
    pen = QPen(colour, 1.5)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if tone is Tone.DANGER:
        _paint_diamond(painter, box, colour)
    else:
        if tone is Tone.PENDING:
            pen.setDashPattern([1.6, 1.4])
        painter.setPen(pen)
        painter.setBrush(colour if tone is Tone.OK else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box)
    if tone is Tone.WARN:
        painter.setBrush(colour)
        painter.drawChord(box, 90 * 16, 180 * 16)
    elif tone is Tone.INFO:
        painter.setBrush(colour)
        painter.drawEllipse(box.center(), 1, 1)
    painter.restore()


def light_icon(tone: Tone) -> QIcon:
    """Return the shape as an icon for buttons, in the colours of the present scheme."""
    built = QIcon()
    for ratio in (1, 2):
        pixmap = QPixmap(QSize(16, 16) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_light(painter, QRect(0, 0, 16, 16), tone, QGuiApplication.palette())
        painter.end()
        built.addPixmap(pixmap)
    return built


def _paint_diamond(painter: QPainter, box: QRectF, colour: QColor) -> None:
    reach = box.width() / 2 + 1
    middle = box.center()
    corners = [(0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))


class StatusLight(QLabel):
    """Words with the shape of their tone before them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._tone = Tone.NEUTRAL
        self.setIndent(_ROOM)

    def show_status(self, text: str, tone: Tone) -> None:
        self._tone = tone
        self.setText(text)
        self.setAccessibleName(text)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = QRect(0, 0, _ROOM - 4, self.height())
        painter = QPainter(self)
        visual = QStyle.visualRect(self.layoutDirection(), self.rect(), place)
        paint_light(painter, visual, self._tone, self.palette())
        painter.end()
