# SPDX-License-Identifier: AGPL-3.0-or-later
"""A migration of the precious file is tried on a copy first.

The real one is then a single transaction in its place, so that whoever has the file open at the
same time keeps writing to the file that counts. What fails on the copy never touches it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy.exc

from sync.errors import StoreUnavailable
from sync.store.backup import check
from sync.store.engine import WORK_TUNING, Database
from sync.store.failures import file_faults
from sync.store.upgrade import WORK, State, migrate, state_of

_PRECIOUS = (
    "SELECT id, n, case_id, base_v, at, kind, data, delivery FROM commands ORDER BY n",
    "SELECT case_id, kind, fields, saved_at FROM drafts ORDER BY case_id, kind",
    "SELECT id, case_id, kind, fields, reason FROM kept ORDER BY id",
)
"""What the officer did and wrote: no migration may change it."""


def rehearse(work: Database, key: bytes) -> None:
    """Try the migration of an older work file, where it is one, on a copy that is deleted after.

    Raises:
        StoreTooNew: a newer program wrote it.
        StoreUnavailable: ``store.upgrade-failed``, or the disk has no room for the copy; in each
            case the work file was not touched.
    """
    if state_of(work, WORK) is not State.OLDER:
        return
    path = work.path.with_name("work.trial.db")
    with file_faults(path.name):
        _remove(path)
        try:
            work.copy_to(path)
            _try_on(path, key)
        finally:
            _remove(path)


def _try_on(path: Path, key: bytes) -> None:
    copy = Database(path, key, WORK_TUNING)
    try:
        before = _contents(copy)
        migrate(copy, WORK, "head")
        check(copy)
        after = _contents(copy)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise StoreUnavailable("store.upgrade-failed", file=path.name) from error
    finally:
        copy.close()
    if before != after:
        raise StoreUnavailable("store.upgrade-failed", file=path.name)


def _contents(database: Database) -> list[list[Any]]:
    with database.read() as connection:
        return [connection.exec_driver_sql(query).all() for query in _PRECIOUS]  # type: ignore[misc]


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
