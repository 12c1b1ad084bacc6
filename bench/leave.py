# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases leave a computer, and nothing of them stays legible in its files.

Ours takes in the centre's word that twenty cases, then a tenth of all, have left. The limit deletes
the same rows from a copy of the same files with the bare driver, takes their words out of the
search indices the same way (few one by one, many by indexing what remains), and truncates the log;
it looks for no own work, drafts or files.

SQLite leaves copies of rows in pages that it once divided, so the file is then written afresh; its
limit is the bare statement. Afterwards every page of ours is decrypted by hand and searched for the
tracking ids of what left.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec

from bench.bare_store import INDICES, connect
from bench.device import KEY, now_ms, open_store
from bench.figures import Measured, Pair
from bench.local import filled_store
from bench.meters import Sizes, stopwatch
from sync.store.engine import CACHE_TUNING
from sync.store.records import MAX_EVENTS
from sync.wire.messages import LeaveRecord, SyncReply
from tools.pages import decrypted

_FEW = 20
_MANY_SHARE = 10
_TRACKING_ID = re.compile(rb"7\d{6}(?!\d)")
_FIRST_TRACKING_ID = 7_000_000


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure leaving."""
    home = folder / "home"
    filled_store(home, sizes.cases).close()
    few = range(1, _FEW + 1)
    many = range(1, sizes.cases // _MANY_SHARE + 1)
    assert set(map(_tracking_id, many)) <= _legible(home)
    measured = {}
    afresh: list[Pair] = []
    for name, ids in (("few", few), ("many", many)):
        ours, bare = [], []
        for run in range(sizes.runs):
            copies = [folder / f"{name}-{kind}-{run}" for kind in ("ours", "bare")]
            for copy in copies:
                shutil.copytree(home, copy)
            leaving, tidying = _leave(copies[0], ids)
            deleting, copying = _delete(copies[1], ids, one_by_one=name == "few")
            ours.append(leaving)
            bare.append(deleting)
            afresh.append(Pair(ours=tidying, raw=copying))
            assert _legible(copies[0]).isdisjoint(map(_tracking_id, ids))
            for copy in copies:
                shutil.rmtree(copy)
        measured[f"leave.{name}"] = Pair(ours=median(ours), raw=median(bare))
    return measured | {
        "leave.afresh": Pair(
            ours=median(pair.ours for pair in afresh), raw=median(pair.raw for pair in afresh)
        )
    }


def _leave(folder: Path, ids: Sequence[int]) -> tuple[float, float]:
    """Return the seconds until they have left, and those until the file is written afresh."""
    store = open_store(folder)
    reply = SyncReply(
        now=now_ms(),
        cursor="after",
        left=[LeaveRecord(case_id, "disposed", "Dinas Contoh") for case_id in ids],
    )
    with stopwatch() as seconds:
        store.journal.absorb(reply, now_ms())
        leaving = seconds()
        store.upkeep.tidy()
        tidying = seconds() - leaving
    store.close()
    return leaving, tidying


def _delete(folder: Path, ids: Sequence[int], *, one_by_one: bool) -> tuple[float, float]:
    database = connect(folder / "cache.db", CACHE_TUNING)
    gone = msgspec.json.encode(list(ids)).decode()
    entries = (
        "SELECT events.id FROM json_each(?) AS gone JOIN events"  # noqa: S608 - a number of ours
        f" ON events.id >= gone.value * {MAX_EVENTS}"
        f" AND events.id < (gone.value + 1) * {MAX_EVENTS}"
    )
    with stopwatch() as seconds:
        database.execute("BEGIN IMMEDIATE")
        if one_by_one:
            database.execute(
                "DELETE FROM case_words WHERE rowid IN (SELECT value FROM json_each(?))", (gone,)
            )
            words = f"DELETE FROM entry_words WHERE rowid IN ({entries})"  # noqa: S608 - as above
            database.execute(words, (gone,))
        database.execute(f"DELETE FROM events WHERE id IN ({entries})", (gone,))  # noqa: S608
        database.execute("DELETE FROM cases WHERE id IN (SELECT value FROM json_each(?))", (gone,))
        if not one_by_one:
            for index in INDICES:
                database.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")  # noqa: S608
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        deleting = seconds()
        database.execute(f"PRAGMA cipher_default_page_size = {CACHE_TUNING.page_size}")
        database.execute("VACUUM INTO ?", (str(folder / "copy.db"),))
        copying = seconds() - deleting
    database.close()
    return deleting, copying


def _tracking_id(case_id: int) -> int:
    return _FIRST_TRACKING_ID + case_id


def _legible(folder: Path) -> set[int]:
    pages = decrypted(folder / "cache.db", KEY, CACHE_TUNING.page_size)
    return {int(found) for found in _TRACKING_ID.findall(pages)}
