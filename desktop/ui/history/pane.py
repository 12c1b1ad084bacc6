# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was delivered from this computer: search above, the acts with receipts below their days."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.theme.icons import IconName
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.outbox.act_list import ActList
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice
from desktop.viewmodels.history import HistoryPresenter, HistoryState, kept_text
from sync.i18n import gettext as _

_MIN_WIDTH: Final = 480
"""Room for number and state side by side."""


class HistoryPane(QWidget):
    """Left of the act that is read; nothing in it changes anything.

    Signals:
        meant: a click chose an act, which is enough where list and act take turns.
    """

    meant = Signal()

    def __init__(self, presenter: HistoryPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        wear(self, Look.PANE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("history")
        self._search = QLineEdit(self)
        self._search.setObjectName("history.search")
        self._search.setPlaceholderText(_("Number, receipt, title or words…"))
        self._search.setAccessibleName(_("Search what was delivered"))
        self._search.setClearButtonEnabled(True)
        self._heading = QLabel(self)
        self._heading.setObjectName("history.heading")
        wear(self._heading, Look.STRONG)
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        spoken = _("What was delivered, the newest first")
        self._acts = ActList("history.acts", spoken, presenter.model, self)
        self._empty = EmptyState(self)
        self._stack = QStackedWidget(self)
        self._arrange()
        self._connect()
        self._render(presenter.state)

    def _arrange(self) -> None:
        title = QLabel(_("Delivered from here"), self)
        wear(title, Look.TITLE)
        kept = QLabel(kept_text(), self)
        kept.setObjectName("history.kept")
        kept.setWordWrap(True)
        wear(kept, Look.MUTED)
        self._stack.addWidget(self._acts)
        self._stack.addWidget(self._empty)
        head = QVBoxLayout()
        head.setContentsMargins(18, 14, 18, MEASURES.space_m)
        head.setSpacing(MEASURES.space_xs)
        for part in (title, kept, self._search, self._heading, self._banner):
            head.addWidget(part)
        head.insertSpacing(2, MEASURES.space_s)
        head.insertSpacing(4, MEASURES.space_s)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self._acts)
        self.setMinimumWidth(_MIN_WIDTH)

    def _connect(self) -> None:
        presenter = self._presenter
        self._search.textChanged.connect(presenter.search)
        self._search.returnPressed.connect(self._on_return)
        self._acts.activated.connect(self._on_activated)
        self._acts.clicked.connect(self.meant)
        self._acts.chosen.connect(self._presenter.choose)
        presenter.state_changed.connect(self._render)

    @Slot(object)
    def _render(self, state: HistoryState) -> None:
        self._heading.setText(state.heading)
        self._heading.setVisible(state.chosen is not None)
        problem = state.problem
        self._banner.show_notice(None if problem is None else notice_of(problem, {}))
        self._empty.show_notice(IconName.OUTBOX, _nothing(is_narrowed=state.is_narrowed))
        chosen = state.chosen
        self._stack.setCurrentWidget(self._empty if chosen is None else self._acts)
        row = self._presenter.model.row_of(None if chosen is None else chosen.command_id)
        self._acts.mark(row)

    @Slot()
    def _on_return(self) -> None:
        self._presenter.search_now()
        self._acts.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(QModelIndex)
    def _on_activated(self, _index: QModelIndex) -> None:
        self._presenter.go_on()


def _nothing(*, is_narrowed: bool) -> Notice:
    if is_narrowed:
        return Notice(
            title=_("Nothing with these words"), detail=_("Try fewer words, or a part of a number.")
        )
    return Notice(
        title=_("Nothing has been delivered yet"),
        detail=_(
            "What the centre has received from this computer is listed here with its receipt."
        ),
    )
