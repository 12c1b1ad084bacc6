# SPDX-License-Identifier: AGPL-3.0-or-later
"""One encrypted file: its connections, its transactions, and one writer at a time.

SQLAlchemy's plain SQLite dialect drives SQLCipher through a creator function rather than its
``pysqlcipher`` dialect, which wants the key inside a URL and cannot silence SQLCipher's own
messages on the standard error stream before the key is tried.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import sqlalchemy as sa
import sqlcipher3
from sqlalchemy.pool import QueuePool

from sync.errors import StoreUnavailable
from sync.folders import flush_file, flush_folder
from sync.store.failures import file_faults, translated, what_ails

KEY_BYTES = 32
_READERS = 4

BROKEN = frozenset({"store.corrupt", "store.wrong-key"})
"""What a page that cannot be read looks like: the first one holds what the key is tried on."""

_BUSY_TIMEOUT_MS = 10_000
_COPYING = threading.Lock()
# The driver asks a value that is no number or text whether it knows how to be stored, which took
# two thirds of the time of writing a row with its many empty fields.
sqlcipher3.register_adapter(type(None), {}.get)
sqlcipher3.register_adapter(bool, int)

_LOG = "PRAGMA journal_mode = WAL"
_DATA_VERSION = "PRAGMA data_version"
"""Another number when another connection has written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How a file trades speed for certainty.

    Attributes:
        page_size: SQLCipher's page; large ones load faster, small ones commit faster.
        synchronous: ``FULL`` survives a power failure, ``NORMAL`` may lose the last commits.
        writer_cache_kib: memory for pages while writing; a reader gets an eighth of it.
        checkpoint_pages: how far the write-ahead log grows before it is folded in.
    """

    page_size: int
    synchronous: str
    writer_cache_kib: int
    checkpoint_pages: int


CACHE_TUNING = Tuning(
    page_size=16_384, synchronous="NORMAL", writer_cache_kib=65_536, checkpoint_pages=2_000
)
WORK_TUNING = Tuning(
    page_size=4_096, synchronous="FULL", writer_cache_kib=8_192, checkpoint_pages=1_000
)


class DriverConnection(Protocol):
    """What is used of the driver's own connection; the driver has no annotations."""

    def execute(self, statement: str, parameters: tuple[object, ...] = (), /) -> Any:  # noqa: ANN401
        """Run one statement and return the driver's cursor."""


def fetch(
    connection: sa.Connection, statement: str, parameters: tuple[object, ...] = ()
) -> list[tuple[Any, ...]]:
    """Return the rows of a small question, asked of the driver itself.

    For what comes before every act and every case that is shown: SQLAlchemy takes several times as
    long over such a result as SQLite over the question.
    """
    driver = cast("DriverConnection", connection.connection.driver_connection)
    rows: list[tuple[Any, ...]] = driver.execute(statement, parameters).fetchall()
    return rows


