# SPDX-License-Identifier: AGPL-3.0-or-later
"""The particulars of a case, one below the other; every value can be copied."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.viewmodels.case_view import Fact

_WIDTH: Final = 216


class FactsColumn(QWidget):
    """Labels and values; a narrow column, or below the history as wide as that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[Fact, ...] = ()
        self._labels: list[QLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self._column.addStretch(1)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDTH, super().minimumSizeHint().height())

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Replace what is shown, unless it is the same."""
        if facts == self._facts:
            return
        self._facts = facts
        while len(self._labels) < 2 * len(facts):
            self._add_pair()
        for place, label in enumerate(self._labels):
            label.setVisible(place < 2 * len(facts))
        for place, fact in enumerate(facts):
            name, value = self._labels[2 * place : 2 * place + 2]
            name.setText(fact.label)
            value.setText(fact.value)
            value.setAccessibleName(f"{fact.label}: {fact.value}")

    def _add_pair(self) -> None:
        name, value = QLabel(self), QLabel(self)
        wear(name, Look.SMALL)
        wear(value, Look.STRONG)
        value.setContentsMargins(0, 0, 0, 9)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (name, value):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            self._column.insertWidget(self._column.count() - 1, label)
            self._labels.append(label)
