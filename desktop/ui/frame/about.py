# SPDX-License-Identifier: AGPL-3.0-or-later
"""What support asks for first: version, server, account and local folder, ready to copy."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from sync.i18n import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """This program on this computer."""

    version: str
    server: str
    account: str
    folder: str


class AboutDialog(QDialog):
    """Short, and selectable."""

    def __init__(self, installation: Installation, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setWindowTitle(_("About Tanggap"))
        title = QLabel(_("Tanggap {version}").format(version=installation.version), self)
        wear(title, Look.HEADLINE)
        self._facts = QLabel(_facts(installation), self)
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        licence = QLabel(
            _("Free software under the GNU Affero General Public License, version 3 or later."),
            self,
        )
        wear(licence, Look.SMALL)
        copy = QPushButton(_("Copy"), self)
        close = QPushButton(_("Close"), self)
        close.setDefault(True)
        buttons = QDialogButtonBox(self)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        copy.clicked.connect(self._on_copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[MEASURES.space_xxl] * 4)
        column.setSpacing(MEASURES.space_l)
        for part in (title, self._facts, licence, buttons):
            column.addWidget(part)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._facts.text())


def _facts(installation: Installation) -> str:
    return "\n".join(
        (
            _("Version: {version}").format(version=installation.version),
            _("Server: {server}").format(server=installation.server),
            _("Account: {account}").format(account=installation.account),
            _("Local files: {folder}").format(folder=installation.folder),
        )
    )
