# SPDX-License-Identifier: AGPL-3.0-or-later
"""The buttons under a notice: one for each next step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.notice import Step


class StepRow(QWidget):
    """Offers steps in their order; invisible when there are none.

    Signals:
        chosen: the code of the step whose button was pressed.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, MEASURES.space_xs, 0, 0)
        self._row.setSpacing(MEASURES.space_m)
        self._buttons: list[QPushButton] = []
        self._first = 0
        self._row.addStretch(1)
        self.hide()

    def show_steps(self, steps: Sequence[Step], *, advised: Look | None = None) -> None:
        """Replace the buttons; `advised` is the look of the first one."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(step) for step in steps]
        for place, button in enumerate(self._buttons, self._first):
            self._row.insertWidget(place, button)
        if advised is not None and self._buttons:
            wear(self._buttons[0], advised)
        self.setVisible(bool(steps))

    def centre(self) -> None:
        """Keep the buttons in the middle instead of at the start."""
        self._row.insertStretch(0, 1)
        self._first = 1

    def _button(self, step: Step) -> QPushButton:
        button = QPushButton(step.label, self)
        button.setObjectName(f"step.{step.code}")
        button.setAutoDefault(False)
        button.clicked.connect(partial(self.chosen.emit, step.code))
        return button
