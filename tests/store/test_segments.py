# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pieces of a first load in the local files: resumed at every byte, verified, ticked off."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.cases.ids import CaseId
from sync.cases.views import SearchReach
from sync.errors import SyncError, SyncErrorKind
from sync.store import word_index
from sync.store.local import LocalStore
from sync.wire import codec
from sync.wire.messages import Segment, SegmentRecord, SnapshotRecord, SyncReply
from tests.support.local_store import NOW, a_head, a_reply, an_entry, copied, opened, shown_rows


def packed(*ids: int) -> bytes:
    """Return a piece with these cases."""
    segment = Segment(
        cases=[a_head(id_, v=2, title=f"Jalan {id_}") for id_ in ids],
        events=[an_entry(id_) for id_ in ids],
    )
    return zstandard.ZstdCompressor().compress(codec.encode(segment))


def listing(*pieces: bytes) -> SyncReply:
    """Return the answer that lists these pieces."""
    return SyncReply(
        now=NOW,
        cursor="before",
        more=True,
        snapshot=SnapshotRecord(
            cursor="behind",
            segments=[
                SegmentRecord(
                    sha256=hashlib.sha256(piece).hexdigest(),
                    bytes=len(piece),
                    rows=len(codec.unpacked_segment(piece).cases),
                )
                for piece in pieces
            ],
        ),
    )


def fetch(store: LocalStore, pieces: Sequence[bytes], size: int) -> bool:
    """Bring the next so many bytes; say whether there was anything to bring."""
    piece = store.journal.next_piece()
    if piece is None:
        return False
    content = next(p for p in pieces if hashlib.sha256(p).hexdigest() == piece.sha256)
    store.journal.keep_piece(piece, content[piece.held : piece.held + size])
    return True


def gather(store: LocalStore) -> None:
    """Gather all words that were put off."""
    while store.upkeep.gather_words() is not None:
        pass


PIECES = [packed(20, 21, 22), packed(12, 13), packed(10)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(1, 300), min_size=1), restarts=st.sets(st.integers(0, 30)))
def test_a_load_goes_on_at_every_byte(sizes: list[int], restarts: set[int]) -> None:
    """However it is cut up and whenever the program is closed: the same cases, nothing twice."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        with opened(path) as store:
            store.journal.absorb(listing(*PIECES), NOW)
        at, goes_on, brought = 0, True, 0
        while goes_on:
            with opened(path) as store:
                while goes_on and at not in restarts:
                    size = max(sizes[at % len(sizes)], 40)
                    goes_on = fetch(store, PIECES, size)
                    at, brought = at + 1, brought + size
            at += 1
        with opened(path) as store:
            assert {10, 12, 13, 20, 21, 22} == {row[0] for row in shown_rows(store)}
            assert ("behind", None) == (store.journal.cursor(), store.journal.next_piece())
            gather(store)
            assert 6 == len(store.search.search("jalan"))


def test_the_cursor_stays_before_the_pieces_until_all_are_in(store: LocalStore) -> None:
    """Only then does the feed go on where they end."""
    store.journal.absorb(listing(*PIECES), NOW)
    for _ in PIECES:
        assert "before" == store.journal.cursor()
        assert fetch(store, PIECES, 10_000)
    assert "behind" == store.journal.cursor()


def test_a_piece_that_is_not_what_its_hash_says_is_fetched_anew(store: LocalStore) -> None:
    """Nothing of it is taken in, and what was here of it is gone."""
    store.journal.absorb(listing(*PIECES), NOW)
    piece = store.journal.next_piece()
    assert piece is not None
    spoilt = PIECES[0][:-1] + bytes([PIECES[0][-1] ^ 1])
    store.journal.keep_piece(piece, spoilt[:50])
    piece = store.journal.next_piece()
    assert piece is not None
    assert 50 == piece.held
    with pytest.raises(SyncError) as caught:
        store.journal.keep_piece(piece, spoilt[50:])
    assert SyncErrorKind.MALFORMED is caught.value.kind
    with pytest.raises(SyncError):
        store.journal.keep_piece(piece, PIECES[0] + b"more than there is")
    again = store.journal.next_piece()
    assert again is not None
    assert 0 == again.held
    assert [1] == [row[0] for row in shown_rows(store)]
    while fetch(store, PIECES, 10_000):
        pass
    assert 7 == len(shown_rows(store))


@pytest.mark.parametrize(
    "body",
    [b"no zstd at all", zstandard.ZstdCompressor().compress(b"{'no json"), packed(1)[:-4]],
)
def test_a_piece_that_cannot_be_read_is_refused(store: LocalStore, body: bytes) -> None:
    """Its hash is right, its content is not: the centre's fault, and no harm here."""
    name = hashlib.sha256(body).hexdigest()
    snapshot = SnapshotRecord(
        cursor="behind", segments=[SegmentRecord(sha256=name, bytes=len(body), rows=1)]
    )
    store.journal.absorb(SyncReply(now=NOW, cursor="before", more=True, snapshot=snapshot), NOW)
    piece = store.journal.next_piece()
    assert piece is not None
    with pytest.raises(SyncError):
        store.journal.keep_piece(piece, body)
    assert "before" == store.journal.cursor()


