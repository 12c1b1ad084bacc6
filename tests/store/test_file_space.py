# SPDX-License-Identifier: AGPL-3.0-or-later
"""The room of files: as the officer says, less on a full disk, and pins are kept and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cases.ids import CaseId
from sync.engine.budget import Errand
from sync.engine.files import Transfer
from sync.store.file_space import DEFAULT_BYTES, SPARED_BYTES, FileSpace
from sync.store.local import LocalStore
from tests.support.local_store import NOW, a_head, a_reply, opened
from tests.support.uploads import sha256_of, some_bytes

ONE, TWO = CaseId(1), CaseId(2)
SIZE = 20_000


def fetched(store: LocalStore, seed: int, case_id: CaseId = ONE, now: int = NOW) -> str:
    """Take a whole content in, as the engine does."""
    content = some_bytes(SIZE, seed=seed)
    sha256 = sha256_of(content)
    transfer = Transfer(errand=Errand.OPENED, sha256=sha256, case_id=case_id, size=SIZE)
    store.transfers.received(transfer, content, now)
    return sha256


def here(store: LocalStore) -> None:
    """Let two cases be here."""
    store.journal.absorb(a_reply(a_head(1), a_head(2)), NOW)


def on_a_disk(store: LocalStore, free: int) -> FileSpace:
    """Return the room of a store on a disk with so much left."""
    return FileSpace(store.files, store.file_cache, store.pins, lambda: free)


def test_the_officers_limit_is_remembered_and_kept_at_once(tmp_path: Path) -> None:
    """What was used least lately goes first."""
    with opened(tmp_path) as store:
        here(store)
        assert DEFAULT_BYTES == store.file_space.limit()
        digests = [fetched(store, seed, now=NOW + seed) for seed in range(3)]
        b"".join(store.file_cache.pieces(digests[0], NOW + 9))
        store.file_space.choose(2 * SIZE)
        assert {digests[0], digests[2]} == store.file_cache.all().keys()
    with opened(tmp_path) as store:
        assert 2 * SIZE == store.file_space.limit()
        with pytest.raises(ValueError, match="-1"):
            store.file_space.choose(-1)


def test_the_budget_holds_while_files_come(tmp_path: Path) -> None:
    """Room is made before the first byte comes, not an hour after the last."""
    with opened(tmp_path) as store:
        here(store)
        store.file_space.choose(2 * SIZE + SIZE // 2)
        for seed in range(6):
            fetched(store, seed, now=NOW + seed)
            now = store.file_space.use()
            assert now.used <= now.budget


def test_pinned_files_stay_and_count(tmp_path: Path) -> None:
    """They may take more than the limit; the others make way, and all of it is told."""
    with opened(tmp_path) as store:
        here(store)
        store.pins.set(TWO, NOW, pinned=True)
        kept = {fetched(store, seed, TWO) for seed in range(2)}
        fetched(store, 7, ONE)
        store.file_space.choose(SIZE)
        assert kept == store.file_cache.all().keys()
        now = store.file_space.use()
        assert (SIZE, 2 * SIZE, 2 * SIZE) == (now.limit, now.used, now.pinned)
        assert 0 == store.file_space.clear()
        store.pins.set(TWO, NOW, pinned=False)
        assert 2 * SIZE == store.file_space.clear()
        assert 0 == store.file_space.use().used


def test_a_nearly_full_disk_lowers_the_budget(tmp_path: Path) -> None:
    """And gives it back by itself when there is room again."""
    with opened(tmp_path) as store:
        here(store)
        for seed in range(3):
            fetched(store, seed, now=NOW + seed)
        tight = on_a_disk(store, SPARED_BYTES - 2 * SIZE)
        assert (SIZE, True) == (tight.use().budget, tight.use().is_lowered)
        assert 2 * SIZE == tight.tidy()
        assert not on_a_disk(store, 2 * SPARED_BYTES).use().is_lowered
        assert 0 == on_a_disk(store, 0).use().budget


def test_own_files_are_told_and_never_go(tmp_path: Path) -> None:
    """They exist nowhere else."""
    with opened(tmp_path) as store:
        sha256, size = store.own_files.keep(b"x" * 500, "text/plain", NOW)
        store.file_space.choose(0)
        assert size == store.file_space.use().own
        assert store.own_files.is_intact(sha256)
