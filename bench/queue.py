# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening the queue of all cases, and turning to a page of it, below a thousand undelivered acts.

Opening: every id in order, the list becomes it, the first lines are in. Ours is the store's query,
the real item model, and the window of rows that the model asks for when a view reads its first
lines (no painting). The limit is the bare driver on the same file: the ids by the same two walks
along the same indices, and one window of rows by key.

A page: a hundred lines from anywhere in the queue, as the officer's own undelivered work makes them
look. The limit reads the same hundred rows by key and looks at nothing of the officer's. Ours and
the limit take turns.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
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
from bench.words import Words
from desktop.viewmodels.case_lines import CaseLines
from desktop.viewmodels.case_list import CaseListModel, CaseRole, Window
from desktop.viewmodels.formats import Formats
from sync.cases.commands import Respond
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId
from sync.cases.views import CaseRow
from sync.engine.timekeeping import Reading, Remembered, Timekeeper
from sync.services.casework import Casework
from sync.store.engine import CACHE_TUNING
from sync.store.local import LocalStore
from sync.wire.rulebook import load_rulebook

_ON_SCREEN = 12
_PAGE = 100
_MOST_REPEATS = 60
_TEXT = Words(19).text(75)
_OWED = "SELECT id FROM cases WHERE shown_due IS NOT NULL ORDER BY shown_due, registered_at DESC"
_REST = "SELECT id FROM cases WHERE shown_due IS NULL ORDER BY registered_at DESC"
_LINES = """
    SELECT id, tracking_id, title, channel, classification, category, shown_status, raw_status,
        registered_at, unit_id, shown_assignee, secret, anonymous, shown_due, shown_clock,
        pending, decisions, has_draft
    FROM cases WHERE id IN (SELECT value FROM json_each(?))
"""


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
    """Measure opening a queue, and its pages."""
    application = QCoreApplication.instance() or QCoreApplication([])
    store = filled_store(folder / "device", sizes.queue)
    _answer_some(store, sizes.pending)
    database = connect(folder / "device" / "cache.db", CACHE_TUNING)
    measured = {**_opening(store, database, sizes), **_paging(store, database, sizes)}
    database.close()
    store.close()
    del application
    return measured


def _opening(store: LocalStore, database: sqlcipher3.Connection, sizes: Sizes) -> Measured:
    cases = List(store)
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(min(sizes.repeats, _MOST_REPEATS)):
        ours += durations_ms(cases.open, 1)
        bare += durations_ms(lambda: _bare_open(database), 1)
    return _both("open-queue", ours, bare)


def _paging(store: LocalStore, database: sqlcipher3.Connection, sizes: Sizes) -> Measured:
    pages = _pages(store)
    ours: list[float] = []
    bare: list[float] = []
    own = 0
    for _ in range(sizes.repeats):
        page = next(pages)
        rows: list[CaseRow] = []
        ours += durations_ms(lambda: rows.extend(store.queue.rows(page)), 1)  # noqa: B023 - now
        bare += durations_ms(lambda: _bare_rows(database, page), 1)  # noqa: B023 - now
        assert page == [row.id for row in rows]
        own += sum(row.pending for row in rows)
    assert own, "nobody sees their own work"
    return _both("queue-page", ours, bare)


def _both(name: str, ours: Sequence[float], bare: Sequence[float]) -> Measured:
    return {
        f"{name}.p50": Pair(ours=percentile(ours, 0.5), raw=percentile(bare, 0.5)),
        f"{name}.p95": Pair(ours=percentile(ours, 0.95), raw=percentile(bare, 0.95)),
    }


def _answer_some(store: LocalStore, count: int) -> None:
    """Answer cases all over the queue, without a word to the centre."""
    officer = store.identity.actor()
    assert officer is not None
    casework = Casework(store, lambda: officer, now_ms, lambda: str(uuid.uuid4()))
    ids = store.queue.ids(Queue.NOT_STARTED, CaseFilter(), Sort.NEWEST, TODAY)
    for case_id in random.Random(17).sample(ids, count):
        casework.act(CaseId(case_id), Respond(text=_TEXT), base_v=2)
    assert count == store.outbox.tally().undelivered


def _pages(store: LocalStore) -> Iterator[list[int]]:
    """Yield pages of the queue, from anywhere in it."""
    chance = random.Random(18)
    ids = store.queue.ids(Queue.ALL, CaseFilter(), Sort.DUE, TODAY)
    while True:
        first = chance.randrange(max(1, len(ids) - _PAGE))
        yield list(ids[first : first + _PAGE])


def _bare_open(database: sqlcipher3.Connection) -> None:
    ids = [row[0] for query in (_OWED, _REST) for row in database.execute(query).fetchall()]
    _bare_rows(database, ids[:WINDOW])


def _bare_rows(database: sqlcipher3.Connection, ids: Sequence[int]) -> None:
    wanted = msgspec.json.encode(ids).decode()
    assert len(ids) == len(database.execute(_LINES, (wanted,)).fetchall())
