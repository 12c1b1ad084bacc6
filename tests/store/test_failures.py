# SPDX-License-Identifier: AGPL-3.0-or-later
"""The machine's faults: wrong key, broken pages, full disk, read-only folder, another writer."""

from __future__ import annotations

import resource
import shutil
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from sync.cases.commands import Note
from sync.cases.ids import CaseId
from sync.cases.views import Draft
from sync.errors import StoreUnavailable
from sync.store.engine import CACHE_TUNING, WORK_TUNING, Database
from sync.store.local import LocalStore, Opening
from tests.support.local_store import (
    KEY,
    NOW,
    a_head,
    a_reply,
    a_scope,
    accepted,
    act,
    open_store,
    opened,
    sent,
)

TODAY = date(2026, 11, 24)
WRONG_KEY = bytes(32)


def flip(path: Path, offset: int) -> None:
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)


def last_page(path: Path, page_size: int) -> int:
    """Return an offset in the middle of the last page."""
    return path.stat().st_size - page_size // 2


def fill(folder: Path, cases: int = 200) -> None:
    """Put cases and an act into the files of a folder, and close them."""
    with opened(folder) as store:
        page = a_reply(*(a_head(id_) for id_ in range(1, cases)), scope=a_scope(), cursor="k1")
        store.journal.absorb(page, NOW)
        act(store)


@contextmanager
def file_size_limit(size_bytes: int) -> Iterator[None]:
    """Let this process write no file beyond a size, as if the disk ended there."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_wrong_key_opens_nothing_and_harms_nothing(folder: Path) -> None:
    """The files are still there for the right one."""
    fill(folder)
    with pytest.raises(StoreUnavailable) as caught:
        open_store(folder, WRONG_KEY)
    assert "store.wrong-key" == caught.value.code
    with opened(folder) as store:
        assert 199 == len(store.queue.rows(range(1, 200)))
        assert Opening() == store.opening


@pytest.mark.parametrize("name", ["cache.db", "work.db"])
def test_nothing_legible_is_in_the_files(folder: Path, name: str) -> None:
    """Neither the words nor SQLite's own header."""
    with opened(folder) as store:
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        act(store, body=Note(text="Lampu jalan padam"))
        for path in folder.glob(f"{name}*"):
            content = path.read_bytes()
            assert b"padam" not in content
            assert b"SQLite" not in content


def test_an_unexpected_failure_of_the_database_repeats_no_words(folder: Path) -> None:
    """Its message goes into logs and crash reports, which support reads."""
    query, words = "INSERT INTO meta (name, value) VALUES (?, ?)", "Siti, pelapor"
    with (
        opened(folder) as store,
        pytest.raises(IntegrityError) as caught,
        store.files.work.write() as work,
    ):
        work.exec_driver_sql(query, (words, None))
    assert words not in "".join(traceback.format_exception(caught.value))


def test_a_broken_page_of_the_cache_is_noticed_and_fetched_again(folder: Path) -> None:
    """Reading it is refused with a clear code; the next start begins with an empty cache."""
    fill(folder)
    flip(folder / "cache.db", last_page(folder / "cache.db", CACHE_TUNING.page_size))
    with opened(folder) as store, pytest.raises(StoreUnavailable) as caught:
        store.repair.rebuild()
    assert ("store.corrupt", "cache.db") == (caught.value.code, caught.value.data["file"])
    with opened(folder) as store:
        assert Opening(cache_lost="store.corrupt") == store.opening
        assert (None, None) == (store.journal.cursor(), store.journal.epoch())
        assert ["c-1"] == [item.command.id for item in store.outbox.items()]
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        assert 1 == store.queue.rows([1])[0].pending
    with opened(folder) as store:
        assert Opening() == store.opening


def test_a_page_of_the_cache_that_is_found_broken_at_the_start_is_fetched_again_at_once(
    folder: Path,
) -> None:
    """Making good what a crash left meets it; the officer does not have to start twice."""
    fill(folder)
    content = (folder / "cache.db").read_bytes()
    size = CACHE_TUNING.page_size
    spoilt = b"".join(bytes([content[at] ^ 1]) + content[at + 1 : at + size]
                      for at in range(16 * size, len(content), size))  # fmt: skip
    (folder / "cache.db").write_bytes(content[: 16 * size] + spoilt)
    with opened(folder) as store:
        assert "store.corrupt" == store.opening.cache_lost
        assert ["c-1"] == [item.command.id for item in store.outbox.items()]


def test_a_broken_first_page_of_the_cache_is_fetched_again_at_once(folder: Path) -> None:
    """It looks like a wrong key, but the key opens the work file."""
    fill(folder)
    flip(folder / "cache.db", 1_000)
    with opened(folder) as store:
        assert "store.corrupt" == store.opening.cache_lost