class Database:
    """One SQLCipher file.

    Readers see a snapshot and never wait. Writers queue on a lock of this process first, so that
    two of our threads never meet SQLite's own lock, and then take that one at once (``BEGIN
    IMMEDIATE``), so that no transaction fails half-way for having started as a reader.
    """

    def __init__(self, path: Path, key: bytes, tuning: Tuning) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("key")
        self.path = path
        self._key = key
        self._broken_mark = path.with_name(path.name + ".broken")
        self._tuning = tuning
        self._turn = threading.Lock()
        self._was_opened = False
        self._readers = self._engine(_READERS, tuning.writer_cache_kib // 8, read_only=True)
        self._writer = self._engine(1, tuning.writer_cache_kib, read_only=False)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a snapshot for reading.

        Raises:
            StoreUnavailable: the machine's fault.
        """
        with self._faults(), self._readers.connect() as connection, connection.begin():
            yield connection
            self._was_opened = True

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open the one write transaction; it is committed at the end of the block.

        Raises:
            StoreUnavailable: the machine's fault; nothing of the block was kept.
        """
        with (
            self._faults(),
            self._turn,
            self._writer.connect() as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def outside_transaction(self) -> Iterator[DriverConnection]:
        """Lend the writer's connection as the driver knows it, for checks and copies.

        Raises:
            StoreUnavailable: the machine's fault.
        """
        with self._faults(), self._turn:
            pooled = self._writer.raw_connection()
            try:
                yield cast("DriverConnection", pooled.driver_connection)
            finally:
                pooled.close()

    def checkpoint(self) -> bool:
        """Fold the write-ahead log in and empty it; say whether no reader stood in the way."""
        with self.outside_transaction() as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(busy == 0)

    def is_known_broken(self) -> bool:
        """Return whether a page of it could not be read, now or in an earlier run."""
        return self._broken_mark.exists()

    def discard(self) -> None:
        """Close the file and delete it; the next use begins a new one."""
        self.close()
        self._was_opened = False
        with file_faults(self.path.name):
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            self._broken_mark.unlink(missing_ok=True)
        self.close()  # whoever has connected in between has the deleted file

    def sibling(self, name: str) -> Database:
        """Return another file in the same folder, under the same key and tuning."""
        return Database(self.path.with_name(name), self._key, self._tuning)

    def begin_anew(self, prepare: Callable[[Database], None]) -> None:
        """Put an empty file in the place of one that cannot be read, while others look at it.

        The new one is made ready beside it. Readers keep the old one until they are done.

        Raises:
            StoreUnavailable: the machine's fault; the old file is still there.
        """
        fresh = self._successor()
        with self._turn, file_faults(self.path.name):
            fresh.discard()
            prepare(fresh)
            fresh.checkpoint()
            fresh.close()
            self._give_way(fresh.path)
            self._broken_mark.unlink(missing_ok=True)

    def copy_to(self, path: Path) -> None:
        """Write a compact copy under the same key, down to the disk; nothing may be there yet.

        Raises:
            StoreUnavailable: the machine's fault.
        """
        with self.outside_transaction() as connection:
            self._copy(connection, path)

    def compact(self) -> bool:
        """Write the file afresh, so that nothing of what was deleted is left anywhere in it.

        ``secure_delete`` is not enough: when SQLite divides a page it leaves copies of rows behind
        in the unused middle of the old one, and these outlive the rows. Readers keep the old file
        until they are done; writers wait.

        Returns:
            False where somebody stood in the way: a reader, or another program that has the file
            open and would go on with the old one. The file is as it was.

        Raises:
            StoreUnavailable: the machine's fault, such as no room for a second file; likewise.
        """
        fresh = self._successor()
        fresh.discard()
        with self._faults(), self._turn:
            pooled = self._writer.raw_connection()
            try:
                driver = cast("DriverConnection", pooled.driver_connection)
                before = driver.execute(_DATA_VERSION).fetchone()
                self._copy(driver, fresh.path)
                self._readers.dispose()
                is_of_now = before == driver.execute(_DATA_VERSION).fetchone()
                if not (is_of_now and leave_log(driver)):
                    fresh.discard()
                    return False
            finally:
                pooled.close()
            with fresh.read() as copy:  # its log is begun: none has to be when it takes its place
                is_whole = copy.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
            fresh.close()
            if not is_whole:  # a program that starts just now has swept the copy away
                fresh.discard()
                return False
            with file_faults(self.path.name):
                self._give_way(fresh.path)
        return True

    def _copy(self, connection: DriverConnection, path: Path) -> None:
        # A copy gets the page size that is usual in this process, not that of its original.
        with _COPYING:
            connection.execute(f"PRAGMA cipher_default_page_size = {self._tuning.page_size}")
            connection.execute("VACUUM INTO ?", (str(path),))
        with file_faults(path.name):
            flush_file(path)

    def sweep(self) -> None:
        """Delete a successor that a crash left half-made."""
        self._successor().discard()

    def _successor(self) -> Database:
        return self.sibling(f"new-{self.path.name}")

    def _give_way(self, successor: Path) -> None:
        """Let another file take this one's place; whoever reads keeps the old one until then."""
        self.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        successor.replace(self.path)
        flush_folder(self.path.parent)
        self.close()  # whoever has connected in between has the old file

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log in."""
        self._readers.dispose()
        self._writer.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Translate faults; leave a mark beside a broken file, for whoever opens it next."""
        try:
            with translated(self.path.name):
                yield
        except StoreUnavailable as error:
            if error.code == "store.io" and (code := what_ails(self.path.parent)):
                raise StoreUnavailable(code, file=self.path.name) from error
            if error.code == "store.wrong-key" and self._was_opened:  # a broken page, then
                error.code = "store.corrupt"
            if error.code in BROKEN and error.data.get("file") == self.path.name:
                with suppress(OSError):  # a disk that fails twice; the first fault is what counts
                    self._broken_mark.touch()
            raise

    def _engine(self, connections: int, cache_kib: int, *, read_only: bool) -> sa.Engine:
        engine = sa.create_engine(
            "sqlite://",
            module=sqlcipher3,
            creator=lambda: self._connect(cache_kib, read_only=read_only),
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=0,
            hide_parameters=True,  # words of citizens have no place in error messages
        )
        start = "BEGIN" if read_only else "BEGIN IMMEDIATE"

        def begin(connection: sa.Connection) -> None:
            # By the driver itself, for this comes before every reading and writing.
            driver = cast("DriverConnection", connection.connection.driver_connection)
            driver.execute(start)

        sa.event.listen(engine, "begin", begin)
        return engine

    def _connect(self, cache_kib: int, *, read_only: bool) -> sqlcipher3.Connection:
        if self._was_opened and not self.path.exists():  # SQLite would begin an empty one
            raise StoreUnavailable("store.corrupt", file=self.path.name)
        connection = sqlcipher3.connect(
            str(self.path),
            timeout=_BUSY_TIMEOUT_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for statement in self._pragmas(cache_kib, read_only=read_only):
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection

    def _pragmas(self, cache_kib: int, *, read_only: bool) -> Iterator[str]:
        tuning = self._tuning
        yield "PRAGMA cipher_log_level = NONE"
        yield f"PRAGMA key = \"x'{self._key.hex()}'\""
        yield f"PRAGMA cipher_page_size = {tuning.page_size}"
        yield _LOG
        yield f"PRAGMA synchronous = {tuning.synchronous}"
        yield "PRAGMA fullfsync = ON"
        yield "PRAGMA foreign_keys = ON"
        yield "PRAGMA secure_delete = ON"
        yield "PRAGMA temp_store = MEMORY"
        yield f"PRAGMA cache_size = -{cache_kib}"
        yield f"PRAGMA wal_autocheckpoint = {tuning.checkpoint_pages}"
        yield f"PRAGMA journal_size_limit = {tuning.checkpoint_pages * tuning.page_size}"
        if read_only:
            yield "PRAGMA query_only = ON"


def leave_log(connection: DriverConnection) -> bool:
    """Give the write-ahead log up, which SQLite does only where nobody else has the file open."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        [mode] = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlcipher3.OperationalError:
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    return bool(mode == "delete")
