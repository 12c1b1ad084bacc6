# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remembers that something was taken out of the cache of which copies may lie between the rows.

Rows are overwritten when they are deleted, but SQLite leaves copies of them in the unused middle of
pages that it once divided. They go when the file is written afresh, which is done now and then, and
not at every departure: it costs as much as reading everything.
"""

from __future__ import annotations

import sqlalchemy as sa

from sync.store import meta
from sync.store.engine import Database


def disturb(cache: sa.Connection) -> None:
    """Note, in the transaction that takes something out, that the file must be written afresh."""
    meta.put(cache, untidy="1")


def restore(cache: Database) -> bool:
    """Write the file afresh if something was taken out; say whether that was due.

    Raises:
        StoreUnavailable: the machine's fault, such as no room; it is still due.
    """
    with cache.read() as connection:
        if meta.get(connection, "untidy") is None:
            return False
    if cache.compact():
        with cache.write() as connection:
            meta.put(connection, untidy=None)
    return True
