# SPDX-License-Identifier: AGPL-3.0-or-later
"""The window: bars, three panes and their sizes. It holds no casework and no text of a case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QSplitter,
    QStackedWidget,
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
from desktop.ui.widgets.notice import Step
from desktop.viewmodels.courier import COURIER_SUFFIX
from desktop.viewmodels.navigation import Place
from desktop.viewmodels.problems import Problem, Remedy
from desktop.viewmodels.sync_details import SyncDetailsPresenter
from desktop.viewmodels.sync_status import SyncState
from sync.i18n import gettext as _

_WIDTHS: Final = [213, 404, 749]
_SIZE: Final = (1366, 768)


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


class MainWindow(QMainWindow):
    """Arranges the panes and remembers their sizes.

    Signals:
        closing: the officer closes the window; what is typed must be kept now.
        sign_in_requested: the officer answers the centre's wish for the password.
        retry_requested: the officer wants the centre to be contacted now.
        proxy_requested: the officer wants to say which way leads out of the office.
        files_dropped: courier files were dropped on the window.
    """

    closing = Signal()
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
    ) -> None:
        super().__init__()
        self.panes = panes
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
        self._work = QSplitter(Qt.Orientation.Horizontal, self)
        self._outbox = QSplitter(Qt.Orientation.Horizontal, self)
        self._left = QSplitter(Qt.Orientation.Horizontal, self)
        self._history = QSplitter(Qt.Orientation.Horizontal, self)
        self._pages = QStackedWidget(self)
        self._outer = QSplitter(Qt.Orientation.Horizontal, self)
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
        return self._pages.currentWidget() is self._outbox

    @property
    def shows_left_work(self) -> bool:
        """Whether what was left behind is shown instead of list and case."""
        return self._pages.currentWidget() is self._left

    @property
    def shows_history(self) -> bool:
        """Whether what was delivered from here is shown instead of list and case."""
        return self._pages.currentWidget() is self._history

    def focus_first_pane(self) -> None:
        """Put the keyboard into the list of the place that is shown, if there is anything in it."""
        (_, places), (_, listed) = self._stops()[:2]
        (listed if _takes_keyboard(listed) else places).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_place(self, place: Place) -> None:
        """Show the panes of a place; most of them list cases."""
        own = {
            Place.OUTBOX: self._outbox,
            Place.DECISIONS: self._outbox,
            Place.LEFT: self._left,
            Place.HISTORY: self._history,
        }
        self._pages.setCurrentWidget(own.get(place, self._work))

    def walk(self, distance: int) -> None:
        """Move the keyboard to the next pane (1) or the one before (-1)."""
        stops = [(area, target) for area, target in self._stops() if _takes_keyboard(target)]
        focused = QApplication.focusWidget()
        at = next((n for n, (area, _) in enumerate(stops) if _holds(area, focused)), -distance)
        _area, target = stops[(at + distance) % len(stops)]
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

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
        return WindowMemory(
            geometry=bytes(self.saveGeometry().data()),
            queues=bytes(self._outer.saveState().data()),
            panes=bytes(self._work.saveState().data()),
            case=bytes(self.panes.case.split.saveState().data()),
        )

    def restore(self, memory: WindowMemory) -> None:
        """Put things where they stood."""
        self.restoreGeometry(QByteArray(memory.geometry))
        self._outer.restoreState(QByteArray(memory.queues))
        self._work.restoreState(QByteArray(memory.panes))
        self.panes.case.split.restoreState(QByteArray(memory.case))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _courier_files(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.files_dropped.emit(_courier_files(event.mimeData()))
        event.acceptProposedAction()

    def _stops(self) -> list[tuple[QWidget, QWidget]]:
        """Return the areas between which F6 walks, and what takes the keyboard in each.

        Panes are not focus proxies of these: Qt's Tab order goes in circles around such panes.
        """
        panes = self.panes
        first = (panes.navigation, panes.navigation.places)
        last = (self.top, self.top.search)
        if self.shows_outbox:
            return [first, (panes.outbox, panes.outbox), (panes.decision, panes.decision), last]
        if self.shows_left_work:
            return [first, (panes.left, panes.left), (panes.left_words, panes.left_words), last]
        if self.shows_history:
            act = panes.history_act
            return [first, (panes.history, panes.history), (act, act), last]
        return [
            first,
            (panes.cases, panes.cases.table),
            (panes.case.reading, panes.case.reading),
            (panes.composer, panes.composer),
            last,
        ]

    @Slot(str)
    def _on_report_read(self, _code: str) -> None:
        self._report.show_notice(None)

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
        pages: list[tuple[QSplitter, tuple[QWidget, QWidget]]] = [
            (self._work, (panes.cases, panes.case)),
            (self._outbox, (panes.outbox, panes.decision)),
            (self._left, (panes.left, panes.left_words)),
            (self._history, (panes.history, panes.history_act)),
        ]
        for splitter, parts in pages:
            for part in parts:
                splitter.addWidget(part)
            splitter.setSizes(_WIDTHS[1:])
            splitter.setStretchFactor(1, 1)
            splitter.setChildrenCollapsible(False)
            self._pages.addWidget(splitter)
        self._outer.addWidget(panes.navigation)
        self._outer.addWidget(self._pages)
        self._outer.setSizes([_WIDTHS[0], sum(_WIDTHS[1:])])
        self._outer.setStretchFactor(1, 1)
        self._outer.setChildrenCollapsible(False)
        panes.navigation.setMinimumWidth(170)
        panes.cases.setMinimumWidth(300)
        panes.case.setMinimumWidth(440)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self._banner)
        column.addWidget(self._report)
        column.addWidget(self._outer, 1)
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


def _courier_files(dragged: QMimeData) -> list[str]:
    """Return the courier files among what is dragged, if it is nothing else."""
    paths = [url.toLocalFile() for url in dragged.urls()]
    return paths if paths and all(path.endswith(COURIER_SUFFIX) for path in paths) else []


def _takes_keyboard(target: QWidget) -> bool:
    """Return whether it would be seen where the keyboard is: an empty list is hidden."""
    return (target.focusProxy() or target).isVisible()


def _holds(area: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and (area is focused or area.isAncestorOf(focused))
