# SPDX-License-Identifier: AGPL-3.0-or-later
"""The entrance: a window of its own at the start, a small card over the window later on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.signin.form import SignInForm
from desktop.viewmodels.signin import SignInPresenter
from sync.i18n import gettext as _

_SIZE = (760, 600)
_WIDTH = 440
_LEAST_HEIGHT = 340
"""Room for every question, so that the card stays where it is from one to the next."""
_TOP = 96


class SignInWindow(QWidget):
    """Without a parent a window; with one a card over it, beside which work goes on.

    Signals:
        left: the officer has closed it.
        proxy_requested: the officer wants to say which way leads to this centre.
    """

    left = Signal()
    proxy_requested = Signal(str)

    def __init__(self, presenter: SignInPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._over = parent
        self.setObjectName("sign-in")
        self.setWindowTitle(_("Tanggap"))
        self._form = SignInForm(presenter, self)
        self._form.setFixedWidth(_WIDTH)
        self._form.proxy_requested.connect(self._on_proxy_requested)
        if parent is None:
            self._build_window()
        else:
            self._build_card(parent)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()
        self.raise_()
        self._form.take_focus()

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._place()  # what is wrong takes lines of its own
        return done

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._over is not None:
            self.close()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.left.emit()
        super().closeEvent(event)

    def _build_window(self) -> None:
        wear(self, Look.BACKDROP)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(*_SIZE)
        self._form.setMinimumHeight(_LEAST_HEIGHT)
        body = QWidget(self)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        name = QLabel(_("Tanggap"), self)
        wear(name, Look.HEADLINE)
        purpose = QLabel(_("The workplace for complaints in SP4N-LAPOR!"), self)
        wear(purpose, Look.MUTED)
        column = QVBoxLayout(body)
        column.setSpacing(MEASURES.space_s)
        column.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        for part in (name, purpose):
            column.addWidget(part, 0, middle)
        column.addSpacing(MEASURES.space_l)
        # Not by alignment: the height of words would be reckoned for the width of the window.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._form)
        row.addStretch(1)
        column.addLayout(row)
        proxy = QPushButton(_("P&roxy of the office…"), self)
        proxy.setObjectName("sign-in.proxy")
        proxy.setAutoDefault(False)
        wear(proxy, Look.QUIET)
        proxy.clicked.connect(self._on_proxy_requested)
        column.addWidget(proxy, 0, middle)
        column.addStretch(3)

    def _build_card(self, parent: QWidget) -> None:
        # One wish for the password is enough.
        for older in parent.findChildren(SignInWindow):
            if older is not self:
                older.close()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        later = QPushButton(_("&Later"), self)
        later.setObjectName("sign-in.later")
        later.clicked.connect(self.close)
        self._form.foot.insertWidget(1, later)
        self._presenter.renewed.connect(self._on_renewed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        parent.installEventFilter(self)

    def _place(self) -> None:
        if self._over is not None:
            self.adjustSize()
            top = max(0, min(_TOP, self._over.height() - self.height()))
            self.move((self._over.width() - self.width()) // 2, top)

    @Slot()
    def retry(self) -> None:
        """Try again what failed, if anything did: the way is another one now."""
        self._form.take_focus()
        if self._presenter.state.problem is not None:
            self._presenter.retry()

    @Slot()
    def _on_proxy_requested(self) -> None:
        self.proxy_requested.emit(self._presenter.state.server)

    @Slot()
    def _on_renewed(self) -> None:
        self.close()
