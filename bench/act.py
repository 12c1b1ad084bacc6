# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the officer's click until the words are on the disk: an answer through ``Casework.act``.

Ours reads the case with its pending work, asks the rules, commits the command to the work file
(FULL: the disk has confirmed it), and brings the case's line in the lists up to date. The limit is
one commit of one row of the same size to a file of the same cipher and certainty, and no more.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from bench.bare_store import connect
from bench.device import now_ms
from bench.figures import Measured, Pair
from bench.local import filled_store
from bench.meters import Sizes, durations_ms, percentile
from bench.sample import TODAY
from bench.words import Words
from sync.cases.commands import Respond
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId
from sync.services.casework import Casework
from sync.store.engine import WORK_TUNING
from sync.store.local import LocalStore

_WARM_UP = 3
_TEXT = Words(5).text(75)


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure recording."""
    repeats = sizes.repeats + _WARM_UP
    store = filled_store(folder / "device", max(sizes.local, 3 * repeats))
    ours: list[float] = []
    bare: list[float] = []
    record, bare_record = _recording(store), _bare_recording(folder / "bare.db")
    for _ in range(repeats):  # in turns, for a disk has moods
        ours += durations_ms(record, 1)
        bare += durations_ms(bare_record, 1)
    store.close()
    ours, bare = ours[_WARM_UP:], bare[_WARM_UP:]
    return {
        "act.p50": Pair(ours=percentile(ours, 0.5), raw=percentile(bare, 0.5)),
        "act.p95": Pair(ours=percentile(ours, 0.95), raw=percentile(bare, 0.95)),
    }


def _recording(store: LocalStore) -> Callable[[], object]:
    """Return what answers one fresh case after another."""
    officer = store.identity.actor()
    assert officer is not None
    casework = Casework(store, lambda: officer, now_ms, lambda: str(uuid.uuid4()))
    cases = iter(store.queue.ids(Queue.NOT_STARTED, CaseFilter(), Sort.NEWEST, TODAY))
    body = Respond(text=_TEXT)
    return lambda: casework.act(CaseId(next(cases)), body, base_v=2)


def _bare_recording(path: Path) -> Callable[[], object]:
    """Return what commits one fresh row after another."""
    database = connect(path, WORK_TUNING)
    database.execute("CREATE TABLE acts (n INTEGER PRIMARY KEY, id TEXT, data TEXT)")

    def record() -> None:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO acts (id, data) VALUES (?, ?)", (str(uuid.uuid4()), _TEXT))
        database.execute("COMMIT")

    return record
