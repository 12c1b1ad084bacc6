# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a window is cut, squeezed or shortened, in words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QTabBar, QToolButton, QWidget

from desktop.ui.widgets.elided_label import ElidedLabel

_ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly

_FRAME = 4
"""What a button may lose above and below its words without losing a letter, in pixels."""


def cut_parts(window: QWidget) -> list[str]:
    """Return what can be seen of a window but not wholly be read."""
    parts = [part for part in window.findChildren(QWidget) if part.isVisible()]
    return [f"{part.objectName()} {_words(part)!r}" for part in parts if _is_cut(part)]


def _words(part: QWidget) -> str:
    if isinstance(part, QComboBox):
        return part.currentText()
    return part.text() if isinstance(part, QLabel | QAbstractButton) else ""


def _is_cut(part: QWidget) -> bool:
    if isinstance(part, QToolButton) and part.toolButtonStyle() == _ICON_ONLY:
        return False
    if part.height() + _FRAME < part.minimumSizeHint().height() and _words(part):
        return True
    if isinstance(part, ElidedLabel):  # names of files are shortened in the middle, on purpose
        return part.shown_text() != part.text() and part.objectName() != "timeline.file-name"
    if isinstance(part, QLabel) and part.text():
        if part.wordWrap():
            return part.height() < part.heightForWidth(part.width())
        return part.width() < part.sizeHint().width()
    if isinstance(part, QComboBox):
        return part.width() < part.fontMetrics().horizontalAdvance(part.currentText()) + 30
    is_worded = isinstance(part, QAbstractButton) and bool(part.text())
    return (is_worded or isinstance(part, QTabBar)) and part.width() < part.sizeHint().width()
