# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts a window together from the view-models of a workplace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from desktop.commands.ids import WindowCommand
from desktop.commands.palette import PalettePresenter
from desktop.commands.registry import CommandRegistry
from desktop.commands.specs import Menu
from desktop.theme.application import Theme
from desktop.ui.cases.case_pane import CasePane
from desktop.ui.cases.file_door import FileDoor
from desktop.ui.cases.list_pane import ListPane
from desktop.ui.composer.template_menu import TemplateMenu
from desktop.ui.composer.words_edit import WordsEdit
from desktop.ui.composer.work_pane import WorkPane
from desktop.ui.decision.pane import DecisionPane
from desktop.ui.frame.about import Installation
from desktop.ui.frame.file_space import FileSpaceSection
from desktop.ui.frame.menus import actions_of
from desktop.ui.frame.palette import Palette
from desktop.ui.history.act_pane import HistoryActPane
from desktop.ui.history.pane import HistoryPane
from desktop.ui.left.pane import LeftPane
from desktop.ui.left.words_pane import LeftWordsPane
from desktop.ui.main_window import MainWindow, Panes
from desktop.ui.navigation.pane import NavigationPane
from desktop.ui.outbox.pane import OutboxPane
from desktop.ui.widgets.keyboard import give_keyboard
from desktop.ui.window_commands import WindowCommands
from desktop.viewmodels.case_view import CaseState
from desktop.viewmodels.history import HistoryState
from desktop.viewmodels.left_work import LeftState
from desktop.viewmodels.navigation import Place
from desktop.viewmodels.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A window with what is behind it; the window owns all of it but the palette's finder."""

    window: MainWindow
    registry: CommandRegistry
    commands: WindowCommands
    finder: PalettePresenter


def build_window(
    workplace: Workplace, finder: PalettePresenter, officer: str, installation: Installation
) -> Built:
    """Build the panes, arrange them and tie the commands to them."""
    registry = CommandRegistry()
    composer = WorkPane(workplace.composer, workplace.actions, workplace.evidence)
    panes = _panes(workplace, registry, composer)
    drafts = workplace.drafts
    window = MainWindow(
        panes, registry, officer, workplace.details, are_words_kept=lambda: drafts.are_kept
    )
    registry.setParent(window)
    window.sync_panel.add_section(FileSpaceSection(workplace.space))
    workplace.space.failed.connect(panes.case.show_problem)
    palette = Palette(finder, window)
    commands = WindowCommands(window, registry, workplace, palette, installation)
    finder.command_chosen.connect(registry.run)
    finder.case_chosen.connect(commands.open_case)
    panes.case.edit_requested.connect(workplace.taking_back.edit)
    panes.case.withdraw_requested.connect(workplace.taking_back.withdraw)
    panes.case.decision_requested.connect(commands.decide)
    _connect_files(workplace, registry, panes.case, FileDoor(workplace.files, window))
    workplace.taking_back.edit_requested.connect(commands.edit_draft)
    workplace.decisions.edit_requested.connect(commands.edit_draft)
    workplace.decisions.put_off.connect(partial(give_keyboard, panes.outbox))
    workplace.outbox.decision_requested.connect(commands.decide)
    workplace.outbox.case_requested.connect(commands.open_case)
    workplace.history.case_requested.connect(commands.open_case)
    workplace.composer.entry_requested.connect(panes.case.show_entry)
    composer.left.connect(window.leave_words)
    for words in composer.findChildren(WordsEdit, "composer.words"):
        workplace.templates.offered.connect(TemplateMenu(words).show)
    panes.cases.opened.connect(partial(give_keyboard, panes.case.reading))
    panes.cases.all_requested.connect(commands.show_among_all)
    for wish in (panes.cases.unsent_requested, panes.case.left_requested):
        wish.connect(registry.action(WindowCommand.GO_LEFT).trigger)
    _let_outbox_and_decision_agree(workplace, panes.outbox)
    _give_room(workplace, window)
    theme = Theme.of_application()
    if theme is not None:
        theme.changed.connect(window.top.recolour)
    return Built(window=window, registry=registry, commands=commands, finder=finder)


def _let_outbox_and_decision_agree(workplace: Workplace, outbox: OutboxPane) -> None:
    """Mark the act that is asked about, and ask about the act that the officer turns to."""
    decisions, navigation = workplace.decisions, workplace.navigation

    def mark_what_is_asked(_place: Place | None = None) -> None:
        shown = decisions.state.shown
        if navigation.place is Place.DECISIONS and shown is not None:
            workplace.outbox.choose(shown.command_id)

    decisions.turned.connect(mark_what_is_asked)
    navigation.place_changed.connect(mark_what_is_asked)
    outbox.chosen.connect(decisions.turn_to)


def _give_room(workplace: Workplace, window: MainWindow) -> None:
    """Let a list with nothing in it have the room of what would be read of it."""
    row, panes = window.row, window.panes

    def left_changed(state: LeftState) -> None:
        row.leave_out(panes.left_words, is_blank=state.chosen is None)

    def history_changed(state: HistoryState) -> None:
        row.leave_out(panes.history_act, is_blank=state.chosen is None)

    def case_changed(state: CaseState) -> None:
        row.leave_out(panes.case, is_blank=state.text is None and state.lock is not None)

    workplace.case.state_changed.connect(case_changed)
    workplace.left_work.state_changed.connect(left_changed)
    workplace.history.state_changed.connect(history_changed)
    left_changed(workplace.left_work.state)
    history_changed(workplace.history.state)


def _connect_files(
    workplace: Workplace, registry: CommandRegistry, pane: CasePane, door: FileDoor
) -> None:
    files, pin = workplace.files, registry.action(WindowCommand.PIN)
    pin.setCheckable(True)
    files.pinned_changed.connect(pin.setChecked)
    files.failed.connect(pane.show_problem)
    pane.open_requested.connect(files.open)
    pane.save_requested.connect(door.save)
    pane.retry_requested.connect(files.try_again)


def _panes(workplace: Workplace, registry: CommandRegistry, composer: WorkPane) -> Panes:
    return Panes(
        navigation=NavigationPane(workplace.navigation),
        cases=ListPane(workplace.cases, actions_of(registry, Menu.SORT)),
        case=CasePane(
            workplace.case,
            composer,
            registry.action(WindowCommand.EXPLAIN),
            registry.action(WindowCommand.PIN),
        ),
        composer=composer,
        outbox=OutboxPane(
            workplace.outbox,
            registry.action(WindowCommand.SYNC_NOW),
            registry.action(WindowCommand.COURIER_EXPORT),
            registry.action(WindowCommand.GO_HISTORY),
        ),
        decision=DecisionPane(workplace.decisions),
        left=LeftPane(workplace.left_work),
        left_words=LeftWordsPane(workplace.left_work),
        history=HistoryPane(workplace.history),
        history_act=HistoryActPane(workplace.history),
    )
