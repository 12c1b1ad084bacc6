# SPDX-License-Identifier: AGPL-3.0-or-later
"""A labelled editor in a form, with its hint and what is wrong with its value."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.announcing import announce


class Field(QWidget):
    """Label above, editor, and one line below: the hint, or the error while there is one."""

    def __init__(
        self, label: str, editor: QWidget, *, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._hint = hint
        name = QLabel(label, self)
        name.setBuddy(editor)
        wear(name, Look.STRONG)
        self._below = QLabel(self)
        self._below.setObjectName("field.below")
        self._below.setWordWrap(True)
        self._below.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEASURES.space_xs)
        for part in (name, editor, self._below):
            column.addWidget(part)
        self.show_error("")

    def show_error(self, error: str) -> None:
        """Show what is wrong with the value; an empty text brings the hint back."""
        self._below.setText(error or self._hint)
        self._below.setVisible(bool(error or self._hint))
        wear(self._below, Look.ERROR if error else Look.SMALL)
        self._editor.setAccessibleDescription(error or self._hint)
        announce(self._editor, error)
