# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands as actions of one window: one `QAction` for each, enabled by what is open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from desktop.commands.ids import WindowCommand
from desktop.commands.specs import SPECS, Context, Menu, Spec
from desktop.theme.icons import set_icon


class CommandRegistry(QObject):
    """Owns the actions; panes and menus borrow them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: dict[str, QActionGroup] = {}
        self._actions = {spec.id: self._build(spec) for spec in SPECS}
        self._handlers: dict[WindowCommand, Callable[[], object]] = {}

    def action(self, command: WindowCommand) -> QAction:
        """Return the action of a command, to put into a menu or onto a button."""
        return self._actions[command]

    def all_actions(self) -> list[QAction]:
        """Return every action, for the window that listens to their shortcuts."""
        return list(self._actions.values())

    def in_menu(self, menu: Menu) -> list[tuple[Spec, QAction]]:
        """Return what stands in a menu, from top to bottom."""
        return [(spec, self._actions[spec.id]) for spec in SPECS if spec.menu is menu]

    def handle(self, command: WindowCommand, handler: Callable[[], object]) -> None:
        """Say what a command does."""
        self._handlers[command] = handler
        self._actions[command].triggered.connect(lambda _checked: handler())

    def unhandled(self) -> set[WindowCommand]:
        """Return the commands that would do nothing; there must be none in a finished window."""
        return set(self._actions) - set(self._handlers)

    def run(self, command: WindowCommand) -> None:
        """Do what a command does, if it makes sense now."""
        self._actions[command].trigger()

    def check(self, command: WindowCommand) -> None:
        """Show which of several alternatives holds."""
        self._actions[command].setChecked(True)

    def show_context(self, context: Context) -> None:
        """Enable what makes sense now."""
        for spec in SPECS:
            self._actions[spec.id].setEnabled(spec.enabled(context))

    def _build(self, spec: Spec) -> QAction:
        action = QAction(spec.label, self)
        action.setObjectName(spec.id.value)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setStatusTip(spec.help_text)
        action.setToolTip(_tool_tip(spec, action.shortcut()))
        if spec.icon is not None:
            set_icon(action, spec.icon)
        if spec.group:
            action.setCheckable(True)
            self._group(spec.group).addAction(action)
        return action

    def _group(self, name: str) -> QActionGroup:
        if name not in self._groups:
            self._groups[name] = QActionGroup(self)
        return self._groups[name]


def _tool_tip(spec: Spec, shortcut: QKeySequence) -> str:
    keys = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
    return f"{spec.help_text} ({keys})" if keys else spec.help_text
