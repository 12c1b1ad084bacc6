# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a heading or a place of the left pane is drawn, with its count."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desktop.theme.fonts import ui_font, with_table_figures
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES
from desktop.ui.looks_of_marks import tone_of
from desktop.viewmodels.marks import Mark
from desktop.viewmodels.navigation import NavigationRole

Index = QModelIndex | QPersistentModelIndex

_SIDE: Final = 8
_PLACE_PADDING: Final = 6
_HEADING_HEIGHT: Final = 34
_COUNT_ROOM: Final = 46
_WRAP = Qt.TextFlag.TextWordWrap.value


class PlaceDelegate(QStyledItemDelegate):
    """Headings in small capitals, places with their counts at the right; long names wrap."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(NavigationRole.HEADING):
            return QSize(100, _HEADING_HEIGHT)
        width = _room(option) - 2 * _SIDE - _COUNT_ROOM
        words = QFontMetrics(ui_font()).boundingRect(
            QRect(0, 0, max(width, 40), 100), _WRAP, str(index.data())
        )
        return QSize(100, words.height() + 2 * _PLACE_PADDING)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        if index.data(NavigationRole.HEADING):
            _paint_heading(painter, option, str(index.data()))
        else:
            self.initStyleOption(option, index)
            option.text = ""
            style = option.widget.style()
            style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
            _paint_place(painter, option, index)
        painter.restore()


def _paint_heading(painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
    font = ui_font(MEASURES.font_chip, QFont.Weight.Bold)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
    painter.setFont(font)
    painter.setPen(QColor(colours_of(option.palette).text_muted))
    room = option.rect.adjusted(_SIDE, 0, -_SIDE, -_PLACE_PADDING)
    painter.drawText(room, _start(painter) | Qt.AlignmentFlag.AlignBottom, text.upper())


def _paint_place(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
    colours = colours_of(option.palette)
    is_open = bool(option.state & QStyle.StateFlag.State_Selected)
    weight = QFont.Weight.DemiBold if is_open else QFont.Weight.Normal
    room = option.rect.adjusted(_SIDE, _PLACE_PADDING, -_SIDE, -_PLACE_PADDING)
    direction = painter.layoutDirection()
    words = QStyle.visualRect(direction, room, room.adjusted(0, 0, -_COUNT_ROOM, 0))
    painter.setFont(ui_font(weight=weight))
    painter.setPen(QColor(colours.accent if is_open else colours.text))
    painter.drawText(words, _start(painter).value | _WRAP, str(index.data()))
    mark = index.data(NavigationRole.MARK)
    # Qt hands text enums back as plain text.
    tint = colours.text_muted if mark is None else colours.ink(tone_of(Mark(mark))).fg
    painter.setFont(with_table_figures(ui_font(weight=QFont.Weight.DemiBold)))
    painter.setPen(QColor(tint))
    count = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignRight)
    painter.drawText(room, count | Qt.AlignmentFlag.AlignTop, index.data(NavigationRole.COUNT))


def _room(option: QStyleOptionViewItem) -> int:
    view = option.widget
    return view.viewport().width() if isinstance(view, QAbstractItemView) else option.rect.width()


def _start(painter: QPainter) -> Qt.AlignmentFlag:
    return QStyle.visualAlignment(painter.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
