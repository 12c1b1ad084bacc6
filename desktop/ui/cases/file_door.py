# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where files leave the window: to the program that shows them, or to a place on the disk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.ui.widgets.save_dialog import ask_where_to_save
from desktop.viewmodels.opened_files import OpenedFiles
from sync.i18n import gettext as _


class FileDoor(QObject):
    """Opens and saves for one window."""

    def __init__(self, files: OpenedFiles, window: QWidget) -> None:
        super().__init__(window)
        self._files = files
        self._window = window
        files.opened.connect(self._show)

    @Slot(str)
    def save(self, sha256: str) -> None:
        """Ask where to save a file."""
        name = self._files.name_of(sha256)
        ask_where_to_save(self._window, _("Save the file"), name, partial(self._on_chosen, sha256))

    def _on_chosen(self, sha256: str, path: str) -> None:
        self._files.save(sha256, Path(path))

    @Slot(object)
    def _show(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
