# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening the queue of all cases: every id in order, the list becomes it, the first lines are in.

Ours is the store's query, the real item model, and the window of rows that the model asks for when
a view reads its first lines (no painting). The limit is the bare driver on the same file: the ids
by the same two walks along the same indices, and one window of rows by key. Ours and the limit
take turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3
from PySide6.QtCore import QCoreApplication

from bench.bare_store import connect
from bench.device import now_ms
from bench.figures import Measured, Pair
from bench.load_ours import WINDOW
from bench.local import filled_store
from bench.meters import Sizes, durations_ms, percentile
from bench.sample import TODAY
from desktop.viewmodels.case_lines import CaseLines
from desktop.viewmodels.case_list import CaseListModel, CaseRole, Window
from desktop.viewmodels.formats import Formats
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.engine.timekeeping import Reading, Remembered, Timekeeper
from sync.store.engine import CACHE_TUNING
from sync.store.local import LocalStore
from sync.wire.rulebook import load_rulebook

_ON_SCREEN = 12
_MOST_REPEATS = 60
_OWED = "SELECT id FROM cases WHERE shown_due IS NOT NULL ORDER BY shown_due, registered_at DESC"
_REST = "SELECT id FROM cases WHERE shown_due IS NULL ORDER BY registered_at DESC"
_ROWS = "SELECT * FROM cases WHERE id IN (SELECT value FROM json_each(?))"


def _read() -> Reading:
    return Reading(wall=now_ms())


def _forget(_known: Remembered) -> None:
    """A bench has no next start."""


class List:
    """The item model with the store behind it, on one thread."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        calendar = load_rulebook().calendar
        self._model = CaseListModel(
            CaseLines(Formats("id"), calendar, Timekeeper(_read, None, _forget))
        )
        self._model.window_wanted.connect(self._bring)

    def open(self) -> None:
        """Open the queue and read the lines that a screen shows."""
        ids: Sequence[Any] = self._store.queue.ids(Queue.ALL, CaseFilter(), Sort.DUE, TODAY)
        self._model.show_ids(ids)
        while self._lines()[-1] is None:
            QCoreApplication.processEvents()

    def _lines(self) -> list[Any]:
        rows = min(_ON_SCREEN, self._model.rowCount())
        return [self._model.data(self._model.index(row), CaseRole.LINE) for row in range(rows)]

    def _bring(self, window: Window) -> None:
        self._model.receive(window, self._store.queue.rows(window.ids))


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure opening a queue."""
    application = QCoreApplication.instance() or QCoreApplication([])
    store = filled_store(folder / "device", sizes.queue)
    cases = List(store)
    database = connect(folder / "device" / "cache.db", CACHE_TUNING)
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(min(sizes.repeats, _MOST_REPEATS)):
        ours += durations_ms(cases.open, 1)
        bare += durations_ms(lambda: _bare_open(database), 1)
    database.close()
    store.close()
    del application
    return {
        "open-queue.p50": Pair(ours=percentile(ours, 0.5), raw=percentile(bare, 0.5)),
        "open-queue.p95": Pair(ours=percentile(ours, 0.95), raw=percentile(bare, 0.95)),
    }


def _bare_open(database: sqlcipher3.Connection) -> None:
    ids = [row[0] for query in (_OWED, _REST) for row in database.execute(query).fetchall()]
    window = msgspec.json.encode(ids[:WINDOW]).decode()
    assert database.execute(_ROWS, (window,)).fetchall()
