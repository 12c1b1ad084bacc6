# SPDX-License-Identifier: AGPL-3.0-or-later
"""The banner: a problem shown in the pane that caused it; stays until the pane takes it away."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.theme.icons import IconName, IconRole, icon, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES, Tone
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.step_row import StepRow

_SIGNS: Final = {
    Tone.INFO: (IconName.INFO, IconRole.INFO),
    Tone.OK: (IconName.ON_TRACK, IconRole.OK),
    Tone.WARN: (IconName.WARNING, IconRole.WARN),
    Tone.DANGER: (IconName.OVERDUE, IconRole.DANGER),
}

_WIDE: Final = 600
"""Where words and next steps stand side by side, in pixels: what is below keeps its height."""


class Banner(Card):
    """Shows one notice and offers its next steps; never modal, never goes by itself.

    Signals:
        chosen: the code of the step the officer takes.
    """

    chosen = Signal(str)

    def __init__(self, *, copy_label: str, parent: QWidget | None = None) -> None:
        super().__init__(Tone.WARN, parent)
        self._notice: Notice | None = None
        self._sign = QLabel(self)
        self._title = _words("banner.title", self)
        wear(self._title, Look.STRONG)
        self._detail = _words("banner.detail", self)
        self._steps = StepRow(self)
        self._steps.chosen.connect(self.chosen)
        self._copy = QToolButton(self)
        self._copy.setObjectName("banner.copy")
        self._copy.clicked.connect(self._on_copy)
        wear(self._copy, Look.QUIET)
        set_icon(self._copy, IconName.COPY, IconRole.MUTED)
        self.name_copy(copy_label)
        self._arrange()
        self.hide()

    @property
    def notice(self) -> Notice | None:
        return self._notice

    def name_copy(self, label: str) -> None:
        """Name the copy button, in the language of the moment."""
        self._copy.setToolTip(label)
        self._copy.setAccessibleName(label)

    def show_notice(self, notice: Notice | None) -> None:
        """Show a notice, or nothing once it has been handled."""
        if notice == self._notice:
            return
        self._notice = notice
        self.setVisible(notice is not None)
        if notice is None:
            return
        self._title.setText(notice.title)
        self._detail.setText(notice.detail)
        self._detail.setVisible(bool(notice.detail))
        self._steps.show_steps(notice.steps)
        self.setAccessibleName(notice.title)
        self.setAccessibleDescription(notice.detail)
        self._colour(notice.tone)
        announce(self, f"{notice.title} {notice.detail}")

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._notice is not None:
            self._colour(self._notice.tone)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        stands_below = self._below.indexOf(self._steps) >= 0
        if self.width() >= _WIDE and stands_below:
            self._beside.insertWidget(2, self._steps)
        elif self.width() < _WIDE and not stands_below:
            self._below.addWidget(self._steps)

    def _colour(self, tone: Tone) -> None:
        name, role = _SIGNS[tone]
        self.show_tone(tone)
        self._sign.setPixmap(icon(name, role).pixmap(MEASURES.icon_l, MEASURES.icon_l))

    def _arrange(self) -> None:
        words = self._below = QVBoxLayout()
        words.setSpacing(2)
        for part in (self._title, self._detail, self._steps):
            words.addWidget(part)
        row = self._beside = QHBoxLayout(self)
        row.setContentsMargins(MEASURES.space_l, 10, MEASURES.space_m, 10)
        row.setSpacing(10)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignTop)

    @Slot()
    def _on_copy(self) -> None:
        if self._notice is not None:
            QGuiApplication.clipboard().setText(self._notice.as_text())


def _words(name: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
