# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts for people, in the language of the moment: English in the source, a catalogue beside it.

No Qt in here, and nothing is translated at import time: tables hold texts marked with `mark` and
are translated where they are shown. A new choice of language concerns what is built afterwards.
"""

from __future__ import annotations

import gettext as _gettext
import re
from typing import Final

import resources

LANGUAGES: Final = {"id": "Bahasa Indonesia", "en": "English"}
"""Code -> what its speakers call it."""
DEFAULT_LANGUAGE: Final = "id"
DOMAIN: Final = "tanggap"

_FIELD = re.compile(r"\{[a-z_]*\}")


class _Chosen:
    """The catalogue of the moment."""

    language: str = "en"
    catalogue: _gettext.NullTranslations = _gettext.NullTranslations()


def use(language: str, catalogue: _gettext.NullTranslations | None = None) -> None:
    """Speak a language from now on.

    Args:
        language: a key of `LANGUAGES`.
        catalogue: its texts; by default the compiled ones of the package, none for English.

    Raises:
        FileNotFoundError: the catalogues have not been compiled (`make catalogues`).
        ValueError: a translation lacks a field of its original, or has one too many.
    """
    if catalogue is None:
        catalogue = _compiled(language)
    check_fields(catalogue)
    _Chosen.language = language
    _Chosen.catalogue = catalogue


def language() -> str:
    """Return the code of the language spoken now."""
    return _Chosen.language


def gettext(text: str) -> str:
    """Translate one text."""
    return _Chosen.catalogue.gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a text that depends on a number."""
    return _Chosen.catalogue.ngettext(one, many, count)


def pgettext(context: str, text: str) -> str:
    """Translate a text that means something else elsewhere."""
    return _Chosen.catalogue.pgettext(context, text)


def mark(text: str) -> str:
    """Have a text collected for translation; it is translated later, where it is shown."""
    return text


_ = gettext


def check_fields(catalogue: _gettext.NullTranslations) -> None:
    """Make sure that filling in a translation cannot fail.

    The forms of a plural may each leave the number out or spell it: "one day", "{count} days".

    Raises:
        ValueError: names the text whose fields differ.
    """
    texts: dict[str | tuple[str, int], str] = getattr(catalogue, "_catalog", {})
    for key, translated in texts.items():
        original = key[0] if isinstance(key, tuple) else key
        differing = _fields(original) ^ _fields(translated)
        if original and differing - ({"{count}"} if isinstance(key, tuple) else set()):
            raise ValueError(f"fields differ: {original!r}")


def _compiled(language: str) -> _gettext.NullTranslations:
    if language == "en":
        return _gettext.NullTranslations()
    return _gettext.translation(DOMAIN, str(resources.path("translations")), [language])


def _fields(text: str) -> set[str]:
    return set(_FIELD.findall(text))