def test_a_piece_with_impossible_facts_is_refused(store: LocalStore) -> None:
    """As a page would be."""
    bad = Segment(cases=[copied(a_head(9), next_step_on="besok")])
    body = zstandard.ZstdCompressor().compress(codec.encode(bad))
    store.journal.absorb(listing(body), NOW)
    piece = store.journal.next_piece()
    assert piece is not None
    with pytest.raises(SyncError):
        store.journal.keep_piece(piece, body)
    assert [1] == [row[0] for row in shown_rows(store)]


def test_what_is_in_need_not_come_again_when_the_list_is_another(store: LocalStore) -> None:
    """The same hash is the same content; what is left of the old list is forgotten."""
    store.journal.absorb(listing(*PIECES), NOW)
    fetch(store, PIECES, 10_000)
    store.journal.list_again()
    assert (None, "before") == (store.journal.next_piece(), store.journal.cursor())
    other = packed(30)
    store.journal.absorb(listing(other, PIECES[0]), NOW)
    piece = store.journal.next_piece()
    assert piece is not None
    assert hashlib.sha256(other).hexdigest() == piece.sha256
    fetch(store, [other], 10_000)
    assert {1, 20, 21, 22, 30} == {row[0] for row in shown_rows(store)}
    assert "behind" == store.journal.cursor()


def test_a_list_of_what_is_in_already_ends_the_load(store: LocalStore) -> None:
    """Nothing to fetch, on to the feed."""
    store.journal.absorb(listing(PIECES[0], PIECES[1]), NOW)
    fetch(store, PIECES, 10_000)
    store.journal.list_again()
    store.journal.absorb(listing(PIECES[0]), NOW)
    assert "behind" == store.journal.cursor()


def test_another_history_forgets_the_pieces(store: LocalStore) -> None:
    """They belong to what is gone."""
    store.journal.absorb(listing(*PIECES), NOW)
    fetch(store, PIECES, 10_000)
    store.journal.forget_cache("e2")
    assert (None, None) == (store.journal.next_piece(), store.journal.cursor())


def test_words_are_gathered_later_and_a_search_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes and departures in between, and a restart between any two steps, do no harm."""
    monkeypatch.setattr(word_index, "_STEP_CASES", 2)
    monkeypatch.setattr(word_index, "is_rebuild_cheaper", lambda *_counts: False)
    with opened(folder) as store:
        store.journal.absorb(listing(*PIECES), NOW)
        while fetch(store, PIECES, 10_000):
            pass
        assert SearchReach(searched=0, held=6) == store.search.reach()
        assert [] == store.search.search("jalan")
        assert [CaseId(20)] == store.search.numbered(a_head(20).tracking_id)
        changed = a_head(13, v=3, title="Gang 13"), a_head(30, v=2, title="Jalan 30")
        store.journal.absorb(a_reply(*changed, left=[12]), NOW)
        assert [30] == store.search.search("jalan")
    steps, is_left = 0, True
    while is_left:
        with opened(folder) as store:
            is_left = store.upkeep.gather_words() is not None
            steps += is_left
    assert steps >= 3
    with opened(folder) as store:
        assert store.search.reach().is_whole
        assert {10, 13, 20, 21, 22, 30} == set(store.search.search("jalan"))
        assert [13] == store.search.search("gang")
        store.journal.absorb(a_reply(a_head(20, v=3, title="Lorong 20")), NOW)
        assert [20] == store.search.search("lorong")
        with store.files.cache.write() as cache:
            for index in ("case_words", "entry_words"):
                cache.exec_driver_sql(
                    f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
                )
