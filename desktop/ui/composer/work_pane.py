# SPDX-License-Identifier: AGPL-3.0-or-later
"""Below the history: the composer, or in its place the list of colleagues to assign to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.ui.composer.action_bar import ActionBar
from desktop.ui.composer.assign_panel import AssignPanel
from desktop.ui.composer.pane import ComposerPane
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.widgets.banner import Banner
from desktop.viewmodels.case_actions import CaseActionsPresenter, CaseActionsState
from desktop.viewmodels.composer import ComposerPresenter
from desktop.viewmodels.evidence import EvidencePicker
from sync.i18n import gettext as _


class WorkPane(QWidget):
    """Everything that an officer does to the open case.

    Signals:
        left: the officer goes back without sending; what is typed stays a draft.
    """

    left = Signal()

    def __init__(
        self,
        composer: ComposerPresenter,
        actions: CaseActionsPresenter,
        evidence: EvidencePicker,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        self._composer = ComposerPane(composer, evidence, ActionBar(actions), self)
        self._assign = AssignPanel(actions, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._composer)
        self._stack.addWidget(self._assign)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._banner)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self._composer)
        actions.state_changed.connect(self._render)
        self._render(actions.state)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _render(self, state: CaseActionsState) -> None:
        problem = state.problem
        self._banner.show_notice(None if problem is None else notice_of(problem, {}))
        was_choosing = self._stack.currentWidget() is self._assign
        if state.is_choosing == was_choosing:
            return
        self._stack.setCurrentWidget(self._assign if state.is_choosing else self._composer)
        if state.is_choosing:
            self._assign.take_focus()
        else:
            self._composer.setFocus(Qt.FocusReason.OtherFocusReason)
