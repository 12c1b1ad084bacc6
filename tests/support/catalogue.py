# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Indonesian texts straight from the catalogue in git, without compiling it first."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO

from babel.messages.mofile import write_mo

from sync import i18n
from tools.collect_texts import stored


@cache
def indonesian() -> gettext.GNUTranslations:
    """Return the catalogue as the program would load it."""
    compiled = BytesIO()
    write_mo(compiled, stored())
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def speak(language: str) -> None:
    """Speak a language from now on; `conftest` goes back to English after each test."""
    i18n.use(language, indonesian() if language == "id" else None)
