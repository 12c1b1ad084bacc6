# SPDX-License-Identifier: AGPL-3.0-or-later
"""The left pane. It shows the places and says which one the officer wants."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.ui.navigation.delegate import PlaceDelegate
from desktop.viewmodels.navigation import NavigationPresenter, NavigationRole, Place
from sync.i18n import gettext as _


class _PlaceList(QListView):
    """Names wrap, so heights follow the width."""

    @override
    def resizeEvent(self, e: QResizeEvent) -> None:
        super().resizeEvent(e)
        if e.oldSize().width() != e.size().width():
            self.scheduleDelayedItemsLayout()


class NavigationPane(QWidget):
    """Places with their counts.

    Signals:
        meant: the officer wants to see what is in the place.
    """

    meant = Signal()

    def __init__(self, presenter: NavigationPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.places = _PlaceList(self)
        self.places.setObjectName("navigation.places")
        self.places.setAccessibleName(_("Queues and my work"))
        self.places.setModel(presenter.model)
        self.places.setItemDelegate(PlaceDelegate(self.places))
        self.places.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.places.setMouseTracking(True)
        wear(self.places, Look.QUEUES)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.places)
        self.places.selectionModel().currentChanged.connect(self._on_current_changed)
        self.places.clicked.connect(self.meant)
        self.places.activated.connect(self.meant)
        presenter.place_changed.connect(self._on_place_changed)
        self._on_place_changed(presenter.place)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        place = current.data(NavigationRole.PLACE)
        if place is not None:
            self._presenter.go(Place(place))  # Qt hands text enums back as plain text

    @Slot(object)
    def _on_place_changed(self, place: Place) -> None:
        index = self._presenter.model.index(self._presenter.model.row_of(place))
        self.places.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
