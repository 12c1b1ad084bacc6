# SPDX-License-Identifier: AGPL-3.0-or-later
"""One database, SQLite or PostgreSQL, and how transactions on it begin, wait and are retried.

Nothing here knows a table. Readers get one consistent snapshot; writers wait for each other for a
bounded time, so that a stuck one cannot stop the centre. Errors never show the parameters of a
statement, nor what PostgreSQL quotes of them and of rows, for these may be citizens' words.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.pool import StaticPool

T = TypeVar("T")

_ATTEMPTS = 4
_BUSY_MS = 10_000
_LONGEST_STATEMENT_MS = 60_000
_NOTICES_A_DEAD_HOST = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Or a worker would wait for ever for a PostgreSQL whose machine was switched off (libpq)."""

_IMMEDIATE = "tanggap_immediate"
UNFIT = (DataError, OverflowError)
"""What a statement raises for values that no column can hold: huge numbers, NUL characters."""

_TRANSIENT_STATES = frozenset({"40001", "40P01", "55P03", "57014"})
"""Serialization failure, deadlock, lock and statement timeout (PostgreSQL, appendix A)."""

_AWAY_STATES = frozenset({"08", "53", "57"})
"""Classes: the connection broke, resources are used up, an operator has stepped in."""


class Database:
    """The centre's database.

    ``sqlite:///file`` is the embedded default, ``postgresql://...`` the real thing. ``sqlite://``
    lives in memory on one connection that threads take in turn, for simulations.

    Attributes:
        on_commit: called after each commit of this process, in the thread that made it.
    """

    def __init__(self, url: str) -> None:
        self.url = _with_driver(make_url(url))
        self.on_commit: Callable[[], None] | None = None
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        in_memory = self.is_sqlite and not self.url.database
        self._turn: AbstractContextManager[object] = (
            threading.RLock() if in_memory else nullcontext()
        )
        if self.is_sqlite:
            self._engine = _sqlite_engine(self.url, in_memory=in_memory)
            self._readers: Engine = self._engine
            self._lookers: Engine = self._engine
            self._writers: Engine = self._engine.execution_options(**{_IMMEDIATE: True})
        else:
            self._engine = _postgres_engine(self.url)
            self._readers = self._engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._lookers = self._engine.execution_options(isolation_level="AUTOCOMMIT")
            self._writers = self._engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read from one snapshot: what one query sees, all others see."""
        with self._turn, self._readers.begin() as connection:
            yield connection

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Read without a snapshot: each query sees what is committed by then.

        For one or two queries that need not agree; the beginning and the end of a transaction
        would cost as much as they do.
        """
        with self._turn, self._lookers.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Write in one transaction, committed at the end of the block."""
        with self._turn, self._writers.begin() as connection:
            yield connection
        if (tell := self.on_commit) is not None:
            tell()

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Run work in a write transaction, again from the start when another writer was in the way.

        A broken uniqueness counts as that too: the second look finds what the other one wrote.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                with self.write() as connection:
                    return work(connection)
            except DBAPIError as error:
                if not is_transient(error):
                    raise
        with self.write() as connection:
            return work(connection)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def take_turns(connection: Connection, about: str) -> None:
    """Let the transactions about something follow each other, until each has ended.

    For whoever looks first and writes what follows from it, where no row stands for the whole. The
    next statement sees what the one before has committed. SQLite's writers take turns anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(about, 0))))


def is_transient(error: DBAPIError) -> bool:
    """Return whether the same transaction may succeed when tried again.

    A database that is being restarted is one of these reasons; the pool forgets its connections.
    """
    if isinstance(error, IntegrityError) or error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    state = getattr(error.orig, "sqlstate", "")
    if state is None:  # PostgreSQL could not be reached, so it could not say why
        return isinstance(error, OperationalError)
    return state in _TRANSIENT_STATES or state[:2] in _AWAY_STATES


def _with_driver(url: URL) -> URL:
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def _sqlite_engine(url: URL, *, in_memory: bool) -> Engine:
    if in_memory:
        engine = create_engine(
            url,
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,
        )
    else:
        engine = create_engine(url, pool_size=20, max_overflow=20, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _hide_words(context: ExceptionContext) -> None:
    """Leave of what PostgreSQL says only where and what: its sentences and DETAIL quote values."""
    told = context.original_exception
    diagnosis = getattr(told, "diag", None)
    state = getattr(told, "sqlstate", None)
    if diagnosis is None or state is None:  # no answer of the server: the line, or the driver
        return
    places = (diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name)
    place = ".".join(name for name in places if name)
    said = f"{type(told).__name__} {state} {place}".rstrip()
    told.args = (said,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (said,)


def _postgres_engine(url: URL) -> Engine:
    limits = {
        "lock_timeout": _BUSY_MS,
        "statement_timeout": _LONGEST_STATEMENT_MS,
        "idle_in_transaction_session_timeout": _LONGEST_STATEMENT_MS,
    }
    engine = create_engine(
        url,
        pool_size=20,
        max_overflow=20,
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
            **_NOTICES_A_DEAD_HOST,
        },
        hide_parameters=True,
    )
    event.listen(engine, "handle_error", _hide_words)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    # The driver's own BEGIN comes late, and is never IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-16384",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
