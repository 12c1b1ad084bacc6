# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way out of the office: a dialog over the window, or over the entrance."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES
from desktop.ui.looks_of_marks import notice_of
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.dialog_words import DialogWords
from desktop.ui.widgets.field import Field
from desktop.viewmodels.proxy import ProxyPresenter, ProxyState, Way
from sync.i18n import gettext as _

_WIDTH: Final = 520


class ProxyDialog(QDialog):
    """Asks for the way, and for who this is to a proxy."""

    def __init__(self, presenter: ProxyPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter
        presenter.setParent(self)
        self.setObjectName("proxy")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Proxy of the office"))
        self._banner = Banner(copy_label=_("Copy for support"), parent=self)
        self._ways = QButtonGroup(self)
        names = {
            Way.SYSTEM: _("As this &computer is set"),
            Way.DIRECT: _("&Without a proxy"),
            Way.OWN: _("&Through this proxy:"),
        }
        self._is_chosen = False
        self._buttons = {way: self._way(way, words) for way, words in names.items()}
        self._found = DialogWords("", self, Look.SMALL)
        self._found.setObjectName("proxy.found")
        self._address = _editor("proxy.address", self)
        self._address.setPlaceholderText("proxy.kantor:8080")
        self._address.setAccessibleName(_("Address of the proxy"))
        self._address_field = Field(_("&Address of the proxy"), self._address, parent=self)
        self._username = _editor("proxy.username", self)
        self._password = _editor("proxy.password", self)
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._told = DialogWords("", self, Look.SMALL)
        self._told.setObjectName("proxy.told")
        self._save = QPushButton(_("&Save and connect"), self)
        self._save.setObjectName("proxy.save")
        self._leave = QPushButton(_("Cancel"), self)
        self._arrange()
        self._address.textEdited.connect(self._on_address_edited)
        for edited in (self._address.textEdited, self._username.textEdited):
            edited.connect(self._on_other_proxy)
        presenter.state_changed.connect(self._render)
        presenter.saved.connect(self._on_saved)
        self._render(presenter.state)
        presenter.look()

    def _way(self, way: Way, words: str) -> QRadioButton:
        button = QRadioButton(words, self)
        button.setObjectName(f"proxy.way.{way.value}")
        self._ways.addButton(button)
        button.clicked.connect(self._on_chosen)
        return button

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*[MEASURES.space_xxl] * 4)
        column.setSpacing(MEASURES.space_m)
        self.setMinimumWidth(_WIDTH)
        column.addWidget(DialogWords(self.windowTitle(), self, Look.TITLE))
        explained = _("Which way leads from this computer to the centre. It holds for all who work"
                      " here.")  # fmt: skip
        column.addWidget(DialogWords(explained, self, Look.MUTED))
        column.addWidget(self._banner)
        column.addWidget(self._buttons[Way.SYSTEM])
        column.addWidget(self._found)
        column.addWidget(self._buttons[Way.DIRECT])
        column.addWidget(self._buttons[Way.OWN])
        column.addWidget(self._address_field)
        column.addWidget(Field(_("&User name at the proxy"), self._username, parent=self))
        column.addWidget(Field(_("&Password at the proxy"), self._password, parent=self))
        column.addWidget(self._told)
        column.addWidget(self._foot())

    def _foot(self) -> QDialogButtonBox:
        self._save.setDefault(True)
        wear(self._save, Look.PRIMARY)
        self._leave.setObjectName("proxy.cancel")
        self._leave.setAutoDefault(False)
        foot = QDialogButtonBox(self)
        foot.addButton(self._save, QDialogButtonBox.ButtonRole.ActionRole)
        foot.addButton(self._leave, QDialogButtonBox.ButtonRole.RejectRole)
        foot.rejected.connect(self.reject)
        self._save.clicked.connect(self._on_save)
        return foot

    @override
    def reject(self) -> None:
        """Leave all as it was; what was kept a moment ago closes the dialog by itself."""
        if self._presenter.take_back():
            super().reject()

    @Slot()
    def _on_saved(self) -> None:
        if self._presenter.state.problem is None:  # else it is read first
            self.accept()

    @Slot(object)
    def _render(self, state: ProxyState) -> None:
        if not self._is_chosen:  # it takes a while to see how things stand
            self._buttons[state.way].setChecked(True)
        self._found.setText(state.found)
        if not self._address.text():
            self._address.setText(state.address)
        if not self._username.text():
            self._username.setText(state.username)
        self._password.setPlaceholderText(_("kept; type to replace it") if state.is_known else "")
        self._address_field.show_error(state.address_error)
        self._told.setText(state.told)
        self._banner.show_notice(None if state.problem is None else notice_of(state.problem, {}))
        self._save.setEnabled(not state.is_busy)
        self._leave.setText(_("Close") if state.holds else _("Cancel"))
        if state.asks and not self._username.text():
            self._username.setFocus(Qt.FocusReason.OtherFocusReason)
        if state.address_error:
            self._address.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_address_edited(self, _text: str) -> None:
        self._buttons[Way.OWN].setChecked(True)
        self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        self._is_chosen = True

    @Slot()
    def _on_other_proxy(self) -> None:
        """What is kept is of the name and the proxy that were seen."""
        self._password.setPlaceholderText("")

    @Slot()
    def _on_save(self) -> None:
        way = next(way for way, button in self._buttons.items() if button.isChecked())
        self._presenter.save(
            way, self._address.text(), self._username.text(), self._password.text()
        )


def _editor(name: str, parent: QWidget) -> QLineEdit:
    editor = QLineEdit(parent)
    editor.setObjectName(name)
    return editor
