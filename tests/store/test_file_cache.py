# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files from the centre are a cache: resumable, checked, within a budget, and erased with cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cases.case import Attachment
from sync.cases.ids import CaseId
from sync.errors import StoreUnavailable
from sync.store.encrypted_file import BLOCK, EncryptedFile
from sync.store.engine import CACHE_TUNING
from sync.store.local import LocalStore
from tests.support.local_store import KEY, NOW, a_head, a_reply, opened, rows_of
from tests.support.uploads import sha256_of, some_bytes
from tools.pages import decrypted

CONTENT = some_bytes(50_000)
DIGEST = sha256_of(CONTENT)
ONE, TWO = CaseId(1), CaseId(2)


def here(store: LocalStore) -> None:
    """Let two cases be here."""
    store.journal.absorb(a_reply(a_head(1), a_head(2)), NOW)


def fetched(store: LocalStore, content: bytes, case_id: CaseId = ONE, now: int = NOW) -> str:
    """Take a whole content in."""
    assert store.file_cache.take_in(case_id, sha256_of(content), len(content), content, now)
    return sha256_of(content)


def test_a_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Also after a restart; bytes beyond the last whole block come again."""
    with opened(tmp_path) as store:
        here(store)
        assert not store.file_cache.take_in(ONE, DIGEST, len(CONTENT), CONTENT[:10_000], NOW)
    with opened(tmp_path) as store:
        found = store.file_cache.find(DIGEST)
        assert found is not None
        assert 10_000 // BLOCK * BLOCK == found.have
        assert store.file_cache.take_in(ONE, DIGEST, len(CONTENT), CONTENT[found.have :], NOW)
        assert CONTENT == b"".join(store.file_cache.pieces(DIGEST, NOW))


def test_a_wrong_content_is_thrown_away(tmp_path: Path) -> None:
    """Complete, but not what its name says: nothing of it stays."""
    with opened(tmp_path) as store:
        here(store)
        with pytest.raises(StoreUnavailable, match=r"store\.corrupt"):
            store.file_cache.take_in(ONE, DIGEST, len(CONTENT), some_bytes(50_000, seed=2), NOW)
        assert store.file_cache.find(DIGEST) is None
        assert not list((tmp_path / "files-cache").iterdir())


def test_what_broke_on_the_disk_can_be_fetched_again(tmp_path: Path) -> None:
    """It is noticed when read, and thrown away."""
    with opened(tmp_path) as store:
        here(store)
        fetched(store, CONTENT)
        (path,) = (tmp_path / "files-cache").iterdir()
        raw = bytearray(path.read_bytes())
        raw[-1] ^= 1
        path.write_bytes(raw)
        with pytest.raises(StoreUnavailable):
            b"".join(store.file_cache.pieces(DIGEST, NOW))
        assert store.file_cache.find(DIGEST) is None


@pytest.mark.parametrize("left_of_it", [0, 100, 5_000])
def test_a_part_that_broke_on_the_disk_is_begun_anew(tmp_path: Path, left_of_it: int) -> None:
    """A power cut may leave a file without its head, a bad disk any block: it must not stay so."""
    with opened(tmp_path) as store:
        here(store)
        store.file_cache.take_in(ONE, DIGEST, len(CONTENT), CONTENT[:20_000], NOW)
        (path,) = (tmp_path / "files-cache").iterdir()
        raw = path.read_bytes()
        path.write_bytes(raw[:left_of_it] + bytes(len(raw) - left_of_it if left_of_it else 0))
        have = 20_000 // BLOCK * BLOCK
        with pytest.raises(StoreUnavailable, match=r"store\.corrupt"):
            store.file_cache.take_in(ONE, DIGEST, len(CONTENT), CONTENT[have:], NOW)
        assert DIGEST == fetched(store, CONTENT)
        assert CONTENT == b"".join(store.file_cache.pieces(DIGEST, NOW))


def test_a_folder_among_the_files_keeps_nobody_out(tmp_path: Path) -> None:
    """Whoever put it there: what is ours is swept, and the desk opens."""
    (tmp_path / "files-cache" / "karantina").mkdir(parents=True)
    (tmp_path / "files-cache" / "sisa").write_bytes(b"sisa")
    with opened(tmp_path) as store:
        here(store)
        assert DIGEST == fetched(store, CONTENT)
    assert not (tmp_path / "files-cache" / "sisa").exists()


def test_nothing_is_left_of_the_files_of_a_case_that_left(tmp_path: Path) -> None:
    """The keys go in the same transaction; what another case here still shows stays."""
    shared = some_bytes(9_000, seed=3)
    with opened(tmp_path) as store:
        here(store)
        fetched(store, CONTENT)
        fetched(store, shared, ONE)
        store.file_cache.put_thumbnail(TWO, sha256_of(shared), b"kecil-bersama")
        store.file_cache.put_thumbnail(ONE, DIGEST, b"kecil-sekali")
        key = dict(rows_of(store.files.cache, "SELECT sha256, key FROM blobs"))[DIGEST]
        store.journal.absorb(a_reply(left=[1]), NOW)
        assert store.file_cache.find(DIGEST) is None
        assert store.file_cache.thumbnail(DIGEST) is None
        assert store.file_cache.find(sha256_of(shared)) is not None
        assert b"kecil-bersama" == store.file_cache.thumbnail(sha256_of(shared))
        assert 1 == store.file_cache.sweep()
        plain = decrypted(tmp_path / "cache.db", KEY, CACHE_TUNING.page_size)
    assert key not in plain
    assert b"kecil-sekali" not in plain
    assert b"kecil-bersama" in plain
    for path in (tmp_path / "files-cache").iterdir():
        with pytest.raises(StoreUnavailable):
            EncryptedFile(path, key)


def test_a_file_on_its_way_to_a_case_that_has_left_is_not_kept(tmp_path: Path) -> None:
    """The piece that was under way comes too late."""
    with opened(tmp_path) as store:
        here(store)
        store.file_cache.take_in(ONE, DIGEST, len(CONTENT), CONTENT[:20_000], NOW)
        store.journal.absorb(a_reply(left=[1]), NOW)
        with pytest.raises(StoreUnavailable):
            store.file_cache.take_in(ONE, DIGEST, len(CONTENT), CONTENT[20_000:], NOW)
        store.file_cache.put_thumbnail(ONE, DIGEST, b"kecil")
        assert store.file_cache.thumbnail(DIGEST) is None


def test_the_budget_throws_out_what_was_used_least_lately(tmp_path: Path) -> None:
    """But never what belongs to a pinned case."""
    contents = [some_bytes(10_000, seed=seed) for seed in range(4)]
    with opened(tmp_path) as store:
        here(store)
        for age, content in enumerate(contents):
            fetched(store, content, TWO if age == 1 else ONE, NOW + age)
        list(store.file_cache.pieces(sha256_of(contents[0]), NOW + 9))  # used again
        store.pins.set(TWO, NOW, pinned=True)
        assert 20_000 == store.file_cache.make_room(20_000, store.pins.all())
        left = [seed for seed in range(4) if store.file_cache.find(sha256_of(contents[seed]))]
    assert [0, 1] == left
    assert 2 == len(list((tmp_path / "files-cache").iterdir()))


def test_pins_outlive_the_cache(tmp_path: Path) -> None:
    """They are the officer's wish, not the centre's data."""
    with opened(tmp_path) as store:
        store.pins.set(ONE, NOW, pinned=True)
        store.pins.set(TWO, NOW, pinned=True)
        store.pins.set(TWO, NOW, pinned=False)
    (tmp_path / "cache.db").unlink()
    with opened(tmp_path) as store:
        assert {ONE} == store.pins.all()


def test_nothing_is_left_of_files_that_a_case_hides_from_now_on(tmp_path: Path) -> None:
    """It has become secret and is told anew without them; what another case names stays."""
    shared = some_bytes(9_000, seed=3)
    digests = [sha256_of(content) for content in (CONTENT, shared)]
    named = tuple(Attachment(name="a.jpg", size_bytes=1, sha256=digest) for digest in digests)
    with opened(tmp_path) as store:
        store.journal.absorb(
            a_reply(a_head(1, attachments=named), a_head(2, attachments=named[1:])), NOW
        )
        for content in (CONTENT, shared):
            fetched(store, content)
        store.file_cache.put_thumbnail(TWO, sha256_of(shared), b"kecil-bersama")
        store.file_cache.put_thumbnail(ONE, DIGEST, b"kecil-sekali")
        store.journal.absorb(a_reply(a_head(1, v=2, secret=True)), NOW)
        assert {sha256_of(shared)} == store.file_cache.all().keys()
        assert store.file_cache.thumbnail(DIGEST) is None
        assert store.cases.view(ONE) is not None
