# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why the dates are what they are: every clock of the case with the steps that lead to its day."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES, Tone
from desktop.ui.looks_of_marks import chip_face
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.chip import Chip
from desktop.viewmodels.deadlines import DeadlineText
from desktop.viewmodels.marks import Tag
from sync.i18n import gettext as _


class DeadlinePanel(Card):
    """A card above the history.

    Signals:
        closed: the officer has read it.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Tone.NEUTRAL, parent)
        self.setObjectName("case.deadlines")
        self.setAccessibleName(_("Why these dates?"))
        self._deadlines: tuple[DeadlineText, ...] = ()
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(MEASURES.space_l, 10, MEASURES.space_l, MEASURES.space_l)
        self._column.addLayout(self._head())

    def show_deadlines(self, deadlines: tuple[DeadlineText, ...]) -> None:
        """Replace what is shown; it is built when somebody looks."""
        if deadlines != self._deadlines:
            self._deadlines = deadlines
            self._drop_body()
            if self.isVisible():
                self._build_body()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        if self._body is None:
            self._build_body()
        super().showEvent(event)

    def _build_body(self) -> None:
        self._body = QWidget(self)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEASURES.space_l)
        for deadline in self._deadlines:
            column.addLayout(self._block(deadline, self._body))
        self._column.addWidget(self._body)

    def _drop_body(self) -> None:
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None

    def _head(self) -> QHBoxLayout:
        title = QLabel(_("Why these dates?"), self)
        wear(title, Look.STRONG)
        close = QToolButton(self)
        close.setObjectName("case.deadlines-close")
        close.setAccessibleName(_("Close the explanation"))
        close.setToolTip(_("Close the explanation"))
        set_icon(close, IconName.DISMISS, IconRole.MUTED)
        wear(close, Look.QUIET)
        close.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.addWidget(title)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _block(self, deadline: DeadlineText, parent: QWidget) -> QVBoxLayout:
        name = QLabel(f"{deadline.name}: {deadline.due}", parent)
        name.setTextFormat(Qt.TextFormat.PlainText)
        wear(name, Look.STRONG)
        head = QHBoxLayout()
        head.setSpacing(MEASURES.space_m)
        head.addWidget(name)
        head.addWidget(Chip(chip_face(Tag(text=deadline.standing, mark=deadline.mark)), parent))
        head.addStretch(1)
        steps = QLabel("\n".join(f"•  {step}" for step in deadline.steps), parent)
        steps.setTextFormat(Qt.TextFormat.PlainText)
        steps.setWordWrap(True)
        steps.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        block = QVBoxLayout()
        block.setSpacing(MEASURES.space_xs)
        block.addLayout(head)
        block.addWidget(steps)
        return block
