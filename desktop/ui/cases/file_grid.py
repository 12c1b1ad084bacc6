# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of one entry side by side; one stop for Tab, and arrows between the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desktop.theme.tokens import MEASURES
from desktop.ui.cases.file_tile import FileTile
from desktop.ui.widgets.tile_layout import TileLayout
from desktop.viewmodels.file_lines import FileText

_LEAST: Final = 204
"""Two columns in the history at 1366 pixels."""


class FileGrid(QWidget):
    """Shows files in the order in which they were attached.

    Tab stops at one tile and at what it offers; who comes back finds the tile they left.

    Signals:
        open_requested, save_requested, retry_requested: a file, by its SHA-256.
    """

    open_requested = Signal(str)
    save_requested = Signal(str)
    retry_requested = Signal(str)

    def __init__(self, files: Sequence[FileText], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline.files")
        self._flow = TileLayout(self, _LEAST, MEASURES.space_m)
        self._tiles = [self._tile(file) for file in files]
        self._on_reached(self._tiles[0])

    def takes(self, files: Sequence[FileText]) -> bool:
        """Show how the same files stand now; return False where they are others."""
        if [_content(file) for file in files] != [_content(tile.file) for tile in self._tiles]:
            return False
        for tile, file in zip(self._tiles, files, strict=True):
            tile.show_file(file)
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._flow.columns(self.width())
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        step = steps.get(Qt.Key(event.key()))
        here = next((n for n, tile in enumerate(self._tiles) if tile.hasFocus()), None)
        if step is None or here is None or not 0 <= here + step < len(self._tiles):
            super().keyPressEvent(event)
        else:
            self._tiles[here + step].setFocus(Qt.FocusReason.TabFocusReason)

    def _tile(self, file: FileText) -> FileTile:
        tile = FileTile(file, self)
        tile.reached.connect(lambda: self._on_reached(tile))
        tile.open_requested.connect(self.open_requested)
        tile.save_requested.connect(self.save_requested)
        tile.retry_requested.connect(self.retry_requested)
        self._flow.addWidget(tile)
        return tile

    def _on_reached(self, reached: FileTile) -> None:
        for tile in self._tiles:
            tile.take_tab(taken=tile is reached)


def _content(file: FileText) -> tuple[str, str]:
    return file.sha256, file.name
