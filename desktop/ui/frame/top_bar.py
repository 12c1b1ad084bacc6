# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bar below the menus: search, synchronise, how delivery stands, and whose desk this is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget
from typing_extensions import override

from desktop.commands.ids import WindowCommand
from desktop.commands.registry import CommandRegistry
from desktop.commands.specs import Menu
from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.frame.menus import submenu
from desktop.ui.frame.search_field import SearchField
from desktop.ui.looks_of_marks import LIGHT_TONES
from desktop.ui.widgets.light import light_icon
from desktop.viewmodels.sync_status import SyncState
from sync.i18n import gettext as _

_BESIDE: Final = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
_WORDS: Final = Qt.ToolButtonStyle.ToolButtonTextOnly
_WIDE: Final = 1000
"""Room for the words of all buttons and some to search with, in pixels."""
_LEAST: Final = 320
_NAME: Final = 260
"""What a name may take; bodies have names as long as the bar."""


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
        self._sync.setToolButtonStyle(_BESIDE)
        self._status = QToolButton(self)
        self._status.setObjectName("status")
        self._status.setToolButtonStyle(_BESIDE)
        self._status.setToolTip(_("Show what waits to be sent"))
        self._status.clicked.connect(self.status_clicked)
        self._officer = QToolButton(self)
        self._officer.setObjectName("officer")
        self._officer.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._officer.setMenu(self._officer_menu(registry))
        set_icon(self._officer, IconName.USER, IconRole.MUTED)
        self.show_officer(officer)
        self.back = QToolButton(self)
        self.back.setObjectName("back")
        set_icon(self.back, IconName.BACK)
        self.back.setToolTip(registry.action(WindowCommand.BACK).toolTip())
        self.back.clicked.connect(registry.action(WindowCommand.BACK).trigger)
        self.back.setToolButtonStyle(_BESIDE)
        self.back.hide()
        row = self._row = QHBoxLayout(self)
        row.setSpacing(10)
        row.addWidget(self.back)
        row.addWidget(self.search, 1)
        for button in (self._sync, self._status, self._officer):
            row.addWidget(button)
        self.setMinimumWidth(_LEAST)
        self.be_low(is_low=False)

    def tab_chain(self) -> tuple[QWidget, ...]:
        """Return what Tab stops at, in order."""
        return (self.back, self.search, self._sync, self._status, self._officer)

    def show_back(self, name: str) -> None:
        """Offer the way to a pane that there is no room for; nothing where all are shown."""
        self.back.setVisible(bool(name))
        self.back.setText(name)
        self.back.setAccessibleName(_("Back: {pane}").format(pane=name))

    def be_low(self, *, is_low: bool) -> None:
        """Take less of a low window."""
        above = MEASURES.space_xs if is_low else MEASURES.space_m
        self._row.setContentsMargins(MEASURES.space_l, above, MEASURES.space_l, above)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Signs stand for the words where there is no room; the words of the light stay.
        is_narrow = self.width() < _WIDE
        sign = Qt.ToolButtonStyle.ToolButtonIconOnly
        self._sync.setToolButtonStyle(sign if is_narrow else _BESIDE)
        self._officer.setToolButtonStyle(sign if is_narrow else _WORDS)

    def show_officer(self, officer: str) -> None:
        """Show who works here."""
        end = Qt.TextElideMode.ElideRight
        self._officer.setText(self.fontMetrics().elidedText(officer, end, _NAME))
        self._officer.setToolTip(officer)
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
