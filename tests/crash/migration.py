# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens what an older release left, and dies at every boundary of that, one after the other.

``python -m tests.crash.migration RELEASE SIDE FOLDER`` prints the name of each boundary, and ends
with 1 when something was lost (study 3.2, fault 20). SIDE is ``computer`` (both files of the local
store) or ``centre``.
"""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sync.central import schema
from sync.store.engine import CACHE_TUNING, WORK_TUNING, Database, Tuning
from sync.store.local import LocalStore
from sync.store.upgrade import CACHE, WORK, revision_of
from tests.crash.boundaries import Boundaries
from tests.crash.nursery import DIED, ended, fork, succeed
from tests.support.central import new_office
from tests.support.local_store import RULEBOOK, rows_of
from tests.support.old_office import OldComputer, of_release, old_computer

Contents = list[list[tuple[Any, ...]]]

_WORK = (
    "SELECT id, n, case_id, base_v, at, kind, data FROM commands ORDER BY n",
    "SELECT case_id, kind, fields, saved_at FROM drafts ORDER BY case_id, kind",
    "SELECT case_id, kind, fields, reason FROM kept ORDER BY id",
)
_CACHE = (
    "SELECT id, v, tracking_id, title FROM cases ORDER BY id",
    "SELECT case_id, v, kind, data FROM events ORDER BY case_id, v",
    "SELECT value FROM meta WHERE name = 'cursor'",
)
_CENTRAL = (
    "SELECT id, device, n, officer_id, case_id, fingerprint, verdict FROM commands ORDER BY id",
    "SELECT case_id, v, kind, data, command_id FROM events ORDER BY case_id, v",
    "SELECT id, v, unit_id, title FROM cases ORDER BY id",
    "SELECT id, officer_id FROM devices ORDER BY id",
    "SELECT seq, last_case_id, epoch, secret FROM head",
)


class Side(Protocol):
    """One end of the wire, as an older release left it in a folder."""

    def contents(self, folder: Path) -> Contents:
        """Return what no migration may change; leaves the files as they are."""

    def open(self, folder: Path) -> None:
        """Start as the program of today does."""

    def check(self, folder: Path) -> None:
        """Raise ``AssertionError`` unless what was started last is whole and of today."""


@dataclass(frozen=True, slots=True)
class OfficersComputer:
    """Both files of a local store."""

    old: OldComputer

    def contents(self, folder: Path) -> Contents:
        """Return acts, drafts, kept words; cases, facts and where the cache stands."""
        work = self._rows(folder / "work.db", WORK_TUNING, _WORK)
        return [*work, *self._rows(folder / "cache.db", CACHE_TUNING, _CACHE)]

    def open(self, folder: Path) -> None:
        """Open the store."""
        LocalStore.open(folder, self.old.key, RULEBOOK).close()

    def check(self, folder: Path) -> None:
        """The store opens with nothing lost or put back, and no trial is left."""
        store = LocalStore.open(folder, self.old.key, RULEBOOK)
        assert not store.opening.work_restored
        assert not store.opening.cache_lost
        with store.files.work.read() as work, store.files.cache.read() as cache:
            assert [WORK.head, CACHE.head] == [revision_of(work), revision_of(cache)]
        store.close()
        assert not list(folder.glob("*.trial*"))

    def _rows(self, path: Path, tuning: Tuning, queries: Sequence[str]) -> Contents:
        database = Database(path, self.old.key, tuning)
        try:
            return [rows_of(database, query) for query in queries]
        finally:
            database.close()


class OldCentre:
    """The centre's database, on SQLite."""

    def contents(self, folder: Path) -> Contents:
        """Return the memory of commands, the ledger, cases, devices, and who the centre is."""
        with closing(sqlite3.connect(folder / "central.db")) as database:
            return [database.execute(query).fetchall() for query in _CENTRAL]

    def open(self, folder: Path) -> None:
        """Open the centre."""
        office = new_office(f"sqlite:///{folder / 'central.db'}", populated=False)
        office.database.close()

    def check(self, folder: Path) -> None:
        """It opens, and is of today."""
        self.open(folder)
        with closing(sqlite3.connect(folder / "central.db")) as database:
            found = database.execute("SELECT version_num FROM alembic_version").fetchall()
        assert [(schema.HEAD,)] == found


def _template(side: str, release: int, folder: Path) -> tuple[Side, Path]:
    if side == "computer":
        old = old_computer(folder, release)
        return OfficersComputer(old), old.folder
    centre = folder / "centre"
    centre.mkdir()
    shutil.copy(of_release(release) / "central.db", centre)
    return OldCentre(), centre


def main() -> int:
    """Enumerate the boundaries."""
    release, name, folder = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    side, template = _template(name, release, folder)
    before = side.contents(template)

    def look(trial: Path) -> None:
        side.check(trial)
        assert before == side.contents(trial)

    for fatal in itertools.count(1):
        trial = Path(shutil.copytree(template, folder / f"run-{fatal}"))
        boundaries = Boundaries(fatal, folder / "boundary.txt")
        status = ended(fork(partial(_start, side, trial, boundaries)))
        if status != DIED:
            succeed(status, "opening")
            return 0
        sys.stdout.write(f"{boundaries.told()}\n")
        succeed(ended(fork(partial(look, trial))), f"after death {boundaries.told()}")
        shutil.rmtree(trial)
    return 0


def _start(side: Side, trial: Path, boundaries: Boundaries) -> None:
    boundaries.watch()
    side.open(trial)


if __name__ == "__main__":
    sys.exit(main())
