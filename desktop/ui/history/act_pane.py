# SPDX-License-Identifier: AGPL-3.0-or-later
"""One act that is settled: what it was, its receipt, and every word of it, to copy and to keep."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.theme.icons import IconName, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.looks_of_marks import chip_face
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.chip import Chip
from desktop.ui.widgets.chip_paint import ChipFace
from desktop.ui.widgets.save_dialog import ask_where_to_save
from desktop.viewmodels.history import HistoryPresenter, HistoryState
from sync.i18n import gettext as _


class HistoryActPane(QWidget):
    """Right of the list."""

    def __init__(self, presenter: HistoryPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        wear(self, Look.PANE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("history-act")
        self._heading = QLabel(self)
        self._tag = Chip(ChipFace(text=""), self)
        self._standing = QLabel(self)
        self._words = QPlainTextEdit(self)
        self._copy = QPushButton(_("Co&py"), self)
        self._export = QPushButton(_("E&xport what is listed…"), self)
        self._open = QPushButton(_("&Open the complaint"), self)
        self._arrange()
        self._connect()
        self._render(presenter.state)

    def _arrange(self) -> None:
        names = {
            "history.act": self._heading,
            "history.standing": self._standing,
            "history.words": self._words,
            "history.copy": self._copy,
            "history.export": self._export,
            "history.open": self._open,
        }
        for name, part in names.items():
            part.setObjectName(name)
        for label, look in ((self._heading, Look.TITLE), (self._standing, Look.MUTED)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            wear(label, look)
        self._words.setReadOnly(True)
        self._words.setTabChangesFocus(True)
        self._words.setAccessibleName(_("Your words"))
        set_icon(self._export, IconName.EXPORT)
        buttons = QHBoxLayout()
        buttons.setSpacing(MEASURES.space_m)
        for button in (self._copy, self._export, self._open):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.insertStretch(2, 1)
        standing = QHBoxLayout()
        standing.setSpacing(MEASURES.space_m)
        standing.addWidget(self._tag, alignment=Qt.AlignmentFlag.AlignTop)
        standing.addWidget(self._standing, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, MEASURES.space_xl)
        column.setSpacing(MEASURES.space_m)
        column.addWidget(self._heading)
        column.addLayout(standing)
        column.addWidget(self._words, 1)
        column.addLayout(buttons)
        self.setFocusProxy(self._words)

    def _connect(self) -> None:
        self._presenter.state_changed.connect(self._render)
        self._presenter.exported.connect(self._on_exported)
        self._copy.clicked.connect(self._on_copy)
        self._export.clicked.connect(self._on_export)
        self._open.clicked.connect(self._presenter.go_on)

    @Slot(object)
    def _render(self, state: HistoryState) -> None:
        act = state.chosen
        for part in (
            self._heading,
            self._tag,
            self._standing,
            self._words,
            self._copy,
            self._export,
            self._open,
        ):
            part.setVisible(act is not None)
        if act is None:
            return
        self._heading.setText(f"{act.what} · {act.number} {act.title}".strip())
        self._tag.show_face(chip_face(act.tag))
        self._standing.setText(act.detail)
        words = act.text or _("There are no words in it.")
        if self._words.toPlainText() != words:
            self._words.setPlainText(words)

    @Slot()
    def _on_copy(self) -> None:
        act = self._presenter.state.chosen
        if act is not None:
            QGuiApplication.clipboard().setText(act.copied)
            announce(self, _("Copied"))

    @Slot()
    def _on_export(self) -> None:
        title = _("Export what was delivered")
        ask_where_to_save(self, title, "tanggap-riwayat.txt", self._presenter.export, suffix="txt")

    @Slot(str)
    def _on_exported(self, _path: str) -> None:
        announce(self, _("The file is written"))
