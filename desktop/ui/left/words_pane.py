# SPDX-License-Identifier: AGPL-3.0-or-later
"""One thing that was left behind: where its complaint went, the words, and the ways to go on."""

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
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.save_dialog import ask_where_to_save
from desktop.viewmodels.left_lines import Key, LeftLine
from desktop.viewmodels.left_work import LeftState, LeftWorkPresenter
from desktop.viewmodels.problems import Remedy
from sync.cases.policy import Choice
from sync.i18n import gettext as _


class LeftWordsPane(QWidget):
    """Right of the list."""

    def __init__(self, presenter: LeftWorkPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._shown: Key | None = None
        wear(self, Look.PANE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("left-words")
        self._heading = QLabel(self)
        self._story = QLabel(self)
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        self._words = QPlainTextEdit(self)
        self._hint = QLabel(self)
        self._copy = QPushButton(_("Cop&y my words"), self)
        self._export = QPushButton(_("E&xport…"), self)
        self._withdraw = QPushButton(_("&Withdraw"), self)
        self._send = QPushButton(_("Send when connec&ted"), self)
        self._hand_over = QPushButton(_("Hand &over to the new office"), self)
        self._build()
        self._connect()
        self._render(presenter.state)

    def _build(self) -> None:
        self._heading.setObjectName("left.heading")
        wear(self._heading, Look.TITLE)
        self._story.setObjectName("left.story")
        wear(self._story, Look.MUTED)
        self._hint.setObjectName("left.hint")
        wear(self._hint, Look.SMALL)
        for label in (self._heading, self._story, self._hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._words.setObjectName("left.words")
        self._words.setReadOnly(True)
        self._words.setTabChangesFocus(True)
        self._words.setAccessibleName(_("Your words"))
        self._name_buttons()
        buttons = QHBoxLayout()
        buttons.setSpacing(MEASURES.space_m)
        for button in (self._copy, self._export, self._withdraw, self._send, self._hand_over):
            buttons.addWidget(button)
        buttons.insertStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, MEASURES.space_xl)
        column.setSpacing(MEASURES.space_m)
        for part in (self._heading, self._story, self._banner):
            column.addWidget(part)
        column.addWidget(self._words, 1)
        column.addWidget(self._hint)
        column.addLayout(buttons)
        self.setFocusProxy(self._words)

    def _name_buttons(self) -> None:
        names = {
            "left.copy": self._copy,
            "left.export": self._export,
            "left.withdraw": self._withdraw,
            "left.send": self._send,
            "left.hand-over": self._hand_over,
        }
        for name, button in names.items():
            button.setObjectName(name)
            button.setAutoDefault(False)
        set_icon(self._export, IconName.EXPORT)
        for button in (self._send, self._hand_over):
            wear(button, Look.PRIMARY)
        self._withdraw.setToolTip(_("Do not send it; a copy is kept"))
        self._hand_over.setToolTip(_("Your words become an internal note there, with your name."))

    def _connect(self) -> None:
        presenter = self._presenter
        presenter.state_changed.connect(self._render)
        presenter.exported.connect(self._on_exported)
        self._banner.chosen.connect(presenter.recover)
        self._copy.clicked.connect(self._on_copy)
        self._export.clicked.connect(self._on_export)
        self._withdraw.clicked.connect(presenter.withdraw)
        self._send.clicked.connect(presenter.send)
        self._hand_over.clicked.connect(presenter.hand_over)
        self._words.textChanged.connect(self._on_typed)

    @Slot(object)
    def _render(self, state: LeftState) -> None:
        chosen = state.chosen
        parts = (self._heading, self._story, self._words, self._hint)
        buttons = (self._copy, self._export, self._withdraw, self._send, self._hand_over)
        for part in (*parts, *buttons):
            part.setVisible(chosen is not None)
        problem = state.problem
        labels = {Remedy.REFRESH: _("Show how it stands")}
        self._banner.show_notice(None if problem is None else notice_of(problem, labels))
        if chosen is None:
            return
        self._heading.setText(chosen.heading)
        self._story.setText(chosen.story)
        self._show_words(chosen)
        self._hint.setText(chosen.hint)
        self._hint.setVisible(bool(chosen.hint))
        can = {way: chosen.allows(way) and not state.is_busy for way in Choice}
        self._hand_over.setVisible(not chosen.can_edit)
        self._send.setVisible(chosen.can_edit)
        self._hand_over.setEnabled(can[Choice.HAND_OVER])
        self._send.setEnabled(can[Choice.RESEND])
        self._withdraw.setEnabled(can[Choice.WITHDRAW])

    def _show_words(self, chosen: LeftLine) -> None:
        """Show the words; those that are being typed are newer than what was read."""
        is_same, self._shown = chosen.key == self._shown, chosen.key
        if is_same and chosen.can_edit and not self._words.isReadOnly():
            return
        self._words.setReadOnly(True)  # what follows is not typed
        if self._words.toPlainText() != chosen.item.words:
            self._words.setPlainText(chosen.item.words)
        self._words.setReadOnly(not chosen.can_edit)

    @Slot()
    def _on_typed(self) -> None:
        if not self._words.isReadOnly():
            self._presenter.write(self._words.toPlainText())

    @Slot()
    def _on_copy(self) -> None:
        chosen = self._presenter.state.chosen
        if chosen is not None:
            QGuiApplication.clipboard().setText(chosen.item.words)
            announce(self, _("Copied"))

    @Slot()
    def _on_export(self) -> None:
        chosen = self._presenter.state.chosen
        if chosen is None:
            return
        name = f"{chosen.item.tracking_id or 'tanggap'}.txt"
        ask_where_to_save(self, _("Export my words"), name, self._presenter.export, suffix="txt")

    @Slot(str)
    def _on_exported(self, _path: str) -> None:
        announce(self, _("The file is written"))
