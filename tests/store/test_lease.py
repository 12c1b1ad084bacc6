# SPDX-License-Identifier: AGPL-3.0-or-later
"""After the lease nothing of a case can be read; the officer's own words stay, and go out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typing_extensions import override

from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId
from sync.cases.policy import Choice
from sync.cases.views import Draft
from sync.store import meta
from sync.store.engine import CACHE_TUNING, Database
from sync.store.local import LocalStore
from sync.store.upgrade import CACHE, bring_up
from tests.support.local_store import KEY, NOW, a_head, a_reply, a_scope, act, opened, rows_of, sent
from tools.pages import decrypted

DAY_MS = 86_400_000
FORTNIGHT_MS = 14 * DAY_MS
WORDS = "Kabel sudah kami ganti."
TODAY = date(2026, 11, 24)


@pytest.fixture
def store(store: LocalStore) -> LocalStore:
    """A store with a case, a draft on it, and an act that has not left."""
    store.journal.forget_cache("silsilah-1")
    store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
    store.drafts.save(Draft(case_id=CaseId(1), kind="respond", text=WORDS, base_v=1, saved_at=NOW))
    act(store)
    return store


def readable(store: LocalStore) -> list[object]:
    """Return everything of cases that the program can be asked for."""
    return [
        *store.queue.ids(Queue.ALL, CaseFilter(), Sort.NEWEST, TODAY),
        *store.queue.rows([1]),
        *store.search.search("padam"),
        *([] if store.cases.view(CaseId(1)) is None else [1]),
        *store.cases.units(),
    ]


class Peeping(Database):
    """A file of which somebody reads just as it is closed to be deleted."""

    peeped = False

    @override
    def close(self) -> None:
        super().close()
        if not self.peeped:
            self.peeped = True
            with self.read() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()


def test_who_reads_while_the_cases_are_destroyed_sees_none_afterwards(tmp_path: Path) -> None:
    """A connection made a moment too early still has the deleted file: it must not be kept."""
    cache = Peeping(tmp_path / "cache.db", KEY, CACHE_TUNING)
    bring_up(cache, CACHE)
    with cache.write() as connection:
        meta.put(connection, epoch="silsilah-1")
    cache.discard()
    bring_up(cache, CACHE)
    with cache.read() as connection:
        assert meta.get(connection, "epoch") is None
    cache.close()


def test_within_the_lease_everything_is_open(store: LocalStore) -> None:
    """Two weeks without a word are allowed, to the millisecond before."""
    assert not store.lease.enforce(NOW + FORTNIGHT_MS - 1)
    assert (False, True) == (store.lease.is_over, bool(readable(store)))


def test_after_the_lease_no_case_can_be_read(store: LocalStore) -> None:
    """Neither list nor case nor search nor units tell anything."""
    assert store.lease.enforce(NOW + FORTNIGHT_MS)
    assert (True, []) == (store.lease.is_over, readable(store))
    assert not store.lease.enforce(NOW + FORTNIGHT_MS)


def test_own_words_stay_open_and_deliverable(store: LocalStore) -> None:
    """Drafts and outbox are all there; a draft may be finished and sent, the queue goes out."""
    store.lease.enforce(NOW + FORTNIGHT_MS)
    items = {item.kind: item for item in store.left_work.items()}
    assert {"respond", "note"} == set(items)
    assert {"locked"} == {item.reason for item in items.values()}
    assert (Choice.RESEND, Choice.WITHDRAW) == items["respond"].choices
    store.drafts.save(Draft(case_id=CaseId(1), kind="respond", text="Selesai.", base_v=1))
    assert "Selesai." in {item.words for item in store.left_work.items()}
    assert ["c-1"] == sent(store)


def test_a_contact_opens_again_with_everything_in_its_place(store: LocalStore) -> None:
    """What was done while it was locked is folded in, and nothing has to be fetched again."""
    store.lease.enforce(NOW + FORTNIGHT_MS)
    act(store, "c-2")
    store.journal.absorb(a_reply(now=NOW + FORTNIGHT_MS + 1), NOW)
    assert store.lease.enforce(NOW + FORTNIGHT_MS + 1)
    [row] = store.queue.rows([1])
    assert (False, 2, True) == (store.lease.is_over, row.pending, row.has_draft)
    assert 0 == store.left_work.count()


@pytest.mark.parametrize("back_ms", [DAY_MS, FORTNIGHT_MS, 50 * 365 * DAY_MS])
def test_a_clock_set_back_opens_nothing(folder: Path, back_ms: int) -> None:
    """The highest time ever seen counts, also after a restart."""
    with opened(folder) as store:
        store.journal.forget_cache("silsilah-1")
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        store.lease.enforce(NOW + FORTNIGHT_MS)
        assert not store.lease.enforce(NOW + FORTNIGHT_MS - back_ms)
        assert store.lease.is_over
    with opened(folder) as store:
        assert store.lease.enforce(NOW + FORTNIGHT_MS - back_ms)
        assert [] == readable(store)


def test_the_centre_says_how_long(store: LocalStore) -> None:
    """Its setting comes with the scope and counts from the last contact."""
    scope = a_scope(lease_s=86_400)
    store.journal.absorb(a_reply(scope=scope, now=NOW + DAY_MS), NOW)
    assert not store.lease.enforce(NOW + 2 * DAY_MS - 1)
    assert store.lease.enforce(NOW + 2 * DAY_MS)


def test_what_a_courier_brought_is_no_contact(store: LocalStore) -> None:
    """A reply file may be weeks old; it does not extend anything."""
    store.journal.absorb(a_reply(now=NOW + 10 * DAY_MS), None)
    assert store.lease.enforce(NOW + FORTNIGHT_MS)


def test_the_empty_stand_in_is_not_left_lying_about(folder: Path) -> None:
    """It is encrypted like everything else, and goes when the files are closed."""
    with opened(folder) as store:
        store.journal.forget_cache("silsilah-1")
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        store.lease.enforce(NOW + FORTNIGHT_MS)
        assert (folder / "blank.db").exists()
    assert not (folder / "blank.db").exists()


def test_a_revoked_device_loses_the_cases_and_keeps_the_words(
    store: LocalStore, folder: Path
) -> None:
    """The file is begun anew: nothing of the complaint is left in it; drafts and queue are."""
    store.files.kept_cache.checkpoint()
    assert b"Lampu jalan padam" in decrypted(folder / "cache.db", KEY, CACHE_TUNING.page_size)
    store.lease.revoke()
    store.lease.enforce(NOW)
    assert (True, []) == (store.lease.is_over, readable(store))
    assert b"Lampu jalan padam" not in decrypted(folder / "cache.db", KEY, CACHE_TUNING.page_size)
    assert [] == rows_of(store.files.kept_cache, "SELECT * FROM cases")
    assert {"respond", "note"} == {item.kind for item in store.left_work.items()}


def test_a_crash_before_the_cases_were_destroyed_is_made_good(store: LocalStore) -> None:
    """The mark was written and the file was not deleted: the next word of the centre does it."""
    with store.files.work.write() as work:
        meta.put(work, revoked="1")
    assert store.lease.revoke()
    assert [] == rows_of(store.files.kept_cache, "SELECT * FROM cases")
    assert not store.lease.revoke()


def test_a_device_that_may_again_fetches_again(store: LocalStore) -> None:
    """The first answer after the revocation was lifted opens, and the cases come anew."""
    store.lease.revoke()
    store.lease.enforce(NOW)
    assert store.journal.epoch() is None
    store.journal.forget_cache("silsilah-1")
    store.journal.absorb(a_reply(a_head(), scope=a_scope(), now=NOW + 1), NOW)
    assert store.lease.enforce(NOW + 1)
    assert 1 == store.queue.rows([1])[0].pending
