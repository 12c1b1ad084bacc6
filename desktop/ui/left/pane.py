# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of what was left behind when complaints went elsewhere."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop.theme.icons import IconName
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.outbox.act_list import ActList
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice
from desktop.viewmodels.left_work import LeftState, LeftWorkPresenter
from sync.i18n import gettext as _

_MIN_WIDTH: Final = 480
"""Room for number and state side by side."""


class LeftPane(QWidget):
    """Left of the words.

    Signals:
        meant: the officer wants to read the chosen words.
    """

    meant = Signal()

    def __init__(self, presenter: LeftWorkPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        wear(self, Look.PANE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("left")
        self._empty = EmptyState(self)
        self._stack = QStackedWidget(self)
        self._build()
        presenter.state_changed.connect(self._render)
        self._list.chosen.connect(presenter.choose)
        self._list.clicked.connect(self.meant)
        self._list.activated.connect(self.meant)
        self._render(presenter.state)

    def _build(self) -> None:
        title = QLabel(_("Left behind"), self)
        wear(title, Look.TITLE)
        how = QLabel(_("Your own words on complaints that are not here any more"), self)
        how.setWordWrap(True)
        wear(how, Look.MUTED)
        self._list = listed = ActList("left.list", how.text(), self._presenter.model, self)
        self._empty.show_notice(
            IconName.ARCHIVE,
            Notice(
                title=_("Nothing was left behind"),
                detail=_(
                    "If a complaint leaves this computer, your unsent words about it wait here."
                ),
            ),
        )
        self._stack.addWidget(listed)
        self._stack.addWidget(self._empty)
        head = QVBoxLayout()
        head.setContentsMargins(18, 14, 18, MEASURES.space_m)
        head.setSpacing(MEASURES.space_xs)
        head.addWidget(title)
        head.addWidget(how)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(listed)
        self.setMinimumWidth(_MIN_WIDTH)

    @Slot(object)
    def _render(self, state: LeftState) -> None:
        chosen = state.chosen
        self._stack.setCurrentWidget(self._empty if chosen is None else self._list)
        self._list.mark(self._presenter.model.row_of(None if chosen is None else chosen.key))
