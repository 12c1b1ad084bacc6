# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file of an entry: a small picture, its name and size, where it is, and what can be done."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.i18n import gettext as _
from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.viewmodels.file_lines import FileText

_PICTURE: Final = 64
_BAR_HEIGHT: Final = 5


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
        self.setAccessibleName(file.spoken)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, MEASURES.space_xs, 0, MEASURES.space_xs)
        row.setSpacing(MEASURES.space_m)
        row.addWidget(self._picture(), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(MEASURES.space_xs)
        self._fill(column)
        row.addLayout(column, 1)

    def _fill(self, column: QVBoxLayout) -> None:
        file = self.file
        name = _text(f"{file.name} · {file.size}", self)
        column.addWidget(name)
        said = file.trouble or file.standing
        if said:
            standing = _text(said, self)
            standing.setObjectName("timeline.file-standing")
            standing.setWordWrap(True)
            wear(standing, Look.SMALL)
            column.addWidget(standing)
        if file.share is not None:
            column.addWidget(self._bar(file.share))
        if file.can_open or file.trouble:
            column.addLayout(self._steps())

    def _picture(self) -> QLabel:
        label = QLabel(self)
        pixmap = QPixmap()
        if self.file.picture is not None and pixmap.loadFromData(self.file.picture):
            label.setPixmap(_scaled(pixmap, self.devicePixelRatioF()))
            label.setAccessibleName(_("Small picture of {file}").format(file=self.file.name))
        else:
            icon = QPushButton(self)
            icon.setFlat(True)
            set_icon(icon, IconName.ATTACHMENT, IconRole.MUTED)
            label.setPixmap(icon.icon().pixmap(MEASURES.icon_m, MEASURES.icon_m))
            icon.deleteLater()
            icon.hide()
        return label

    def _bar(self, share: float) -> QProgressBar:
        bar = QProgressBar(self)
        bar.setObjectName("timeline.file-progress")
        bar.setRange(0, 1000)
        bar.setValue(int(share * 1000))
        bar.setTextVisible(False)
        bar.setFixedHeight(_BAR_HEIGHT)
        bar.setMaximumWidth(320)
        return bar

    def _steps(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(MEASURES.space_xs)
        sha256 = self.file.sha256
        if self.file.can_open:
            row.addWidget(self._link(_("Open"), "timeline.file-open", self.open_requested, sha256))
            row.addWidget(
                self._link(_("Save as…"), "timeline.file-save", self.save_requested, sha256)
            )
        if self.file.trouble:
            row.addWidget(
                self._link(_("Try again"), "timeline.file-retry", self.retry_requested, sha256)
            )
        row.addStretch(1)
        return row

    def _link(self, text: str, name: str, signal: SignalInstance, sha256: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setAccessibleName(f"{text}: {self.file.name}")
        wear(button, Look.LINK)
        button.clicked.connect(partial(signal.emit, sha256))
        return button


def _text(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


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
