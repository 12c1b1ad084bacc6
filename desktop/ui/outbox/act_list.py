# SPDX-License-Identifier: AGPL-3.0-or-later
"""A list of the officer's own acts, however they stand."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QItemSelection, QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtWidgets import QListView, QWidget

from desktop.theme.looks import Look, wear
from desktop.ui.outbox.delegate import OutboxDelegate
from desktop.viewmodels.outbox import OutboxRole


class ActList(QListView):
    """Rows of `OutboxRole`.

    Signals:
        chosen: an act, by its id, became the selected one.
    """

    chosen = Signal(object)

    def __init__(self, name: str, spoken: str, model: QAbstractItemModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setModel(model)
        self.setItemDelegate(OutboxDelegate(self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        wear(self, Look.ROWS)
        self.selectionModel().selectionChanged.connect(self._on_selected)

    def mark(self, row: int) -> None:
        """Select a row, unless it is selected."""
        if self.currentIndex().row() != row or not self.selectedIndexes():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self.model().index(row, 0), flag)

    @Slot(QItemSelection, QItemSelection)
    def _on_selected(self, chosen: QItemSelection, _left: QItemSelection) -> None:
        for index in chosen.indexes():
            self.chosen.emit(index.data(OutboxRole.ID))
