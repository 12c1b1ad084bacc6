# SPDX-License-Identifier: AGPL-3.0-or-later
"""The editor for plain words; Tab leaves it, files given to it are passed on."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QFocusEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from typing_extensions import override


class WordsEdit(QPlainTextEdit):
    """A plain text editor.

    Signals:
        left: the keyboard went elsewhere.
        files_given: paths of files that were dropped or pasted.
    """

    left = Signal()
    files_given = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self._takes_files = False

    def take_files(self, takes: bool) -> None:
        """Say whether files are welcome now."""
        self._takes_files = takes

    def show_words(self, words: str) -> None:
        """Show other words; the cursor goes behind them. The same ones are left alone."""
        if self.toPlainText() != words:
            self.setPlainText(words)
            self.moveCursor(QTextCursor.MoveOperation.End)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    @override
    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        if local_files(source):
            return self._takes_files
        return super().canInsertFromMimeData(source)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        files = local_files(source)
        if not files:
            super().insertFromMimeData(source)
        elif self._takes_files:
            self.files_given.emit(files)


def local_files(source: QMimeData) -> list[str]:
    """Return the paths of the files in a drop or on the clipboard."""
    return [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
