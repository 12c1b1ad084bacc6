# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text of a message box: wrapped, plain, and free to be selected."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.theme.looks import Look, wear

_WIDTH = 460


class DialogWords(QLabel):
    """One paragraph."""

    def __init__(self, text: str, parent: QWidget, look: Look | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMinimumWidth(_WIDTH)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if look is not None:
            wear(self, look)
