# SPDX-License-Identifier: AGPL-3.0-or-later
"""The disks of all computers: they lose power, fill up or refuse, at any write that is chosen.

A write is a statement in a write transaction, its commit, the instant after the commit, or work
outside a transaction. Power that fails leaves what is on the disk at that instant: the files are
copied before the dead program gets to tidy up, less the tail of the log that was not synchronised.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlcipher3 import dbapi2 as driver

from sync.store.engine import Database, DriverConnection


class PowerCut(BaseException):
    """Nothing after this instant happened; no handler of the program may catch it."""


class Refusal(Enum):
    """What SQLite says when the disk does not do what was asked."""

    FULL = "SQLITE_FULL"
    BUSY = "SQLITE_BUSY"
    READ_ONLY = "SQLITE_READONLY"
    IO = "SQLITE_IOERR_WRITE"


@dataclass(slots=True)
class Wire:
    """Trips at one write in one folder.

    Attributes:
        left: writes until then.
        refusal: what the disk says; None when the power fails.
        unsynced: how much of what was not synchronised is lost, of 1.
        tripped: whether it happened.
        image: where the files are that survived the power.
    """

    folder: Path
    left: int
    refusal: Refusal | None = None
    unsynced: float = 0.0
    tripped: bool = False
    image: Path | None = None


@dataclass(slots=True)
class Disks:
    """Stands between the local stores and the disk, while plugged in."""

    _wire: Wire | None = None
    _synced: dict[Path, int] = field(default_factory=dict)
    written: set[Path] = field(default_factory=set)
    """Files written since somebody looked, for whoever remembers what was in them."""

    def plug_in(self) -> None:
        """Let every local store that is opened from now on write through here."""
        _replace("_engine", self._engine())
        _replace("write", self._write())
        _replace("outside_transaction", self._outside())

    def unplug(self) -> None:
        """Leave the stores alone."""
        for name, function in _REAL.items():
            _replace(name, function)

    @contextmanager
    def failing(self, wire: Wire) -> Iterator[Wire]:
        """Let the wire trip, unless the block ends before."""
        self._wire = wire
        try:
            yield wire
        finally:
            self._wire = None

    def touch(self, path: Path, *, done: bool = False) -> None:
        """A write is about to happen to a file; or is ``done``, so that only power can fail."""
        self.written.add(path)
        wire = self._wire
        if wire is None or wire.tripped or not path.is_relative_to(wire.folder):
            return
        if done and wire.refusal is not None:
            return
        if wire.left > 0:
            wire.left -= 1
            return
        wire.tripped = True
        if wire.refusal is not None:
            raise _refused(wire.refusal)
        wire.image = self._survivors(wire)
        raise PowerCut

    def _survivors(self, wire: Wire) -> Path:
        """Copy what is on the disk now, less what was written to a log and not synchronised."""
        image = wire.folder.with_name(wire.folder.name + ".image")
        shutil.copytree(wire.folder, image, ignore=shutil.ignore_patterns("*-shm"))
        for log in image.rglob("*-wal"):
            source = wire.folder / log.relative_to(image)
            size = log.stat().st_size
            safe = min(self._synced.get(source, 0), size)
            with log.open("r+b") as file:
                file.truncate(size - int((size - safe) * wire.unsynced))
        return image

    def _note_sync(self, database: Database) -> None:
        log = _log(database)
        self._synced[log] = log.stat().st_size if log.exists() else 0

    def _engine(self) -> Callable[..., sa.Engine]:
        disks, real = self, _REAL["_engine"]

        def engine(
            database: Database, connections: int, cache_kib: int, *, read_only: bool
        ) -> sa.Engine:
            made: sa.Engine = real(database, connections, cache_kib, read_only=read_only)
            if not read_only:
                disks._synced.pop(_log(database), None)
                for moment in ("before_cursor_execute", "commit"):
                    sa.event.listen(made, moment, lambda *_: disks.touch(database.path))
            return made

        return engine

    def _write(self) -> Callable[..., Any]:
        disks, real = self, _REAL["write"]

        @contextmanager
        def write(database: Database) -> Iterator[sa.Connection]:
            with real(database) as connection:
                yield connection
            if vars(database)["_tuning"].synchronous == "FULL":  # others do not wait for the disk
                disks._note_sync(database)
            disks.touch(database.path, done=True)

        return write

    def _outside(self) -> Callable[..., Any]:
        disks, real = self, _REAL["outside_transaction"]

        @contextmanager
        def outside_transaction(database: Database) -> Iterator[DriverConnection]:
            with real(database) as connection:
                disks.touch(database.path)
                yield connection
            disks._note_sync(database)
            disks.touch(database.path, done=True)

        return outside_transaction


_REAL: dict[str, Any] = {
    name: vars(Database)[name] for name in ("_engine", "write", "outside_transaction")
}


def spoil(path: Path, random: Random) -> None:
    """Overwrite a few bytes in the middle of a file."""
    with path.open("r+b") as file:
        file.seek(random.randrange(path.stat().st_size // 2, path.stat().st_size - 64))
        file.write(random.randbytes(64))


def _log(database: Database) -> Path:
    return database.path.with_name(database.path.name + "-wal")


def _replace(name: str, function: object) -> None:
    setattr(Database, name, function)


def _refused(refusal: Refusal) -> Exception:
    error: Exception = driver.OperationalError(refusal.name.lower())
    error.sqlite_errorname = refusal.value  # type: ignore[attr-defined]  # as the driver does
    return error
