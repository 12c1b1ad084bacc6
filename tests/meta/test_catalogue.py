# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every text for people is in the Indonesian catalogue, translated and whole."""

from __future__ import annotations

import ast
from typing import Final

from babel.messages.catalog import Catalog

from sync.i18n import check_fields
from tests.support.catalogue import indonesian
from tools.collect_texts import ROOMS, ROOT, collected, stored

_TEXTS: Final = {"_": 1, "gettext": 1, "mark": 1, "ngettext": 2}


def _ids(catalogue: Catalog) -> set[object]:
    return {(message.context, message.id) for message in catalogue if message.id}


def test_the_catalogue_is_fresh() -> None:
    """`make i18n` would change nothing."""
    assert _ids(collected()) == _ids(stored())


def test_nothing_hides_from_the_collector() -> None:
    """Texts inside f-strings are not found; each belongs into a variable of its own."""
    written = {
        argument.value
        for room in ROOMS
        for file in sorted((ROOT / room).rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        for argument in call.args[: _TEXTS.get(call.func.id, 0)]
        if isinstance(argument, ast.Constant)
    }
    found = {
        text
        for message in collected()
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    }

    assert set() == written - found


def test_everything_is_translated() -> None:
    """No text is left in English by accident, and none is marked as doubtful."""
    unfinished = [
        message.id
        for message in stored()
        if message.id and (message.fuzzy or not all(_forms(message.string)))
    ]

    assert [] == unfinished


def test_every_translation_has_the_fields_of_its_original() -> None:
    """Filling in a translation cannot fail."""
    check_fields(indonesian())


def _forms(translation: object) -> list[object]:
    return list(translation) if isinstance(translation, tuple | list) else [translation]
