# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an act is drawn: its kind, where it stands, the words, and why. It decides nothing."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desktop.theme.fonts import ui_font
from desktop.theme.icons import IconName, icon_pixmap
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES, Colours
from desktop.ui.looks_of_marks import chip_face
from desktop.ui.widgets.chip_paint import chip_size, paint_chip
from desktop.viewmodels.outbox import OutboxRole
from desktop.viewmodels.outbox_lines import MovingFiles, OutboxLine

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT: Final = 74
HEADING_HEIGHT: Final = 38
FILES_HEIGHT: Final = 30
_BAR: Final = 5
_LEFT: Final = 18
_INDENT: Final = 28
_LINE: Final = 18
_ICONS: Final = {
    "respond": IconName.RESPOND,
    "follow_up": IconName.FOLLOW_UP,
    "note": IconName.NOTE,
    "assign": IconName.ASSIGN,
    "close": IconName.CLOSE_CASE,
    "reopen": IconName.REOPEN,
    "hand_over": IconName.INBOX,
}


class OutboxDelegate(QStyledItemDelegate):
    """Three lines for each act, one for a heading."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = index.data(OutboxRole.LINE)
        if not isinstance(line, OutboxLine):
            return QSize(200, HEADING_HEIGHT)
        return QSize(200, ROW_HEIGHT + (0 if line.files is None else FILES_HEIGHT))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(OutboxRole.LINE)
        self.initStyleOption(option, index)
        heading, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        colours = colours_of(option.palette)
        painter.save()
        painter.setClipRect(option.rect)
        inner = option.rect.adjusted(_LEFT, 9, -_LEFT, -9)
        if isinstance(line, OutboxLine):
            _paint_act(painter, inner, line, option)
        else:
            painter.setFont(ui_font(MEASURES.font_chip, QFont.Weight.Bold))
            painter.setPen(QColor(colours.text_muted))
            _write(painter, inner.adjusted(0, 6, 0, 0), heading)
        painter.restore()


def _paint_act(
    painter: QPainter, rect: QRect, line: OutboxLine, option: QStyleOptionViewItem
) -> None:
    colours = colours_of(option.palette)
    direction = painter.layoutDirection()
    _paint_icon(painter, rect, line, colours)
    body = QStyle.visualRect(direction, rect, rect.adjusted(_INDENT, 0, 0, 0))
    face = chip_face(line.tag)
    chip_width = min(chip_size(face).width(), body.width() * 2 // 3)
    chip = QRect(body.right() + 1 - chip_width, body.y(), chip_width, _LINE)
    paint_chip(painter, QStyle.visualRect(direction, body, chip), face, option.palette)
    head = body.adjusted(0, 0, -chip_width - MEASURES.space_m, 0)
    head.setHeight(_LINE)
    _paint_head(painter, QStyle.visualRect(direction, body, head), line, colours)
    painter.setFont(ui_font())
    painter.setPen(QColor(colours.text))
    _write(painter, QRect(body.x(), body.y() + _LINE + 1, body.width(), _LINE), line.words)
    painter.setFont(ui_font(MEASURES.font_small))
    painter.setPen(QColor(colours.text_muted))
    _write(painter, QRect(body.x(), body.y() + 2 * _LINE + 1, body.width(), _LINE), line.detail)
    if line.files is not None:
        place = QRect(body.x(), body.y() + 3 * _LINE + 3, body.width(), FILES_HEIGHT)
        _paint_files(painter, place, line.files, colours)


def _paint_files(painter: QPainter, rect: QRect, files: MovingFiles, colours: Colours) -> None:
    """Draw what is still to go up, in words and as a bar."""
    painter.setPen(QColor(colours.danger.fg if files.is_troubled else colours.text_muted))
    _write(painter, QRect(rect.x(), rect.y(), rect.width(), _LINE), files.text)
    bar = QRect(rect.x(), rect.y() + _LINE + 2, rect.width() * 3 // 4, _BAR)
    done = QRect(bar.x(), bar.y(), int(bar.width() * files.share), _BAR)
    direction = painter.layoutDirection()
    painter.setPen(Qt.PenStyle.NoPen)
    for part, colour in ((bar, colours.border), (done, colours.accent)):
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QStyle.visualRect(direction, rect, part), _BAR / 2, _BAR / 2)


def _paint_head(painter: QPainter, rect: QRect, line: OutboxLine, colours: Colours) -> None:
    strong = ui_font(MEASURES.font_text, QFont.Weight.DemiBold)
    painter.setFont(strong)
    painter.setPen(QColor(colours.text))
    used = _write(painter, rect, line.what)
    rest = rect.adjusted(used + MEASURES.space_xs, 0, 0, 0)
    painter.setFont(ui_font())
    painter.setPen(QColor(colours.text_muted))
    number = f"· {line.number}"
    _write(painter, QStyle.visualRect(painter.layoutDirection(), rect, rest), number)


def _paint_icon(painter: QPainter, rect: QRect, line: OutboxLine, colours: Colours) -> None:
    place = QRect(rect.x(), rect.y() + 1, MEASURES.icon_m, MEASURES.icon_m)
    ratio = painter.device().devicePixelRatioF()
    pixmap = icon_pixmap(_ICONS[line.kind], colours.text_muted, MEASURES.icon_m, ratio)
    painter.drawPixmap(QStyle.visualRect(painter.layoutDirection(), rect, place).topLeft(), pixmap)


def _write(painter: QPainter, rect: QRect, text: str) -> int:
    """Write on one line; return the width that it took."""
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    start = QStyle.visualAlignment(painter.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
    painter.drawText(rect, start | Qt.AlignmentFlag.AlignVCenter, fitting)
    return painter.fontMetrics().horizontalAdvance(fitting)
