# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why Tanggap cannot open, in words that can be copied; the only message box there is."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from desktop.theme.looks import Look
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.dialog_words import DialogWords
from desktop.viewmodels.problems import Problem, Remedy
from sync.i18n import gettext as _


class FatalDialog(QDialog):
    """Shown instead of a window.

    Signals:
        remedy_chosen: what the officer wants to do about it, a `Remedy`.
    """

    remedy_chosen = Signal(str)

    def __init__(self, problem: Problem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem = problem
        self.setObjectName("fatal")
        self.setWindowTitle(_("Tanggap cannot open"))
        self.setAccessibleName(problem.title)
        self.setAccessibleDescription(problem.detail)
        title = DialogWords(problem.title, self, Look.TITLE)
        detail = DialogWords(problem.detail, self)
        buttons = QDialogButtonBox(self)
        labels = {
            Remedy.RETRY: _("Try again"),
            Remedy.SIGN_IN: _("Sign in again…"),
            Remedy.RESCUE: _("Put the work back"),
        }
        for remedy in problem.remedies:
            if remedy in labels:
                button = QPushButton(labels[remedy], self)
                button.setObjectName(f"fatal.{remedy}")
                button.clicked.connect(lambda _on=False, remedy=remedy: self._on_remedy(remedy))
                buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        copy = QPushButton(_("Copy for support"), self)
        copy.clicked.connect(self._on_copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(QPushButton(_("Close"), self), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[MEASURES.space_xxl] * 4)
        column.setSpacing(MEASURES.space_l)
        for part in (title, detail, buttons):
            column.addWidget(part)

    def _on_remedy(self, remedy: Remedy) -> None:
        self.accept()
        self.remedy_chosen.emit(remedy.value)

    @Slot()
    def _on_copy(self) -> None:
        problem = self._problem
        words = (problem.title, problem.detail, problem.reference)
        QGuiApplication.clipboard().setText("\n".join(words))
