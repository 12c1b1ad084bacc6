# SPDX-License-Identifier: AGPL-3.0-or-later
"""The window: bars around the panes, and the keyboard between them. It holds no casework."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.commands.ids import WindowCommand
from desktop.commands.registry import CommandRegistry
from desktop.ui.cases.case_pane import CasePane
from desktop.ui.cases.list_pane import ListPane
from desktop.ui.decision.pane import DecisionPane
from desktop.ui.frame.menus import fill_menu_bar
from desktop.ui.frame.pane_row import Depth, Page, PaneRow
from desktop.ui.frame.status_line import StatusLine
from desktop.ui.frame.sync_panel import SyncPanel
from desktop.ui.frame.top_bar import TopBar
from desktop.ui.history.act_pane import HistoryActPane
from desktop.ui.history.pane import HistoryPane
from desktop.ui.left.pane import LeftPane
from desktop.ui.left.words_pane import LeftWordsPane
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.navigation.pane import NavigationPane
from desktop.ui.outbox.pane import OutboxPane
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.keyboard import bring_up, give_keyboard, holds
from desktop.ui.widgets.notice import Step
from desktop.viewmodels.courier import COURIER_SUFFIX
from desktop.viewmodels.navigation import Place
from desktop.viewmodels.problems import Problem, Remedy
from desktop.viewmodels.sync_details import SyncDetailsPresenter
from desktop.viewmodels.sync_status import SyncState
from sync.i18n import gettext as _

_SIZE: Final = (1366, 768)
_LEAVE: Final = "leave"
_TALL: Final = 480
"""Height in pixels from which bars are as high as they like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowMemory:
    """Where things stood when the window was closed; opaque, empty for never."""

    geometry: bytes = b""
    queues: bytes = b""
    panes: bytes = b""
    case: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panes:
    """What the window arranges."""

    navigation: NavigationPane
    cases: ListPane
    case: CasePane
    composer: QWidget
    outbox: OutboxPane
    decision: DecisionPane
    left: LeftPane
    left_words: LeftWordsPane
    history: HistoryPane
    history_act: HistoryActPane


@dataclass(frozen=True, slots=True)
class _Stop:
    """An area between which F6 walks, and what takes the keyboard in it."""

    area: QWidget
    target: QWidget

    @property
    def can_take(self) -> bool:
        """Whether it would be seen where the keyboard is: an empty list is hidden."""
        part: QWidget | None = self.target.focusProxy() or self.target
        while part is not None and part is not self.area:
            if part.isHidden():
                return False
            part = part.parentWidget()
        return True


