# SPDX-License-Identifier: AGPL-3.0-or-later
"""The card that tells what goes on between this computer and the centre, and lets it be steered."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES, Tone
from desktop.ui.looks_of_marks import LIGHT_TONES
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.light import StatusLight
from desktop.ui.widgets.snug_area import SnugArea
from desktop.viewmodels.sync_details import (
    MODES,
    SyncDetails,
    SyncDetailsPresenter,
    chosen_text,
)
from desktop.viewmodels.sync_status import SyncState
from sync.i18n import gettext as _

_WIDTH: Final = 430
_FRAME: Final = 1
_STEPS: Final = 1000


class SyncPanel(Card):
    """Lies over the lower corner of the window, above the status bar, until it is closed.

    It takes nothing away from who goes on working: only the keys that are pressed in it.
    """

    def __init__(self, presenter: SyncDetailsPresenter, sync_now: QAction, parent: QWidget) -> None:
        super().__init__(Tone.NEUTRAL, parent)
        self._over = parent
        self._presenter = presenter
        self._came_from: QWidget | None = None
        self._values: list[QLabel] = []
        self.setObjectName("sync-panel")
        self.setAccessibleName(_("Synchronisation"))
        self._link = StatusLight(self)
        self._link.setObjectName("sync-panel.link")
        self._link.setWordWrap(True)
        self._progress = QProgressBar(self)
        self._progress.setObjectName("sync-panel.progress")
        self._progress.setRange(0, _STEPS)
        self._progress.setTextVisible(False)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(MEASURES.space_l)
        self._facts.setVerticalSpacing(MEASURES.space_xs)
        self._facts.setColumnStretch(1, 1)
        self._modes = QComboBox(self)
        self._modes.setObjectName("sync-panel.mode")
        for value in MODES:
            self._modes.addItem(chosen_text(value), value)
        self._explained = QLabel(self)
        self._explained.setObjectName("sync-panel.explained")
        self._explained.setWordWrap(True)
        wear(self._explained, Look.SMALL)
        self._now = QToolButton(self)
        self._now.setObjectName("sync-panel.now")
        self._now.setDefaultAction(sync_now)
        self._now.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._pause = QPushButton(self)
        self._pause.setObjectName("sync-panel.pause")
        self._close = self._closing_button()
        self._arrange()
        self._modes.activated.connect(self._on_chosen)
        self._pause.clicked.connect(presenter.toggle_pause)
        presenter.state_changed.connect(self.show_details)
        parent.installEventFilter(self)
        self.show_details(presenter.state)
        self.hide()

    def toggle(self) -> None:
        """Open with the keyboard in it, or close."""
        if self.isVisible():
            self.leave()
            return
        self._came_from = QApplication.focusWidget()
        self._fit()
        self.show()
        self.raise_()
        self._modes.setFocus(Qt.FocusReason.PopupFocusReason)

    def add_section(self, section: QWidget) -> None:
        """Put another part above the buttons."""
        self._column.insertWidget(self._column.count() - 1, section)

    @Slot()
    def leave(self) -> None:
        """Close, and give the keyboard back."""
        focused = QApplication.focusWidget()
        had_keyboard = focused is not None and self.isAncestorOf(focused)
        self.hide()
        if had_keyboard and self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(object)
    def show_sync(self, state: SyncState) -> None:
        """Show the light and what is being done."""
        self._link.show_status(
            state.link if state.progress is None else state.progress.words,
            LIGHT_TONES[state.light],
        )

    @Slot(object)
    def show_details(self, details: SyncDetails) -> None:
        """Show how things stand."""
        if len(self._values) != len(details.facts):
            self._build_facts(details)
        for value, (label, words) in zip(self._values, details.facts, strict=True):
            value.setText(words)
            value.setAccessibleName(f"{label}: {words}")
        self._progress.setVisible(details.share is not None)
        self._progress.setValue(round((details.share or 0.0) * _STEPS))
        self._modes.setCurrentIndex(self._modes.findData(details.chosen))
        self._explained.setText(details.explained)
        self._pause.setText(_("&Go on") if details.paused else _("&Pause"))
        if self.isVisible():
            self._fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        self._presenter.choose(self._modes.itemData(index))

    def _build_facts(self, details: SyncDetails) -> None:
        for row, (name, _words) in enumerate(details.facts):
            label, value = QLabel(name, self), QLabel(self)
            wear(label, Look.SMALL)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            self._facts.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, row, 1)
            self._values.append(value)

    def _closing_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("sync-panel.close")
        button.setAccessibleName(_("Close the details"))
        button.setToolTip(_("Close the details"))
        set_icon(button, IconName.DISMISS, IconRole.MUTED)
        wear(button, Look.QUIET)
        button.clicked.connect(self.leave)
        return button

    def _arrange(self) -> None:
        title = QLabel(_("Synchronisation"), self)
        wear(title, Look.STRONG)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._close)
        foot.addWidget(self._now)
        foot.addWidget(self._pause)
        foot.addStretch(1)
        body = QWidget(self)
        self._area = SnugArea(body, self)
        self._area.asked.connect(self._fit)  # the words in it need more lines, or fewer
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*[_FRAME] * 4)
        whole.addWidget(self._area)
        self._column = column = QVBoxLayout(body)
        column.setContentsMargins(MEASURES.space_l, 10, MEASURES.space_l, MEASURES.space_l)
        column.setSpacing(MEASURES.space_m)
        column.addLayout(head)
        column.addWidget(self._link)
        column.addWidget(self._progress)
        column.addLayout(self._facts)
        column.addWidget(Field(_("Use of the line"), self._modes, parent=self))
        column.addWidget(self._explained)
        column.addLayout(foot)

    @Slot()
    def _fit(self) -> None:
        """Stand in the lower corner where reading starts, as high as the words need."""
        over, margin = self._over, MEASURES.space_m
        width = min(_WIDTH, over.width() - 2 * margin)
        wanted = self._column.totalHeightForWidth(width - 2 * _FRAME) + 2 * _FRAME
        most = over.height() - 2 * margin
        height = min(wanted, most)
        # A bar that is there takes width, so the words need more lines: it would stay for ever.
        bar = Qt.ScrollBarPolicy
        self._area.setVerticalScrollBarPolicy(
            bar.ScrollBarAlwaysOff if wanted <= most else bar.ScrollBarAsNeeded
        )
        at_start = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        left = margin if at_start else over.width() - width - margin
        self.setGeometry(left, over.height() - height - margin, width, height)
