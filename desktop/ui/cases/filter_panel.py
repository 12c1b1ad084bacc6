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

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.field import Field
from desktop.viewmodels.filters import Choices, classification_options
from sync.cases.filters import CaseFilter
from sync.i18n import gettext as _


class FilterPanel(QFrame):
    """Classification, channel, unit and secrecy.

    Signals:
        narrowed: the whole filter, without search text.
        closed: the officer has finished.
    """

    narrowed = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = CaseFilter()
        self._choices = Choices()
        self._kind = self._choice("filter.classification")
        self._channel = self._choice("filter.channel")
        self._unit = self._choice("filter.unit")
        for option in classification_options():
            self._kind.addItem(option.label, option.value)
        self._secret = QCheckBox(_("Only secret complaints"), self)
        self._secret.setObjectName("filter.secret")
        self._clear = QPushButton(_("Clear filter"), self)
        self._clear.setObjectName("filter.clear")
        self._close = QPushButton(_("Close"), self)
        self._close.setObjectName("filter.close")
        self._arrange()
        for choice in (self._kind, self._channel, self._unit):
            choice.currentIndexChanged.connect(self._on_chosen)
        self._secret.toggled.connect(self._on_chosen)
        self._clear.clicked.connect(self._on_clear)
        self._close.clicked.connect(self.closed)

    def show_filter(self, narrowed: CaseFilter) -> None:
        """Show what is chosen, without choosing it again."""
        self._filter = replace(narrowed, text="")
        controls = (self._kind, self._channel, self._unit, self._secret)
        for control in controls:
            control.blockSignals(True)
        self._kind.setCurrentIndex(max(0, self._kind.findData(narrowed.classification)))
        self._channel.setCurrentIndex(max(0, self._channel.findData(narrowed.channel or None)))
        self._unit.setCurrentIndex(max(0, self._unit.findData(narrowed.unit_id)))
        self._secret.setChecked(narrowed.secret_only)
        for control in controls:
            control.blockSignals(False)
        self._clear.setEnabled(not self._filter.is_empty)

    def show_choices(self, choices: Choices) -> None:
        """Offer these channels and units."""
        if choices == self._choices:
            return
        self._choices = choices
        for box in (self._channel, self._unit):
            box.blockSignals(True)
            box.clear()
        for channel in choices.channels:
            self._channel.addItem(channel.label, channel.value)
        for unit in choices.units:
            self._unit.addItem(unit.label, unit.value)
        for box in (self._channel, self._unit):
            box.blockSignals(False)
        self.show_filter(self._filter)

    def take_focus(self) -> None:
        """Begin with the first choice."""
        self._kind.setFocus()

    def tab_chain(self) -> tuple[QWidget, ...]:
        """Return what Tab stops at, in order."""
        return (
            self._kind,
            self._channel,
            self._unit,
            self._secret,
            self._clear,
            self._close,
        )

    @Slot()
    def _on_chosen(self) -> None:
        chosen = replace(
            self._filter,
            classification=self._kind.currentData(),
            channel=self._channel.currentData() or "",
            unit_id=self._unit.currentData(),
            secret_only=self._secret.isChecked(),
        )
        self.narrowed.emit(chosen)

    @Slot()
    def _on_clear(self) -> None:
        self.narrowed.emit(CaseFilter())

    def _choice(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

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
        beside = QHBoxLayout()
        beside.setSpacing(MEASURES.space_m)
        beside.addWidget(Field(_("Channel"), self._channel, parent=self), 1)
        beside.addWidget(Field(_("Unit"), self._unit, parent=self), 1)
        column.addLayout(beside)
        column.addWidget(self._secret)
        column.addLayout(buttons)
