# SPDX-License-Identifier: AGPL-3.0-or-later
"""What would become of many at once: how many, which ones, and the last chance to go back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES, Tone
from desktop.ui.widgets.card import Card
from desktop.viewmodels.decision_groups import Batch
from sync.i18n import gettext as _


class BatchPreview(Card):
    """In place of the one decision, before many are settled.

    Signals:
        confirmed: that is what the officer means.
        left: back to the one decision.
    """

    confirmed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Tone.NEUTRAL, parent)
        self.setObjectName("decision.preview")
        self._title = QLabel(self)
        self._detail = QLabel(self)
        self._lines = QLabel(self)
        self._back = QPushButton(_("&Back"), self)
        self._confirm = QPushButton(self)
        self._back.setObjectName("decision.back")
        self._confirm.setObjectName("decision.confirm")
        wear(self._title, Look.STRONG)
        wear(self._lines, Look.MUTED)
        wear(self._confirm, Look.PRIMARY)
        buttons = QHBoxLayout()
        buttons.setSpacing(MEASURES.space_m)
        buttons.addStretch(1)
        buttons.addWidget(self._back)
        buttons.addWidget(self._confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[MEASURES.space_l] * 4)
        column.setSpacing(MEASURES.space_m)
        for label in (self._title, self._detail, self._lines):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        column.addLayout(buttons)
        self._back.clicked.connect(self.left)
        self._confirm.clicked.connect(self.confirmed)

    def show_batch(self, batch: Batch) -> None:
        """Show how many, what comes of it, and which ones."""
        self._title.setText(batch.title)
        self._detail.setText(batch.detail)
        self._lines.setText("\n".join(batch.lines))
        self._confirm.setText(_("Yes, all {count}").format(count=len(batch.seen)))
        self.setAccessibleName(f"{batch.title}. {batch.detail}")

    def take_focus(self) -> None:
        """Put the keyboard onto going back, which changes nothing."""
        self._back.setFocus(Qt.FocusReason.OtherFocusReason)
