# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens what older releases left, and dies at every boundary of that, one after the other.

``python -m tests.crash.migration SIDE FOLDER`` prints the name of each boundary, and ends
with 1 when something was lost (study 3.2, fault 20). SIDE is ``computer`` (both files of the local
store), ``sqlite`` or ``postgres`` (the centre's database).
"""

from __future__ import annotations

import importlib
import itertools
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy.engine import make_url
from typing_extensions import override

from sync.central import schema
from sync.store.engine import CACHE_TUNING, WORK_TUNING, Database, Tuning
from sync.store.local import LocalStore
from sync.store.upgrade import CACHE, WORK, revision_of
from tests.crash.boundaries import Boundaries
from tests.crash.nursery import DIED, ended, fork, succeed
from tests.support.central import new_office
from tests.support.local_store import RULEBOOK, rows_of
from tests.support.old_office import RELEASES, OldComputer, of_release, old_computer
from tests.support.postgres import postgres_databases

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


_REVISION = "SELECT version_num FROM alembic_version"


class Side(Protocol):
    """One end of the wire, as an older release left it; every trial is a copy of its own."""

    def copy(self, trial: str) -> None:
        """Make a fresh copy."""

    def drop(self, trial: str) -> None:
        """Throw a copy away."""

    def contents(self, trial: str) -> Contents:
        """Return what no migration may change; leaves everything as it is."""

    def open(self, trial: str) -> None:
        """Start as the program of today does."""

    def check(self, trial: str) -> None:
        """Raise ``AssertionError`` unless what was started last is whole and of today."""


@dataclass(frozen=True, slots=True)
class OfficersComputer:
    """Both files of a local store."""

    old: OldComputer
    folder: Path

    def copy(self, trial: str) -> None:
        """Copy the files."""
        shutil.copytree(self.old.folder, self.folder / trial)

    def drop(self, trial: str) -> None:
        """Delete the files."""
        shutil.rmtree(self.folder / trial)

    def contents(self, trial: str) -> Contents:
        """Return acts, drafts, kept words; cases, facts and where the cache stands."""
        folder = self.folder / trial
        work = self._rows(folder / "work.db", WORK_TUNING, _WORK)
        return [*work, *self._rows(folder / "cache.db", CACHE_TUNING, _CACHE)]

    def open(self, trial: str) -> None:
        """Open the store."""
        LocalStore.open(self.folder / trial, self.old.key, RULEBOOK).close()

    def check(self, trial: str) -> None:
        """The store opens with nothing lost or put back, and no trial is left."""
        store = LocalStore.open(self.folder / trial, self.old.key, RULEBOOK)
        assert not store.opening.work_restored
        assert not store.opening.cache_lost
        with store.files.work.read() as work, store.files.cache.read() as cache:
            assert [WORK.head, CACHE.head] == [revision_of(work), revision_of(cache)]
        store.close()
        assert not list((self.folder / trial).glob("*.trial*"))

    def _rows(self, path: Path, tuning: Tuning, queries: Sequence[str]) -> Contents:
        database = Database(path, self.old.key, tuning)
        try:
            return [rows_of(database, query) for query in queries]
        finally:
            database.close()


class OldCentre(Side, Protocol):
    """The centre's database."""

    def url(self, trial: str) -> str:
        """Return where the program of today finds it."""

    def rows(self, trial: str, queries: Sequence[str]) -> Contents:
        """Ask it, without the program."""

    @override
    def contents(self, trial: str) -> Contents:
        """Return the memory of commands, the ledger, cases, devices, and who the centre is."""
        return self.rows(trial, _CENTRAL)

    @override
    def open(self, trial: str) -> None:
        """Open the centre."""
        new_office(self.url(trial), populated=False).database.close()

    @override
    def check(self, trial: str) -> None:
        """It opens, and is of today."""
        self.open(trial)
        assert [[(schema.HEAD,)]] == self.rows(trial, [_REVISION])


@dataclass(frozen=True, slots=True)
class OldSqliteCentre(OldCentre):
    """A file."""

    old: Path
    folder: Path

    @override
    def url(self, trial: str) -> str:
        return f"sqlite:///{self.folder / trial / 'central.db'}"

    @override
    def copy(self, trial: str) -> None:
        (self.folder / trial).mkdir()
        shutil.copy(self.old, self.folder / trial)

    @override
    def drop(self, trial: str) -> None:
        shutil.rmtree(self.folder / trial)

    @override
    def rows(self, trial: str, queries: Sequence[str]) -> Contents:
        with closing(sqlite3.connect(self.folder / trial / "central.db")) as database:
            return [database.execute(query).fetchall() for query in queries]


@dataclass(frozen=True, slots=True)
class OldPostgresCentre(OldCentre):
    """The one database of a server, loaded anew for each trial."""

    old: bytes
    new_database: Callable[[], str]
    address: str

    @override
    def url(self, trial: str) -> str:
        return self.address

    @override
    def copy(self, trial: str) -> None:
        self.new_database()
        with psycopg.connect(self._plain, autocommit=True) as connection:
            connection.execute(self.old)

    @override
    def drop(self, trial: str) -> None:
        pass  # the next copy does that

    @override
    def rows(self, trial: str, queries: Sequence[str]) -> Contents:
        with psycopg.connect(self._plain) as connection:
            return [connection.execute(query.encode()).fetchall() for query in queries]

    @property
    def _plain(self) -> str:
        return (
            make_url(self.address)
            .set(drivername="postgresql")
            .render_as_string(hide_password=False)
        )


@contextmanager
def _old_postgres() -> Iterator[Iterator[Side]]:
    dumps = [(of_release(release) / "central.sql").read_bytes() for release in RELEASES]
    with postgres_databases() as new_database:
        address = new_database()
        yield (OldPostgresCentre(dump, new_database, address) for dump in dumps)


@contextmanager
def _old_files(side: str, folder: Path) -> Iterator[Iterator[Side]]:
    yield (_copied(side, release, folder / f"release-{release}") for release in RELEASES)


def _copied(side: str, release: int, folder: Path) -> Side:
    folder.mkdir()
    if side == "computer":
        return OfficersComputer(old_computer(folder, release), folder)
    return OldSqliteCentre(of_release(release) / "central.db", folder)


def main() -> int:
    """Enumerate the boundaries of the upgrade from each release."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    importlib.import_module("alembic.command")  # once, and not in every child
    with _old_postgres() if name == "postgres" else _old_files(name, folder) as sides:
        for side in sides:
            _enumerate(side, folder / "boundary.txt")
    return 0


def _enumerate(side: Side, log: Path) -> None:
    side.copy("untouched")
    before = side.contents("untouched")
    side.drop("untouched")
    for fatal in itertools.count(1):
        if not _died(side, f"run_{fatal}", Boundaries(fatal, log, within=True), before):
            side.drop(f"run_{fatal}")
            return


def _died(side: Side, trial: str, boundaries: Boundaries, before: Contents) -> bool:
    """Let an upgrade die, finish it with a new start, and look; tell whether it did die."""

    def look() -> None:
        side.check(trial)
        assert before == side.contents(trial)

    side.copy(trial)
    status = ended(fork(partial(_start, side, trial, boundaries)))
    if status != DIED:
        succeed(status, "opening")
        return False
    sys.stdout.write(f"{boundaries.told()}\n")
    succeed(ended(fork(look)), f"after death {boundaries.told()}")
    side.drop(trial)
    return True


def _start(side: Side, trial: str, boundaries: Boundaries) -> None:
    boundaries.watch()
    side.open(trial)


if __name__ == "__main__":
    sys.exit(main())
