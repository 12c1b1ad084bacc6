# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows themselves: a view that keeps selection and place by case, not by row."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPointF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QTableView,
    QWidget,
)
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.ui.cases.list_delegate import ROW_HEIGHT, CaseRowDelegate
from desktop.ui.widgets.focus_ring import paint_focus_ring
from desktop.viewmodels.case_list import CaseRole
from desktop.viewmodels.case_queue import CaseListPresenter
from sync.cases.ids import CaseId
from sync.i18n import gettext as _


class CaseTable(QTableView):
    """Shows the presenter's model and keeps its selection.

    A table of one column: with 200,000 rows it is there in 8 ms, a QListView needs a second.

    Signals:
        meant: a row was clicked with the left button, and not dragged over.
    """

    meant = Signal()

    def __init__(self, presenter: CaseListPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._top: tuple[CaseId, int] | None = None
        self._pressed_at: QPointF | None = None
        self.setObjectName("case-list.table")
        self.setAccessibleName(_("Complaints"))
        self.setModel(presenter.model)
        self.setItemDelegate(CaseRowDelegate(self))
        self._look_like_a_list()
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(24)
        wear(self, Look.ROWS)
        presenter.model.modelAboutToBeReset.connect(self._on_about_to_reset)
        presenter.model.modelReset.connect(self._on_reset)
        presenter.selected.connect(self._on_selected)
        # Not the current row: getting the keyboard gives a view one, which opens no case.
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    def _look_like_a_list(self) -> None:
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.selectedIndexes():
            # Qt rings the first row then, as if it were the case that stands open beside it.
            no_flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(QModelIndex(), no_flag)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() == Qt.MouseButton.LeftButton
        is_row = self.indexAt(event.position().toPoint()).isValid()
        self._pressed_at = event.globalPosition() if is_left and is_row else None
        super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        # By the way the mouse went, not by the row: what opens may move the rows below it.
        start, self._pressed_at = self._pressed_at, None
        if start is not None and event.button() == Qt.MouseButton.LeftButton:
            way = (event.globalPosition() - start).manhattanLength()
            if way < QApplication.startDragDistance():
                self.meant.emit()

    @override
    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        if self.hasFocus() and not self.currentIndex().isValid():
            painter = QPainter(self.viewport())
            paint_focus_ring(painter, self.viewport().rect(), self.palette())
            painter.end()

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, chosen: QItemSelection, _left: QItemSelection) -> None:
        for index in chosen.indexes():
            self._presenter.select(index.data(CaseRole.ID))

    @Slot(object)
    def _on_selected(self, case_id: CaseId | None) -> None:
        self._mark(case_id)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    @Slot()
    def _on_about_to_reset(self) -> None:
        first = self.indexAt(self.viewport().rect().topLeft())
        scrolled = self.verticalScrollBar().value() > 0
        if first.isValid() and scrolled and not self._presenter.begins_anew:
            self._top = (first.data(CaseRole.ID), self.visualRect(first).top())
        else:
            self._top = None

    @Slot()
    def _on_reset(self) -> None:
        self._mark(self._presenter.selected_id)
        if self._top is None:
            self.scrollToTop()
            if self.currentIndex().isValid():
                self.scrollTo(self.currentIndex())
            return
        case_id, offset = self._top
        row = self._presenter.model.row_of(case_id)
        if row is not None:
            top = self._presenter.model.index(row)
            self.scrollTo(top, QAbstractItemView.ScrollHint.PositionAtTop)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - offset)

    def _mark(self, case_id: CaseId | None) -> None:
        """Show which case is open, without asking for it again."""
        row = self._presenter.model.row_of(case_id)
        index = self._presenter.model.index(-1 if row is None else row)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flag)
        if row is None:
            self.clearSelection()
