# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file of an entry: a small picture, its name and size, where it is, and what can be done."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.icons import IconName, icon_pixmap
from desktop.theme.looks import Look, wear
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.elided_label import ElidedLabel
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.focus_ring import paint_focus_ring
from desktop.viewmodels.file_lines import FileText
from sync.i18n import gettext as _

_PICTURE: Final = 40
_BAR_HEIGHT: Final = 5
_LINK_INDENT: Final = 5
"""What a link keeps free for its ring; the name above stands where its words begin."""
_STEPS: Final = 1000
_ENTER: Final = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class FileTile(Card):
    """Shows one file. Return on it does what one does with a file most: opens it.

    Signals:
        open_requested, save_requested, retry_requested: the file, by its SHA-256.
        reached: the keyboard has come to this tile or to one of its buttons.
    """

    open_requested = Signal(str)
    save_requested = Signal(str)
    retry_requested = Signal(str)
    reached = Signal()

    def __init__(self, file: FileText, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.file = file
        self.setObjectName("timeline.file")
        self._picture = QLabel(self)
        self._picture.setFixedSize(_PICTURE, _PICTURE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = ElidedLabel(parent=self, mode=Qt.TextElideMode.ElideMiddle)
        self._name.setObjectName("timeline.file-name")
        self._name.setContentsMargins(_LINK_INDENT, 0, 0, 0)
        self._standing = QLabel(self)
        self._standing.setTextFormat(Qt.TextFormat.PlainText)
        self._standing.setObjectName("timeline.file-standing")
        self._standing.setWordWrap(True)
        self._bar = self._progress()
        self._open = self._link(_("Open"), "timeline.file-open", self.open_requested)
        self._save = self._link(_("Save…"), "timeline.file-save", self.save_requested)
        self._retry = self._link(_("Try again"), "timeline.file-retry", self.retry_requested)
        self._buttons = (self._open, self._save, self._retry)
        self._steps = QWidget(self)
        self._arrange()
        self.show_file(file)

    def show_file(self, file: FileText) -> None:
        """Show how the file stands now; who is on one of its buttons stays there."""
        is_other_picture = file.picture != self.file.picture or self._picture.pixmap().isNull()
        self.file = file
        self.setAccessibleName(file.spoken)
        self._name.show_text(file.name)
        said = (file.size, file.trouble or file.standing)
        self._standing.setText(" · ".join(part for part in said if part))
        wear(self._standing, Look.ERROR if file.trouble and not file.goes_by_itself else Look.SMALL)
        self._bar.setVisible(file.share is not None)
        self._bar.setValue(int((file.share or 0.0) * _STEPS))
        shown = (file.can_open, file.can_open, bool(file.trouble))
        for button, is_shown in zip(self._buttons, shown, strict=True):
            button.setAccessibleName(f"{button.text()}: {file.name}")
            button.setVisible(is_shown)
        if is_other_picture:
            self._show_picture(file)

    def take_tab(self, *, taken: bool) -> None:
        """Let Tab stop here and at the buttons, or let it pass by."""
        policy = Qt.FocusPolicy.StrongFocus if taken else Qt.FocusPolicy.ClickFocus
        for part in (self, *self._buttons):
            part.setFocusPolicy(policy)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.reached.emit()
        return super().eventFilter(watched, event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.reached.emit()
        self._come_into_view()
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ENTER and self.hasFocus():
            self._do_the_usual()
        else:
            super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._do_the_usual()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            paint_focus_ring(painter, self.rect(), self.palette())
            painter.end()

    def _do_the_usual(self) -> None:
        if self.file.can_open:
            self.open_requested.emit(self.file.sha256)
        elif self.file.trouble:
            self.retry_requested.emit(self.file.sha256)

    def _come_into_view(self) -> None:
        """Scroll as Qt does for Tab; it does not for arrows."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(self)

    def _arrange(self) -> None:
        flow = FlowLayout(self._steps, 0)
        for button in self._buttons:
            flow.addWidget(button)
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addStretch(1)
        beside.addWidget(self._name)
        beside.addWidget(self._steps)
        beside.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(MEASURES.space_m)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(beside, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[MEASURES.space_m] * 4)
        column.setSpacing(MEASURES.space_xs)
        column.addLayout(row)
        column.addWidget(self._standing)
        column.addWidget(self._bar)
        column.addStretch(1)

    def _show_picture(self, file: FileText) -> None:
        pixmap = QPixmap()
        if file.picture is not None and pixmap.loadFromData(file.picture):
            self._picture.setPixmap(_scaled(pixmap, self.devicePixelRatioF()))
            self._picture.setAccessibleName(_("Small picture of {file}").format(file=file.name))
        else:
            colour = colours_of(self.palette()).text_muted
            ratio = self.devicePixelRatioF()
            self._picture.setPixmap(
                icon_pixmap(IconName.ATTACHMENT, colour, MEASURES.icon_l, ratio)
            )

    def _progress(self) -> QProgressBar:
        bar = QProgressBar(self)
        bar.setObjectName("timeline.file-progress")
        bar.setRange(0, _STEPS)
        bar.setTextVisible(False)
        bar.setFixedHeight(_BAR_HEIGHT)
        return bar

    def _link(self, text: str, name: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        wear(button, Look.LINK)
        button.installEventFilter(self)
        button.clicked.connect(lambda: signal.emit(self.file.sha256))
        return button


def _scaled(pixmap: QPixmap, ratio: float) -> QPixmap:
    side = int(_PICTURE * ratio)
    small = pixmap.scaled(
        side,
        side,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    small.setDevicePixelRatio(ratio)
    return small
