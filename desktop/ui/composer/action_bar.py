# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verbs of a case besides writing, as buttons; a disabled one says why."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.viewmodels.case_actions import CaseActionsPresenter, CaseActionsState, VerbText
from sync.i18n import gettext as _

_ICONS: Final = {
    "seen": IconName.CHECK,
    "assign": IconName.ASSIGN,
    "close": IconName.CLOSE_CASE,
    "reopen": IconName.REOPEN,
}


class ActionBar(QWidget):
    """Stands beside the tabs of the composer."""

    def __init__(self, presenter: CaseActionsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.setAccessibleName(_("What can be done"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MEASURES.space_xs)
        self._buttons = {kind: self._button(kind) for kind in _ICONS}
        for button in self._buttons.values():
            row.addWidget(button)
        presenter.state_changed.connect(self._render)
        self._render(presenter.state)

    @Slot(object)
    def _render(self, state: CaseActionsState) -> None:
        shown = {verb.kind: verb for verb in state.verbs}
        for kind, button in self._buttons.items():
            verb = shown.get(kind)
            button.setVisible(verb is not None and verb.is_shown)
            if verb is not None:
                _show_verb(button, verb)

    def _button(self, kind: str) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(f"case.{kind}")
        button.setAutoDefault(False)
        wear(button, Look.QUIET)
        set_icon(button, _ICONS[kind], IconRole.MUTED)
        button.clicked.connect(partial(self._presenter.begin, kind))
        return button


def _show_verb(button: QPushButton, verb: VerbText) -> None:
    button.setText(verb.label)
    button.setEnabled(verb.can)
    button.setToolTip(verb.reason)
    button.setAccessibleDescription(verb.reason)
