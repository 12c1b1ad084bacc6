# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts change with the language, and a faulty translation is found before it is shown."""

from __future__ import annotations

import gettext

import pytest

from sync import i18n


class Catalogue(gettext.NullTranslations):
    """Translations by hand."""

    def __init__(self, texts: dict[str | tuple[str, int], str]) -> None:
        super().__init__()
        self._catalog = texts


def test_the_chosen_language_is_spoken(indonesian: None) -> None:
    """The same text is said in the language of the moment."""
    words = [i18n.gettext("Outbox")]
    i18n.use("en")
    words.append(i18n.gettext("Outbox"))

    assert ["Kotak keluar", "Outbox"] == words


def test_indonesian_has_one_form_for_all_numbers(indonesian: None) -> None:
    """Numbers do not change Indonesian words."""
    texts = [
        i18n.ngettext("{count} complaint", "{count} complaints", count).format(count=count)
        for count in (1, 2)
    ]

    assert ["1 laporan", "2 laporan"] == texts


@pytest.mark.parametrize(
    ("original", "translated"),
    [
        ("Done on {day}", "Dilakukan"),
        ("Done", "Selesai {day}"),
        (("{count} day by {name}", 0), "{count} hari"),
    ],
    ids=["missing", "extra", "plural"],
)
def test_a_translation_with_other_fields_is_refused(
    original: str | tuple[str, int], translated: str
) -> None:
    """Filling in a text must not fail in front of the officer."""
    with pytest.raises(ValueError, match="fields differ"):
        i18n.use("en", Catalogue({original: translated}))


def test_a_plural_may_leave_its_number_out() -> None:
    """Saying one day in words is allowed."""
    i18n.use("en", Catalogue({("{count} day", 0): "satu hari"}))

    assert "en" == i18n.language()
