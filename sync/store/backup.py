# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies of the work file, and putting one back. They are encrypted with the same key.

<folder>/copies/work.1.db   the newest; three are kept
                source      size and time of the work file that it was made of
"""

from __future__ import annotations

from pathlib import Path

from sync.errors import StoreUnavailable
from sync.store.engine import WORK_TUNING, Database
from sync.store.failures import file_faults

COPIES = 3
JUMP = 1_000_000
"""Numbers given out after the copy was made must not be given out again."""


class Copies:
    """The rolling copies beside a work file.

    Attributes:
        aside: the broken work file that was set aside just now; None for none.
        made_at: from when the copy is that was put back just now; UTC milliseconds, 0 for none.
    """

    def __init__(self, work_path: Path) -> None:
        self.aside: Path | None = None
        self.made_at = 0
        self._work_path = work_path
        self._folder = work_path.parent / "copies"
        self._source = self._folder / "source"

    @property
    def exist(self) -> bool:
        """Whether there is any copy, sound or not."""
        return any(self._copy(number).exists() for number in range(1, COPIES + 1))

    def renew(self, work: Database) -> bool:
        """Copy an open, sound work file if it changed since the last copy; say whether it had.

        Raises:
            StoreUnavailable: the disk is full or cannot be written; the older copies remain.
        """
        work.checkpoint()
        with file_faults(self._folder.name):
            stamp = _stamp(self._work_path)
            if self._is_current(stamp):
                return False
            self._make(work, stamp)
        return True

    def _make(self, work: Database, stamp: str) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        fresh = self._folder / "work.new.db"
        fresh.unlink(missing_ok=True)
        work.copy_to(fresh)
        for number in range(COPIES, 1, -1):
            older = self._copy(number - 1)
            if older.exists():
                older.replace(self._copy(number))
        fresh.replace(self._copy(1))
        self._source.write_text(stamp, encoding="ascii")

    def restore(self, key: bytes) -> bool:
        """Put the newest sound copy in the place of a work file that is broken or gone.

        A broken one is kept aside. The copy is made ready before anything moves: a crash at any
        point leaves either the broken file or none, and the next start does this again.

        Returns:
            False where there is no sound copy; nothing was moved then.

        Raises:
            StoreUnavailable: the disk cannot be written.
        """
        for number in range(1, COPIES + 1):
            copy = self._copy(number)
            if copy.exists() and _is_sound(copy, key):
                made_at = copy.stat().st_mtime_ns // 1_000_000
                _doubt_unsent(copy, key)
                with file_faults(copy.name):
                    self.set_aside()
                    copy.rename(self._work_path)
                self.made_at = made_at
                return True
        return False

    def set_all_aside(self) -> None:
        """Keep a broken work file and copies that are no better; see :meth:`set_aside`."""
        self.set_aside()
        if self._folder.exists():
            number = 1
            while (aside := self._folder.with_name(f"copies.broken-{number}")).exists():
                number += 1
            self._folder.rename(aside)

    def _copy(self, number: int) -> Path:
        return self._folder / f"work.{number}.db"

    def _is_current(self, stamp: str) -> bool:
        try:
            return self._copy(1).exists() and self._source.read_text(encoding="ascii") == stamp
        except OSError:
            return False

    def set_aside(self) -> None:
        """Keep a broken work file under another name, out of the way; nothing is deleted.

        Raises:
            OSError: the disk cannot be written.
        """
        number = 1
        while (aside := self._work_path.with_name(f"work.broken-{number}.db")).exists():
            number += 1
        for suffix in ("", "-wal"):
            part = self._work_path.with_name(self._work_path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
                self.aside = aside
        self._work_path.with_name(self._work_path.name + "-shm").unlink(missing_ok=True)


def check(database: Database) -> None:
    """Read every page of a file and compare it with its authentication code and structure.

    Raises:
        StoreUnavailable: ``store.corrupt``; or ``store.wrong-key``, which a broken first page
            looks like.
    """
    with database.outside_transaction() as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        problems = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
    if problems or verdict[0] != "ok":
        raise StoreUnavailable("store.corrupt", file=database.path.name)


def _is_sound(path: Path, key: bytes) -> bool:
    database = Database(path, key, WORK_TUNING)
    try:
        check(database)
    except StoreUnavailable:
        return False
    finally:
        database.close()
    return True


def _doubt_unsent(path: Path, key: bytes) -> None:
    """Doubt whatever the copy believes unsent: it may have been sent since it was made."""
    database = Database(path, key, WORK_TUNING)
    try:
        with database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE commands SET delivery = 'unknown', doubtful = 1"
                " WHERE delivery IN ('stored', 'sending')"
            )
            connection.exec_driver_sql(
                "UPDATE meta SET value = CAST(value AS INTEGER) + ? WHERE name = 'next_n'", (JUMP,)
            )
    finally:
        database.close()


def _stamp(path: Path) -> str:
    facts = path.stat()
    return f"{facts.st_size} {facts.st_mtime_ns}"
