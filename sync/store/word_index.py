# SPDX-License-Identifier: AGPL-3.0-or-later
"""The full-text index over everything the centre told: its making and its upkeep. No queries.

One row a case, with the words of its entries, so that the words of a query may be scattered over
both; ``migrations/cache`` makes it. It holds no text of its own: it reads ``word_source`` when it
must forget a case, so :func:`forget` comes before a change and :func:`remember` after it, each
one statement a page. ``detail=none`` halves its cost and size: nothing asks for phrases or
columns.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

_LOADING = {"automerge": 0, "crisismerge": 1_900}
_ORDINARY = {"automerge": 4, "crisismerge": 16}
_MERGE_PAGES = 64
_REBUILD_SHARE = 40
"""Forgetting a case costs about as much as indexing so many others afresh."""


def forget(connection: sa.Connection, ids: Collection[int]) -> None:
    """Take the words of these cases out; they must still be what :func:`remember` saw."""
    connection.exec_driver_sql(
        "DELETE FROM case_words WHERE rowid IN (SELECT value FROM json_each(?))", (_json(ids),)
    )


def remember(connection: sa.Connection, ids: Collection[int]) -> None:
    """Put the words of these cases in."""
    connection.exec_driver_sql(
        """
        INSERT INTO case_words (rowid, tracking_id, title, text, reporter, location, entries)
        SELECT id, tracking_id, title, text, reporter, location, entries FROM word_source
        WHERE id IN (SELECT value FROM json_each(?))
        """,
        (_json(ids),),
    )


def rebuild(connection: sa.Connection) -> None:
    """Make the whole index afresh from the cases."""
    connection.exec_driver_sql("INSERT INTO case_words (case_words) VALUES ('rebuild')")


def is_rebuild_cheaper(leaving: int, held: int) -> bool:
    """Return whether so many cases are forgotten faster by indexing what remains."""
    return leaving * _REBUILD_SHARE > held


def begin_loading(connection: sa.Connection) -> None:
    """Put merging off: a first load would merge the same words again and again."""
    _set(connection, _LOADING)


def end_loading(connection: sa.Connection) -> None:
    """Merge again as changes come."""
    _set(connection, _ORDINARY)


def merge_some(connection: sa.Connection) -> None:
    """Do a small part of the merging that was put off."""
    connection.exec_driver_sql(
        "INSERT INTO case_words (case_words, rank) VALUES ('merge', ?)", (_MERGE_PAGES,)
    )


def check(connection: sa.Connection) -> None:
    """Compare the index with the cases, word for word.

    Raises:
        sqlalchemy.exc.DatabaseError: they differ.
    """
    connection.exec_driver_sql(
        "INSERT INTO case_words (case_words, rank) VALUES ('integrity-check', 1)"
    )


def _set(connection: sa.Connection, settings: dict[str, int]) -> None:
    for name, value in settings.items():
        connection.exec_driver_sql(
            "INSERT INTO case_words (case_words, rank) VALUES (?, ?)", (name, value)
        )


def _json(ids: Collection[int]) -> str:
    return msgspec.json.encode(list(ids)).decode()
