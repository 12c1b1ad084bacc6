# SPDX-License-Identifier: AGPL-3.0-or-later
"""Choosing a colleague: type a part of the name, Enter takes the first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.keyboard import give_keyboard
from desktop.viewmodels.case_actions import CaseActionsPresenter, CaseActionsState
from sync.i18n import gettext as _

Index = QModelIndex | QPersistentModelIndex

_TO_LIST = {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}


class _Rows(QStyledItemDelegate):
    """Rows that are easy to hit."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, 30))


class AssignPanel(QWidget):
    """A field, a list and two buttons; Escape leaves."""

    def __init__(self, presenter: CaseActionsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        wear(self, Look.PANE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("assign")
        self._heading = QLabel(_("&Who takes charge?"), self)
        self._typed = QLineEdit(self)
        self._people = QListView(self)
        self._empty = QLabel(self)
        self._cancel = QPushButton(_("Cancel"), self)
        self._assign = QPushButton(self)
        self._build()
        self._connect()
        self._render(presenter.state)

    def take_focus(self) -> None:
        """Begin to type a name."""
        give_keyboard(self._typed, Qt.FocusReason.ShortcutFocusReason)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while a name is being typed."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _TO_LIST:
                self._people.keyPressEvent(event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._presenter.assign()
                return True
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._presenter.cancel()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        wear(self._heading, Look.STRONG)
        self._heading.setBuddy(self._typed)
        self._typed.setObjectName("assign.typed")
        self._typed.setPlaceholderText(_("Part of a name"))
        self._people.setObjectName("assign.people")
        self._people.setAccessibleName(_("Colleagues"))
        self._people.setModel(self._presenter.model)
        self._people.setItemDelegate(_Rows(self._people))
        self._people.setMinimumHeight(72)
        wear(self._people, Look.ROWS)
        wear(self._empty, Look.MUTED)
        self._empty.setObjectName("assign.empty")
        self._cancel.setObjectName("assign.cancel")
        self._assign.setObjectName("assign.apply")
        wear(self._assign, Look.PRIMARY)
        buttons = QHBoxLayout()
        buttons.setSpacing(MEASURES.space_m)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._assign)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, MEASURES.space_l, 18, MEASURES.space_l)
        column.setSpacing(MEASURES.space_m)
        for part in (self._heading, self._typed, self._empty):
            column.addWidget(part)
        column.addWidget(self._people, 1)
        column.addLayout(buttons)
        self._typed.installEventFilter(self)

    def _connect(self) -> None:
        presenter = self._presenter
        presenter.state_changed.connect(self._render)
        self._typed.textEdited.connect(presenter.narrow)
        self._people.activated.connect(self._on_activated)
        self._people.selectionModel().currentChanged.connect(self._on_current)
        self._cancel.clicked.connect(presenter.cancel)
        self._assign.clicked.connect(presenter.assign)

    @Slot(object)
    def _render(self, state: CaseActionsState) -> None:
        if self._typed.text() != state.typed:
            self._typed.setText(state.typed)
        self._empty.setText(state.empty)
        self._empty.setVisible(bool(state.empty))
        self._people.setVisible(not state.empty)
        self._assign.setText(state.verb)
        self._assign.setEnabled(state.row >= 0 and not state.is_busy)
        if self._people.currentIndex().row() != state.row:
            self._people.setCurrentIndex(self._presenter.model.index(state.row))

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._presenter.point(current.row())

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self._presenter.point(index.row())
        self._presenter.assign()
