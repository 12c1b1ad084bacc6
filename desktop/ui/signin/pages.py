# SPDX-License-Identifier: AGPL-3.0-or-later
"""The questions as pages: each has its fields and says what is wrong beside them."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget

from desktop.theme.icons import IconName, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.field import Field
from desktop.viewmodels.signin import SignInPresenter
from desktop.viewmodels.signin_state import Question, SignInState, profile_text
from sync.i18n import gettext as _


class Page(Protocol):
    """One question."""

    def show_state(self, state: SignInState) -> None:
        """Show what was answered before, and what is wrong with it."""

    def submit(self, presenter: SignInPresenter) -> None:
        """Give the answer."""

    def take_focus(self) -> None:
        """Put the keyboard where the answer begins."""


class ServerPage(QWidget):
    """Where is the centre?"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._address = _editor("sign-in.server", self)
        self._address.setInputMethodHints(Qt.InputMethodHint.ImhUrlCharactersOnly)
        self._address.setPlaceholderText("tanggap.contoh.go.id")
        self._field = Field(_("&Address of the centre"), self._address, parent=self)
        _column(self, self._field)

    def show_state(self, state: SignInState) -> None:
        if not self._address.text():
            self._address.setText(state.server)
        self._field.show_error(state.server_error)

    def submit(self, presenter: SignInPresenter) -> None:
        presenter.give_server(self._address.text())

    def take_focus(self) -> None:
        _enter(self._address)


class AccountPage(QWidget):
    """Who is this?"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._username = _editor("sign-in.username", self)
        self._password = _editor("sign-in.password", self, secret=True)
        self._field = Field(_("&Password"), self._password, parent=self)
        _column(self, Field(_("User &name"), self._username, parent=self), self._field)

    def show_state(self, state: SignInState) -> None:
        if not self._username.text():
            self._username.setText(state.username)
        self._field.show_error(state.account_error)

    def submit(self, presenter: SignInPresenter) -> None:
        presenter.give_account(self._username.text(), self._password.text())

    def take_focus(self) -> None:
        _enter(self._password if self._username.text() else self._username)


class LockPage(QWidget):
    """What locks the files on this computer?"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._passphrase = _editor("sign-in.passphrase", self, secret=True)
        self._repeated = _editor("sign-in.passphrase-again", self, secret=True)
        self._first = Field(_("&Passphrase of this computer"), self._passphrase, parent=self)
        self._second = Field(_("Passphrase &again"), self._repeated, parent=self)
        _column(self, self._first, self._second)

    def show_state(self, state: SignInState) -> None:
        is_new = state.question is Question.NEW_LOCK
        self._second.setVisible(is_new)
        told_here, other = (self._second, self._first) if is_new else (self._first, self._second)
        told_here.show_error(state.lock_error)
        other.show_error("")

    def submit(self, presenter: SignInPresenter) -> None:
        presenter.give_lock(self._passphrase.text(), self._repeated.text())

    def take_focus(self) -> None:
        _enter(self._passphrase)


class PasswordPage(QWidget):
    """The password, and nothing else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._password = _editor("sign-in.password", self, secret=True)
        self._field = Field(_("&Password"), self._password, parent=self)
        _column(self, self._field)

    def show_state(self, state: SignInState) -> None:
        self._field.show_error(state.account_error)

    def submit(self, presenter: SignInPresenter) -> None:
        presenter.give_password(self._password.text())

    def take_focus(self) -> None:
        _enter(self._password)


class ProfilesPage(QWidget):
    """Which of those who use this computer?"""

    def __init__(self, presenter: SignInPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = QStringListModel(self)
        self._list = QListView(self)
        self._list.setObjectName("sign-in.profiles")
        self._list.setAccessibleName(_("Officers who use this computer"))
        self._list.setModel(self._names)
        self._list.setMinimumHeight(120)
        self._list.setSpacing(2)
        # Not `activated`: the form takes Enter, wherever the keyboard is.
        self._list.doubleClicked.connect(lambda index: presenter.pick(index.row()))
        wear(self._list, Look.QUEUES)
        other = QPushButton(_("Another account…"), self)
        other.setObjectName("sign-in.other")
        other.setAutoDefault(False)
        set_icon(other, IconName.ADD)
        other.clicked.connect(presenter.be_somebody_else)
        _column(self, self._list, other)

    def show_state(self, state: SignInState) -> None:
        names = [profile_text(profile) for profile in state.profiles]
        if names != self._names.stringList():
            self._names.setStringList(names)
            self._list.setCurrentIndex(self._names.index(0))

    def submit(self, presenter: SignInPresenter) -> None:
        presenter.pick(self._list.currentIndex().row())

    def take_focus(self) -> None:
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)


def _editor(name: str, parent: QWidget, *, secret: bool = False) -> QLineEdit:
    editor = QLineEdit(parent)
    editor.setObjectName(name)
    if secret:
        editor.setEchoMode(QLineEdit.EchoMode.Password)
    return editor


def _enter(editor: QLineEdit) -> None:
    editor.setFocus(Qt.FocusReason.OtherFocusReason)
    editor.selectAll()


def _column(page: QWidget, *parts: QWidget) -> None:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(MEASURES.space_l)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
