# SPDX-License-Identifier: AGPL-3.0-or-later
"""The full-text indices over everything the centre told: their upkeep. No queries.

``case_words`` has a row a case, ``entry_words`` a row an entry, so that a new entry adds its own
words and touches no others. They hold no text: they read the tables when they must forget a
row, so forgetting comes before a change and remembering after it, each one statement a page.
``detail=none`` halves their cost and size: nothing asks for phrases or columns.

Forgetting costs time for every segment that an index consists of. Segments are merged as changes
come, except during a first load, at whose end all are merged at once.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from sync.store.records import json_text

_MB = 1_048_576
_INDICES = ("case_words", "entry_words")
_LOADING = {"automerge": 0, "crisismerge": 1_900, "hashsize": 8 * _MB}
_ORDINARY = {"automerge": 4, "crisismerge": 16, "hashsize": _MB}
"""A piece of a first load has more words than are gathered by default before they are written."""
_STEP_PAGES = 500
_REBUILD_SHARE = 100
"""Forgetting a case costs about as much as indexing so many others afresh."""

_REMEMBER_CASES = """
    INSERT INTO case_words (rowid, tracking_id, title, text, reporter, location)
    SELECT id, tracking_id, title, text, reporter, location FROM cases
    WHERE id IN (SELECT value FROM json_each(?))
"""
_REMEMBER_ENTRIES = """
    INSERT INTO entry_words (rowid, words)
    SELECT id, words FROM entry_source WHERE id IN (SELECT value FROM json_each(?))
"""


def forget(cache: sa.Connection, *, cases: Collection[int], entries: Collection[int]) -> None:
    """Take words out; the rows must still be as they were when they were remembered."""
    for index, ids in (("case_words", cases), ("entry_words", entries)):
        if ids:
            cache.exec_driver_sql(
                f"DELETE FROM {index} WHERE rowid IN (SELECT value FROM json_each(?))",  # noqa: S608
                (json_text(list(ids)),),
            )


def remember(cache: sa.Connection, *, cases: Collection[int], entries: Collection[int]) -> None:
    """Put words in, of rows that are not in the index."""
    for statement, ids in ((_REMEMBER_CASES, cases), (_REMEMBER_ENTRIES, entries)):
        if ids:
            cache.exec_driver_sql(statement, (json_text(list(ids)),))


def rebuild(cache: sa.Connection) -> None:
    """Make both indices afresh from the tables."""
    for index in _INDICES:
        _tell(cache, index, "rebuild")


def is_rebuild_cheaper(leaving: int, held: int) -> bool:
    """Return whether so many cases are forgotten faster by indexing what remains."""
    return leaving * _REBUILD_SHARE > held


def begin_loading(cache: sa.Connection) -> None:
    """Put merging off: a first load would merge the same words again and again."""
    _set(cache, _LOADING)


def end_loading(cache: sa.Connection) -> None:
    """Merge again as changes come."""
    _set(cache, _ORDINARY)


def merge_step(cache: sa.Connection, *, first: bool) -> bool:
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
