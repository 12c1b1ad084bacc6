# SPDX-License-Identifier: AGPL-3.0-or-later
"""Menus as views of the command table."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop.commands.registry import CommandRegistry
from desktop.commands.specs import MENU_BAR, MENU_TITLES, SUBMENUS, Menu
from sync.i18n import gettext as _


def fill_menu_bar(bar: QMenuBar, registry: CommandRegistry) -> None:
    """Give a menu bar every command."""
    for name in MENU_BAR:
        menu = QMenu(_(MENU_TITLES[name]), bar)
        fill_menu(menu, registry, name)
        bar.addMenu(menu)


def fill_menu(menu: QMenu, registry: CommandRegistry, name: Menu) -> None:
    """Give a menu the commands that stand in it, and its submenus."""
    for spec, action in registry.in_menu(name):
        if spec.begins_section:
            menu.addSeparator()
        menu.addAction(action)
    for inner in (inner for inner, outer in SUBMENUS.items() if outer is name):
        menu.addMenu(submenu(menu, registry, inner))


def submenu(parent: QMenu, registry: CommandRegistry, name: Menu) -> QMenu:
    """Build one menu inside another."""
    menu = QMenu(_(MENU_TITLES[name]), parent)
    fill_menu(menu, registry, name)
    return menu


def actions_of(registry: CommandRegistry, name: Menu) -> list[QAction]:
    """Return the actions of a menu, for a button that offers the same."""
    return [action for _spec, action in registry.in_menu(name)]