@pytest.mark.parametrize("offset", [1_000, WORK_TUNING.page_size * 3 + 7])
def test_a_broken_work_file_is_replaced_by_its_newest_copy(folder: Path, offset: int) -> None:
    """The broken one is kept aside; what the copy believes unsent may have been sent."""
    fill(folder)
    with opened(folder):
        pass  # makes a copy
    with opened(folder) as store:
        act(store, "c-2")
    flip(folder / "work.db", offset)
    with opened(folder) as store:
        assert (True, "") == (store.opening.work_restored, store.opening.cache_lost)
        assert folder / "work.broken-1.db" == store.opening.aside
        assert store.opening.restored_from > 0
        assert [("c-1", "unknown")] == [
            (item.command.id, item.delivery) for item in store.outbox.items()
        ]
        act(store, "c-3")
        assert store.outbox.items()[-1].command.n > 1_000_000
        assert ["c-1", "c-3"] == sent(store)
    assert (folder / "work.broken-1.db").exists()


def test_without_a_sound_copy_a_broken_work_file_stays_where_it_is(folder: Path) -> None:
    """Nothing is thrown away; somebody may still read what is left."""
    fill(folder)
    shutil.rmtree(folder / "copies")
    flip(folder / "work.db", WORK_TUNING.page_size * 3 + 7)
    before = (folder / "work.db").read_bytes()
    with pytest.raises(StoreUnavailable) as caught:
        open_store(folder)
    assert ("store.corrupt", "work.db") == (caught.value.code, caught.value.data["file"])
    assert before == (folder / "work.db").read_bytes()


def test_a_full_disk_leaves_cursor_and_rows_as_they_were(folder: Path) -> None:
    """A page that does not fit is not half there, and comes again when there is room."""
    fill(folder, cases=2)
    page = a_reply(*(a_head(id_, text="x" * 5_000) for id_ in range(2, 400)), cursor="k2")
    with opened(folder) as store:
        with file_size_limit(600_000), pytest.raises(StoreUnavailable) as caught:
            store.journal.absorb(page, NOW)
        assert caught.value.code in {"store.disk-full", "store.io"}
        assert "k1" == store.journal.cursor()
        assert [1] == [row.id for row in store.queue.rows(range(1, 400))]
        store.journal.absorb(page, NOW)
        assert ("k2", 399) == (store.journal.cursor(), store.queue.counts(TODAY).held)


def test_verdicts_outlive_a_cache_that_is_full(store: LocalStore) -> None:
    """What the centre decided is precious; the page it came with will come again."""
    act(store)
    sent(store)
    verdict = accepted("c-1", 2)
    with store.files.cache.outside_transaction() as cache:
        pages = cache.execute("PRAGMA page_count").fetchone()[0]
        cache.execute(f"PRAGMA max_page_count = {pages}")
    page = a_reply(a_head(2, text="x" * 100_000), verdicts=[verdict])
    with pytest.raises(StoreUnavailable) as caught:
        store.journal.absorb(page, NOW)
    assert "store.disk-full" == caught.value.code
    assert ["accepted"] == [item.delivery for item in store.outbox.items()]


def test_a_read_only_file_is_told_apart(folder: Path) -> None:
    """The officer can do something about rights."""
    fill(folder)
    with opened(folder) as store:
        with store.files.work.outside_transaction() as work:
            work.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreUnavailable) as caught:
            store.drafts.save(Draft(case_id=CaseId(1), kind="note", text="x"))
    assert "store.read-only" == caught.value.code


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file is in the way, a disk is gone."""
    (tmp_path / "profil").write_text("bukan folder", encoding="ascii")
    with pytest.raises(StoreUnavailable) as caught:
        open_store(tmp_path / "profil")
    assert "store.io" == caught.value.code


def test_another_process_that_writes_is_told_after_a_while(tmp_path: Path) -> None:
    """Waiting has an end."""
    first = Database(tmp_path / "x.db", KEY, WORK_TUNING)
    second = Database(tmp_path / "x.db", KEY, WORK_TUNING)
    with second.outside_transaction() as connection:
        connection.execute("PRAGMA busy_timeout = 1")
    with first.write() as connection_1:
        connection_1.exec_driver_sql("CREATE TABLE t (x)")
        with pytest.raises(StoreUnavailable) as caught, second.write():
            pass
    assert "store.locked" == caught.value.code
    first.close()
    second.close()


def test_two_threads_that_write_wait_for_each_other(store: LocalStore) -> None:
    """The db lane records while the sync lane takes in pages; nothing fails, nothing is lost."""

    def record(number: int) -> None:
        act(store, f"c-{number}", Note(text="x"), case_id=CaseId(number))

    def take_in(_: int) -> None:
        store.journal.absorb(a_reply(*(a_head(id_) for id_ in range(1, 41))), NOW)

    with ThreadPoolExecutor(1) as sync_lane, ThreadPoolExecutor(1) as db_lane:
        pages = sync_lane.map(take_in, range(10))
        acts = db_lane.map(record, range(1, 41))
        assert [None] * 50 == [*pages, *acts]
    assert [1] * 40 == [row.pending for row in store.queue.rows(range(1, 41))]


def test_a_bug_of_ours_is_not_called_the_machines_fault(store: LocalStore) -> None:
    """A missing table is not a full disk."""
    with pytest.raises(Exception, match="no such table"), store.files.work.read() as work:
        work.exec_driver_sql("SELECT * FROM nowhere")
