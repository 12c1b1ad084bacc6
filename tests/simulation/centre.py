# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre of the simulation: two workers over one database, which crash, stumble and come back.

The real settlement, feed and accounts; only the moments at which the database gives up are ours.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from enum import Enum
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import sqlalchemy as sa
from typing_extensions import override

from sync.cases.access import Actor
from sync.cases.case import StatusMap
from sync.central import checking, schema
from sync.central.administration import Administration
from sync.central.bodies import App, Receive, Scope, Send
from sync.central.courier import TakenIn
from sync.central.database import Database, is_transient
from sync.central.exchange import Centre
from sync.central.file_calls import with_files
from sync.central.head import renew_epoch
from sync.central.memory import Sender
from sync.central.news import Newsroom
from sync.central.recording import Recorder
from sync.central.segments import Cutting
from sync.errors import SyncError, SyncErrorKind
from sync.wire.messages import (
    CommandRecord,
    DigestAnswer,
    DigestRecord,
    Hello,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
    Verdict,
)
from sync.wire.service import SyncService
from tests.support.central import CHEAP_HASHER, ManualClock, Office
from tests.support.courier import take_in

T = TypeVar("T")


class CentreDied(BaseException):
    """The process of the centre has ended here."""


class Poisoned(RuntimeError):
    """What a worker stumbles over."""


class Stage(Enum):
    """Where in a transaction of the centre something happens."""

    BEFORE = "before"
    """Before the first statement."""
    INSIDE = "inside"
    """When everything is written, before the commit."""
    AFTER = "after"
    """Right after the commit."""


