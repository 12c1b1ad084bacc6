# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each command does in this window, and which of them make sense now."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from desktop.commands.ids import WindowCommand
from desktop.commands.registry import CommandRegistry
from desktop.commands.specs import GO_PLACES, WORK_KINDS, Context
from desktop.ui.frame.about import AboutDialog, Installation
from desktop.ui.frame.courier import CourierDesk
from desktop.ui.frame.palette import Palette
from desktop.ui.frame.shortcut_help import ShortcutHelp
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.keyboard import give_keyboard
from desktop.viewmodels.case_actions import SEEN
from desktop.viewmodels.case_queue import CaseListState
from desktop.viewmodels.navigation import Place
from desktop.viewmodels.problems import Remedy
from desktop.viewmodels.workplace import Workplace
from sync.cases.commands import COMMAND_KINDS
from sync.cases.filters import Sort
from sync.cases.ids import CaseId, CommandId

_C: Final = WindowCommand

_SORTS: Final = {
    _C.SORT_DUE: Sort.DUE,
    _C.SORT_NEWEST: Sort.NEWEST,
    _C.SORT_OLDEST: Sort.OLDEST,
}
THEMES: Final = {_C.THEME_SYSTEM: "system", _C.THEME_LIGHT: "light", _C.THEME_DARK: "dark"}
"""Command -> scheme, as `desktop.theme.application` calls it."""
LANGUAGES: Final = {_C.LANGUAGE_ID: "id", _C.LANGUAGE_EN: "en"}
"""Command -> language, as `sync.i18n` calls it."""


