# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a pane shows when it has nothing to show: why, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.theme.icons import IconName, icon_pixmap
from desktop.theme.looks import Look, wear
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.step_row import StepRow

_SIGN = 40


class EmptyState(QWidget):
    """An icon, a sentence and perhaps a next step, in the middle of the pane.

    Signals:
        chosen: the code of the step the officer takes.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconName.INBOX
        self._sign = QLabel(self)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = _centred("empty.title", Look.TITLE, self)
        self._detail = _centred("empty.detail", Look.MUTED, self)
        self._steps = StepRow(self)
        self._steps.centre()
        self._steps.chosen.connect(self.chosen)
        self._arrange()

    def show_notice(self, name: IconName, notice: Notice) -> None:
        """Say why the pane is empty."""
        self._icon = name
        self._title.setText(notice.title)
        self._detail.setText(notice.detail)
        self._detail.setVisible(bool(notice.detail))
        self._steps.show_steps(notice.steps)
        self.setAccessibleName(notice.title)
        self.setAccessibleDescription(notice.detail)
        self._draw_sign()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()

    def _draw_sign(self) -> None:
        colour = colours_of(QGuiApplication.palette()).border_strong
        ratio = self.devicePixelRatioF()
        self._sign.setPixmap(icon_pixmap(self._icon, colour, _SIGN, ratio))

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(MEASURES.space_xxl, 0, MEASURES.space_xxl, 0)
        column.setSpacing(MEASURES.space_s)
        column.addStretch(2)
        for part in (self._sign, self._title, self._detail, self._steps):
            column.addWidget(part)
        column.addStretch(3)


def _centred(name: str, look: Look, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setTextFormat(Qt.TextFormat.PlainText)
    wear(label, look)
    return label
