# SPDX-License-Identifier: AGPL-3.0-or-later
"""The middle pane: how many, in which order, the rows, or why there are none."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.cases.case_table import CaseTable
from desktop.ui.cases.filter_panel import FilterPanel
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.elided_label import ElidedLabel
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.keyboard import bring_up
from desktop.ui.widgets.notice import Notice, Step
from desktop.ui.widgets.snug_area import SnugArea
from desktop.viewmodels.case_queue import CaseListPresenter, CaseListState, EmptyWords
from desktop.viewmodels.problems import Remedy
from desktop.viewmodels.sync_status import ProgressText, SyncState
from sync.i18n import gettext as _

_CLEAR: Final = "clear"
_UNSENT: Final = "unsent"
_LEAST_ROWS: Final = 180
"""What is kept for the head and two rows when the list is narrowed, in pixels."""


class ListPane(QWidget):
    """The list of one place.

    Signals:
        opened: the officer wants to read the chosen case.
        meant: a click chose one, which is enough where lists and cases take turns.
        unsent_requested: cases are withheld, and the officer wants to see their own words.
        all_requested: the open case is not in this list, and the officer wants to see it in one.
    """

    opened = Signal()
    meant = Signal()
    unsent_requested = Signal()
    all_requested = Signal()

    def __init__(
        self,
        presenter: CaseListPresenter,
        sort_actions: list[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.table = CaseTable(presenter, self)
        self._heading = QLabel(self)
        self._heading.setObjectName("case-list.heading")
        wear(self._heading, Look.STRONG)
        self._sort = self._sort_button(sort_actions)
        self._filter = QToolButton(self)
        self._filter.setObjectName("case-list.filter")
        self._filter.setCheckable(True)
        self._filter.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_icon(self._filter, IconName.FILTER, IconRole.MUTED)
        self._panel = FilterPanel(self)
        self._narrowing = SnugArea(self._panel, self)
        self._narrowing.hide()
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        self._progress = _LoadProgress(self)
        self._pinned = _PinnedLine(self)
        self._empty = EmptyState(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._arrange()
        self._connect()
        self._render(presenter.state)

    def toggle_filter(self) -> None:
        """Open or close what narrows the list."""
        bring_up(self._filter)
        self._filter.toggle()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._narrowing.limit(self.height() - _LEAST_ROWS)

    def tab_chain(self) -> tuple[QWidget, ...]:
        """Return what Tab stops at, in order."""
        return (
            self._sort,
            self._filter,
            *self._panel.tab_chain(),
            self._pinned.show_in_all,
            self.table,
        )

    @Slot(object)
    def show_sync(self, state: SyncState) -> None:
        """Show how far the first load is."""
        self._progress.show_progress(state.progress)

    def _connect(self) -> None:
        self._presenter.state_changed.connect(self._render)
        self._filter.toggled.connect(self._on_filter_toggled)
        self._panel.narrowed.connect(self._presenter.narrow)
        self._panel.closed.connect(self._on_filter_closed)
        self._empty.chosen.connect(self._on_empty_chosen)
        self._banner.chosen.connect(self._on_remedy)
        self._pinned.show_in_all.clicked.connect(self._on_all_requested)
        self.table.activated.connect(self._on_activated)
        self.table.meant.connect(self.meant)

    @Slot(object)
    def _render(self, state: CaseListState) -> None:
        self._heading.setText(state.heading)
        self._sort.setText(state.sort_label)
        spoken = _("Order: {order}").format(order=state.sort_label)
        self._sort.setAccessibleName(spoken)
        self._filter.setText(state.narrowing_label)
        self._panel.show_choices(state.choices)
        self._panel.show_filter(state.narrowed)
        self._pinned.show_words(state.pinned)
        if state.problem is None:
            self._banner.show_notice(None)
        else:
            self._banner.show_notice(notice_of(state.problem, {Remedy.RETRY: _("Try again")}))
        if state.empty is not None:
            icon = IconName.LOCK if state.empty.is_locked else IconName.CHECK
            self._empty.show_notice(icon, _empty_notice(state.empty))
        self._stack.setCurrentWidget(self.table if state.empty is None else self._empty)

    @Slot(bool)
    def _on_filter_toggled(self, shown: bool) -> None:
        self._narrowing.setVisible(shown)
        if shown:
            self._presenter.load_choices()
            self._panel.take_focus()
        else:
            self.table.setFocus()

    @Slot()
    def _on_filter_closed(self) -> None:
        self._filter.setChecked(False)

    @Slot(str)
    def _on_empty_chosen(self, code: str) -> None:
        if code == _UNSENT:
            self.unsent_requested.emit()
        else:
            self._presenter.clear_narrowing()

    @Slot()
    def _on_all_requested(self) -> None:
        self.all_requested.emit()

    @Slot(str)
    def _on_remedy(self, _code: str) -> None:
        self._presenter.refresh()

    @Slot()
    def _on_activated(self) -> None:
        self.opened.emit()

    def _sort_button(self, actions: list[QAction]) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("case-list.sort")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.addActions(actions)
        button.setMenu(menu)
        wear(button, Look.LINK)
        return button

    def _arrange(self) -> None:
        head = QFrame(self)
        wear(head, Look.BAR_TOP)
        row = QHBoxLayout(head)
        row.setContentsMargins(MEASURES.space_l, 5, MEASURES.space_l, 5)
        row.setSpacing(MEASURES.space_xs)
        row.addWidget(self._heading)
        row.addWidget(self._sort)
        row.addStretch(1)
        row.addWidget(self._filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (head, self._narrowing, self._banner, self._progress, self._pinned):
            column.addWidget(part)
        column.addWidget(self._stack, 1)


class _PinnedLine(QWidget):
    """Says which case is open when the list does not have it, and where it is listed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = ElidedLabel(parent=self)
        self._words.setObjectName("case-list.pinned")
        wear(self._words, Look.SMALL)
        self.show_in_all = QToolButton(self)
        self.show_in_all.setObjectName("case-list.show-in-all")
        self.show_in_all.setText(_("Show among all"))
        wear(self.show_in_all, Look.LINK)
        row = QHBoxLayout(self)
        row.setContentsMargins(MEASURES.space_l, 2, MEASURES.space_l, 2)
        row.setSpacing(MEASURES.space_xs)
        row.addWidget(self._words, 1)
        row.addWidget(self.show_in_all)

    def show_words(self, words: str) -> None:
        self._words.show_text(words)
        self.setVisible(bool(words))


class _LoadProgress(QFrame):
    """How far the first load is; the list below can be used meanwhile."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = QLabel(self)
        self._words.setObjectName("case-list.progress-words")
        self._words.setWordWrap(True)
        wear(self._words, Look.SMALL)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("case-list.progress")
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEASURES.space_l, 8, MEASURES.space_l, 10)
        for part in (self._words, self._bar):
            column.addWidget(part)
        wear(self, Look.BAR_TOP)
        self.hide()

    def show_progress(self, progress: ProgressText | None) -> None:
        self.setVisible(progress is not None)
        if progress is not None:
            self._words.setText(progress.words)
            self._bar.setAccessibleName(progress.words)
            self._bar.setValue(round(progress.share * 1000))


def _empty_notice(words: EmptyWords) -> Notice:
    steps: tuple[Step, ...] = ()
    if words.is_narrowed:
        steps = (Step(code=_CLEAR, label=_("Show everything")),)
    elif words.is_locked:
        steps = (Step(code=_UNSENT, label=_("Show my unsent work")),)
    return Notice(title=words.title, detail=words.detail, steps=steps)
