# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dresses the application: style, font, palette and style sheet; follows the system's scheme."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from desktop.theme.fonts import load_fonts, ui_font
from desktop.theme.palette import build_palette
from desktop.theme.qss import build_style_sheet
from desktop.theme.tokens import Scheme, load_colours

SchemeChoice = Literal["light", "dark", "system"]


class Theme(QObject):
    """The look of one application; a child of it, so that it lives as long.

    Signals:
        changed: palette and style sheet have just become those of another scheme.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: SchemeChoice = "system"
        self._shown: Scheme | None = None
        load_fonts()
        app.setStyle("Fusion")
        app.setFont(ui_font())
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @staticmethod
    def of_application() -> Theme | None:
        """Return the theme that `apply_theme` gave the running application, if it has."""
        app = QCoreApplication.instance()
        return None if app is None else app.findChild(Theme)

    @property
    def scheme(self) -> Scheme:
        """The scheme to show now: the chosen one, or else the system's."""
        if self._choice != "system":
            return Scheme(self._choice)
        dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return Scheme.DARK if dark else Scheme.LIGHT

    def choose(self, choice: SchemeChoice) -> None:
        """Show a scheme from now on; `system` follows what the desktop says."""
        self._choice = choice
        # Tells the platform too, so that title bars and native dialogs match.
        asked = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self._app.styleHints().setColorScheme(asked.get(choice, Qt.ColorScheme.Unknown))
        self._show()

    @Slot()
    def _on_system_changed(self) -> None:
        self._show()

    def _show(self) -> None:
        if self.scheme == self._shown:
            return
        self._shown = self.scheme
        self._app.setPalette(build_palette(load_colours(self._shown)))
        self._app.setStyleSheet(build_style_sheet(self._shown))
        self.changed.emit()


def apply_theme(app: QApplication, scheme: SchemeChoice = "system") -> Theme:
    """Dress the application, or change its scheme if it is dressed already."""
    theme = app.findChild(Theme) or Theme(app)
    theme.choose(scheme)
    return theme