class MainWindow(QMainWindow):
    """Arranges the panes and remembers their sizes.

    Signals:
        closing: the officer closes the window; what is typed must be kept now.
        held: it does not close yet, for some words are not on the disk.
        left_regardless: the officer leaves although words are lost.
        sign_in_requested: the officer answers the centre's wish for the password.
        retry_requested: the officer wants the centre to be contacted now.
        proxy_requested: the officer wants to say which way leads out of the office.
        files_dropped: courier files were dropped on the window.
    """

    closing = Signal()
    held = Signal()
    left_regardless = Signal()
    sign_in_requested = Signal()
    retry_requested = Signal()
    proxy_requested = Signal()
    files_dropped = Signal(list)

    def __init__(
        self,
        panes: Panes,
        registry: CommandRegistry,
        officer: str,
        details: SyncDetailsPresenter,
        are_words_kept: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.panes = panes
        self._are_words_kept = are_words_kept
        self._lets_go = False
        self.setObjectName("main-window")
        self.setWindowTitle(_("Tanggap"))
        self.top = TopBar(registry, officer, self)
        self._bottom = StatusLine(registry.action(WindowCommand.SYNC_DETAILS), self)
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        self._banner.setObjectName("sync-problem")
        self._banner.chosen.connect(self._on_remedy)
        self._report = Banner(copy_label=_("Copy for support"), parent=self)
        self._report.setObjectName("report")
        self._report.chosen.connect(self._on_report_read)
        self.row = PaneRow(
            panes.navigation,
            [
                Page(panes.cases, panes.case),
                Page(panes.outbox, panes.decision),
                Page(panes.left, panes.left_words),
                Page(panes.history, panes.history_act),
            ],
            self,
        )
        fill_menu_bar(self.menuBar(), registry)
        self.addActions(registry.all_actions())
        self.setAcceptDrops(True)
        self._content = QWidget(self)
        self._arrange()
        self.sync_panel = SyncPanel(details, registry.action(WindowCommand.SYNC_NOW), self._content)
        self.resize(*_SIZE)

    @property
    def shows_outbox(self) -> bool:
        """Whether outbox and decision are shown instead of list and case."""
        return self.row.page.listed is self.panes.outbox

    @property
    def shows_left_work(self) -> bool:
        """Whether what was left behind is shown instead of list and case."""
        return self.row.page.listed is self.panes.left

    @property
    def shows_history(self) -> bool:
        """Whether what was delivered from here is shown instead of list and case."""
        return self.row.page.listed is self.panes.history

    def focus_first_pane(self) -> None:
        """Put the keyboard into the list of the place that is shown, if there is anything in it."""
        places, listed = self._stops()[:2]
        if listed.can_take:
            give_keyboard(listed.target)
        elif self.row.room == len(Depth):
            give_keyboard(places.target)
        else:
            bring_up(listed.target)
            self.top.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_place(self, place: Place) -> None:
        """Show the panes of a place; most of them list cases."""
        panes = self.panes
        own: dict[Place, QWidget] = {
            Place.OUTBOX: panes.outbox,
            Place.DECISIONS: panes.outbox,
            Place.LEFT: panes.left,
            Place.HISTORY: panes.history,
        }
        self.row.show_page(own.get(place, panes.cases))

    def walk(self, distance: int) -> None:
        """Move the keyboard to the next pane (1) or the one before (-1)."""
        stops = [stop for stop in self._stops() if stop.can_take]
        at = self._stop_of_keyboard(stops, -distance)
        target = stops[(at + distance) % len(stops)].target
        give_keyboard(target, Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def back(self) -> None:
        """Go one step out: from the words to the case, to its list, to the places."""
        stops = [stop for stop in self._stops()[:-1] if stop.can_take]
        before = self.row.hidden_before
        if before is None or self.panes.case.hides_reading:
            at = self._stop_of_keyboard(stops, 1)
            give_keyboard(stops[max(0, at - 1)].target)
        elif before is Depth.PLACES:
            give_keyboard(self.panes.navigation.places)
        else:
            self.focus_first_pane()

    def show_case(self) -> None:
        """Turn to the open case where it is not in sight, or the keyboard is nowhere."""
        focused = QApplication.focusWidget()
        if self.row.room == 1 or focused is None or not holds(self.row.page.listed, focused):
            give_keyboard(self.panes.case.reading)

    @Slot()
    def leave_words(self) -> None:
        """Let writing rest: the list is next, or the case where only one of them is seen."""
        if self.row.room == 1:
            self.back()
        else:
            self.focus_first_pane()

    @Slot(object)
    def show_sync(self, state: SyncState) -> None:
        """Show how delivery stands, everywhere where it is shown."""
        self.top.show_sync(state)
        self._bottom.show_sync(state)
        self.sync_panel.show_sync(state)
        self.panes.cases.show_sync(state)
        labels = {
            Remedy.RETRY: _("Try again"),
            Remedy.SIGN_IN: _("Sign in again…"),
            Remedy.PROXY: _("Proxy of the office…"),
        }
        problem = state.problem
        self._banner.show_notice(None if problem is None else notice_of(problem, labels))

    def show_report(self, problem: Problem) -> None:
        """Show that something unexpected happened, until the officer has read it."""
        seen = Step(code="seen", label=_("Close"))
        self._report.show_notice(replace(notice_of(problem, {}), steps=(seen,)))

    def memory(self) -> WindowMemory:
        """Return where things stand, to be given back next time."""
        queues, panes = self.row.memory()
        return WindowMemory(
            geometry=bytes(self.saveGeometry().data()),
            queues=queues,
            panes=panes,
            case=bytes(self.panes.case.split.saveState().data()),
        )

    def restore(self, memory: WindowMemory) -> None:
        """Put things where they stood."""
        if not self.restoreGeometry(QByteArray(memory.geometry)):
            _fit_screen(self)
        self.row.restore(memory.queues, memory.panes)
        self.panes.case.split.restoreState(QByteArray(memory.case))

    def show_unkept_words(self, problem: Problem) -> None:
        """Say that words would be lost, and why; the officer may leave all the same."""
        steps = (
            Step(code="stay", label=_("Stay")),
            Step(code=_LEAVE, label=_("Leave and lose these words")),
        )
        self._report.show_notice(replace(notice_of(problem, {}), steps=steps))

    def let_go(self) -> None:
        """Close next time, whatever is not on the disk."""
        self._lets_go = True

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not (self._lets_go or self._are_words_kept()):
            event.ignore()
            self.held.emit()
            return
        self.closing.emit()
        super().closeEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_tall = self.height() >= _TALL
        self._bottom.setVisible(is_tall)  # the upper bar tells the same, in fewer words
        self.top.be_low(is_low=not is_tall)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.row.hidden_before is not None:
            self.back()
        else:
            super().keyPressEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _courier_files(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.files_dropped.emit(_courier_files(event.mimeData()))
        event.acceptProposedAction()

    def _stops(self) -> list[_Stop]:
        """Return the areas between which F6 walks, and what takes the keyboard in each.

        Panes are not focus proxies of these: Qt's Tab order goes in circles around such panes.
        """
        panes = self.panes
        first = _Stop(panes.navigation, panes.navigation.places)
        last = _Stop(self.top, self.top.search)
        page = self.row.page
        if page.listed is not panes.cases:
            return [first, _Stop(page.listed, page.listed), _Stop(page.read, page.read), last]
        case = [
            _Stop(panes.case.reading, panes.case.reading),
            _Stop(panes.composer, panes.composer),
        ]
        is_open = panes.case.is_open
        return [first, _Stop(panes.cases, panes.cases.table), *(case if is_open else ()), last]

    def _stop_of_keyboard(self, stops: list[_Stop], otherwise: int) -> int:
        focused = QApplication.focusWidget()
        return next((n for n, stop in enumerate(stops) if holds(stop.area, focused)), otherwise)

    @Slot()
    def _on_panes_changed(self) -> None:
        names = {Depth.PLACES: _("Queues"), Depth.LIST: _("List")}
        before = self.row.hidden_before
        self.top.show_back("" if before is None else names[before])

    @Slot()
    def _on_place_meant(self) -> None:
        if self.row.room < len(Depth):
            self.focus_first_pane()

    @Slot()
    def _on_row_meant(self) -> None:
        if self.row.room == 1:
            page = self.row.page
            is_case = page.read is self.panes.case
            give_keyboard(self.panes.case.reading if is_case else page.read)

    @Slot(str)
    def _on_report_read(self, code: str) -> None:
        self._report.show_notice(None)
        if code == _LEAVE:
            self.left_regardless.emit()

    @Slot(str)
    def _on_remedy(self, code: str) -> None:
        if code == Remedy.SIGN_IN.value:
            self.sign_in_requested.emit()
        elif code == Remedy.PROXY.value:
            self.proxy_requested.emit()
        else:
            self.retry_requested.emit()

    def _arrange(self) -> None:
        panes = self.panes
        panes.cases.setMinimumWidth(300)
        self.row.changed.connect(self._on_panes_changed)
        panes.navigation.meant.connect(self._on_place_meant)
        for listed in (panes.cases, panes.left, panes.history):
            listed.meant.connect(self._on_row_meant)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self._banner)
        column.addWidget(self._report)
        column.addWidget(self.row, 1)
        self.setCentralWidget(self._content)
        self.setStatusBar(self._bottom)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Let Tab go from left to right, as F6 does."""
        panes = self.panes
        chain = (
            *self.top.tab_chain(),
            panes.navigation.places,
            *panes.cases.tab_chain(),
            *panes.case.tab_chain(),
        )
        for before, after in pairwise(chain):
            self.setTabOrder(before, after)


def _fit_screen(window: QMainWindow) -> None:
    """Fill a screen that is no larger than the usual size; stand in the middle of others."""
    room = window.screen().availableGeometry()
    if room.width() <= window.width() or room.height() <= window.height():
        window.resize(window.size().boundedTo(room.size()))
        window.setWindowState(Qt.WindowState.WindowMaximized)


def _courier_files(dragged: QMimeData) -> list[str]:
    """Return the courier files among what is dragged, if it is nothing else."""
    paths = [url.toLocalFile() for url in dragged.urls()]
    return paths if paths and all(path.endswith(COURIER_SUFFIX) for path in paths) else []
