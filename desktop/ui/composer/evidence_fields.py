# SPDX-License-Identifier: AGPL-3.0-or-later
"""The evidence of a follow-up: a button to add files, and one chip a file to take it off again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QToolButton, QWidget
from typing_extensions import override

from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.viewmodels.file_lines import FileText
from sync.i18n import gettext as _

_BESIDE = Qt.ToolButtonStyle.ToolButtonTextBesideIcon


class AddEvidence(QWidget):
    """The button, and beside it what becomes of photos.

    Signals:
        chosen: paths of files to add.
        shrink_wished: whether large photos are made smaller.
    """

    chosen = Signal(list)
    shrink_wished = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QToolButton(self)
        self.button.setObjectName("composer.add-evidence")
        self.button.setText(_("&Add files…"))
        self.button.setToolButtonStyle(_BESIDE)
        set_icon(self.button, IconName.ATTACHMENT)
        self.button.clicked.connect(self._on_clicked)
        self.button.setAccessibleDescription(_("Files are copied at once and follow your words."))
        self.shrink = QCheckBox(_("Shrin&k large photos"), self)
        self.shrink.setObjectName("composer.shrink")
        self.shrink.setChecked(True)
        self.shrink.setToolTip(
            _(
                "To 1600 pixels. Place, time and camera are taken out of JPEG, PNG and WebP"
                " pictures; other files go as they are."
            )
        )
        self.shrink.toggled.connect(self.shrink_wished)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MEASURES.space_m)
        row.addWidget(self.button)
        row.addWidget(self.shrink)
        row.addStretch(1)

    @Slot()
    def _on_clicked(self) -> None:
        dialog = QFileDialog(self, _("Choose evidence"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class EvidenceChips(QWidget):
    """One button a file, by name and size; it takes the file off.

    Signals:
        removed: place of the file to take off.
    """

    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: tuple[FileText, ...] = ()
        self._flow = FlowLayout(self, MEASURES.space_s)
        self.hide()

    def show_files(self, files: tuple[FileText, ...]) -> bool:
        """Replace the chips; return whether the one that had the keyboard has gone."""
        if files == self._files:
            return False
        had_keyboard = any(chip.hasFocus() for chip in self.findChildren(QToolButton))
        self._files = files
        self._flow.clear()
        for place, file in enumerate(files):
            self._flow.addWidget(self._chip(place, file))
        self.setVisible(bool(files))
        self._make_room()
        return had_keyboard

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        # Splitters know only the smallest height of a pane, not one that depends on its width.
        self.setFixedHeight(self._flow.heightForWidth(self.width()))

    def _chip(self, place: int, file: FileText) -> QToolButton:
        chip = QToolButton(self)
        chip.setObjectName("composer.evidence")
        chip.setText(f"{file.name} · {file.size}")
        chip.setToolButtonStyle(_BESIDE)
        set_icon(chip, IconName.DISMISS, IconRole.MUTED)
        label = _("Take {file} off the evidence").format(file=file.name)
        chip.setToolTip(label)
        chip.setAccessibleName(f"{file.name}, {file.size}. {label}")
        chip.clicked.connect(partial(self.removed.emit, place))
        return chip
