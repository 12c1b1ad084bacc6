# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ring around a painted widget that has the keyboard; a style sheet cannot draw it there."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES


def paint_focus_ring(painter: QPainter, rect: QRect, palette: QPalette) -> None:
    """Draw the ring just inside a rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours_of(palette).focus), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = QRectF(rect).adjusted(1, 1, -1, -1)
    painter.drawRoundedRect(box, MEASURES.radius_l, MEASURES.radius_l)
    painter.restore()
