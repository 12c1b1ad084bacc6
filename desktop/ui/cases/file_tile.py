# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file of an entry: a small picture, its name and size, where it is, and what can be done."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.i18n import gettext as _
from desktop.theme.icons import IconName, icon_pixmap
from desktop.theme.looks import Look, wear
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.elided_label import ElidedLabel
from desktop.viewmodels.file_lines import FileText

_PICTURE: Final = 64
_BAR_HEIGHT: Final = 5
_STEPS: Final = 1000


class FileTile(QWidget):
    """Shows one file.

    Signals:
        open_requested, save_requested, retry_requested: the file, by its SHA-256.
    """

    open_requested = Signal(str)
    save_requested = Signal(str)
    retry_requested = Signal(str)

    def __init__(self, file: FileText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = file
        self.setObjectName("timeline.file")
        self._picture = QLabel(self)
        self._name = ElidedLabel(parent=self, mode=Qt.TextElideMode.ElideMiddle)
        self._name.setObjectName("timeline.file-name")
        self._standing = QLabel(self)
        self._standing.setTextFormat(Qt.TextFormat.PlainText)
        self._standing.setObjectName("timeline.file-standing")
        self._standing.setWordWrap(True)
        self._bar = self._progress()
        self._open = self._link(_("Open"), "timeline.file-open", self.open_requested)
        self._save = self._link(_("Save as…"), "timeline.file-save", self.save_requested)
        self._retry = self._link(_("Try again"), "timeline.file-retry", self.retry_requested)
        self._arrange()
        self.show_file(file)

    def show_file(self, file: FileText) -> None:
        """Show how the file stands now; who is on one of its buttons stays there."""
        is_other_picture = file.picture != self.file.picture or self._picture.pixmap().isNull()
        self.file = file
        self.setAccessibleName(file.spoken)
        self._name.show_text(" · ".join(part for part in (file.name, file.size) if part))
        self._standing.setText(file.trouble or file.standing)
        self._standing.setVisible(bool(file.trouble or file.standing))
        wear(self._standing, Look.ERROR if file.trouble and not file.goes_by_itself else Look.SMALL)
        self._bar.setVisible(file.share is not None)
        self._bar.setValue(int((file.share or 0.0) * _STEPS))
        for button, is_shown in (
            (self._open, file.can_open),
            (self._save, file.can_open),
            (self._retry, bool(file.trouble)),
        ):
            button.setAccessibleName(f"{button.text()}: {file.name}")
            button.setVisible(is_shown)
        if is_other_picture:
            self._show_picture(file)

    def _arrange(self) -> None:
        steps = QHBoxLayout()
        steps.setSpacing(MEASURES.space_xs)
        for button in (self._open, self._save, self._retry):
            steps.addWidget(button)
        steps.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(MEASURES.space_xs)
        column.addWidget(self._name)
        column.addWidget(self._standing)
        column.addWidget(self._bar)
        column.addLayout(steps)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, MEASURES.space_xs, 0, MEASURES.space_xs)
        row.setSpacing(MEASURES.space_m)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)

    def _show_picture(self, file: FileText) -> None:
        pixmap = QPixmap()
        if file.picture is not None and pixmap.loadFromData(file.picture):
            self._picture.setPixmap(_scaled(pixmap, self.devicePixelRatioF()))
            self._picture.setAccessibleName(_("Small picture of {file}").format(file=file.name))
        else:
            colour = colours_of(self.palette()).text_muted
            ratio = self.devicePixelRatioF()
            self._picture.setPixmap(
                icon_pixmap(IconName.ATTACHMENT, colour, MEASURES.icon_m, ratio)
            )

    def _progress(self) -> QProgressBar:
        bar = QProgressBar(self)
        bar.setObjectName("timeline.file-progress")
        bar.setRange(0, _STEPS)
        bar.setTextVisible(False)
        bar.setFixedHeight(_BAR_HEIGHT)
        bar.setMaximumWidth(320)
        return bar

    def _link(self, text: str, name: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        wear(button, Look.LINK)
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
