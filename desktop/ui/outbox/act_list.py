# SPDX-License-Identifier: AGPL-3.0-or-later
"""A list of the officer's own acts, however they stand."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QListView, QWidget

from desktop.theme.looks import Look, wear
from desktop.ui.outbox.delegate import OutboxDelegate


class ActList(QListView):
    """Rows of `OutboxRole`."""

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
