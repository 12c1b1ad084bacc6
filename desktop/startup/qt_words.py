# SPDX-License-Identifier: AGPL-3.0-or-later
"""Qt's own words - the menus of text fields, standard buttons - in the language of the window.

Qt brings no Indonesian of its own, so these few come from our catalogue.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTranslator
from typing_extensions import override

from sync.i18n import gettext as _
from sync.i18n import mark

_WORDS: Final = frozenset(
    {
        mark("&Undo"),
        mark("&Redo"),
        mark("Cu&t"),
        mark("&Copy"),
        mark("&Paste"),
        mark("Delete"),
        mark("Select All"),
        mark("&Open"),
        mark("Cancel"),
        mark("Close"),
        mark("OK"),
        mark("File &name:"),
        mark("Look in:"),
        mark("Files of type:"),
    }
)


class QtWords(QTranslator):
    """Translates what Qt asks for; install it once, it follows the language."""

    @override
    def isEmpty(self) -> bool:
        return False

    @override
    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        # An empty text would count as a translation, of "Ctrl" for instance.
        return _(sourceText) if sourceText in _WORDS else sourceText
