# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outbox: the list of acts, and what can be done with the one that is chosen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.theme.icons import IconName, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.outbox.act_list import ActList
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice
from desktop.viewmodels.outbox import OutboxPresenter, OutboxState
from desktop.viewmodels.problems import Remedy
from sync.i18n import gettext as _

_MIN_WIDTH: Final = 480
"""Room for number and state side by side."""


class OutboxPane(QWidget):
    """Left of the decisions.

    Signals:
        chosen: the officer turned to an act, by its command's id.
    """

    chosen = Signal(object)

    def __init__(
        self,
        presenter: OutboxPresenter,
        send_now: QAction,
        export: QAction,
        history: QAction,
        parent: QWidget | None = None,
    ) -> None:
        """Build the pane.

        Args:
            send_now: contacts the centre at once.
            export: writes a file for the centre.
            history: shows all that was delivered from here.
        """
        super().__init__(parent)
        self._presenter = presenter
        wear(self, Look.PANE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("outbox")
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        spoken = _("What you did, and where it stands")
        self._acts = ActList("outbox.acts", spoken, presenter.model, self)
        self._empty = EmptyState(self)
        self._stack = QStackedWidget(self)
        self._hint = QLabel(self)
        self._now = QPushButton(_("Send &now"), self)
        self._usb = QPushButton(_("E&xport to USB…"), self)
        self._history = QPushButton(_("Delivered from he&re"), self)
        self._edit = QPushButton(_("&Edit"), self)
        self._withdraw = QPushButton(_("&Withdraw"), self)
        self._decide = QPushButton(_("&Decide…"), self)
        self._copy = QPushButton(_("Co&py"), self)
        self._send_now = send_now
        self._export = export
        self._show_history = history
        self._build()
        self._connect()
        self._render(presenter.state)

    def _build(self) -> None:
        title = QLabel(_("Outbox"), self)
        wear(title, Look.TITLE)
        how = QLabel(_("Sent by itself when there is a connection, in order per complaint"), self)
        how.setWordWrap(True)
        wear(how, Look.MUTED)
        self._build_list()
        self._hint.setObjectName("outbox.hint")
        self._hint.setWordWrap(True)
        wear(self._hint, Look.SMALL)
        self._name_buttons()
        head = QVBoxLayout()
        head.setContentsMargins(18, 14, 18, MEASURES.space_m)
        head.setSpacing(MEASURES.space_xs)
        for part in (title, how, self._banner):
            head.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addLayout(self._foot())
        self.setFocusProxy(self._acts)
        self.setMinimumWidth(_MIN_WIDTH)

    def _build_list(self) -> None:
        self._empty.show_notice(
            IconName.OUTBOX,
            Notice(
                title=_("Nothing has been sent yet"),
                detail=_(
                    "What you do on this computer appears here at once, also without a connection."
                ),
            ),
        )
        self._stack.addWidget(self._acts)
        self._stack.addWidget(self._empty)

    def _name_buttons(self) -> None:
        names = {
            "outbox.now": self._now,
            "outbox.usb": self._usb,
            "outbox.history": self._history,
            "outbox.decide": self._decide,
            "outbox.edit": self._edit,
            "outbox.withdraw": self._withdraw,
            "outbox.copy": self._copy,
        }
        for name, button in names.items():
            button.setObjectName(name)
            button.setAutoDefault(False)
        set_icon(self._now, IconName.SYNC)
        wear(self._decide, Look.PRIMARY)
        set_icon(self._usb, IconName.EXPORT)
        self._now.setToolTip(self._send_now.toolTip())
        self._usb.setToolTip(self._export.toolTip())
        self._history.setToolTip(self._show_history.toolTip())

    def _foot(self) -> QVBoxLayout:
        """Return the buttons: first about the chosen act, below about the whole outbox."""
        chosen, whole = QHBoxLayout(), QHBoxLayout()
        chosen.addStretch(1)
        for button in (self._decide, self._edit, self._withdraw, self._copy):
            chosen.addWidget(button)
        for button in (self._now, self._usb, self._history):
            whole.addWidget(button)
        whole.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(18, MEASURES.space_m, 18, MEASURES.space_l)
        foot.setSpacing(MEASURES.space_m)
        foot.addWidget(self._hint)
        for row in (chosen, whole):
            row.setSpacing(MEASURES.space_m)
            foot.addLayout(row)
        return foot

    def _connect(self) -> None:
        presenter = self._presenter
        presenter.state_changed.connect(self._render)
        self._acts.chosen.connect(self._presenter.choose)
        self._acts.chosen.connect(self.chosen)
        self._acts.activated.connect(self._on_activated)
        self._banner.chosen.connect(presenter.recover)
        self._now.clicked.connect(self._send_now.trigger)
        self._usb.clicked.connect(self._export.trigger)
        self._history.clicked.connect(self._show_history.trigger)
        self._decide.clicked.connect(presenter.go_on)
        self._edit.clicked.connect(presenter.edit)
        self._withdraw.clicked.connect(presenter.withdraw)
        self._copy.clicked.connect(self._on_copy)

    @Slot(object)
    def _render(self, state: OutboxState) -> None:
        chosen = state.chosen
        self._stack.setCurrentWidget(self._empty if state.is_empty else self._acts)
        problem = state.problem
        labels = {Remedy.REFRESH: _("Show how it stands")}
        self._banner.show_notice(None if problem is None else notice_of(problem, labels))
        self._hint.setText("" if chosen is None else chosen.hint)
        self._hint.setVisible(bool(self._hint.text()))
        needs_decision = chosen is not None and chosen.needs_decision
        self._decide.setVisible(needs_decision)
        for button in (self._edit, self._withdraw):
            button.setVisible(chosen is not None and not chosen.is_settled and not needs_decision)
            button.setAccessibleDescription(self._hint.text())
        self._edit.setEnabled(chosen is not None and chosen.can_edit)
        self._withdraw.setEnabled(chosen is not None and chosen.can_withdraw)
        self._copy.setEnabled(chosen is not None)
        self._acts.mark(self._presenter.model.row_of(None if chosen is None else chosen.command_id))

    @Slot(QModelIndex)
    def _on_activated(self, _index: QModelIndex) -> None:
        self._presenter.go_on()

    @Slot()
    def _on_copy(self) -> None:
        chosen = self._presenter.state.chosen
        if chosen is not None:
            QGuiApplication.clipboard().setText(chosen.copied)
            announce(self, _("Copied"))