class WindowCommands(QObject):
    """Ties commands, panes and view-models of one window together.

    Signals:
        theme_chosen, language_chosen: for the whole program.
        switch_chosen: somebody else wants to work here.
    """

    switch_chosen = Signal()
    theme_chosen = Signal(str)
    language_chosen = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        registry: CommandRegistry,
        workplace: Workplace,
        palette: Palette,
        installation: Installation,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._registry = registry
        self._workplace = workplace
        self._palette = palette
        self._installation = installation
        self._courier = CourierDesk(window)
        self._handle_work()
        self._handle_list()
        self._handle_window()
        self._connect()
        self._on_list_state(workplace.cases.state)

    def _handle_work(self) -> None:
        handle, workplace = self._registry.handle, self._workplace
        for command, kind in WORK_KINDS.items():
            handle(command, partial(self._begin, kind))
        handle(_C.SEND, workplace.composer.send)
        handle(_C.EXPLAIN, self._window.panes.case.toggle_deadlines)
        handle(_C.COPY_NUMBER, self._copy_number)
        handle(_C.TEMPLATE, self._ask_template)
        handle(_C.PIN, workplace.files.toggle_pin)
        handle(_C.SYNC_NOW, workplace.sync.try_now)
        handle(_C.COURIER_EXPORT, self._courier.ask_folder)
        handle(_C.COURIER_TAKE, self._courier.ask_files)
        handle(_C.SYNC_DETAILS, self._window.sync_panel.toggle)
        handle(_C.PROXY, self._window.proxy_requested.emit)

    def _ask_template(self) -> None:
        self._workplace.templates.ask(self._workplace.composer.state.kind)

    def _handle_list(self) -> None:
        handle, cases = self._registry.handle, self._workplace.cases
        handle(_C.NEXT, partial(cases.step, 1))
        handle(_C.PREVIOUS, partial(cases.step, -1))
        handle(_C.SEARCH, self._search)
        handle(_C.FILTER, self._window.panes.cases.toggle_filter)
        for command, sort in _SORTS.items():
            handle(command, partial(cases.sort_by, sort))
        for command, place in GO_PLACES.items():
            handle(command, partial(self._go, place))

    def _handle_window(self) -> None:
        handle, window = self._registry.handle, self._window
        handle(_C.NEXT_PANE, partial(window.walk, 1))
        handle(_C.PREVIOUS_PANE, partial(window.walk, -1))
        handle(_C.BACK, window.back)
        handle(_C.PALETTE, self._open_palette)
        handle(_C.SHORTCUTS, self._show_shortcuts)
        handle(_C.ABOUT, self._show_about)
        handle(_C.SWITCH, self.switch_chosen.emit)
        handle(_C.QUIT, window.close)
        for command, scheme in THEMES.items():
            handle(command, partial(self.theme_chosen.emit, scheme))
        for command, language in LANGUAGES.items():
            handle(command, partial(self.language_chosen.emit, language))

    def _connect(self) -> None:
        workplace, search = self._workplace, self._window.top.search
        workplace.cases.state_changed.connect(self._on_list_state)
        workplace.case.state_changed.connect(self._on_context)
        workplace.composer.state_changed.connect(self._on_context)
        workplace.composer.sent.connect(self._on_acted)
        workplace.actions.acted.connect(self._on_acted)
        workplace.sync.state_changed.connect(self._window.show_sync)
        self._window.show_sync(workplace.sync.state)
        self._window.retry_requested.connect(workplace.sync.try_now)
        self._window.top.status_clicked.connect(self._on_status_clicked)
        self._courier.folder_chosen.connect(workplace.courier.look)
        self._courier.freight_chosen.connect(workplace.courier.export)
        self._courier.key_compared.connect(workplace.courier.trust)
        workplace.courier.asked.connect(self._courier.ask_freight)
        self._courier.files_chosen.connect(workplace.courier.take)
        self._window.files_dropped.connect(workplace.courier.take)
        workplace.courier.told.connect(self._courier.show_news)
        search.textEdited.connect(workplace.cases.search)
        search.submitted.connect(self._on_search_submitted)
        search.left.connect(self.focus_list)
        search.dropped.connect(self._on_search_dropped)

    def show_choices(self, scheme: str, language: str) -> None:
        """Mark the scheme and the language that hold."""
        chosen = [command for command, name in THEMES.items() if name == scheme]
        chosen += [command for command, code in LANGUAGES.items() if code == language]
        for command in chosen:
            self._registry.check(command)

    def context(self) -> Context:
        """Return what decides which commands make sense now."""
        case = self._workplace.case.state
        return Context(
            has_case=case.text is not None,
            allowed=frozenset(kind for kind in (*COMMAND_KINDS, SEEN) if case.allows(kind)),
            can_send=self._workplace.composer.state.can_send,
            lists_cases=self._workplace.cases.state.shows_cases,
        )

    @Slot(object)
    def _on_context(self, _state: object) -> None:
        self._registry.show_context(self.context())

    @Slot(object)
    def _on_list_state(self, state: CaseListState) -> None:
        self._window.show_place(Place.ALL if state.shows_cases else state.place)
        if not state.narrowed.text and not self._window.top.search.hasFocus():
            self._window.top.search.clear()
        for command, sort in _SORTS.items():
            if sort is state.sort:
                self._registry.check(command)
        self._on_context(state)

    @Slot(object)
    def _on_acted(self, _command_id: CommandId) -> None:
        self.focus_list()

    @Slot()
    def _on_search_submitted(self) -> None:
        self._workplace.cases.search_now()
        self.focus_list()

    @Slot()
    def _on_search_dropped(self) -> None:
        self._window.top.search.clear()
        self._workplace.cases.search("")
        self._workplace.cases.search_now()
        self.focus_list()

    @Slot()
    def _on_status_clicked(self) -> None:
        problem = self._workplace.sync.state.problem
        if problem is not None and Remedy.SIGN_IN in problem.remedies:
            self._window.sign_in_requested.emit()
            return
        needs_officer = bool(self._workplace.sync.state.decisions)
        self._go(Place.DECISIONS if needs_officer else Place.OUTBOX)

    @Slot()
    def focus_list(self) -> None:
        """Put the keyboard into the list."""
        give_keyboard(self._window.panes.cases.table)

    @Slot()
    def show_among_all(self) -> None:
        """Show the open case in the list that has every case."""
        self._workplace.cases.clear_narrowing()
        self._go(Place.ALL)

    def _go(self, place: Place) -> None:
        self._window.top.search.clear()
        self._workplace.navigation.go(place)
        if self._workplace.cases.state.place is place and self._workplace.cases.state.narrowed.text:
            self._workplace.cases.open_place(place)
        self._focus_place()

    def _focus_place(self) -> None:
        panes, workplace = self._window.panes, self._workplace
        asks = workplace.decisions.state.shown is not None
        if asks and workplace.navigation.place is Place.DECISIONS:
            panes.decision.take_focus()
        elif workplace.navigation.place.queue is None:
            self._window.focus_first_pane()
        else:
            self.focus_list()

    def _begin(self, kind: str) -> None:
        """Begin an act on the case that is chosen, also while a slow disk still shows another."""
        chosen = self._workplace.cases.selected_id
        if chosen is None or chosen == self._workplace.case.state.case_id:
            self._workplace.actions.begin(kind)
        else:
            self._workplace.composer.begin_in(chosen, kind)

    def _search(self) -> None:
        field = self._window.top.search
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    def _copy_number(self) -> None:
        view = self._workplace.case.state.view
        if view is not None:
            QGuiApplication.clipboard().setText(view.case.tracking_id)

    def _open_palette(self) -> None:
        self._palette.open_for(self.context())

    @Slot(object)
    def open_case(self, case_id: CaseId) -> None:
        """Show a case, wherever it is listed."""
        if not self._workplace.cases.state.shows_cases:
            self._workplace.navigation.go(Place.ALL)
        self._workplace.cases.select(case_id)
        self._window.show_case()

    @Slot(object)
    def decide(self, command_id: CommandId) -> None:
        """Ask for the decision of an act."""
        self._workplace.navigation.go(Place.DECISIONS)
        self._workplace.outbox.choose(command_id)
        self._workplace.decisions.turn_to(command_id)
        self._window.panes.decision.take_focus()

    @Slot(object, object)
    def edit_draft(self, case_id: CaseId, kind: str) -> None:
        """Show a case and put the cursor into words that are a draft again."""
        self.open_case(case_id)
        self._workplace.composer.begin_in(case_id, kind)

    def _show_shortcuts(self) -> None:
        _open_once(ShortcutHelp(self._window))

    def _show_about(self) -> None:
        _open_once(AboutDialog(self._installation, self._window))


def _open_once(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
