# SPDX-License-Identifier: AGPL-3.0-or-later
"""The head of an open case: number, way down to the unit, title and chips."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.looks_of_marks import chip_face
from desktop.ui.widgets.chip import Chip
from desktop.ui.widgets.elided_label import ElidedLabel
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.turning_row import TurningRow
from desktop.viewmodels.case_view import CaseText
from desktop.viewmodels.marks import Tag
from sync.i18n import gettext as _


class CaseHeader(QFrame):
    """Stays in place while the history scrolls."""

    def __init__(self, explain: QAction, pin: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        wear(self, Look.BAR_TOP)
        self._chips: list[Chip] = []
        self._received = ElidedLabel("", self)
        self._received.setObjectName("case.received")
        self._path = ElidedLabel("", self, mode=Qt.TextElideMode.ElideLeft)
        self._path.setObjectName("case.path")
        for label in (self._received, self._path):
            wear(label, Look.SMALL)
        self._title = QLabel(self)
        self._title.setObjectName("case.title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        wear(self._title, Look.TITLE)
        self.why = QToolButton(self)
        self.why.setDefaultAction(explain)
        self.why.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        wear(self.why, Look.LINK)
        self.pin = QToolButton(self)
        self.pin.setDefaultAction(pin)
        self.pin.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        wear(self.pin, Look.LINK)
        self._line = QWidget(self)
        self._row = FlowLayout(self._line, MEASURES.space_s)
        self._row.addWidget(self.why)
        self._arrange()

    def show_case(self, text: CaseText) -> None:
        """Show a case's head."""
        self._received.show_text(f"{text.number} · {text.received}")
        self._path.show_text(text.path)
        self._path.setAccessibleName(_("Unit: {path}").format(path=text.path))
        self._title.setText(text.title)
        self.why.setVisible(bool(text.deadlines))
        self._show_tags([text.due] if text.due is not None else [], text.tags)

    def _show_tags(self, due: list[Tag], tags: tuple[Tag, ...]) -> None:
        shown = [tags[0], *due, *tags[1:]]
        while len(self._chips) < len(shown):
            self._chips.append(Chip(chip_face(shown[0]), self))
        for widget in (*self._chips, self.why):
            self._row.removeWidget(widget)
        for place, chip in enumerate(self._chips):
            chip.setVisible(place < len(shown))
            if place < len(shown):
                chip.show_face(chip_face(shown[place]))
                chip.setToolTip(shown[place].hint)
                self._row.addWidget(chip)
            if place == len(due):
                self._row.addWidget(self.why)
        self._line.updateGeometry()

    def _arrange(self) -> None:
        top = TurningRow(MEASURES.space_s, self)
        top.box.addWidget(self._received)
        top.box.addStretch(1)
        top.box.addWidget(self._path)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 10, 18, 10)
        column.setSpacing(MEASURES.space_xs)
        column.addWidget(top)
        middle = QHBoxLayout()
        middle.setSpacing(MEASURES.space_xl)
        middle.addWidget(self._title, 1)
        middle.addWidget(self.pin, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(middle)
        column.addWidget(self._line)
