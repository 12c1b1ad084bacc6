# SPDX-License-Identifier: AGPL-3.0-or-later
"""Collect the texts for people into the Indonesian catalogue; new ones arrive untranslated.

English is the language of the source and needs no catalogue.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
CATALOGUE: Final = ROOT / "resources/translations/id/LC_MESSAGES/tanggap.po"
ROOMS: Final = ("desktop", "sync")
"""Where there are texts for people."""
_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_HEADER: Final = """\
# SPDX-License-Identifier: AGPL-3.0-or-later
# Bahasa Indonesia, dengan istilah SP4N-LAPOR!
msgid ""
msgstr ""
"Language: id\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


def collected() -> Catalog:
    """Return every text of the source."""
    found = Catalog()
    for room in ROOMS:
        for _file, _line, text, comments, context in extract_from_dir(
            ROOT / room, method_map=[("**.py", "python")], keywords=_KEYWORDS, comment_tags=["."]
        ):
            found.add(text, auto_comments=comments, context=context)
    return found


def stored() -> Catalog:
    """Return the catalogue as it is on the disk."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="id")


def main() -> int:
    """Bring the catalogue up to date; return how many texts lack a translation."""
    catalogue = stored()
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with CATALOGUE.open("wb") as file:
        file.write(_HEADER.encode())
        write_po(file, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    missing = [message for message in catalogue if message.id and not all(_forms(message.string))]
    for message in missing:
        print("not translated:", message.id)
    return len(missing)


def _forms(translation: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    if translation is None or isinstance(translation, str):
        return (translation or "",)
    return tuple(translation)


if __name__ == "__main__":
    sys.exit(min(1, main()))
