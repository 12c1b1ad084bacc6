# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the files need while the program runs for weeks."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.cases.changes import EVERYTHING, ChangeSet
from sync.cases.ids import CaseId
from sync.errors import StoreUnavailable
from sync.store.engine import Database
from sync.store.local import LocalStore
from sync.store.upkeep import COPY_EVERY_MS
from tests.support.local_store import NOW, a_head, a_reply, a_scope, act, opened


@contextmanager
def _unwritable(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse writes as a full disk does."""

    def full() -> None:
        raise StoreUnavailable("store.disk-full", file=database.path.name)

    with monkeypatch.context() as patch:
        patch.setattr(database, "write", full)
        yield


def test_lists_catch_up_when_the_cache_can_be_written_again(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists say of an act at once that it waits; what it does to the case comes later."""
    with _unwritable(store.files.cache, monkeypatch):
        act(store)
    assert [1] == [row.pending for row in store.queue.rows([CaseId(1)])]
    assert ChangeSet(cases=frozenset({CaseId(1)})) == store.upkeep.run(NOW)
    assert [1] == [row.pending for row in store.queue.rows([CaseId(1)])]
    assert ChangeSet() == store.upkeep.run(NOW)


def test_the_next_act_brings_the_list_up_to_date_as_well(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can write first writes what is owed."""
    store.journal.absorb(a_reply(a_head(2)), NOW)
    with _unwritable(store.files.cache, monkeypatch):
        act(store)
    act(store, "c-2", case_id=CaseId(2))
    assert [1, 1] == [row.pending for row in store.queue.rows([CaseId(1), CaseId(2)])]


def test_a_cache_that_breaks_is_begun_anew_while_the_program_runs(store: LocalStore) -> None:
    """Whoever reads at that moment is not disturbed; afterwards the file is empty and sound."""
    act(store)
    store.files.cache.checkpoint()
    path = store.files.cache.path
    with store.files.cache.read() as reading:
        query = "SELECT count(*) FROM cases"
        assert 1 == reading.exec_driver_sql(query).scalar_one()
        _break(path)
        with pytest.raises(StoreUnavailable):
            _read_everything(store.files.cache)
        assert EVERYTHING == store.upkeep.run(NOW)
    assert [] == store.queue.rows([CaseId(1)])
    store.journal.forget_cache("silsilah-1")
    store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
    assert [1] == [row.pending for row in store.queue.rows([CaseId(1)])]


def test_a_program_that_is_never_closed_still_makes_copies(folder: Path) -> None:
    """Twice a day, when something was written since."""
    newest = folder / "copies" / "work.1.db"
    with opened(folder) as store:
        shutil.rmtree(folder / "copies", ignore_errors=True)
        act(store)
        store.upkeep.run(NOW)
        store.upkeep.run(NOW + COPY_EVERY_MS - 1)
        assert not newest.exists()
        store.upkeep.run(NOW + COPY_EVERY_MS)
        made = newest.read_bytes()
        store.upkeep.run(NOW + 2 * COPY_EVERY_MS)
        assert made == newest.read_bytes()


def test_a_copy_that_fails_does_not_stop_anything(
    folder: Path, expected_logs: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """It is written down, and tried again half a day later."""
    expected_logs.append("No fresh copy of the work file: store.io")
    with opened(folder) as store:
        shutil.rmtree(folder / "copies", ignore_errors=True)
        act(store)
        (folder / "copies").write_text("in the way", encoding="ascii")
        store.upkeep.run(NOW)
        assert ChangeSet() == store.upkeep.run(NOW + COPY_EVERY_MS)
    assert [logging.WARNING] == [record.levelno for record in caplog.records]


def _break(path: Path) -> None:
    """Spoil every page but those that are needed to open the file."""
    page = 16_384
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        for start in range(2 * page, size, page):
            file.seek(start + 100)
            file.write(b"\xff" * 64)


def _read_everything(cache: Database) -> None:
    with cache.read() as connection:
        for table in ("cases", "events", "units", "people", "meta", "wanted"):
            connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
