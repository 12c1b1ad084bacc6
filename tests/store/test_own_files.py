# SPDX-License-Identifier: AGPL-3.0-or-later
"""The officer's own files survive what the work file survives; they go when nobody needs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cases.ids import CaseId
from sync.cases.views import Draft
from sync.errors import Refused, StoreUnavailable
from sync.store.encrypted_file import BLOCK, EncryptedFile, create
from sync.store.local import LocalStore
from sync.store.own_files import KEPT_MS, MAX_FILE_BYTES
from tests.support.local_store import KEY, NOW, a_head, a_reply, accepted, act, opened, sent
from tests.support.uploads import evidence, follow_up, some_bytes

CONTENT = some_bytes(50_000)
DAY = 86_400_000


def names(folder: Path) -> list[str]:
    """Return the files on the disk."""
    return sorted(path.name for path in (folder / "files").glob("*"))


def attached(store: LocalStore, content: bytes = CONTENT, now: int = NOW) -> str:
    """Copy a content in."""
    return store.own_files.keep(content, "application/pdf", now)[0]


def test_a_file_is_copied_encrypted_and_read_back(tmp_path: Path) -> None:
    """Nothing of it, its name or its hash is legible on the disk."""
    with opened(tmp_path) as store:
        sha256 = attached(store)
        assert CONTENT == b"".join(store.own_files.pieces(sha256))
        assert CONTENT[12_345:23_456] == store.own_files.read(sha256, 12_345, 11_111)
        assert CONTENT[49_000:] == store.own_files.read(sha256, 49_000, 99_999)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert CONTENT[:64] not in on_disk
    assert sha256.encode() not in on_disk
    assert bytes.fromhex(sha256) not in on_disk


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    """Attached twice, it lies here once; a copy that broke is replaced by a good one."""
    with opened(tmp_path) as store:
        sha256 = attached(store)
        assert sha256 == attached(store)
        (name,) = names(tmp_path)
        spoil(tmp_path / "files" / name)
        assert not store.own_files.is_intact(sha256)
        attached(store)
        assert store.own_files.is_intact(sha256)


def test_a_copy_that_broke_never_takes_the_place_of_the_good_one(tmp_path: Path) -> None:
    """Nor at the next start, which looks for files that are not in the list."""
    with opened(tmp_path) as store:
        sha256 = attached(store)
        (name,) = names(tmp_path)
        spoil(tmp_path / "files" / name)
        attached(store)
        (tmp_path / "files" / "tersisa").write_bytes((tmp_path / "files" / name).read_bytes())
    with opened(tmp_path) as store:
        assert store.own_files.is_intact(sha256)


def test_a_file_attached_again_is_as_new(tmp_path: Path) -> None:
    """It is not tidied away between being attached and being named by the words."""
    with opened(tmp_path) as store:
        sha256 = attached(store)
        attached(store, now=NOW + 2 * DAY)
        assert 0 == store.own_files.tidy(NOW + 2 * DAY)
        assert store.own_files.find(sha256) is not None


def test_what_cannot_be_sent_is_not_taken(tmp_path: Path) -> None:
    """Too large or empty: the officer learns it at once."""
    with opened(tmp_path) as store:
        with pytest.raises(Refused, match=r"file\.empty"):
            attached(store, b"")
        with pytest.raises(Refused, match=r"file\.too-large"):
            attached(store, bytes(MAX_FILE_BYTES + 1))
    assert [] == names(tmp_path)


def test_files_outlive_a_lost_work_file_and_a_lost_cache(tmp_path: Path) -> None:
    """Rows can be made again from the files themselves, so an older copy of the work file does."""
    with opened(tmp_path):
        pass
    with opened(tmp_path):  # makes the copy, without the file
        pass
    with opened(tmp_path) as store:
        sha256 = attached(store)
    spoil(tmp_path / "work.db", at=2_000)
    (tmp_path / "cache.db").unlink()
    with opened(tmp_path) as store:
        assert store.opening.work_restored
        assert CONTENT == b"".join(store.own_files.pieces(sha256))


def test_a_stranger_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    """What is not ours is neither taken in nor deleted; what a crash left half made is."""
    with opened(tmp_path) as store:
        attached(store)
    (tmp_path / "files" / "catatan.txt").write_text("bukan milik kami")
    (tmp_path / "files" / "0123.new").write_bytes(b"half")
    with opened(tmp_path) as store:
        assert 1 == len(store.own_files.all())
    assert "catatan.txt" in names(tmp_path)
    assert "0123.new" not in names(tmp_path)


def test_only_accepted_words_send_their_files(tmp_path: Path) -> None:
    """Words first: drafts, queued and refused words keep their files here."""
    with opened(tmp_path) as store:
        store.journal.absorb(a_reply(a_head(1)), NOW)
        sha256 = attached(store)
        body = follow_up(evidence(CONTENT))
        assert [] == store.own_files.to_send()
        act(store, "c-1", body)
        assert [] == store.own_files.to_send()
        sent(store)
        store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
        (file,) = store.own_files.to_send()
        assert (sha256, frozenset({CaseId(1)})) == (file.sha256, file.cases)
        store.own_files.arrived(sha256)
        assert [] == store.own_files.to_send()


def test_another_history_of_the_centre_is_asked_anew(tmp_path: Path) -> None:
    """A restored centre may lack files that it had: they are still here and go again."""
    with opened(tmp_path) as store:
        store.journal.forget_cache("first")
        store.journal.absorb(a_reply(a_head(1)), NOW)
        sha256 = attached(store)
        act(store, "c-1", follow_up(evidence(CONTENT)))
        sent(store)
        store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
        store.own_files.arrived(sha256)
        store.journal.forget_cache("second")
        found = store.own_files.find(sha256)
        assert found is not None
        assert not found.at_centre


def test_a_file_goes_when_nobody_needs_it(tmp_path: Path) -> None:
    """Never while a draft, a copy or unsettled words name it, nor before the centre has it."""
    with opened(tmp_path) as store:
        store.journal.absorb(a_reply(a_head(1)), NOW)
        sha256 = attached(store)
        draft = Draft(case_id=CaseId(1), kind="follow_up", evidence=(evidence(CONTENT),))
        store.drafts.save(draft)
        later = NOW + KEPT_MS + DAY
        assert 0 == store.own_files.tidy(later)
        act(store, "c-1", follow_up(evidence(CONTENT)), from_draft="follow_up")
        assert 0 == store.own_files.tidy(later)
        sent(store)
        store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
        assert 0 == store.own_files.tidy(later)
        store.own_files.arrived(sha256)
        assert 0 == store.own_files.tidy(later)
        act(store, "c-2")
        sent(store)
        store.journal.absorb(a_reply(verdicts=[accepted("c-2", 3, at=later)]), NOW)
        assert 1 == store.own_files.tidy(later)
    assert [] == names(tmp_path)


def test_a_clock_that_leapt_ahead_deletes_nothing(tmp_path: Path) -> None:
    """Age is told by the centre's clock: until it says that a month is over, it may be restored."""
    with opened(tmp_path) as store:
        store.journal.absorb(a_reply(a_head(1)), NOW)
        sha256 = attached(store)
        act(store, "c-1", follow_up(evidence(CONTENT)))
        sent(store)
        store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
        store.own_files.arrived(sha256)
        assert 0 == store.own_files.tidy(NOW + 12 * KEPT_MS)
        assert store.own_files.find(sha256) is not None


