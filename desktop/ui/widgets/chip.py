# SPDX-License-Identifier: AGPL-3.0-or-later
"""A chip: a few words with an icon in a rounded box, such as a deadline or a status."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from desktop.ui.widgets.chip_paint import ChipFace, chip_size, paint_chip


class Chip(QLabel):
    """A label that looks like the chips of the lists."""

    def __init__(self, face: ChipFace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._face = face
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_face(face)

    def show_face(self, face: ChipFace) -> None:
        self._face = face
        self.setText(face.text)
        self.setAccessibleName(face.spoken or face.text)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return chip_size(self._face)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(48, self.sizeHint().width()), self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_chip(painter, self.rect(), self._face, self.palette())
        painter.end()
