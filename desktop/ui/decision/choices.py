# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways to go on as a list of radio buttons, each with a line that says what comes of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.fonts import ui_font
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.viewmodels.decision_words import ChoiceText
from sync.cases.policy import Choice
from sync.i18n import gettext as _

_INDENT = 30


class ChoiceRow(QFrame):
    """One way; a click anywhere means it."""

    def __init__(self, text: ChoiceText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        wear(self, Look.BAR_BOTTOM)
        self.choice = text.choice
        self.radio = QRadioButton(text.title, self)
        self.radio.setObjectName(f"decision.{text.choice.value}")
        self.radio.setFont(ui_font(MEASURES.font_text, QFont.Weight.DemiBold))
        self.radio.setAccessibleDescription(text.detail)
        detail = QLabel(text.detail, self)
        detail.setWordWrap(True)
        detail.setContentsMargins(_INDENT, 0, 0, 0)
        wear(detail, Look.MUTED)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, MEASURES.space_m, 0, MEASURES.space_m)
        column.setSpacing(0)
        column.addWidget(self.radio)
        column.addWidget(detail)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
        self.radio.click()


class ChoiceList(QWidget):
    """The ways of one decision.

    Signals:
        chosen: the officer means this one.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("How to go on"))
        self._shown: tuple[ChoiceText, ...] = ()
        self._rows: list[ChoiceRow] = []
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_clicked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_choices(self, choices: tuple[ChoiceText, ...], chosen: Choice | None) -> None:
        """Show the ways; the same ones keep their buttons, and the keyboard its place."""
        if choices != self._shown:
            self._shown = choices
            self._rebuild()
        self._group.setExclusive(False)  # or none could be let go
        for row in self._rows:
            row.radio.setChecked(row.choice is chosen)
        self._group.setExclusive(True)

    def take_focus(self) -> None:
        """Put the keyboard onto the way that is meant, or onto the first one."""
        meant = [row for row in self._rows if row.radio.isChecked()]
        for row in (meant or self._rows)[:1]:
            row.radio.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rebuild(self) -> None:
        for row in self._rows:
            self._group.removeButton(row.radio)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [ChoiceRow(text, self) for text in self._shown]
        for row in self._rows:
            self._group.addButton(row.radio)
            self._column.addWidget(row)
            row.show()

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        for row in self._rows:
            if row.radio is button:
                self.chosen.emit(row.choice)
