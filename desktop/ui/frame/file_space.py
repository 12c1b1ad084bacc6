# SPDX-License-Identifier: AGPL-3.0-or-later
"""A part of the sync card: the room that files take, how much they may, and making room now."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.announcing import announce
from desktop.viewmodels.file_space import FileSpacePresenter, FileSpaceState
from sync.i18n import gettext as _


class FileSpaceSection(QWidget):
    """Name, what is used, the limit, and a button."""

    def __init__(self, presenter: FileSpacePresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._used = QLabel(self)
        self._used.setObjectName("file-space.used")
        self._details = QLabel(self)
        self._details.setObjectName("file-space.details")
        self._details.setWordWrap(True)
        wear(self._details, Look.SMALL)
        self._limits = QComboBox(self)
        self._limits.setObjectName("file-space.limit")
        self._clear = QPushButton(_("Fr&ee space now"), self)
        self._clear.setObjectName("file-space.clear")
        self._clear.setToolTip(_("Deletes what can be fetched again and is not kept for offline."))
        self._arrange()
        self._limits.activated.connect(self._on_chosen)
        self._clear.clicked.connect(presenter.clear)
        presenter.state_changed.connect(self._render)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.watch(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._presenter.watch(False)

    def _arrange(self) -> None:
        title = QLabel(_("Files from the centre"), self)
        wear(title, Look.STRONG)
        limit = QLabel(_("At &most"), self)
        limit.setBuddy(self._limits)
        wear(limit, Look.SMALL)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self._used)
        head.addStretch(1)
        foot.addWidget(limit)
        foot.addWidget(self._limits)
        foot.addWidget(self._clear)
        foot.addStretch(1)
        head.setSpacing(MEASURES.space_m)
        foot.setSpacing(MEASURES.space_m)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEASURES.space_xs)
        column.addLayout(head)
        column.addWidget(self._details)
        column.addLayout(foot)

    @Slot(object)
    def _render(self, state: FileSpaceState) -> None:
        self._used.setText(state.used)
        self._used.setAccessibleName(_("Files from the centre: {used}").format(used=state.used))
        words = " ".join(part for part in (state.told, state.details) if part)
        self._details.setText(words)
        self._details.setVisible(bool(words))
        with QSignalBlocker(self._limits):
            self._limits.clear()
            for limit, name in state.choices:
                self._limits.addItem(name, limit)
            self._limits.setCurrentIndex(self._limits.findData(state.chosen))
        self._clear.setEnabled(state.can_clear)
        if state.told:
            announce(self._clear, state.told)

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        self._presenter.choose(self._limits.itemData(index))
