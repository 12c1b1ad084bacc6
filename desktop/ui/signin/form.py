# SPDX-License-Identifier: AGPL-3.0-or-later
"""One question at a time on a card, with its answer, its button and what is wrong."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES, Tone
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.signin.pages import (
    AccountPage,
    LockPage,
    Page,
    PasswordPage,
    ProfilesPage,
    ServerPage,
)
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.card import Card
from desktop.viewmodels.problems import Remedy
from desktop.viewmodels.signin import SignInPresenter
from desktop.viewmodels.signin_state import Question, SignInState
from sync.i18n import gettext as _


class SignInForm(Card):
    """The card; its window decides where it lies.

    Signals:
        proxy_requested: the officer wants to say which way leads out of the office.
    """

    proxy_requested = Signal()

    def __init__(self, presenter: SignInPresenter, parent: QWidget | None = None) -> None:
        super().__init__(Tone.NEUTRAL, parent)
        self._presenter = presenter
        self._asked: Question | None = None
        self._was_busy = False
        self.setObjectName("sign-in.form")
        self._step = QLabel(self)
        self._title = QLabel(self)
        self._detail = QLabel(self)
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        self._stack = QStackedWidget(self)
        lock = LockPage(self)
        self._pages: dict[Question, QWidget] = {
            Question.PROFILES: ProfilesPage(presenter, self),
            Question.SERVER: ServerPage(self),
            Question.ACCOUNT: AccountPage(self),
            Question.NEW_LOCK: lock,
            Question.OLD_LOCK: lock,
            Question.UNLOCK: lock,
            Question.PASSWORD: PasswordPage(self),
        }
        self._waiting = QProgressBar(self)
        self._busy = QLabel(self)
        self._back = QPushButton(_("&Back"), self)
        self._go = QPushButton(self)
        self._build()
        presenter.state_changed.connect(self._render)
        self._banner.chosen.connect(self._on_remedy)
        self._back.clicked.connect(presenter.back)
        self._go.clicked.connect(self.submit)
        self._render(presenter.state)

    @property
    def foot(self) -> QHBoxLayout:
        """The row of buttons, for a window that adds one."""
        return self._foot

    def take_focus(self) -> None:
        """Put the keyboard where the answer begins."""
        self._page().take_focus()

    @Slot()
    def submit(self) -> None:
        """Give the answer."""
        if not self._presenter.state.is_busy:
            self._page().submit(self._presenter)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.submit()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        wear(self._step, Look.SMALL)
        wear(self._title, Look.TITLE)
        wear(self._detail, Look.MUTED)
        wear(self._busy, Look.SMALL)
        wear(self._go, Look.PRIMARY)
        self._step.setObjectName("sign-in.step")
        self._title.setObjectName("sign-in.title")
        self._busy.setObjectName("sign-in.busy")
        self._back.setObjectName("sign-in.back")
        self._go.setObjectName("sign-in.go")
        self._detail.setWordWrap(True)
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        # Nobody knows how long a centre takes: the bar says only that something is under way.
        self._waiting.setRange(0, 0)
        self._waiting.setTextVisible(False)
        for page in dict.fromkeys(self._pages.values()):
            self._stack.addWidget(page)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(MEASURES.space_m)
        self._foot.addWidget(self._back)
        self._foot.addWidget(self._busy, 1)
        self._foot.addWidget(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[MEASURES.space_xxl] * 4)
        column.setSpacing(MEASURES.space_m)
        for part in (self._step, self._title, self._detail, self._banner, self._stack):
            column.addWidget(part)
        column.addWidget(self._waiting)
        column.addLayout(self._foot)

    @Slot(object)
    def _render(self, state: SignInState) -> None:
        self._step.setText(state.step)
        self._step.setVisible(bool(state.step))
        self._title.setText(state.title)
        self._detail.setText(state.detail)
        problem = state.problem
        labels = {
            Remedy.RETRY: _("Try again"),
            Remedy.PROXY: _("Proxy of the office…"),
            Remedy.RESCUE: _("Put the work back"),
            Remedy.SIGN_IN: _("Sign in again…"),
        }
        self._banner.show_notice(None if problem is None else notice_of(problem, labels))
        page = self._pages[state.question]
        cast("Page", page).show_state(state)
        page.setEnabled(not state.is_busy)
        self._show_page(page)
        self._waiting.setVisible(state.is_busy)
        self._busy.setText(state.busy if state.is_busy else "")
        self._back.setVisible(state.can_go_back)
        self._go.setText(state.verb)
        self._go.setEnabled(not state.is_busy)
        self._move_keyboard(state)

    @Slot(str)
    def _on_remedy(self, remedy: str) -> None:
        steps = {
            Remedy.PROXY: self.proxy_requested.emit,
            Remedy.RESCUE: self._presenter.rescue,
            Remedy.SIGN_IN: self._presenter.sign_in_anew,
        }
        steps.get(Remedy(remedy), self._presenter.retry)()

    def _show_page(self, page: QWidget) -> None:
        # A stack is as high as its highest page unless the others are ignored.
        for each in self._pages.values():
            policy = QSizePolicy.Policy.Preferred if each is page else QSizePolicy.Policy.Ignored
            each.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self._stack.setCurrentWidget(page)

    def _move_keyboard(self, state: SignInState) -> None:
        was_busy, self._was_busy = self._was_busy, state.is_busy
        is_wrong = bool(state.server_error or state.account_error or state.lock_error)
        if state.is_busy:
            announce(self, state.busy)
        elif state.question is not self._asked:
            self._asked = state.question
            announce(self, f"{state.title} {state.detail}")
            self.take_focus()
        elif is_wrong or was_busy:
            self.take_focus()

    def _page(self) -> Page:
        return cast("Page", self._pages[self._presenter.state.question])
