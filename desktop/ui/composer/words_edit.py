# SPDX-License-Identifier: AGPL-3.0-or-later
"""The editor for plain words; Tab leaves it, files given to it are passed on."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QMimeData, Signal
from PySide6.QtGui import QFocusEvent, QImage, QImageWriter, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from typing_extensions import override


class WordsEdit(QPlainTextEdit):
    """A plain text editor.

    Signals:
        left: the keyboard went elsewhere.
        files_given: paths of files that were dropped or pasted.
        picture_given: a picture that is no file, such as one of the screen.
        files_unwelcome: files or a picture were pasted where none belong.
    """

    left = Signal()
    files_given = Signal(list)
    picture_given = Signal(object)
    files_unwelcome = Signal()

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
        if local_files(source) or is_picture(source):
            return self._takes_files
        return super().canInsertFromMimeData(source)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        files = local_files(source)
        if not files and not is_picture(source):
            super().insertFromMimeData(source)
        elif not self._takes_files:
            self.files_unwelcome.emit()
        elif files:
            self.files_given.emit(files)
        else:
            self.picture_given.emit(QImage(source.imageData()))


def local_files(source: QMimeData) -> list[str]:
    """Return the paths of the files in a drop or on the clipboard."""
    return [url.toLocalFile() for url in source.urls() if url.isLocalFile()]


def is_picture(source: QMimeData) -> bool:
    """Return whether there is a picture and no words: office programs offer both, meaning words."""
    return source.hasImage() and not source.hasText()


def packed(image: QImage) -> bytes:
    """Return a picture as it is in a PNG file; takes its time, and may run in any thread."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
