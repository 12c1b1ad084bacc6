# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of shortcuts: another view of the command table."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.commands.specs import MENU_TITLES, SPECS, Menu, Spec
from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from sync.i18n import gettext as _

_SIZE: Final = (620, 560)


class ShortcutHelp(QDialog):
    """Every command that has keys, by menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut-help")
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.resize(QSize(*_SIZE).boundedTo(parent.size()))
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setAccessibleName(_("Keyboard shortcuts"))
        area.setWidget(self._table())
        close = QPushButton(_("Close"), self)
        close.setDefault(True)
        buttons = QDialogButtonBox(self)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(area, 1)
        column.addWidget(buttons)

    def _table(self) -> QWidget:
        table = QWidget(self)
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(MEASURES.space_xxl)
        grid.setVerticalSpacing(MEASURES.space_s)
        grid.setColumnStretch(1, 1)
        row = 0
        for menu in Menu:
            specs = [spec for spec in SPECS if spec.menu is menu and spec.shortcuts]
            if specs:
                heading = QLabel(_(MENU_TITLES[menu]).replace("&", ""), table)
                heading.setContentsMargins(0, MEASURES.space_l, 0, 0)
                wear(heading, Look.TITLE)
                grid.addWidget(heading, row, 0, 1, 2)
                row += 1
            for spec in specs:
                _fill_row(grid, row, spec, table)
                row += 1
        grid.setRowStretch(row, 1)
        return table


def _fill_row(grid: QGridLayout, row: int, spec: Spec, parent: QWidget) -> None:
    native = QKeySequence.SequenceFormat.NativeText
    keys = QLabel("  ".join(QKeySequence(k).toString(native) for k in spec.shortcuts), parent)
    wear(keys, Look.STRONG)
    what = QLabel(f"{spec.plain_label.rstrip('…')} — {spec.help_text}", parent)
    what.setWordWrap(True)
    grid.addWidget(keys, row, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(what, row, 1)
