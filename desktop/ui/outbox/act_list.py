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
        self._marked: object = None
        model.modelReset.connect(self._on_reset)
        self.selectionModel().selectionChanged.connect(self._on_selected)

    def mark(self, row: int) -> None:
        """Select a row, unless it is selected."""
        index = self.model().index(row, 0)
        self._marked = index.data(OutboxRole.ID)
        if self.currentIndex().row() != row or not self.selectedIndexes():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, flag)

    @Slot()
    def _on_reset(self) -> None:
        """Keep what is marked: its words still stand beside the list that became another one."""
        if self._marked is None:
            return
        keys = [
            self.model().index(row, 0).data(OutboxRole.ID) for row in range(self.model().rowCount())
        ]
        if self._marked in keys:
            self.mark(keys.index(self._marked))

    @Slot(QItemSelection, QItemSelection)
    def _on_selected(self, chosen: QItemSelection, _left: QItemSelection) -> None:
        for index in chosen.indexes():
            key = index.data(OutboxRole.ID)
            if key != self._marked:
                self._marked = key
                self.chosen.emit(key)
