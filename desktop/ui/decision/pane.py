# SPDX-License-Identifier: AGPL-3.0-or-later
"""A decision: what happened, both sides, the ways to go on. It is asked, never forced."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.icons import IconName
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.decision.batch import BatchPreview
from desktop.ui.decision.choices import ChoiceList
from desktop.ui.decision.groups import GroupBar
from desktop.ui.decision.sides import Sides
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.keyboard import bring_up
from desktop.ui.widgets.notice import Notice
from desktop.viewmodels.decision import DecisionPresenter, DecisionState
from desktop.viewmodels.problems import Remedy
from sync.cases.ids import CommandId
from sync.i18n import gettext as _


class DecisionPane(QWidget):
    """Right of the outbox."""

    def __init__(self, presenter: DecisionPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._shown: CommandId | None = None
        wear(self, Look.PANE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("decision")
        self._title = QLabel(self)
        self._place = QLabel(self)
        self._story = QLabel(self)
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        self._groups = GroupBar(self)
        self._outcome = QLabel(self)
        self._sides = Sides(self)
        self._choices = ChoiceList(self)
        self._preview = BatchPreview(self)
        self._all = QPushButton(self)
        self._hint = QLabel(self)
        self._meant = QLabel(self)
        self._copy = QPushButton(_("Cop&y my words"), self)
        self._later = QPushButton(_("&Later"), self)
        self._apply = QPushButton(_("&Apply"), self)
        self._empty = EmptyState(self)
        self._stack = QStackedWidget(self)
        self._build()
        self._connect()
        self._render(presenter.state)

    def take_focus(self) -> None:
        """Put the keyboard onto the way that is meant."""
        bring_up(self._stack)
        if self._presenter.state.is_previewing:
            self._preview.take_focus()
        else:
            self._choices.take_focus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._on_enter(is_held=event.isAutoRepeat())
        elif event.key() == Qt.Key.Key_Escape and self._presenter.state.is_previewing:
            self._presenter.back()
        else:
            super().keyPressEvent(event)

    def _on_enter(self, *, is_held: bool) -> None:
        """A key that is held down decides one, not one after the other."""
        if is_held:
            return
        if not self._presenter.state.is_previewing:
            self._presenter.apply()
        elif QApplication.focusWidget() is not None:
            button = QApplication.focusWidget()
            if isinstance(button, QPushButton):
                button.click()

    def _build(self) -> None:
        self._title.setObjectName("decision.title")
        self._title.setWordWrap(True)
        wear(self._title, Look.TITLE)
        self._place.setObjectName("decision.place")
        wear(self._place, Look.MUTED)
        self._story.setObjectName("decision.story")
        self._story.setWordWrap(True)
        wear(self._story, Look.MUTED)
        self._outcome.setObjectName("decision.outcome")
        wear(self._outcome, Look.STRONG)
        self._hint.setObjectName("decision.hint")
        self._hint.setWordWrap(True)
        wear(self._hint, Look.SMALL)
        for label in (self._title, self._story, self._outcome):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._meant.setObjectName("decision.meant")
        self._meant.setWordWrap(True)
        self._meant.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        wear(self._meant, Look.SMALL)
        self._copy.setObjectName("decision.copy")
        self._all.setObjectName("decision.all")
        self._later.setObjectName("decision.later")
        self._apply.setObjectName("decision.apply")
        wear(self._apply, Look.PRIMARY)
        self._stack.addWidget(self._page())
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _page(self) -> QWidget:
        """Return what is read, and below it, always in sight, what can be done."""
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._reading(), 1)
        column.addLayout(self._foot())
        return page

    def _reading(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget(area)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._place, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(content)
        column.setContentsMargins(18, 14, 18, MEASURES.space_m)
        column.setSpacing(MEASURES.space_m)
        column.addWidget(self._groups)
        column.addLayout(head)
        parts = (self._story, self._banner, self._outcome, self._sides, self._choices)
        for part in (*parts, self._preview, self._hint):
            column.addWidget(part)
        column.addStretch(1)
        area.setWidget(content)
        return area

    def _foot(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(18, MEASURES.space_m, 18, MEASURES.space_l)
        buttons.setSpacing(MEASURES.space_m)
        buttons.addWidget(self._copy)
        buttons.addWidget(self._all)
        buttons.addWidget(self._meant, 1)
        buttons.addWidget(self._later)
        buttons.addWidget(self._apply)
        return buttons

    def _connect(self) -> None:
        presenter = self._presenter
        presenter.state_changed.connect(self._render)
        self._choices.chosen.connect(presenter.choose)
        self._banner.chosen.connect(presenter.refresh)
        self._groups.chosen.connect(presenter.turn_to)
        self._all.clicked.connect(presenter.preview_all)
        self._preview.confirmed.connect(presenter.apply_all)
        self._preview.left.connect(presenter.back)
        self._copy.clicked.connect(self._on_copy)
        self._later.clicked.connect(presenter.later)
        self._apply.clicked.connect(presenter.apply)

    @Slot(object)
    def _render(self, state: DecisionState) -> None:
        shown = state.shown
        self._stack.setCurrentIndex(1 if shown is None else 0)
        if shown is None:
            self._shown = None
            self._show_nothing(state.outcome)
            return
        has_keyboard = self._has_keyboard()
        self._title.setText(_("Needs decision — {case}").format(case=shown.heading))
        self._place.setText(state.place)
        self._story.setText(shown.story)
        problem = state.problem
        labels = {Remedy.REFRESH: _("Show how it stands")}
        self._banner.show_notice(None if problem is None else notice_of(problem, labels))
        self._outcome.setText(state.outcome)
        self._outcome.setVisible(bool(state.outcome))
        self._groups.show_groups(state.groups)
        self._sides.show_decision(shown)
        self._choices.show_choices(shown.choices, state.chosen)
        titles = {each.choice: each.title for each in shown.choices}
        meant = "" if state.chosen is None else titles.get(state.chosen, "")
        self._meant.setText(_("Your choice: {title}").format(title=meant) if meant else "")
        self._apply.setEnabled(state.can_apply)
        self._show_batch(state)
        if shown.command_id != self._shown:
            self._shown = shown.command_id
            self._begin(has_keyboard=has_keyboard)

    def _show_nothing(self, outcome: str) -> None:
        detail = _("If a complaint changes while you are offline, you are asked here.")
        self._empty.show_notice(
            IconName.APPROVAL,
            Notice(title=_("Nothing waits for your decision"), detail=outcome or detail),
        )

    def _show_batch(self, state: DecisionState) -> None:
        batch, was_previewing = state.batch, self._preview.isVisibleTo(self)
        self._all.setVisible(batch is not None and not state.is_previewing)
        self._hint.setVisible(bool(batch and batch.hint) and not state.is_previewing)
        if batch is not None:
            self._all.setText(batch.label)
            self._all.setEnabled(not state.is_busy)
            self._hint.setText(batch.hint)
            self._preview.show_batch(batch)
        self._preview.setVisible(state.is_previewing)
        unless = (self._sides, self._choices, self._copy, self._meant, self._later, self._apply)
        for part in unless:
            part.setVisible(not state.is_previewing)
        if state.is_previewing != was_previewing:
            self.take_focus()

    def _has_keyboard(self) -> bool:
        return any(part.hasFocus() for part in self.findChildren(QWidget))

    def _begin(self, *, has_keyboard: bool) -> None:
        said = (self._outcome.text(), f"{self._title.text()}. {self._story.text()}")
        announce(self, " ".join(part for part in said if part))
        if has_keyboard:
            self.take_focus()

    @Slot()
    def _on_copy(self) -> None:
        shown = self._presenter.state.shown
        if shown is not None:
            QGuiApplication.clipboard().setText(shown.copied)
            announce(self, _("Copied"))
