# SPDX-License-Identifier: AGPL-3.0-or-later
"""Full-text search over everything held locally: cases, their entries, and own unsent words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa

from sync.cases.ids import CaseId
from sync.store.files import Files
from sync.store.records import case_ids_in

_SMALL = 50
"""Up to so many hits are ordered by how well they fit; ordering all hits of a common word takes
a thousand times as long as listing its newest."""

_AGREED = unicodedata.ucd_3_2_0
"""Characters on whose nature Python and SQLite's tokenizer (Unicode 6.1) cannot differ."""

_OWN_WORDS = """
    SELECT case_id, data FROM commands WHERE overlay = 1
    UNION ALL SELECT case_id, fields FROM drafts
"""


class Search:
    """Finds cases by words. Whatever an officer types is words, never an operator."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def search(self, text: str, limit: int = 500) -> list[CaseId]:
        """Return the cases in which each word occurs, the last as the beginning of a word.

        Newest first, by the centre's numbering; a few hits come best fit first. A number finds
        tracking IDs as well.
        """
        terms = terms_of(text)
        if not terms:
            return []
        match = _expression(terms)
        with self._files.cache.read() as cache:
            query = "SELECT rowid FROM case_words WHERE case_words MATCH ? ORDER BY {} LIMIT ?"
            found = _ids(cache, query.format("rowid DESC"), match, limit)
            if len(found) <= min(_SMALL, limit - 1):
                found = _ids(cache, query.format("rank, rowid DESC"), match, limit)
            own = sorted(self._own(cache, terms) - set(found), reverse=True)
        return [CaseId(id_) for id_ in (*own, *found)][:limit]

    def matching(self, cache: sa.Connection, text: str) -> set[int]:
        """Return all cases that :meth:`search` would find, in the caller's snapshot."""
        terms = terms_of(text)
        if not terms:
            return set()
        query = "SELECT rowid FROM case_words WHERE case_words MATCH ? LIMIT ?"
        return set(_ids(cache, query, _expression(terms), -1)) | self._own(cache, terms)

    def _own(self, cache: sa.Connection, terms: Sequence[str]) -> set[int]:
        """Return the cases with own unsent words that match; there are never many of those."""
        with self._files.work.read() as work:
            rows = work.exec_driver_sql(_OWN_WORDS).all()
        return case_ids_in(cache, {case_id for case_id, words in rows if _fits(words, terms)})


def terms_of(text: str) -> list[str]:
    """Return the words of a query as the index knows them: letters and digits only.

    Splitting happens here, not in FTS5: the index keeps no positions, so a word that FTS5 would
    split itself would be a phrase, which it could not look up.
    """
    spaced = "".join(char if _is_word_part(char) else " " for char in text)
    return spaced.split()


def _is_word_part(char: str) -> bool:
    return _AGREED.category(char)[0] in "LN"


def _expression(terms: Sequence[str]) -> str:
    quoted = [f'"{term}"' for term in terms]
    return " ".join(quoted) + " *"


def _ids(cache: sa.Connection, query: str, match: str, limit: int) -> list[int]:
    return list(cache.exec_driver_sql(query, (match, limit)).scalars())


def _fits(words: str, terms: Sequence[str]) -> bool:
    present = terms_of(_folded(words))
    *whole, beginning = (_folded(term) for term in terms)
    return all(term in present for term in whole) and any(
        word.startswith(beginning) for word in present
    )


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
