# SPDX-License-Identifier: AGPL-3.0-or-later
"""The composer: what the reporter will read and what only colleagues see never look alike."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QDateTime, QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabBar, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.theme.icons import IconName
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES, Tone
from desktop.ui.composer.follow_up_fields import FollowUpFields
from desktop.ui.composer.words_edit import WordsEdit, local_files, packed
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.chip import Chip
from desktop.ui.widgets.chip_paint import ChipFace
from desktop.ui.widgets.keyboard import give_keyboard
from desktop.ui.widgets.notice import Notice, Step
from desktop.ui.widgets.turning_row import TurningRow
from desktop.viewmodels.composer import ComposerPresenter
from desktop.viewmodels.composer_state import ComposerState
from desktop.viewmodels.evidence import EvidencePicker
from desktop.viewmodels.news import News
from desktop.viewmodels.problems import Remedy
from sync.i18n import gettext as _

_LOOK: Final = "look"
_SEND_ANYWAY: Final = "send-anyway"
_FOOT_BESIDE: Final = 640
"""Where who reads it stands beside what was saved, in pixels."""


class ComposerPane(QWidget):
    """Tabs, the words, and the button that says what it does."""

    def __init__(
        self,
        presenter: ComposerPresenter,
        evidence: EvidencePicker,
        actions: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        """Build the pane.

        Args:
            actions: what else can be done with the case; stands beside the tabs.
        """
        super().__init__(parent)
        self._presenter = presenter
        self._picker = evidence
        self._actions = actions
        wear(self, Look.PANE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("composer")
        self.setAccessibleName(_("Write"))
        self.setAcceptDrops(True)
        self._column = QVBoxLayout(self)
        self._tabs = QTabBar(self)
        self._readers = Chip(ChipFace(text=""), self)
        self._news = Banner(copy_label=_("Copy"), parent=self)
        self._problem = Banner(copy_label=_("Copy for support"), parent=self)
        self._words = WordsEdit(self)
        self._fields = FollowUpFields(self)
        self._effect = QLabel(self)
        self._saved = QLabel(self)
        self._length = QLabel(self)
        self._send = QPushButton(self)
        self._build()
        self._connect()
        self.setFocusProxy(self._words)
        self._render(presenter.state)

    def take_focus(self) -> None:
        """Put the cursor into the words."""
        give_keyboard(self._words, Qt.FocusReason.ShortcutFocusReason)

    @override
    def minimumSizeHint(self) -> QSize:
        # Splitters do not ask how high words become when they wrap. A layout in which nothing wraps
        # has no answer to that.
        smallest = super().minimumSizeHint()
        wrapped = self._column.totalMinimumHeightForWidth(self.width())
        return QSize(smallest.width(), max(smallest.height(), wrapped))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # At 125 % there is no room for both in one line, and tabs must not be cut.
        needed = self._tabs.sizeHint().width() + self._actions.sizeHint().width() + 60
        stands_below = self._column.indexOf(self._actions) >= 0
        if self.width() < needed and not stands_below:
            self._column.insertWidget(1, self._actions, 0, Qt.AlignmentFlag.AlignLeft)
        elif self.width() >= needed and stands_below:
            self._head.addWidget(self._actions)

    def _build(self) -> None:
        self._tabs.setObjectName("composer.tabs")
        self._tabs.setAccessibleName(_("Kind of words"))
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        self._words.setObjectName("composer.words")
        self._words.setMinimumHeight(56)
        self._news.setObjectName("composer.news")
        self._problem.setObjectName("composer.problem")
        self._readers.setObjectName("composer.readers")
        self._saved.setObjectName("composer.saved")
        self._length.setObjectName("composer.length")
        self._send.setObjectName("composer.send")
        self._send.setToolTip(_("Ctrl+Enter"))
        for label in (self._effect, self._saved, self._length):
            wear(label, Look.SMALL)
        wear(self._send, Look.PRIMARY)
        column = self._column
        column.setContentsMargins(18, MEASURES.space_s, 18, MEASURES.space_l)
        column.setSpacing(MEASURES.space_m)
        self._head = _row(self._tabs, None, self._actions)
        column.addLayout(self._head)
        column.addWidget(self._problem)
        column.addWidget(self._news)
        column.addWidget(self._words, 1)
        column.addWidget(self._fields)
        column.addWidget(self._foot())
        chain = [self._words, *self._fields.tab_chain(), self._send, self._tabs, self._actions]
        for before, after in pairwise(chain):
            self.setTabOrder(before, after)

    def _foot(self) -> TurningRow:
        """Return who reads it and the button; who reads it is never cut short."""
        foot = TurningRow(MEASURES.space_m, self, least=_FOOT_BESIDE)
        sides = ((self._readers, self._effect, None), (self._saved, None, self._length, self._send))
        for stretch, parts in enumerate(sides):
            side = QWidget(foot)
            row = _row(*parts)
            row.setContentsMargins(0, 0, 0, 0)
            side.setLayout(row)
            foot.box.addWidget(side, stretch)
        return foot

    def _connect(self) -> None:
        presenter = self._presenter
        presenter.state_changed.connect(self._render)
        presenter.focus_requested.connect(self.take_focus)
        self._picker.picked.connect(presenter.add_evidence)
        self._tabs.currentChanged.connect(self._on_tab)
        self._words.textChanged.connect(self._on_typed)
        self._words.left.connect(presenter.flush)
        self._words.files_given.connect(self._on_files)
        self._words.picture_given.connect(self._on_picture)
        self._words.files_unwelcome.connect(presenter.refuse_files)
        self._fields.done_on_chosen.connect(presenter.set_done_on)
        self._fields.next_step_written.connect(presenter.set_next_step)
        self._fields.next_step_on_chosen.connect(presenter.set_next_step_on)
        self._fields.files_chosen.connect(self._on_files)
        self._fields.file_removed.connect(presenter.remove_evidence)
        self._fields.shrink_wished.connect(self._picker.shrink)
        self._picker.failed.connect(presenter.show_problem)
        self._picker.copying_changed.connect(presenter.show_copying)
        self._news.chosen.connect(self._on_step)
        self._problem.chosen.connect(self._on_step)
        self._send.clicked.connect(presenter.send)

    @Slot(object)
    def _render(self, state: ComposerState) -> None:
        self.setEnabled(state.case_id is not None)
        self._render_tabs(state)
        self._render_words(state)
        self._fields.setVisible(state.has_fields)
        self._fields.show_state(state)
        self._effect.setText(state.effect)
        self._effect.setVisible(bool(state.effect))
        self._saved.setText(state.saved)
        self._length.setText(state.length)
        self._send.setText(state.verb)
        self._send.setEnabled(state.can_send)
        self._render_banners(state)
        self.updateGeometry()

    def _render_tabs(self, state: ComposerState) -> None:
        with QSignalBlocker(self._tabs):
            while self._tabs.count() > len(state.tabs):
                self._tabs.removeTab(self._tabs.count() - 1)
            for place, tab in enumerate(state.tabs):
                if place >= self._tabs.count():
                    self._tabs.addTab(tab.title)
                self._tabs.setTabText(place, f"{tab.title} •" if tab.has_words else tab.title)
                self._tabs.setTabData(place, tab.kind)
                self._tabs.setAccessibleTabName(place, tab.spoken)
                if tab.kind == state.kind:
                    self._tabs.setCurrentIndex(place)

    def _render_words(self, state: ComposerState) -> None:
        tone = Tone.PUBLIC if state.is_public else Tone.INTERNAL
        sign = IconName.PUBLIC if state.is_public else IconName.INTERNAL
        self._readers.show_face(ChipFace(text=state.readers, tone=tone, icon=sign))
        wear(self._words, Look.EDITOR_PUBLIC if state.is_public else Look.EDITOR_INTERNAL)
        self._words.setPlaceholderText(state.prompt)
        self._words.setAccessibleName(f"{state.verb}. {state.readers}.")
        self._words.setReadOnly(not state.can_write)
        self._words.take_files(state.takes_files)
        self._words.show_words("" if state.draft is None else state.draft.text)

    def _render_banners(self, state: ComposerState) -> None:
        barrier = None if state.barrier is None else notice_of(state.barrier, {})
        notice = None if barrier is None else replace(barrier, tone=Tone.INFO)
        if state.problem is not None:
            notice = notice_of(state.problem, {Remedy.RETRY: _("Try again")})
        self._problem.show_notice(notice)
        was_held = len(self._news.notice.steps) > 1 if self._news.notice is not None else False
        news = state.news
        self._news.show_notice(None if news is None else _news_notice(news, is_held=state.is_held))
        if state.is_held and not was_held:
            for look in self._news.findChildren(QPushButton, f"step.{_LOOK}"):
                look.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._presenter.state.takes_files and local_files(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._on_files(local_files(event.mimeData()))
        event.acceptProposedAction()

    @Slot(list)
    def _on_files(self, paths: list[str]) -> None:
        self._picker.pick(self._presenter.evidence_key(), paths)

    @Slot(object)
    def _on_picture(self, image: QImage) -> None:
        taken_at = QDateTime.currentDateTime().toString("yyyy-MM-dd HH.mm.ss")
        name = _("Screen {moment}.png").format(moment=taken_at)
        self._picker.pick_picture(self._presenter.evidence_key(), name, partial(packed, image))

    @Slot(int)
    def _on_tab(self, place: int) -> None:
        self._presenter.choose(self._tabs.tabData(place))

    @Slot()
    def _on_typed(self) -> None:
        draft = self._presenter.state.draft
        words = self._words.toPlainText()
        if draft is not None and draft.text != words:
            self._presenter.write(words)

    @Slot(str)
    def _on_step(self, code: str) -> None:
        verbs = {
            _LOOK: self._presenter.look,
            _SEND_ANYWAY: self._presenter.send_anyway,
            Remedy.RETRY.value: self._presenter.send,
        }
        verbs[code]()


def _news_notice(news: News, *, is_held: bool) -> Notice:
    look = Step(code=_LOOK, label=_("&Look"))
    if not is_held:
        return Notice(title=news.title, detail=news.detail, tone=Tone.WARN, steps=(look,))
    anyway = Step(code=_SEND_ANYWAY, label=_("Send as &it is"))
    return Notice(
        title=_("Not sent yet: {news}").format(news=news.title),
        detail=news.detail,
        tone=Tone.WARN,
        steps=(look, anyway),
    )


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Put widgets side by side; None is the gap that grows."""
    row = QHBoxLayout()
    row.setSpacing(MEASURES.space_l)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row
