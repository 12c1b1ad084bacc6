# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a chip is drawn, once for the widget and for the delegates of lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle

from desktop.theme.fonts import ui_font
from desktop.theme.icons import IconName, icon_pixmap
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES, Ink, Tone

_HEIGHT = 18
_PADDING = 8
_GAP = 4
_ICON = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipFace:
    """What a chip shows.

    Attributes:
        text: Its words, as short as "Sisa 2 hari kerja".
        tone: Its colours and frame.
        icon: The shape before the words; required where the tone carries meaning.
        spoken: What a screen reader says if the words alone are not enough.
    """

    text: str
    tone: Tone = Tone.NEUTRAL
    icon: IconName | None = None
    spoken: str = ""


def chip_size(face: ChipFace) -> QSize:
    """Return the room a chip needs to show all its words, in device-independent pixels."""
    words = QFontMetrics(_font()).horizontalAdvance(face.text)
    return QSize(words + _icon_room(face) + 2 * _PADDING, _HEIGHT)


def paint_chip(painter: QPainter, rect: QRect, face: ChipFace, palette: QPalette) -> None:
    """Draw a chip across the width of `rect`, centred in its height; words that do not fit end in …

    The painter's layout direction decides on which side the icon stands; `option.palette` or the
    widget's palette tells light from dark.
    """
    ink = colours_of(palette).ink(face.tone)
    box = QRect(rect.x(), rect.y() + (rect.height() - _HEIGHT) // 2, rect.width(), _HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_frame(face.tone, ink))
    painter.setBrush(QColor(ink.bg))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), _HEIGHT / 2, _HEIGHT / 2)
    _paint_content(painter, box, face, ink)
    painter.restore()


def paint_chips(
    painter: QPainter, rect: QRect, faces: Sequence[ChipFace], palette: QPalette
) -> int:
    """Draw chips one after the other and return the width they took; leave out what has no room.

    Only the first one may lose letters: it says what matters most.
    """
    used = 0
    for face in faces:
        wanted = chip_size(face).width()
        width = min(wanted, rect.width() - used)
        if width < (wanted if used else _icon_room(face) + 4 * _PADDING):
            break
        place = QRect(rect.x() + used, rect.y(), width, rect.height())
        paint_chip(painter, QStyle.visualRect(_direction(painter), rect, place), face, palette)
        used += width + MEASURES.space_s
    return max(0, used - MEASURES.space_s)


def _paint_content(painter: QPainter, box: QRect, face: ChipFace, ink: Ink) -> None:
    direction = _direction(painter)
    inner = box.adjusted(_PADDING, 0, -_PADDING, 0)
    if face.icon is not None:
        place = QRect(inner.x() - 1, inner.y() + (_HEIGHT - _ICON) // 2, _ICON, _ICON)
        ratio = painter.device().devicePixelRatioF()
        pixmap = icon_pixmap(face.icon, ink.fg, _ICON, ratio)
        painter.drawPixmap(QPointF(QStyle.visualRect(direction, box, place).topLeft()), pixmap)
    words = QStyle.visualRect(direction, box, inner.adjusted(_icon_room(face), 0, 0, 0))
    painter.setFont(_font())
    painter.setPen(QColor(ink.fg))
    fitting = QFontMetrics(_font()).elidedText(
        face.text, Qt.TextElideMode.ElideRight, words.width() + 1
    )
    alignment = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
    painter.drawText(words, alignment | Qt.AlignmentFlag.AlignVCenter, fitting)


def _frame(tone: Tone, ink: Ink) -> QPen:
    if tone is Tone.PENDING:
        pen = QPen(QColor(ink.mark), 1)
        pen.setDashPattern([3, 2])
        return pen
    if tone in {Tone.PUBLIC, Tone.INTERNAL}:
        return QPen(QColor(ink.mark), 1)
    return QPen(Qt.PenStyle.NoPen)


def _direction(painter: QPainter) -> Qt.LayoutDirection:
    # Off the screen a painter says "auto", which QStyle would take for right to left.
    direction = painter.layoutDirection()
    automatic = direction == Qt.LayoutDirection.LayoutDirectionAuto
    return Qt.LayoutDirection.LeftToRight if automatic else direction


def _icon_room(face: ChipFace) -> int:
    return 0 if face.icon is None else _ICON + _GAP - 1


@cache
def _font() -> QFont:
    return ui_font(MEASURES.font_chip, QFont.Weight.DemiBold)