def test_what_was_taken_off_a_draft_goes_after_a_day(tmp_path: Path) -> None:
    """Until then undo finds it."""
    with opened(tmp_path) as store:
        attached(store)
        assert 0 == store.own_files.tidy(NOW + DAY - 1)
        assert 1 == store.own_files.tidy(NOW + DAY)


@given(
    pieces=st.lists(st.integers(min_value=1, max_value=3), min_size=0, max_size=4),
    rest=st.integers(min_value=0, max_value=BLOCK),
    at=st.integers(min_value=0, max_value=4 * BLOCK),
    size=st.integers(min_value=0, max_value=3 * BLOCK),
)
def test_any_part_of_any_file_reads_back(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[int], rest: int, at: int, size: int
) -> None:
    """However it was written, it reads as it was."""
    content = some_bytes(sum(pieces) * BLOCK + rest)
    file = create(tmp_path_factory.mktemp("file") / "a", KEY, b"label")
    written = 0
    for blocks in pieces:
        file.append(content[written : written + blocks * BLOCK], written, last=False)
        written += blocks * BLOCK
    file.append(content[written:], written, last=True)
    assert content == b"".join(file.pieces())
    assert content[at : at + size] == file.read(at, size)
    assert b"label" == file.label


def test_a_file_that_was_touched_is_not_read(tmp_path: Path) -> None:
    """Neither a spoilt block, nor two that changed places, nor another key."""
    path = tmp_path / "a"
    create(path, KEY).append(CONTENT, 0, last=True)
    whole = path.read_bytes()
    head = len(whole) - len(CONTENT) - 16 * -(-len(CONTENT) // BLOCK)
    step = BLOCK + 16
    first, second = whole[head : head + step], whole[head + step : head + 2 * step]
    path.write_bytes(whole[:head] + second + first + whole[head + 2 * step :])
    with pytest.raises(StoreUnavailable):
        EncryptedFile(path, KEY).read(0, 10)
    path.write_bytes(whole)
    with pytest.raises(StoreUnavailable):
        EncryptedFile(path, bytes(32))
    spoil(path, at=head + 5)
    with pytest.raises(StoreUnavailable):
        EncryptedFile(path, KEY).read(0, 10)


def spoil(path: Path, at: int = -100) -> None:
    """Change one byte of a file."""
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)
