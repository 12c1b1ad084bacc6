# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a row of the list is drawn: number and age, title, chips. It decides nothing."""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desktop.theme.fonts import ui_font
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES
from desktop.ui.looks_of_marks import chip_face
from desktop.ui.widgets.chip_paint import paint_chips
from desktop.viewmodels.case_lines import CaseLine
from desktop.viewmodels.case_list import CaseRole

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT: Final = 71
_LEFT = 15
_RIGHT = 12
_TOP = 8
_HEAD = 17
_TITLE = 19
_CHIPS = 18


class CaseRowDelegate(QStyledItemDelegate):
    """Three lines for each case, and grey bars while they are on the way."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(CaseRole.LINE)
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        inner = option.rect.adjusted(_LEFT, _TOP, -_RIGHT, -_TOP)
        painter.save()
        painter.setClipRect(option.rect)
        if isinstance(line, CaseLine):
            _paint_line(painter, inner, line, option)
        else:
            _paint_placeholder(painter, inner, option)
        painter.restore()


def _paint_line(
    painter: QPainter, rect: QRect, line: CaseLine, option: QStyleOptionViewItem
) -> None:
    colours = colours_of(option.palette)
    muted, text = QColor(colours.text_muted), QColor(colours.text)
    small, strong = _fonts()
    head = QRect(rect.x(), rect.y(), rect.width(), _HEAD)
    age_width = QFontMetrics(small).horizontalAdvance(line.age)
    painter.setFont(small)
    painter.setPen(muted)
    _write(painter, head, line.age, Qt.AlignmentFlag.AlignRight)
    _write(painter, head.adjusted(0, 0, -age_width - MEASURES.space_m, 0), line.head)
    painter.setFont(strong)
    painter.setPen(text)
    _write(painter, QRect(rect.x(), head.bottom() + 1, rect.width(), _TITLE), line.title)
    chips = QRect(rect.x(), head.bottom() + _TITLE + 2, rect.width(), _CHIPS)
    used = paint_chips(painter, chips, [chip_face(tag) for tag in line.tags], option.palette)
    rest = chips.adjusted(used + MEASURES.space_m, 0, 0, 0)
    painter.setFont(small)
    painter.setPen(muted)
    if rest.width() > 40:
        visual = QStyle.visualRect(painter.layoutDirection(), chips, rest)
        _write(painter, visual, line.trailing)


@cache
def _fonts() -> tuple[QFont, QFont]:
    return ui_font(MEASURES.font_small), ui_font(MEASURES.font_text, QFont.Weight.DemiBold)


def _paint_placeholder(painter: QPainter, rect: QRect, option: QStyleOptionViewItem) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours_of(option.palette).neutral.bg))
    for top, share in ((2, 0.3), (20, 0.8), (40, 0.45)):
        bar = QRect(rect.x(), rect.y() + top, round(rect.width() * share), 10)
        painter.drawRoundedRect(bar, 4, 4)


def _write(
    painter: QPainter,
    rect: QRect,
    text: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    alignment = QStyle.visualAlignment(painter.layoutDirection(), side)
    painter.drawText(rect, alignment | Qt.AlignmentFlag.AlignVCenter, fitting)
