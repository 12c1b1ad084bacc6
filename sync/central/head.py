# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one row that orders the ledger, and the founding of an empty database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, func, insert, select, update

from sync.central import schema
from sync.central.database import Database
from sync.central.upgrade import bring_up

CHANNEL = "tanggap_commits"
"""Where PostgreSQL tells other processes of a commit that moved the head, once it is visible."""

Randomness = Callable[[int], bytes]
"""Gives that many unpredictable bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the ledger stands in one snapshot.

    Attributes:
        seq: the newest change; everything up to it is visible in the same snapshot.
        reference_rev: counts every change of units or officers.
        moves: counts changes of where existing units hang, which alter who sees what.
        secret: what cursors are sealed with.
    """

    seq: int
    reference_rev: int
    moves: int
    epoch: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Fresh numbers for one transaction: ``first_seq`` and following, likewise for cases."""

    first_seq: int
    first_case_id: int


class Counter:
    """Gives out sequence numbers in commit order.

    The row stays locked until the transaction ends, so whoever sees a number sees all smaller
    ones. A sequence of the database does not promise that. Take numbers last, after every other
    lock (cases first, in the order of their ids), and commit soon.
    """

    def take(self, connection: Connection, changes: int, new_cases: int = 0) -> Numbers:
        """Reserve one number per changed case, and ids for new cases."""
        take = _TAKE if connection.dialect.name == "sqlite" else _TAKE_AND_TELL
        row = connection.execute(take, {"changes": changes, "new_cases": new_cases}).one()
        seq, case_id = row.seq, row.last_case_id
        return Numbers(first_seq=seq - changes + 1, first_case_id=case_id - new_cases + 1)

    def read(self, connection: Connection) -> Head:
        """Return where the ledger stands."""
        row = connection.execute(_HEAD).one()
        return Head(
            seq=row.seq,
            reference_rev=row.reference_rev,
            moves=row.moves,
            epoch=row.epoch,
            secret=row.secret,
        )


_HEAD = select(schema.head)

_TAKE = (
    update(schema.head)
    .values(
        seq=schema.head.c.seq + bindparam("changes"),
        last_case_id=schema.head.c.last_case_id + bindparam("new_cases"),
    )
    .returning(schema.head.c.seq, schema.head.c.last_case_id)
)
_TELL = func.pg_notify(CHANNEL, "")
_TAKE_AND_TELL = _TAKE.returning(_TELL)
"""PostgreSQL holds a notification back until the commit, and drops it with a roll-back."""


def note_reference_change(connection: Connection, *, moved: bool = False) -> None:
    """Tell every device that units or officers changed; ``moved`` when existing units moved."""
    connection.execute(
        update(schema.head).values(
            reference_rev=schema.head.c.reference_rev + 1,
            moves=schema.head.c.moves + int(moved),
        )
    )
    if connection.dialect.name != "sqlite":
        connection.execute(select(_TELL))


def renew_epoch(database: Database, randomness: Randomness) -> str:
    """Begin another history, after a restored backup: devices fetch everything again.

    What the database holds now is what both histories share.
    """
    epoch = randomness(8).hex()
    with database.write() as connection:
        ended = connection.execute(_HEAD.with_for_update()).one()  # nothing more is in it
        connection.execute(insert(schema.epochs).values(epoch=ended.epoch, shared_seq=ended.seq))
        connection.execute(update(schema.head).values(epoch=epoch))
    return epoch


def shared_with(connection: Connection, epoch: str) -> int:
    """Return up to which change another history is the same as this one; 0 for an unknown one.

    It is unknown when a backup older than its beginning was restored.
    """
    epochs = schema.epochs.c
    found = select(epochs.shared_seq).where(epochs.epoch == epoch)
    return connection.execute(found).scalar_one_or_none() or 0


def found(database: Database, randomness: Randomness) -> None:
    """Bring the tables up to date, and begin a history where there is none.

    Raises:
        StoreTooNew: the database was written by a newer program.
    """
    bring_up(database)

    def begin(connection: Connection) -> None:
        if connection.execute(_HEAD).first() is None:
            connection.execute(
                insert(schema.head).values(
                    id=1,
                    seq=0,
                    last_case_id=0,
                    reference_rev=0,
                    moves=0,
                    epoch=randomness(8).hex(),
                    secret=randomness(32),
                )
            )

    database.transact(begin)  # again, where another process has begun it just now
