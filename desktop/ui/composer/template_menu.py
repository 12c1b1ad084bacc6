# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre's templates as a menu at the cursor; what is chosen is put in there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu

from desktop.ui.composer.words_edit import WordsEdit
from desktop.viewmodels.templates import Offer
from sync.i18n import gettext as _


class TemplateMenu(QObject):
    """Belongs to the field where words are written."""

    def __init__(self, words: WordsEdit) -> None:
        super().__init__(words)
        self._words = words

    @Slot(object)
    def show(self, offer: Offer) -> None:
        """Let the officer choose; nothing is sent by that, and Ctrl+Z takes it out again."""
        menu = QMenu(self._words)
        menu.setObjectName("composer.templates")
        menu.setAccessibleName(_("Templates"))
        for name, text in offer.templates:
            menu.addAction(name.replace("&", "&&"), partial(self._put, text))
        if not offer.templates:
            menu.addAction(_("The centre has no templates for this")).setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        corner = self._words.cursorRect().bottomLeft()
        menu.popup(self._words.viewport().mapToGlobal(corner))
        if offer.templates:
            menu.setActiveAction(menu.actions()[0])

    def _put(self, text: str) -> None:
        self._words.insertPlainText(text)
        self._words.setFocus()
