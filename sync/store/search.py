# SPDX-License-Identifier: AGPL-3.0-or-later
"""Full-text search over everything held locally: cases, their entries, and own unsent words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from sync.cases.ids import CaseId
from sync.cases.views import SearchReach
from sync.store import word_index
from sync.store.files import Files
from sync.store.records import MAX_EVENTS, case_ids_in, json_text

_SMALL = 50
"""Up to so many hits are worth ordering by how well they fit."""

_OWN_WORDS = """
    SELECT case_id, concat_ws(' ', data ->> '$.text', data ->> '$.reason', data ->> '$.next_step')
    FROM commands WHERE overlay = 1
    UNION ALL SELECT case_id, concat_ws(' ', fields ->> '$.text', fields ->> '$.next_step')
    FROM drafts
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
        with self._files.cache.read() as cache:
            hits = _newest(cache, terms[0], limit) if len(terms) == 1 else _indexed(cache, terms)
            found = sorted(hits | self._own(cache, terms), reverse=True)[:limit]
            if len(found) <= _SMALL:
                found = _best_first(cache, found, terms)
        return [CaseId(id_) for id_ in found]

    def reach(self) -> SearchReach:
        """Return how much a search looks through: not the cases whose words are put off."""
        with self._files.cache.read() as cache:
            later = word_index.count_put_off(cache)
            # Counting all reads an index from end to end, and is not asked for but after a load.
            held = cache.exec_driver_sql("SELECT count(*) FROM cases").scalar_one() if later else 0
        return SearchReach(searched=held - later, held=held)

    def numbered(self, tracking_id: str) -> list[CaseId]:
        """Return the cases with this number whose words are put off; there never are many."""
        with self._files.cache.read() as cache:
            rows = cache.exec_driver_sql(
                "SELECT id FROM unindexed CROSS JOIN cases ON id = case_id WHERE tracking_id = ?",
                (tracking_id,),
            )
            return [CaseId(id_) for id_ in rows.scalars()]

    def matching(self, cache: sa.Connection, text: str) -> set[int]:
        """Return all cases that :meth:`search` would find, in the caller's snapshot."""
        terms = terms_of(text)
        if not terms:
            return set()
        return _indexed(cache, terms) | self._own(cache, terms)

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
    composed = unicodedata.normalize("NFC", text)
    return "".join(map(_as_word_part, composed)).split()


def _as_word_part(char: str) -> str:
    """Return what the tokenizer ``unicode61`` makes of a character; a blank is a boundary."""
    kind = unicodedata.category(char)
    if kind[0] in "LN" or kind in {"Co", "Cn"}:
        return char
    is_accent = kind == "Mn" and "\u0300" <= char <= "\u0331"
    return "" if is_accent else " "


def _indexed(cache: sa.Connection, terms: Sequence[str]) -> set[int]:
    """Return the cases where each term is in the case or in one of its entries.

    Longest terms first, for they are rare, and nothing is looked up once nothing can remain.
    """
    whole = (f'"{term}"' for term in terms[:-1])
    found: set[int] | None = None
    for match in sorted({*whole, _beginning(terms[-1])}, key=len, reverse=True):
        hits = _rowids(cache, "case_words", match)
        hits.update(rowid // MAX_EVENTS for rowid in _rowids(cache, "entry_words", match))
        found = hits if found is None else found & hits
        if not found:
            break
    return found or set()


def _newest(cache: sa.Connection, term: str, limit: int) -> set[int]:
    """Return the newest cases with one word, without reading all of a common one."""
    match = _beginning(term)
    hits: set[int] = set()
    for index, span in (("case_words", 1), ("entry_words", MAX_EVENTS)):
        query = f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY rowid DESC"  # noqa: S608
        here: set[int] = set()
        for row in _hits(cache, query, match):
            here.add(row[0] // span)
            if len(here) == limit:
                break
        hits |= here
    return hits


def _beginning(term: str) -> str:
    return f'"{term}" *'


def _rowids(cache: sa.Connection, index: str, match: str) -> set[int]:
    query = f"SELECT rowid FROM {index} WHERE {index} MATCH ?"  # noqa: S608 - names of ours
    return {row[0] for row in _hits(cache, query, match)}


def _hits(cache: sa.Connection, query: str, match: str) -> Iterator[tuple[int]]:
    """Yield the rows of a full-text query, one by one.

    SQLite knows Unicode 6.1 and Python a newer one. A word that SQLite splits all the same would
    be a phrase, which this index cannot look up: nothing is found then.
    """
    try:
        cursor = cache.exec_driver_sql(query, (match,)).cursor
    except sa.exc.OperationalError as error:
        if "phrase queries" not in str(error.orig):
            raise
        return
    yield from iter(cursor.fetchone, None)


def _best_first(cache: sa.Connection, ids: Sequence[int], terms: Sequence[str]) -> list[int]:
    """Put tracking IDs before titles and titles before the rest; ``ids`` are newest first."""
    folded = [_folded(term) for term in terms]
    rows = cache.exec_driver_sql(
        "SELECT id, tracking_id, title FROM cases WHERE id IN (SELECT value FROM json_each(?))",
        (json_text(ids),),
    )
    fit = {
        id_: (
            any(_folded(tracking_id).startswith(term) for term in folded),
            sum(term in _folded(title) for term in folded),
        )
        for id_, tracking_id, title in rows
    }
    return sorted(ids, key=lambda id_: fit[id_], reverse=True)


def _fits(words: str, terms: Sequence[str]) -> bool:
    present = terms_of(_folded(words))
    *whole, beginning = (_folded(term) for term in terms)
    return all(term in present for term in whole) and any(
        word.startswith(beginning) for word in present
    )


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
