# SPDX-License-Identifier: AGPL-3.0-or-later
"""The full-text indices over everything the centre told: their upkeep. No queries.

``case_words`` has a row a case, ``entry_words`` a row an entry, so that a new entry adds its own
words and touches no others. They hold no text: they read the tables when they must forget a
row, so forgetting comes before a change and remembering after it, each one statement a page.
``detail=none`` halves their cost and size: nothing asks for phrases or columns.

The rows of a first load come first, and their words are gathered afterwards in small transactions
(ADR 28). Until then their cases are in ``unindexed``: no word of such a case or of its entries is
in an index, so none is taken out of it or put into it either, whatever becomes of the case.

Forgetting costs time for every segment that an index consists of. Segments are merged as changes
come, except during a first load, at whose end all are merged at once.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from sync.store import meta
from sync.store.records import MAX_EVENTS, json_text

_MB = 1_048_576
_INDICES = ("case_words", "entry_words")
_LOADING = {"automerge": 0, "crisismerge": 1_900, "hashsize": 8 * _MB}
_ORDINARY = {"automerge": 4, "crisismerge": 16, "hashsize": _MB}
"""A piece of a first load has more words than are gathered by default before they are written."""
_STEP_PAGES = 500
_REBUILD_SHARE = 100
"""Forgetting a case costs about as much as indexing so many others afresh."""

_STEP_CASES = 2_000
"""Words of so many cases are gathered in one transaction: some 50 ms that an act may wait."""
_IS_HERE = "value NOT IN (SELECT case_id FROM unindexed)"
_INDEXED = f"SELECT value FROM json_each(?1) WHERE {_IS_HERE}"  # noqa: S608 - a constant
_INDEXED_ENTRIES = _INDEXED.replace("WHERE value", f"WHERE value / {MAX_EVENTS}")

_REMEMBER_CASES = f"""
    INSERT INTO case_words (rowid, tracking_id, title, text, reporter, location)
    SELECT id, tracking_id, title, text, reporter, location FROM cases WHERE id IN ({_INDEXED})
"""  # noqa: S608 - a constant
_REMEMBER_ENTRIES = f"""
    INSERT INTO entry_words (rowid, words)
    SELECT id, words FROM entry_source WHERE id IN ({_INDEXED_ENTRIES})
"""  # noqa: S608 - a constant
_REMEMBER_ENTRIES_OF = f"""
    INSERT INTO entry_words (rowid, words)
    SELECT entry.id, entry.words FROM json_each(?1) AS told CROSS JOIN entry_source AS entry
        ON entry.id >= told.value * {MAX_EVENTS} AND entry.id < (told.value + 1) * {MAX_EVENTS}
"""  # noqa: S608 - a constant

_GATHERING = "gathering"
_WORDS, _MERGING = "words", "merging"


def forget(cache: sa.Connection, *, cases: Collection[int], entries: Collection[int]) -> None:
    """Take words out; the rows must still be as they were when they were remembered."""
    for index, ids, those in (
        ("case_words", cases, _INDEXED),
        ("entry_words", entries, _INDEXED_ENTRIES),
    ):
        if ids:
            cache.exec_driver_sql(
                f"DELETE FROM {index} WHERE rowid IN ({those})",  # noqa: S608 - names of ours
                (json_text(list(ids)),),
            )


def remember(cache: sa.Connection, *, cases: Collection[int], entries: Collection[int]) -> None:
    """Put words in, of rows that are not in the index."""
    for statement, ids in ((_REMEMBER_CASES, cases), (_REMEMBER_ENTRIES, entries)):
        if ids:
            cache.exec_driver_sql(statement, (json_text(list(ids)),))


def put_off(cache: sa.Connection, cases: Collection[int]) -> None:
    """Leave the words of new cases, and of all their entries, to :func:`gather`."""
    cache.exec_driver_sql(
        "INSERT INTO unindexed (case_id) SELECT value FROM json_each(?)", (json_text(list(cases)),)
    )


def count_put_off(cache: sa.Connection) -> int:
    """Return of how many cases no word is in the indices yet."""
    count: int = cache.exec_driver_sql("SELECT count(*) FROM unindexed").scalar_one()
    return count


def has_to_gather(cache: sa.Connection) -> bool:
    """Return whether :func:`gather` has something to do."""
    state = meta.get(cache, _GATHERING)
    return state is not None and (meta.get(cache, "loading") is None or count_put_off(cache) > 0)


def gather(cache: sa.Connection) -> None:
    """Do a part of what a first load put off: gather words, the newest first, and then merge.

    How far it came is written with the words, so it goes on wherever it was interrupted.
    """
    newest = "SELECT case_id FROM unindexed ORDER BY case_id DESC LIMIT ?"
    ids = sorted(cache.exec_driver_sql(newest, (_STEP_CASES,)).scalars())  # FTS5 wants them so
    if ids:
        cache.exec_driver_sql("DELETE FROM unindexed WHERE case_id >= ?", (ids[0],))
        listed = (json_text(ids),)
        cache.exec_driver_sql(_REMEMBER_CASES, listed)
        cache.exec_driver_sql(_REMEMBER_ENTRIES_OF, listed)
    elif _merge_step(cache, first=meta.get(cache, _GATHERING) == _WORDS):
        meta.put(cache, **{_GATHERING: _MERGING})
    else:
        _set(cache, _ORDINARY)
        meta.put(cache, **{_GATHERING: None})


def rebuild(cache: sa.Connection) -> None:
    """Make both indices afresh from the tables."""
    cache.exec_driver_sql("DELETE FROM unindexed")
    for index in _INDICES:
        _tell(cache, index, "rebuild")


def is_rebuild_cheaper(leaving: int, held: int) -> bool:
    """Return whether so many cases are forgotten faster by indexing what remains."""
    return leaving * _REBUILD_SHARE > held


def begin_loading(cache: sa.Connection) -> None:
    """Put merging off: a first load would merge the same words again and again."""
    _set(cache, _LOADING)
    meta.put(cache, **{_GATHERING: _WORDS})


def _merge_step(cache: sa.Connection, *, first: bool) -> bool:
    """Do a part of merging all segments into one; say whether there is more to do."""
    before = _changes(cache)
    for index in _INDICES:
        _tell(cache, index, "merge", -_STEP_PAGES if first else _STEP_PAGES)
    # SQLite's manual: fewer than two changes mean that a merge had nothing to do.
    return _changes(cache) - before >= 2 * len(_INDICES)


def _set(cache: sa.Connection, settings: dict[str, int]) -> None:
    for index in _INDICES:
        for name, value in settings.items():
            _tell(cache, index, name, value)


def _tell(cache: sa.Connection, index: str, command: str, value: int | None = None) -> None:
    cache.exec_driver_sql(
        f"INSERT INTO {index} ({index}, rank) VALUES (?, ?)",  # noqa: S608 - names of ours
        (command, value),
    )


def _changes(cache: sa.Connection) -> int:
    count: int = cache.exec_driver_sql("SELECT total_changes()").scalar_one()
    return count
