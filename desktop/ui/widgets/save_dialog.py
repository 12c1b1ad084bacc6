# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks where a file should be written; nothing waits for the answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where_to_save(
    parent: QWidget, title: str, name: str, on_chosen: Callable[[str], object], *, suffix: str = ""
) -> None:
    """Suggest a name in the officer's home; hand on the path that they choose, if they do.

    Args:
        suffix: given to a name that has none.
    """
    dialog = QFileDialog(parent, title)
    dialog.setObjectName("save-dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(suffix)
    dialog.setDirectory(QDir.homePath())
    dialog.selectFile(name)
    dialog.fileSelected.connect(on_chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
