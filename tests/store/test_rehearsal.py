# SPDX-License-Identifier: AGPL-3.0-or-later
"""The migration of an old work file is tried on a copy, and falls back (study 3.2, fault 20)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sync.errors import StoreUnavailable
from sync.store import rehearsal
from sync.store.engine import Database
from sync.store.local import LocalStore
from tests.support.local_store import RULEBOOK
from tests.support.old_office import OldComputer, old_computer


@pytest.fixture
def computer(tmp_path: Path) -> OldComputer:
    """Give a computer of version 1, with a day's work on it."""
    return old_computer(tmp_path, 1)


def _disk_full(*_: Any) -> None:
    raise StoreUnavailable("store.disk-full")


def _broken(*_: Any) -> None:
    raise sa.exc.OperationalError("ALTER TABLE", (), Exception("no such column"))


def _forgetful(database: Database, *_: Any) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM drafts")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (_disk_full, "store.disk-full"),
        (_broken, "store.upgrade-failed"),
        (_forgetful, "store.upgrade-failed"),
    ],
)
def test_a_migration_that_fails_on_the_copy_leaves_the_file_alone(
    computer: OldComputer, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., None], code: str
) -> None:
    """The older program can go on with it; nothing of the trial stays behind."""
    before = (computer.folder / "work.db").read_bytes()
    monkeypatch.setattr(rehearsal, "migrate", fault)
    with pytest.raises(StoreUnavailable) as caught:
        LocalStore.open(computer.folder, computer.key, RULEBOOK)

    assert code == caught.value.code
    assert before == (computer.folder / "work.db").read_bytes()
    assert not list(computer.folder.glob("work.trial*"))
