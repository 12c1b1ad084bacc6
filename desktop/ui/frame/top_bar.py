# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bar below the menus: search, synchronise, how delivery stands, and whose desk this is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from desktop.commands.ids import WindowCommand
from desktop.commands.registry import CommandRegistry
from desktop.commands.specs import Menu
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.frame.menus import submenu
from desktop.ui.frame.search_field import SearchField
from desktop.ui.looks_of_marks import LIGHT_TONES
from desktop.ui.widgets.light import light_icon
from desktop.viewmodels.sync_status import SyncState
from sync.i18n import gettext as _


class TopBar(QFrame):
    """Always there.

    Signals:
        status_clicked: the officer wants to see what waits.
    """

    status_clicked = Signal()

    def __init__(
        self, registry: CommandRegistry, officer: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        wear(self, Look.BAR_TOP)
        self._state = SyncState()
        self.search = SearchField(self)
        self._sync = QToolButton(self)
        self._sync.setDefaultAction(registry.action(WindowCommand.SYNC_NOW))
        self._sync.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._status = QToolButton(self)
        self._status.setObjectName("status")
        self._status.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._status.setToolTip(_("Show what waits to be sent"))
        self._status.clicked.connect(self.status_clicked)
        self._officer = QToolButton(self)
        self._officer.setObjectName("officer")
        self._officer.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._officer.setMenu(self._officer_menu(registry))
        self.show_officer(officer)
        row = QHBoxLayout(self)
        row.setContentsMargins(
            MEASURES.space_l, MEASURES.space_m, MEASURES.space_l, MEASURES.space_m
        )
        row.setSpacing(10)
        row.addWidget(self.search, 1)
        for button in (self._sync, self._status, self._officer):
            row.addWidget(button)

    def tab_chain(self) -> tuple[QWidget, ...]:
        """Return what Tab stops at, in order."""
        return (self.search, self._sync, self._status, self._officer)

    def show_officer(self, officer: str) -> None:
        """Show who works here."""
        self._officer.setText(officer)
        self._officer.setAccessibleName(_("Signed in: {officer}").format(officer=officer))

    @Slot(object)
    def show_sync(self, state: SyncState) -> None:
        """Show how delivery stands."""
        self._state = state
        self._status.setText(state.short)
        self._status.setAccessibleName(_("Delivery: {status}").format(status=state.short))
        self.recolour()

    @Slot()
    def recolour(self) -> None:
        """Draw the light in the colours of the present scheme."""
        self._status.setIcon(light_icon(LIGHT_TONES[self._state.light]))

    def _officer_menu(self, registry: CommandRegistry) -> QMenu:
        menu = QMenu(self._officer)
        for name in (Menu.THEME, Menu.LANGUAGE):
            menu.addMenu(submenu(menu, registry, name))
        menu.addSeparator()
        commands = (
            WindowCommand.SHORTCUTS,
            WindowCommand.ABOUT,
            WindowCommand.SWITCH,
            WindowCommand.QUIT,
        )
        actions: list[QAction] = [registry.action(command) for command in commands]
        menu.addActions(actions)
        return menu
