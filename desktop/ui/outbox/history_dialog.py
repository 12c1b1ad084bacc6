# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was delivered from this computer: search above, the acts with receipts, export below."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelectionModel, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.i18n import gettext as _
from desktop.theme.icons import IconName, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.outbox.act_list import ActList
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.save_dialog import ask_where_to_save
from desktop.viewmodels.history import HistoryPresenter, HistoryState, kept_text
from desktop.viewmodels.outbox import OutboxRole
from desktop.viewmodels.outbox_lines import OutboxLine

_SIZE: Final = (720, 600)


class HistoryDialog(QDialog):
    """Opens beside the work; nothing in it changes anything."""

    def __init__(self, presenter: HistoryPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.setObjectName("history")
        self.setWindowTitle(_("Delivered from this computer"))
        self.resize(*_SIZE)
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
        self._kept = QLabel(kept_text(), self)
        self._kept.setObjectName("history.kept")
        self._kept.setWordWrap(True)
        wear(self._kept, Look.SMALL)
        self._copy = QPushButton(_("Co&py"), self)
        self._copy.setObjectName("history.copy")
        self._export = QPushButton(_("E&xport…"), self)
        self._export.setObjectName("history.export")
        set_icon(self._export, IconName.EXPORT)
        self._close = QPushButton(_("Close"), self)
        self._arrange()
        self._connect()
        presenter.open()
        self._render(presenter.state)

    def _arrange(self) -> None:
        foot = QHBoxLayout()
        for button in (self._copy, self._export, self._close):
            button.setAutoDefault(False)
            foot.addWidget(button)
        foot.insertStretch(2, 1)
        column = QVBoxLayout(self)
        column.setSpacing(MEASURES.space_m)
        for part in (self._search, self._heading, self._banner):
            column.addWidget(part)
        column.addWidget(self._acts, 1)
        column.addWidget(self._kept)
        column.addLayout(foot)

    def _connect(self) -> None:
        presenter = self._presenter
        self._search.textEdited.connect(presenter.search)
        self._search.textChanged.connect(self._on_text)
        self._copy.clicked.connect(self._on_copy)
        self._export.clicked.connect(self._on_export)
        self._close.clicked.connect(self.reject)
        self.finished.connect(self._on_finished)
        presenter.state_changed.connect(self._render)
        presenter.exported.connect(self._on_exported)

    @Slot(object)
    def _render(self, state: HistoryState) -> None:
        self._heading.setText(state.heading)
        problem = state.problem
        self._banner.show_notice(None if problem is None else notice_of(problem, {}))
        self._export.setEnabled(state.can_export)
        self._copy.setEnabled(state.can_export)
        model = self._presenter.model
        first = model.index(model.row_of(model.first()))
        if first.isValid() and not self._acts.selectedIndexes():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self._acts.selectionModel().setCurrentIndex(first, flag)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        if not text:  # the clear button edits nothing
            self._presenter.search("")

    @Slot()
    def _on_copy(self) -> None:
        line = self._acts.currentIndex().data(OutboxRole.LINE)
        if isinstance(line, OutboxLine):
            QGuiApplication.clipboard().setText(line.copied)
            announce(self, _("Copied"))

    @Slot()
    def _on_export(self) -> None:
        title = _("Export what was delivered")
        ask_where_to_save(self, title, "tanggap-riwayat.txt", self._presenter.export, suffix="txt")

    @Slot(str)
    def _on_exported(self, _path: str) -> None:
        announce(self, _("The file is written"))

    @Slot(int)
    def _on_finished(self, _result: int) -> None:
        self._presenter.close()
