# SPDX-License-Identifier: AGPL-3.0-or-later
"""What narrows the list, below its head; every choice takes effect at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.i18n import gettext as _
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.field import Field
from desktop.viewmodels.filters import classification_options
from sync.cases.filters import CaseFilter


class FilterPanel(QFrame):
    """Classification and secrecy.

    Signals:
        narrowed: the whole filter, without search text.
        closed: the officer has finished.
    """

    narrowed = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = CaseFilter()
        self._kind = QComboBox(self)
        self._kind.setObjectName("filter.classification")
        self._kind.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for option in classification_options():
            self._kind.addItem(option.label, option.value)
        self._secret = QCheckBox(_("Only secret complaints"), self)
        self._secret.setObjectName("filter.secret")
        self._clear = QPushButton(_("Clear filter"), self)
        self._clear.setObjectName("filter.clear")
        self._close = QPushButton(_("Close"), self)
        self._close.setObjectName("filter.close")
        self._arrange()
        self._kind.currentIndexChanged.connect(self._on_chosen)
        self._secret.toggled.connect(self._on_chosen)
        self._clear.clicked.connect(self._on_clear)
        self._close.clicked.connect(self.closed)

    def show_filter(self, narrowed: CaseFilter) -> None:
        """Show what is chosen, without choosing it again."""
        self._filter = replace(narrowed, text="")
        for control in (self._kind, self._secret):
            control.blockSignals(True)
        self._kind.setCurrentIndex(max(0, self._kind.findData(narrowed.classification)))
        self._secret.setChecked(narrowed.secret_only)
        for control in (self._kind, self._secret):
            control.blockSignals(False)
        self._clear.setEnabled(not self._filter.is_empty)

    def take_focus(self) -> None:
        """Begin with the first choice."""
        self._kind.setFocus()

    def tab_chain(self) -> tuple[QWidget, ...]:
        """Return what Tab stops at, in order."""
        return (self._kind, self._secret, self._clear, self._close)

    @Slot()
    def _on_chosen(self) -> None:
        chosen = replace(
            self._filter,
            classification=self._kind.currentData(),
            secret_only=self._secret.isChecked(),
        )
        self.narrowed.emit(chosen)

    @Slot()
    def _on_clear(self) -> None:
        self.narrowed.emit(CaseFilter())

    def _arrange(self) -> None:
        wear(self, Look.BAR_TOP)
        buttons = QHBoxLayout()
        buttons.addWidget(self._clear)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEASURES.space_l, 10, MEASURES.space_l, 10)
        column.setSpacing(MEASURES.space_m)
        column.addWidget(Field(_("Classification"), self._kind, parent=self))
        column.addWidget(self._secret)
        column.addLayout(buttons)
