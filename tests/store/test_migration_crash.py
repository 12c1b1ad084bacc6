# SPDX-License-Identifier: AGPL-3.0-or-later
"""The migration of an old work file, killed at each of its statements (study 3.2, fault 20)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sync.errors import StoreUnavailable
from sync.store import local, rehearsal
from sync.store.engine import WORK_TUNING, Database
from sync.store.local import LocalStore
from sync.store.upgrade import WORK, revision_of
from tests.support.local_store import RULEBOOK, rows_of
from tests.support.old_office import OldComputer, old_computer

PRECIOUS = (
    "SELECT id, n, case_id, base_v, at, kind, data, delivery FROM commands ORDER BY n",
    "SELECT case_id, kind, fields, saved_at FROM drafts",
    "SELECT case_id, kind, fields, reason FROM kept",
)


@pytest.fixture
def computer(tmp_path: Path) -> OldComputer:
    """Give a computer of version 1, with a day's work on it."""
    return old_computer(tmp_path)


def contents(folder: Path, key: bytes) -> list[list[tuple[Any, ...]]]:
    """Return what is precious in a work file."""
    work = Database(folder / "work.db", key, WORK_TUNING)
    try:
        return [rows_of(work, query) for query in PRECIOUS]
    finally:
        work.close()


def open_and_close(folder: Path, key: bytes) -> str | None:
    """Start as the program does; return the revision that the work file has then."""
    store = LocalStore.open(folder, key, RULEBOOK)
    try:
        assert not store.opening.work_restored
        with store.files.work.read() as work:
            return revision_of(work)
    finally:
        store.close()


def killed_at(statement: int, folder: Path, key: bytes) -> bool:
    """Open in a process of its own that dies before a statement; say whether it came to that."""
    process = os.fork()
    if process == 0:
        seen = iter(range(1, statement))

        def count(*_: Any) -> None:
            if next(seen, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.Engine, "before_cursor_execute", count)
        sa.event.listen(sa.Engine, "commit", count)
        try:
            work, _ = local._open_work(folder / "work.db", key)  # noqa: SLF001
            work.close()
        finally:
            os._exit(0)
    _, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status)


def main(folder: Path, key: bytes) -> None:
    """Kill the migration at its first statement, its second, and so on until it runs through."""
    before = contents(folder, key)
    statement, died = 0, True
    while died:
        statement += 1
        trial = Path(shutil.copytree(folder, folder.with_name(f"mati-{statement}")))
        died = killed_at(statement, trial, key)
        assert open_and_close(trial, key) == WORK.head, statement
        after = contents(trial, key)
        assert [row[:7] for row in before[0]] == [row[:7] for row in after[0]], statement
        assert before[1:] == after[1:], statement
        assert not list(trial.glob("work.trial*")), statement
        shutil.rmtree(trial)
    sys.stdout.write(str(statement - 1))


def test_a_migration_killed_at_any_statement_leaves_the_old_or_the_new(
    computer: OldComputer,
) -> None:
    """The next start ends with the new file and every word, whichever statement it died at.

    In a process of its own, for it forks, and a process with threads must not.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.test_migration_crash", computer.folder],
        env=os.environ | {"KEY": computer.key.hex()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20, "too few statements for a migration"


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
        open_and_close(computer.folder, computer.key)

    assert code == caught.value.code
    assert before == (computer.folder / "work.db").read_bytes()
    assert not list(computer.folder.glob("work.trial*"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), bytes.fromhex(os.environ["KEY"]))