class TroubledDatabase(Database):
    """The centre's database, whose write transactions end where they are told to."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"sqlite:///{path}")
        self._plan: tuple[Stage, BaseException] | None = None
        self._is_writing = False

    def end_next(self, stage: Stage, how: BaseException) -> None:
        """Let the next write transaction end like this."""
        self._plan = (stage, how)

    def heal(self) -> None:
        """Let all go well."""
        self._plan = None

    @override
    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        if self._is_writing:  # whoever writes next has to wait for the row of numbers, in vain
            raise gave_up()
        plan, self._plan = self._plan, None
        stage = None if plan is None else plan[0]
        if plan is not None and stage is Stage.BEFORE:
            raise plan[1]
        self._is_writing = True
        try:
            with super().write() as connection:
                yield connection
                if plan is not None and stage is Stage.INSIDE:
                    raise plan[1]
        finally:
            self._is_writing = False
        if plan is not None and stage is Stage.AFTER:
            raise plan[1]


class Stumbling:
    """A way to settle commands together that comes to grief over some of them."""

    def __init__(
        self,
        real: Callable[[Sequence[CommandRecord], Sender, int], list[Verdict]],
        database: TroubledDatabase,
        upsets: Upsets,
    ) -> None:
        self._real = real
        self._database = database
        self._upsets = upsets

    def __call__(self, records: Sequence[CommandRecord], sender: Sender, now: int) -> list[Verdict]:
        """Settle, or end as it was arranged for one of these commands."""
        if (upset := self._upsets.among(records)) is not None:
            self._database.end_next(*upset)
        try:
            return self._real(records, sender, now)
        finally:
            self._database.heal()


class Upsets:
    """Which commands end badly, and how: some once, some each time."""

    def __init__(self) -> None:
        self.poison: dict[str, Stage] = {}
        self.once: dict[str, tuple[Stage, BaseException]] = {}

    def among(self, records: Sequence[CommandRecord]) -> tuple[Stage, BaseException] | None:
        """Return what happens now because of one of these commands."""
        for record in records:
            if record.id in self.poison:
                return self.poison[record.id], Poisoned()
            if record.id in self.once:
                return self.once.pop(record.id)
        return None

    def clear(self) -> None:
        """Let all end well."""
        self.poison.clear()
        self.once.clear()


Witness = Callable[[str, SyncRequest, SyncReply, frozenset[str]], None]
"""Hears every answer: the token, what was asked, what was answered, what was settled before."""


_TINY = Cutting(smallest_scope=3, first=1, fewest=1, spread=2, most=3)
"""Even an office of some cases is loaded by several pieces."""


class SimulatedCentre(SyncService):
    """Answers in turn from two workers; a worker that dies takes its memory with it."""

    def __init__(
        self, folder: Path, clock: ManualClock, random: Random, status_map: StatusMap
    ) -> None:
        self.path = folder / "central.db"
        self._backup = folder / "central.backup"
        self._clock = clock
        self._random = random
        self._status_map = status_map
        self._turn = 0
        self._next: tuple[int, Stage, BaseException] | None = None
        self.upsets = Upsets()
        self.taken_in: list[TakenIn] = []
        """Courier files that were taken in since somebody looked, whoever brought them."""
        self.witness: Witness = lambda _token, _request, _reply, _before: None
        self.files = folder / "files"
        self.database = TroubledDatabase(self.path)
        self._begin()

    @property
    def has_backup(self) -> bool:
        """Whether there is anything to go back to."""
        return self._backup.exists()

    def office(self) -> Office:
        """Return the centre as those who work there see it."""
        return Office(
            database=self.database,
            centre=self._workers[0],
            clock=self._clock,
            status_map=self._status_map,
            administration=Administration(self.database),
            recorder=Recorder(self._status_map),
        )

    def restart(self) -> None:
        """Forget everything that is not in the database."""
        self.database.close()
        self.database = TroubledDatabase(self.path)
        self._begin()

    def back_up(self) -> None:
        """Copy the database as the backup of tonight."""
        with closing(sqlite3.connect(self.path)) as source:
            self._backup.unlink(missing_ok=True)
            with closing(sqlite3.connect(self._backup)) as target:
                source.backup(target)

    def restore(self) -> None:
        """Go back to the backup and begin another history from there."""
        self.database.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._backup, self.path)
        self.restart()
        renew_epoch(self.database, self._random.randbytes)
        self._backup.unlink()

    def forget_cursors(self) -> None:
        """Understand no cursor that was given out before."""
        with self.database.write() as connection:
            connection.execute(sa.update(schema.head).values(secret=self._random.randbytes(32)))

    def upset_next(self, pick: int, stage: Stage, how: BaseException) -> None:
        """Let one of the commands of the next exchange that has any end like this, once."""
        self._next = (pick, stage, how)

    def heal(self) -> None:
        """Be well from now on."""
        self._next = None
        self.upsets.clear()

    @override
    def hello(self) -> Hello:
        return self._answer(lambda worker: worker.hello())

    @override
    def sign_in(self, request: SignInRequest) -> Session:
        return self._answer(lambda worker: worker.sign_in(request))

    @override
    def refresh(self, request: RefreshRequest) -> Session:
        return self._answer(lambda worker: worker.refresh(request))

    @override
    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        if self._next is not None and request.commands:
            (pick, stage, how), self._next = self._next, None
            victim = request.commands[pick % len(request.commands)]
            self.upsets.once[victim.id] = (stage, how)
        before = self._settled()
        reply = self._answer(lambda worker: worker.sync(access_token, request))
        self.witness(access_token, request, reply, before)
        return reply

    @override
    def segment(self, access_token: str, sha256: str, start: int, size: int) -> bytes | None:
        return self._answer(lambda worker: worker.segment(access_token, sha256, start, size))

    def compared(self, actor: Actor, told: DigestRecord) -> DigestAnswer | None:
        """Return what the centre says to the digest of an officer's device."""
        with self.database.read() as connection:
            return checking.answer(connection, actor, told)

    def take_in(self, data: bytes) -> tuple[TakenIn, bytes]:
        """Take in a courier file, as whoever tends the centre does."""
        return self._answer(lambda worker: take_in(worker.courier_desk, data))

    def newsroom(self) -> Newsroom:
        """Return what knows whom a commit concerns, in the worker that holds the streams."""
        return self._workers[0].newsroom

    def kept(self) -> dict[str, Path]:
        """Return the contents that are there, by their names."""
        return {path.name: path for path in (self.files / "blobs").glob("*/*")}

    def gives(self, actor: Actor, sha256: str) -> bool:
        """Return whether an officer may fetch a content."""
        return self._workers[0].file_size(actor, sha256) is not None

    def arrived(self, upload: str) -> int:
        """Return how much of an upload is here that can be continued."""
        with closing(sqlite3.connect(self.path)) as database:
            live = database.execute(
                "SELECT 1 FROM uploads WHERE id = ? AND done_at IS NULL", (upload,)
            ).fetchone()
        part = self.files / "parts" / upload
        return part.stat().st_size if live and part.exists() else 0

    def file_app(self) -> App:
        """Return the calls for files of the worker whose turn it is."""
        self._turn += 1
        return self._file_apps[self._turn % len(self._workers)]

    def sign_out(self, access_token: str) -> None:
        """End the tokens of a device."""
        self._answer(lambda worker: worker.sign_out(access_token))

    def _answer(self, ask: Callable[[Centre], T]) -> T:
        self._turn += 1
        try:
            return ask(self._workers[self._turn % len(self._workers)])
        except CentreDied as error:
            self.restart()
            raise SyncError(SyncErrorKind.UNANSWERED) from error
        except Poisoned as error:  # what the HTTP side makes of an exception of ours
            raise SyncError(SyncErrorKind.SERVER) from error
        except sa.exc.DBAPIError as error:  # and of a database that is held up
            if not is_transient(error):
                raise
            raise SyncError(SyncErrorKind.BUSY) from error

    def _settled(self) -> frozenset[str]:
        with closing(sqlite3.connect(self.path)) as database:
            return frozenset(id_ for (id_,) in database.execute("SELECT id FROM commands"))

    def _begin(self) -> None:
        self._workers = [self._worker(), self._worker()]
        self._file_apps = [
            with_files(_nothing_else, worker, self._clock, self.files) for worker in self._workers
        ]

    def _worker(self) -> Centre:
        worker = Centre(
            self.database,
            clock=self._clock,
            randomness=self._random.randbytes,
            status_map=self._status_map,
            hasher=CHEAP_HASHER,
            cutting=_TINY,
        )
        desk = worker.courier_desk
        vars(desk)["take_in"] = self._noting(desk.take_in)
        settlement, way = vars(worker)["_settlement"], "_settle_together"
        vars(settlement)[way] = Stumbling(getattr(settlement, way), self.database, self.upsets)
        return worker

    def _noting(self, take_in: Callable[..., TakenIn]) -> Callable[..., TakenIn]:
        def noted(*what: Any, **how: Any) -> TakenIn:
            taken = take_in(*what, **how)
            self.taken_in.append(taken)
            return taken

        return noted


async def _nothing_else(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise LookupError("no call about a file")


def gave_up() -> BaseException:
    """Return what a database says that could not bring two transactions together."""
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return sa.exc.OperationalError("COMMIT", None, cause)
