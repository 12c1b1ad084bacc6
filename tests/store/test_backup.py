# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rolling copies of the work file: made when it changed, encrypted, three at most."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync.cases.commands import Note
from sync.cases.projection import Delivery
from sync.errors import StoreUnavailable
from sync.store.backup import COPIES
from sync.store.engine import WORK_TUNING, Database
from tests.support.local_store import KEY, act, opened, rows_of


def copies(folder: Path) -> list[str]:
    """Return the names of the copies, newest first."""
    return sorted(path.name for path in (folder / "copies").glob("*.db"))


def commands_in(folder: Path, name: str) -> list[str]:
    """Return the acts in one copy, which opens with the same key."""
    database = Database(folder / "copies" / name, KEY, WORK_TUNING)
    try:
        return [row[0] for row in rows_of(database, "SELECT id FROM commands ORDER BY n")]
    finally:
        database.close()


@pytest.fixture
def bare(folder: Path) -> Path:
    """Name a folder without copies."""
    shutil.rmtree(folder / "copies", ignore_errors=True)
    return folder


def test_a_start_copies_what_the_last_run_left(bare: Path) -> None:
    """The newest copy is what the officer had when the program was closed."""
    for number in range(1, 6):
        with opened(bare) as store:
            act(store, f"c-{number}")
    assert [f"work.{number}.db" for number in range(1, COPIES + 1)] == copies(bare)
    assert ["c-1", "c-2", "c-3", "c-4"] == commands_in(bare, "work.1.db")
    assert ["c-1", "c-2"] == commands_in(bare, "work.3.db")


def test_starts_without_work_do_not_push_old_copies_out(bare: Path) -> None:
    """Opening the program three times must not replace three copies by the same."""
    with opened(bare) as store:
        act(store)
    with opened(bare):
        expected = copies(bare)
    for _ in range(3):
        with opened(bare) as store:
            store.queue.rows([1])
    assert expected == copies(bare)
    assert ["c-1"] == commands_in(bare, "work.1.db")


def test_copies_are_encrypted(bare: Path) -> None:
    """A copy gives no more away than the file."""
    with opened(bare) as store:
        act(store, body=Note(text="Rahasia pelapor"))
    with opened(bare):
        content = (bare / "copies" / "work.1.db").read_bytes()
    assert b"Rahasia" not in content
    assert b"SQLite" not in content


def test_broken_copies_are_passed_over(bare: Path) -> None:
    """The newest sound one is taken."""
    for number in (1, 2):
        with opened(bare) as store:
            act(store, f"c-{number}")
    with opened(bare):
        pass
    for path in (bare / "work.db", bare / "copies" / "work.1.db"):
        path.write_bytes(b"\x00" * 8_192)
    with opened(bare) as store:
        assert store.opening.work_restored
        assert ["c-1"] == [item.command.id for item in store.outbox.items()]


def test_a_work_file_that_is_gone_comes_back_from_its_copy(bare: Path) -> None:
    """Also after a crash in the middle of putting a copy back: never an empty file instead.

    Its numbers are not given out again, and what it believes unsent is in doubt.
    """
    with opened(bare) as store:
        act(store, "c-1")
    with opened(bare):
        pass
    (bare / "work.db").rename(bare / "work.broken-1.db")
    with opened(bare) as store:
        assert store.opening.work_restored
        act(store, "c-2")
        first, second = store.outbox.items()
    assert (Delivery.UNKNOWN, "c-1") == (first.delivery, first.command.id)
    assert second.command.n > 1_000_000


def test_without_a_sound_copy_a_lost_work_file_is_not_made_anew(bare: Path) -> None:
    """An empty one would hide from the officer that work is missing."""
    with opened(bare) as store:
        act(store, "c-1")
    with opened(bare):
        pass
    (bare / "work.db").unlink()
    for name in copies(bare):
        (bare / "copies" / name).write_bytes(b"\x00" * 8_192)
    with pytest.raises(StoreUnavailable) as caught, opened(bare):
        pass
    assert "store.corrupt" == caught.value.code
    assert not (bare / "work.db").exists()


def test_copies_that_cannot_be_written_are_told_of(bare: Path) -> None:
    """What the system says becomes one of our codes; the officer is not kept from working."""
    with opened(bare) as store:
        act(store, "c-1")
    shutil.rmtree(bare / "copies")
    (bare / "copies").write_text("in the way", encoding="ascii")
    with opened(bare) as store:
        assert "store.io" == store.opening.copy_failed
        act(store, "c-2")
