# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files at the window: choosing, and being told what came of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.theme.looks import Look
from desktop.theme.tokens import MEASURES
from desktop.ui.frame.courier_questions import CentreKeyDialog, FreightDialog
from desktop.ui.widgets.dialog_words import DialogWords
from desktop.viewmodels.courier import CentreKeys, CourierNews, FreightQuestion
from sync.i18n import gettext as _


class CourierDesk(QObject):
    """Asks for folders and files, and shows what came of them.

    Signals:
        folder_chosen: where to write a file for the centre.
        freight_chosen: to write it, with so many bytes of files, and so many in the reply.
        files_chosen: files to take in.
        key_compared: the centre's other key was compared and is right; its fingerprint.
    """

    folder_chosen = Signal(str)
    freight_chosen = Signal(str, object, object)  # bytes do not fit in Qt's integers
    files_chosen = Signal(list)
    key_compared = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def ask_folder(self) -> None:
        """Let the officer choose a stick or a folder."""
        dialog = QFileDialog(self._window, _("Choose the stick or folder to export to"))
        dialog.setObjectName("courier.folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def ask_files(self) -> None:
        """Let the officer choose files that a courier brought."""
        dialog = QFileDialog(self._window, _("Choose the courier file"))
        dialog.setObjectName("courier.files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([_("Courier files (*.kurir)"), _("All files (*)")])
        dialog.filesSelected.connect(self._on_files)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot("QStringList")
    def _on_files(self, paths: list[str]) -> None:
        self.files_chosen.emit(paths)

    @Slot(object)
    def ask_freight(self, question: FreightQuestion) -> None:
        """Let the officer choose which files go along."""
        dialog = FreightDialog(question, self._window)
        dialog.chosen.connect(self.freight_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object)
    def show_news(self, news: CourierNews) -> None:
        """Show what came of a file."""
        if news.keys is not None:
            self._show_keys(news, news.keys)
            return
        dialog = CourierResult(news, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_keys(self, news: CourierNews, keys: CentreKeys) -> None:
        dialog = CentreKeyDialog(news, keys, self._window)
        dialog.compared.connect(self.key_compared)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class CourierResult(QDialog):
    """What came of one file: said once, to be read and copied."""

    def __init__(self, news: CourierNews, parent: QWidget) -> None:
        super().__init__(parent)
        self._copied = news.copied
        self.setObjectName("courier.result")
        self.setWindowTitle(_("Courier file"))
        self.setAccessibleName(news.title)
        self.setAccessibleDescription("\n".join(news.lines))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[MEASURES.space_xxl] * 4)
        column.setSpacing(MEASURES.space_l)
        column.addWidget(DialogWords(news.title, self, Look.TITLE))
        for line in news.lines:
            column.addWidget(DialogWords(line, self))
        column.addWidget(self._buttons(failed=news.failed))

    def _buttons(self, *, failed: bool) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        copy = QPushButton(_("Copy for support") if failed else _("Copy"), self)
        copy.setObjectName("courier.copy")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._on_copy)
        close = QPushButton(_("Close"), self)
        close.setObjectName("courier.close")
        close.setDefault(True)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        return buttons

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._copied)
