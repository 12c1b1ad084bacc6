# SPDX-License-Identifier: AGPL-3.0-or-later
"""The evidence of a follow-up: a button to add files, and one chip a file to take it off again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.i18n import gettext as _
from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.viewmodels.timeline import FileText


class EvidenceRow(QWidget):
    """Files by name and size.

    Signals:
        chosen: paths of files to add.
        removed: place of the file to take off.
    """

    chosen = Signal(list)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: tuple[FileText, ...] = ()
        self._add = QToolButton(self)
        self._add.setObjectName("composer.add-evidence")
        self._add.setText(_("&Add files…"))
        self._add.setToolButtonStyle(self._add.toolButtonStyle().ToolButtonTextBesideIcon)
        set_icon(self._add, IconName.ATTACHMENT)
        self._add.clicked.connect(self._on_add)
        truth = QLabel(_("Name and size are recorded; the contents are not uploaded yet."), self)
        truth.setObjectName("composer.evidence-truth")
        wear(truth, Look.SMALL)
        truth.setWordWrap(True)
        self._add.setAccessibleDescription(truth.text())
        self._chips = QWidget(self)
        self._flow = FlowLayout(self._chips, MEASURES.space_s)
        top = QHBoxLayout()
        top.setSpacing(MEASURES.space_m)
        top.addWidget(self._add)
        top.addWidget(truth, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEASURES.space_s)
        column.addLayout(top)
        column.addWidget(self._chips)
        self._chips.hide()

    @property
    def first(self) -> QWidget:
        """Where the keyboard enters."""
        return self._add

    def show_files(self, files: tuple[FileText, ...]) -> None:
        """Replace the chips."""
        if files == self._files:
            return
        had_focus = any(chip.hasFocus() for chip in self._chips.findChildren(QToolButton))
        self._files = files
        self._flow.clear()
        for place, file in enumerate(files):
            self._flow.addWidget(self._chip(place, file))
        self._chips.setVisible(bool(files))
        self._make_room()
        if had_focus:
            self._add.setFocus()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        # Splitters know only the smallest height of a pane, not one that depends on its width.
        self._chips.setFixedHeight(self._flow.heightForWidth(self.width()))

    def _chip(self, place: int, file: FileText) -> QToolButton:
        chip = QToolButton(self._chips)
        chip.setObjectName("composer.evidence")
        chip.setText(f"{file.name} · {file.size}")
        chip.setToolButtonStyle(chip.toolButtonStyle().ToolButtonTextBesideIcon)
        set_icon(chip, IconName.DISMISS, IconRole.MUTED)
        label = _("Take {file} off the evidence").format(file=file.name)
        chip.setToolTip(label)
        chip.setAccessibleName(f"{file.name}, {file.size}. {label}")
        chip.clicked.connect(partial(self.removed.emit, place))
        return chip

    @Slot()
    def _on_add(self) -> None:
        dialog = QFileDialog(self, _("Choose evidence"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
