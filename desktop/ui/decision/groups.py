# SPDX-License-Identifier: AGPL-3.0-or-later
"""The kinds of decisions as a row of buttons: a click goes to the first one of a kind."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.viewmodels.decision_groups import GroupText
from sync.i18n import gettext as _


class GroupBar(QWidget):
    """Above a decision, when there are several.

    Signals:
        chosen: the first act of the kind that the officer wants to go to.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Kinds of decisions"))
        self.setObjectName("decision.groups")
        self._shown: tuple[GroupText, ...] = ()
        self._row = FlowLayout(self, MEASURES.space_s)

    def show_groups(self, groups: tuple[GroupText, ...]) -> None:
        """Show the kinds; the same ones keep their buttons, and the keyboard its place."""
        self.setVisible(bool(groups))
        if [group.title for group in groups] != [group.title for group in self._shown]:
            self._row.clear()
            for group in groups:
                self._row.addWidget(self._button(group))
            self.updateGeometry()
        self._shown = groups
        for button, group in zip(self._buttons(), groups, strict=True):
            button.setChecked(group.is_current)

    def _buttons(self) -> list[QPushButton]:
        items = [self._row.itemAt(at) for at in range(self._row.count())]
        widgets = [None if item is None else item.widget() for item in items]
        return [widget for widget in widgets if isinstance(widget, QPushButton)]

    def _button(self, group: GroupText) -> QPushButton:
        button = QPushButton(group.title, self)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.clicked.connect(self._on_clicked)
        button.show()
        return button

    @Slot()
    def _on_clicked(self) -> None:
        pressed = self.sender()
        for button, group in zip(self._buttons(), self._shown, strict=True):
            button.setChecked(group.is_current)
            if button is pressed:
                self.chosen.emit(group.first)
