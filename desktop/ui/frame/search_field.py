# SPDX-License-Identifier: AGPL-3.0-or-later
"""The search field of the tool bar."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from typing_extensions import override

from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.looks import Look, wear
from sync.i18n import gettext as _

_AROUND: Final = 120
"""What the glass, the hint and the frame take of the width, in pixels."""


class SearchField(QLineEdit):
    """Words to look for in all local complaints.

    Signals:
        submitted: look at once, and go to what was found.
        left: the officer wants to go down to the list.
        dropped: the officer does not search any more.
    """

    submitted = Signal()
    left = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setAccessibleName(_("Search complaints"))
        self.setPlaceholderText(_long())
        wear(self, Look.SEARCH)
        glass = QAction(self)
        set_icon(glass, IconName.SEARCH, IconRole.MUTED)
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self._hint = QLabel("Ctrl K", self)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        wear(self._hint, Look.SMALL)
        self.setTextMargins(0, 0, 60, 0)
        self.textChanged.connect(self._on_text_changed)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.submitted.emit()
            case Qt.Key.Key_Down:
                self.left.emit()
            case Qt.Key.Key_Escape:
                self.dropped.emit()
            case _:
                super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self._hint.sizeHint()
        x = self.width() - size.width() - 10
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            x = 10
        has_room = self.fontMetrics().horizontalAdvance(_long()) + _AROUND <= self.width()
        self.setPlaceholderText(_long() if has_room else _("Search…"))
        self._hint.setGeometry(x, (self.height() - size.height()) // 2, size.width(), size.height())

    def _on_text_changed(self, text: str) -> None:
        self._hint.setVisible(not text)


def _long() -> str:
    return _("Search number, words, reporter, place…")
