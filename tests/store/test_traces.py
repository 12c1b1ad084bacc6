# SPDX-License-Identifier: AGPL-3.0-or-later
"""What leaves this computer is gone from the file: from rows, search index, free pages, log.

The pages are decrypted by hand, for SQLite shows only what it believes to be there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.cases.events import Responded
from sync.cases.ids import CaseId
from sync.store import engine
from sync.store.engine import CACHE_TUNING, Database
from sync.store.local import LocalStore
from sync.wire.messages import CaseRecord, EventRecord
from tests.support.casework import OTHER_UNIT, UNIT
from tests.support.local_store import KEY, NOW, a_head, a_reply, a_scope, an_entry, copied, opened
from tools.pages import decrypted

_TAIL = 9  # the index leaves out beginnings that neighbouring words share; the rest would remain


def nonces(count: int) -> Iterator[str]:
    """Yield words that occur nowhere else."""
    rng = random.Random(7)
    for _ in range(count):
        yield "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=16))


def marked(
    id_: int, words: Iterator[str], **changes: object
) -> tuple[CaseRecord, EventRecord, list[str]]:
    """Return a case and an entry with a word of their own in every place, and these words."""
    own = [next(words) for _ in range(5)]
    head = a_head(
        id_,
        v=2,
        title=own[0],
        text=f"Isi {own[1]} laporan",
        reporter=own[2],
        location=own[3],
        **changes,
    )
    return head, an_entry(id_, 2, Responded(text=f"Jawaban {own[4]}")), own


def found(folder: Path, words: list[str]) -> list[str]:
    """Return the words of which something is still legible."""
    plain = decrypted(folder / "cache.db", KEY, CACHE_TUNING.page_size)
    return [word for word in words if word[-_TAIL:].encode() in plain]


def load(
    store: LocalStore, count: int, words: Iterator[str], **changes: object
) -> dict[int, list[str]]:
    """Put marked cases from number 10 on into the store, in several pages; return their words."""
    own: dict[int, list[str]] = {}
    for start in range(10, 10 + count, 25):
        page = [marked(id_, words, **changes) for id_ in range(start, min(start + 25, 10 + count))]
        own |= {head.id: texts for head, _, texts in page}
        store.journal.absorb(
            a_reply(*(head for head, _, _ in page), events=[entry for _, entry, _ in page]), NOW
        )
    return own


@pytest.mark.parametrize("leaving", [1, 60], ids=["one of many", "most of them"])
def test_cases_that_leave_leave_no_trace(store: LocalStore, folder: Path, leaving: int) -> None:
    """Few are taken out word by word, many by making the index afresh; neither leaves a trace."""
    own = load(store, 150, nonces(2_000))
    gone = [word for id_ in range(10, 10 + leaving) for word in own[id_]]
    kept = [word for id_ in range(10 + leaving, 160) for word in own[id_]]
    store.files.cache.checkpoint()
    assert gone == found(folder, gone)
    store.journal.absorb(a_reply(left=range(10, 10 + leaving)), NOW)
    assert [] == found(folder, gone)
    assert kept == found(folder, kept)


def test_a_lost_unit_leaves_no_trace(store: LocalStore, folder: Path) -> None:
    """The cases go with the scope."""
    words = nonces(2_000)
    store.journal.absorb(a_reply(scope=a_scope(UNIT, OTHER_UNIT)), NOW)
    own = load(store, 30, words, unit_id=OTHER_UNIT)
    store.journal.absorb(a_reply(scope=a_scope(UNIT)), NOW)
    assert [] == found(folder, [word for texts in own.values() for word in texts])


def test_another_history_leaves_no_trace(store: LocalStore, folder: Path) -> None:
    """Forgetting the cache empties the file as well."""
    own = load(store, 30, nonces(2_000))
    store.journal.forget_cache("silsilah-2")
    assert [] == found(folder, [word for texts in own.values() for word in texts])


def test_words_that_changed_before_the_case_left_leave_no_trace(
    store: LocalStore, folder: Path
) -> None:
    """Older versions of a case and an entry count too."""
    words = nonces(2_000)
    load(store, 100, words)
    first, entry, old = marked(5, words)
    store.journal.absorb(a_reply(first, events=[entry]), NOW)
    second, veiled, new = marked(5, words)
    store.journal.absorb(a_reply(copied(second, v=3), events=[veiled]), NOW)
    store.journal.absorb(a_reply(left=[5]), NOW)
    assert [] == found(folder, [*old, *new])


def test_what_divided_pages_left_behind_goes_as_well(store: LocalStore, folder: Path) -> None:
    """SQLite leaves copies of rows in the middle of pages that it divides; they outlive the rows.

    A first load, newest case first, divides the page of the smallest numbers again and again.
    """
    words = nonces(10_000)
    own: dict[int, list[str]] = {}
    for newest in range(2_000, 1_000, -250):
        page = [lengthy(id_, words) for id_ in range(newest, newest - 250, -1)]
        own |= {head.id: texts for head, _, texts in page}
        store.journal.absorb(
            a_reply(*(head for head, _, _ in page), events=[entry for _, entry, _ in page]), NOW
        )
    store.files.cache.checkpoint()
    plain = decrypted(folder / "cache.db", KEY, CACHE_TUNING.page_size)
    twice = [id_ for id_, texts in own.items() if plain.count(texts[0].encode()) > 1]
    assert twice, "nothing was left behind, so this test would show nothing"
    store.journal.absorb(a_reply(left=twice), NOW)
    store.upkeep.run(NOW)
    assert [] == found(folder, [word for id_ in twice for word in own[id_]])
    kept = [word for id_ in own.keys() - set(twice) for word in own[id_]][:200]
    assert kept == found(folder, kept)


def lengthy(id_: int, words: Iterator[str]) -> tuple[CaseRecord, EventRecord, list[str]]:
    """Return a case whose text has a usual length, its entry, and the words of its own."""
    head, entry, own = marked(id_, words)
    return copied(head, text=f"{own[1]} {'lampu jalan padam ' * (20 + id_ % 23)}"), entry, own


def test_a_file_that_another_program_has_open_stays_where_it_is(folder: Path) -> None:
    """The other one would go on with a file that nobody finds any more; it is tidied later."""
    with opened(folder) as store:
        with opened(folder) as other:
            assert not store.files.cache.compact()
            other.journal.absorb(a_reply(a_head(2), cursor="k2"), NOW)
        assert "k2" == store.journal.cursor()
        assert store.files.cache.compact()
        assert "k2" == store.journal.cursor()
    assert not list(folder.glob("new-*"))


def test_a_copy_that_another_program_sweeps_away_takes_no_place(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that starts sweeps before it opens the file, so nothing stands in the way yet."""
    real = engine.leave_log

    def swept(connection: engine.DriverConnection) -> bool:
        Database(store.files.cache.path, KEY, CACHE_TUNING).sweep()
        return real(connection)

    monkeypatch.setattr(engine, "leave_log", swept)
    assert not store.files.cache.compact()
    assert store.cases.view(CaseId(1)) is not None
    monkeypatch.undo()
    assert store.files.cache.compact()
    assert store.cases.view(CaseId(1)) is not None
