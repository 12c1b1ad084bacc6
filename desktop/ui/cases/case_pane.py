# SPDX-License-Identifier: AGPL-3.0-or-later
"""The right pane: the open case with its history, and the composer below it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.icons import IconName, set_icon
from desktop.theme.tokens import MEASURES
from desktop.ui.cases.case_header import CaseHeader
from desktop.ui.cases.deadline_panel import DeadlinePanel
from desktop.ui.cases.entry_widget import EntryWidget
from desktop.ui.cases.facts_column import FactsColumn
from desktop.ui.cases.timeline_view import TimelineView
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.keyboard import bring_up, give_keyboard, holds
from desktop.ui.widgets.notice import Notice, Step
from desktop.ui.widgets.snug_area import SnugArea
from desktop.ui.widgets.turning_row import TurningRow
from desktop.viewmodels.case_view import AbsenceText, CasePresenter, CaseState, CaseText
from desktop.viewmodels.problems import Problem, Remedy
from sync.cases.ids import CaseId, CommandId
from sync.i18n import gettext as _

_BESIDE: Final = 520
"""Where the history keeps some 290 pixels of it beside the facts."""
_SPLIT: Final = [470, 190]
_LEFT: Final = "left"
_LEAST_READ: Final = 90
"""Below so many pixels of history nobody reads while writing."""


class CasePane(QWidget):
    """One case, or why there is none.

    Signals:
        edit_requested, withdraw_requested, decision_requested: own work, by its command's id.
        left_requested: the case has gone, and the officer wants to see their own words about it.
        open_requested, save_requested, retry_requested: a file, by its SHA-256.
    """

    edit_requested = Signal(str)
    withdraw_requested = Signal(str)
    decision_requested = Signal(str)
    left_requested = Signal()
    open_requested = Signal(str)
    save_requested = Signal(str)
    retry_requested = Signal(str)

    def __init__(
        self,
        presenter: CasePresenter,
        composer: QWidget,
        explain: QAction,
        pin: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._shown: CaseId | None = None
        self._own_work: frozenset[CommandId] = frozenset()
        self._sought: Callable[[], EntryWidget | None] | None = None
        self._header = CaseHeader(explain, pin, self)
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        self._deadlines = DeadlinePanel(self)
        self._deadlines.hide()
        self._timeline = TimelineView(self)
        self._facts = FactsColumn(self)
        self._scroll = self._scroll_area()
        self._upper = QFrame(self)
        self._composer = composer
        self._writing = SnugArea(composer, self)
        self._write = QPushButton(_("&Write…"), self)
        self._is_writing = False
        self._empty = EmptyState(self)
        self.split = QSplitter(Qt.Orientation.Vertical, self)
        self._stack = QStackedWidget(self)
        self._arrange()
        self._connect()
        self._render(presenter.state)

    @property
    def is_open(self) -> bool:
        """Whether there is a case to read."""
        return self._stack.currentWidget() is self.split

    @property
    def hides_reading(self) -> bool:
        """Whether the words that are written have taken the place of the history."""
        return self._upper.isHidden()

    @property
    def reading(self) -> QScrollArea:
        """Where the history is read; it takes the keyboard and scrolls."""
        return self._scroll

    def tab_chain(self) -> tuple[QWidget, ...]:
        """Return what Tab stops at above the composer, in order."""
        return (self._header.why, self._scroll)

    @Slot(object, object)
    def show_entry(self, case_id: CaseId, v: int) -> None:
        """Bring an entry of the open case into view."""
        if case_id == self._shown and self._timeline.widget_of(v) is not None:
            if self.hides_reading:
                give_keyboard(self._scroll)
            self._seek(partial(self._timeline.widget_of, v))

    def _seek(self, find: Callable[[], EntryWidget | None]) -> None:
        """Bring an entry into view and keep it there until the officer scrolls."""
        self._sought = find
        # An entry that was just built has its place only after the layout has run.
        QTimer.singleShot(0, self, self._on_laid_out)

    @Slot()
    def _on_laid_out(self) -> None:
        entry = self._show_sought()
        if entry is not None:
            announce(entry, entry.entry.spoken)

    @Slot()
    def _show_sought(self) -> EntryWidget | None:
        entry = None if self._sought is None else self._sought()
        if entry is not None:
            self._scroll.ensureWidgetVisible(entry)
        return entry

    @Slot()
    def _on_scrolled_by_hand(self) -> None:
        self._sought = None

    @Slot(object)
    def show_problem(self, problem: Problem) -> None:
        """Say why something the officer wanted of the open case was not done."""
        self._banner.show_notice(notice_of(problem, {}))

    def toggle_deadlines(self) -> None:
        """Show or hide how the deadlines were counted."""
        shown = self._deadlines.isHidden()
        self._deadlines.setVisible(shown)
        bring_up(self._scroll)
        if shown:
            self._scroll.verticalScrollBar().setValue(0)
            announce(self._deadlines, _("Why these dates?"))

    def reveal(self, part: QWidget) -> None:
        """Show the history or the words, where there is room for one of them only."""
        is_writing = holds(self._writing, part)
        if is_writing != self._is_writing:
            self._is_writing = is_writing
            self._take_turns()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take_turns()

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and new.window() is self.window():
            self.reveal(new)

    @Slot()
    def _take_turns(self) -> None:
        """Below a certain height show one of both, and a button that leads to the other."""
        self._writing.limit(self.height())
        upper = _LEAST_READ + self._header.heightForWidth(self.width())
        is_low = self.height() < upper + self._writing.minimumSizeHint().height()
        self._upper.setMinimumHeight(0 if is_low else upper)
        self._upper.setVisible(not (is_low and self._is_writing))
        self._writing.setVisible(not is_low or self._is_writing)
        self._write.setVisible(is_low)

    def _connect(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)
        self._write.clicked.connect(self._on_write)
        self._writing.asked.connect(self._take_turns)
        self._presenter.state_changed.connect(self._render)
        self._banner.chosen.connect(self._on_remedy)
        self._empty.chosen.connect(self.left_requested)
        self._deadlines.closed.connect(self._deadlines.hide)
        bar = self._scroll.verticalScrollBar()
        bar.rangeChanged.connect(self._show_sought)
        bar.actionTriggered.connect(self._on_scrolled_by_hand)
        self._timeline.edit_requested.connect(self.edit_requested)
        self._timeline.withdraw_requested.connect(self.withdraw_requested)
        self._timeline.decision_requested.connect(self.decision_requested)
        self._timeline.open_requested.connect(self.open_requested)
        self._timeline.save_requested.connect(self.save_requested)
        self._timeline.retry_requested.connect(self.retry_requested)

    @Slot(object)
    def _render(self, state: CaseState) -> None:
        labels = {Remedy.RETRY: _("Try again")}
        problem = state.problem
        self._banner.show_notice(None if problem is None else notice_of(problem, labels))
        if state.text is None:
            self._empty.show_notice(IconName.INBOX, _empty_notice(state))
            self._stack.setCurrentWidget(self._empty)
        else:
            self._show_text(state.case_id, state.text)
            self._stack.setCurrentWidget(self.split)

    def _show_text(self, case_id: CaseId | None, text: CaseText) -> None:
        is_other = case_id != self._shown
        self._shown = case_id
        if is_other:
            self._deadlines.hide()
        self._header.show_case(text)
        self._deadlines.show_deadlines(text.deadlines)
        self._timeline.show_entries(text.entries, fold=is_other)
        self._facts.show_facts(text.facts)
        self._scroll.setAccessibleName(
            _("History of {number}, {title}").format(number=text.number, title=text.title)
        )
        own_work = frozenset(entry.command_id for entry in text.entries if entry.command_id)
        if is_other:
            self._sought = None
            self._scroll.verticalScrollBar().setValue(0)
        elif own_work - self._own_work:
            self._seek(self._timeline.newest)
        self._own_work = own_work

    @Slot()
    def _on_write(self) -> None:
        give_keyboard(self._composer)

    @Slot(str)
    def _on_remedy(self, _code: str) -> None:
        self._presenter.refresh()

    def _scroll_area(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setObjectName("case.history")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.verticalScrollBar().setSingleStep(24)
        columns = TurningRow(MEASURES.space_xl, area, least=_BESIDE)
        columns.box.addWidget(self._timeline, 1)
        columns.box.addWidget(self._facts, 0, Qt.AlignmentFlag.AlignTop)
        content = QWidget(area)
        content.setObjectName("case.history-content")
        column = QVBoxLayout(content)
        column.setContentsMargins(14, 14, 18, MEASURES.space_m)
        column.setSpacing(MEASURES.space_l)
        column.addWidget(self._deadlines)
        column.addWidget(columns, 1)
        area.setWidget(content)
        return area

    def _arrange(self) -> None:
        self._write.setObjectName("case.write")
        set_icon(self._write, IconName.EDIT)
        foot = QHBoxLayout()
        foot.setContentsMargins(18, MEASURES.space_xs, 18, MEASURES.space_s)
        foot.addWidget(self._write)
        foot.addStretch(1)
        column = QVBoxLayout(self._upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self._header, self._banner):
            column.addWidget(part)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)
        self.split.addWidget(self._upper)
        self.split.addWidget(self._writing)
        self.split.setStretchFactor(0, 1)
        self.split.setSizes(_SPLIT)
        self.split.setChildrenCollapsible(False)
        self._stack.addWidget(self.split)
        self._stack.addWidget(self._empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)


def _empty_notice(state: CaseState) -> Notice:
    if state.lock is not None:
        return Notice(title=state.lock.title, detail=state.lock.detail)
    if state.absence is not None:
        return _absence_notice(state.absence)
    return Notice(
        title=_("No complaint is open"),
        detail=_("Choose one in the list, or press J for the next one."),
    )


def _absence_notice(absence: AbsenceText) -> Notice:
    steps = (Step(code=_LEFT, label=_("Show what was left behind")),)
    return Notice(
        title=_("This complaint is not on this computer any more"),
        detail=absence.story,
        steps=steps if absence.is_work_left else (),
    )
