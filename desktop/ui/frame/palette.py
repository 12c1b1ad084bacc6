# SPDX-License-Identifier: AGPL-3.0-or-later
"""The palette: one field, and below it what it finds. Opened and left by keyboard."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.commands.palette import Hit, HitRole, PalettePresenter
from desktop.commands.specs import Context
from desktop.theme.fonts import ui_font
from desktop.theme.looks import Look, wear
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES, Tone
from desktop.ui.widgets.card import Card
from sync.i18n import gettext as _

_WIDTH: Final = 620
_HEIGHT: Final = 420
_TOP: Final = 84
_ROW: Final = 32
_FEWEST_ROWS: Final = 3
_AROUND_ROWS: Final = 66
_LIST_KEYS: Final = frozenset(
    {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}
)


class Palette(Card):
    """Lies over the window until something is chosen or the officer goes elsewhere."""

    def __init__(self, presenter: PalettePresenter, parent: QWidget) -> None:
        super().__init__(Tone.NEUTRAL, parent)
        self._over = parent
        self._presenter = presenter
        self._came_from: QWidget | None = None
        self.setObjectName("palette")
        self.setAccessibleName(_("Find command or complaint"))
        self._field = QLineEdit(self)
        self._field.setObjectName("palette.field")
        self._field.setAccessibleName(_("Command, number or words"))
        self._field.setPlaceholderText(_("Command, number or words…"))
        self._field.installEventFilter(self)
        self._list = QListView(self)
        self._list.setObjectName("palette.hits")
        self._list.setAccessibleName(_("What was found"))
        self._list.setModel(presenter.model)
        self._list.setItemDelegate(_HitDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        wear(self._list, Look.QUEUES)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[MEASURES.space_m] * 4)
        column.addWidget(self._field)
        column.addWidget(self._list, 1)
        self._field.textEdited.connect(presenter.look_for)
        self._list.clicked.connect(self._on_clicked)
        presenter.model.modelReset.connect(self._on_found)
        self.hide()

    def open_for(self, context: Context) -> None:
        """Open, with everything that makes sense now."""
        over = self._over
        self._came_from = over.focusWidget()
        self._field.clear()
        self._presenter.begin(context)
        self._on_found()
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._on_key(event)
            if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
                self._on_left(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Escape:
                self._leave()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._on_clicked(self._list.currentIndex())
            case key if key in _LIST_KEYS:
                self._list.event(event)
            case _:
                return False
        return True

    def _leave(self) -> None:
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_left(self, event: QFocusEvent) -> None:
        passing = {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
        if event.reason() not in passing:
            self.hide()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        hit = index.data(HitRole.HIT)
        if isinstance(hit, Hit):
            self._leave()
            self._presenter.choose(hit)

    @Slot()
    def _on_found(self) -> None:
        self._list.setCurrentIndex(self._presenter.model.index(0))
        self._fit()

    def _fit(self) -> None:
        """Be as high as what was found, and in the middle of the window."""
        over = self._over
        width = min(_WIDTH, over.width() - 2 * MEASURES.space_xl)
        rows = max(_FEWEST_ROWS, len(self._presenter.model.hits)) * _ROW
        height = min(rows + _AROUND_ROWS, _HEIGHT, over.height() - 2 * _TOP)
        self.setGeometry((over.width() - width) // 2, _TOP, width, height)


class _HitDelegate(QStyledItemDelegate):
    """Title at the start, where it belongs after it, keys at the end."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(100, _ROW)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        hit = index.data(HitRole.HIT)
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        if isinstance(hit, Hit):
            painter.save()
            _paint_hit(painter, option.rect.adjusted(10, 0, -10, 0), hit, option)
            painter.restore()


def _paint_hit(painter: QPainter, rect: QRect, hit: Hit, option: QStyleOptionViewItem) -> None:
    colours = colours_of(option.palette)
    direction = painter.layoutDirection()
    start = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
    end = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignRight)
    middle = Qt.AlignmentFlag.AlignVCenter
    elide = Qt.TextElideMode.ElideRight
    painter.setFont(ui_font(MEASURES.font_small))
    painter.setPen(QColor(colours.text_muted))
    end_text = " · ".join(part for part in (hit.detail, hit.keys) if part)
    end_width = min(painter.fontMetrics().horizontalAdvance(end_text), rect.width() // 2)
    end_text = painter.fontMetrics().elidedText(end_text, elide, end_width + 1)
    painter.drawText(rect, end | middle, end_text)
    painter.setFont(ui_font())
    painter.setPen(QColor(colours.text))
    room = rect.adjusted(0, 0, -end_width - MEASURES.space_l, 0)
    title = painter.fontMetrics().elidedText(hit.title, elide, room.width())
    painter.drawText(QStyle.visualRect(direction, rect, room), start | middle, title)
