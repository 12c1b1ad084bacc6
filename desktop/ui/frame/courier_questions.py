# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an officer is asked about courier files: how much goes along, and whether a key is right."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.widgets.dialog_words import DialogWords
from desktop.viewmodels.courier import CentreKeys, CourierNews, FreightQuestion
from sync.i18n import gettext as _


class FreightDialog(QDialog):
    """What an export holds, and how much of files may travel.

    Signals:
        chosen: folder, bytes of own files, bytes of files in the reply.
    """

    chosen = Signal(str, object, object)

    def __init__(self, question: FreightQuestion, parent: QWidget) -> None:
        super().__init__(parent)
        self._folder = question.folder
        title = _("Export for the courier")
        column = _column(self, "courier.freight", title, question.lines)
        form = QFormLayout()
        form.setSpacing(MEASURES.space_m)
        self._out = _choices(question.out, "courier.out", self)
        self._back = _choices(question.back, "courier.back", self)
        form.addRow(_label(_("Your files that go &along:"), self._out), self._out)
        form.addRow(_label(_("Files that the &reply may bring:"), self._back), self._back)
        column.addLayout(form)
        column.addWidget(_buttons(self, _("&Write the file"), "courier.write"))
        self.accepted.connect(self._on_accepted)

    @Slot()
    def _on_accepted(self) -> None:
        self.chosen.emit(self._folder, self._out.currentData(), self._back.currentData())


class CentreKeyDialog(QDialog):
    """The centre shows another key than before: compare both ends, then accept it, or do not.

    Signals:
        compared: it is right; its fingerprint.
    """

    compared = Signal(str)

    def __init__(self, news: CourierNews, keys: CentreKeys, parent: QWidget) -> None:
        super().__init__(parent)
        self._told = keys.told
        how = _(
            "Telephone the centre under a number that you know already, and let them read their "
            "key out. Whoever reads a key to you unasked may be somebody else."
        )
        column = _column(self, "courier.key", news.title, (*news.lines, how))
        form = QFormLayout()
        form.setSpacing(MEASURES.space_m)
        if keys.known:
            form.addRow(_("Known here:"), _groups(keys.known, "courier.key.known", self))
        form.addRow(_("Shown now:"), _groups(keys.told, "courier.key.told", self))
        column.addLayout(form)
        sure = QCheckBox(_("I have &compared all four groups with the centre: they are the same"))
        sure.setObjectName("courier.key.sure")
        column.addWidget(sure)
        buttons = _buttons(self, _("&Accept the key"), "courier.key.accept")
        for button in buttons.buttons():
            if buttons.buttonRole(button) is QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(False)
                sure.toggled.connect(button.setEnabled)
        column.addWidget(buttons)
        sure.setFocus()
        self.accepted.connect(self._on_accepted)

    @Slot()
    def _on_accepted(self) -> None:
        self.compared.emit(self._told)


def _column(dialog: QDialog, name: str, title: str, lines: Iterable[str]) -> QVBoxLayout:
    dialog.setObjectName(name)
    dialog.setWindowTitle(_("Courier file"))
    dialog.setAccessibleName(title)
    dialog.setAccessibleDescription("\n".join(lines))
    column = QVBoxLayout(dialog)
    column.setContentsMargins(*[MEASURES.space_xxl] * 4)
    column.setSpacing(MEASURES.space_l)
    column.addWidget(DialogWords(title, dialog, Look.TITLE))
    for line in lines:
        column.addWidget(DialogWords(line, dialog))
    return column


def _choices(choices: Iterable[tuple[str, int]], name: str, parent: QWidget) -> QComboBox:
    box = QComboBox(parent)
    box.setObjectName(name)
    for words, size in choices:
        box.addItem(words, size)
    return box


def _label(text: str, box: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(box)
    return label


def _groups(fingerprint: str, name: str, parent: QWidget) -> QLabel:
    """Show a fingerprint so that it can be read out group by group."""
    label = QLabel("   ".join(fingerprint.split()), parent)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _buttons(dialog: QDialog, does: str, name: str) -> QDialogButtonBox:
    buttons = QDialogButtonBox(dialog)
    act = QPushButton(does, dialog)
    act.setObjectName(name)
    act.setDefault(True)
    wear(act, Look.PRIMARY)
    leave = QPushButton(_("Cancel"), dialog)
    leave.setObjectName(f"{name}.cancel")
    leave.setAutoDefault(False)
    buttons.addButton(act, QDialogButtonBox.ButtonRole.AcceptRole)
    buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons
