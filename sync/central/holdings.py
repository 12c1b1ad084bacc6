# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which content belongs to which case, who has shown that they hold it, and who may fetch it.

An entry names its files by hash, and a hash gives nothing: the name counts from the moment at
which its author has brought the content itself, or could see it anyway. Until then the entry
stands without its files, which are on their way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from sync.cases.access import Actor, may_read_in
from sync.cases.case import StatusMap
from sync.cases.events import EventBody, FilesArrived, FollowedUp
from sync.cases.ids import CaseId, UnitId
from sync.central import schema
from sync.central.database import Database
from sync.central.head import Counter
from sync.central.recording import Fact, Recorder

_MOST_AT_ONCE = 1_000
"""Contents in one statement; after a crash there may be more than a database takes."""

CENTRE_ID = 0
"""Who names the complaint's own files: the centre itself, which has their contents if anybody."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Holdings:
    """Contents, cases and officers, brought together."""

    def __init__(
        self,
        database: Database,
        status_map: StatusMap,
        counter: Counter,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._recorder = Recorder(status_map, counter)
        self._clock = clock

    def hold(self, sha256: str, size: int, officer_id: int) -> None:
        """Remember that an officer has brought a content, which is on the disk; then announce it.

        Doing it again changes nothing.
        """
        now = self._clock()
        self._database.transact(
            lambda connection: _remember(connection, sha256, size, officer_id, now)
        )
        self.announce([sha256])

    def store(self, sha256: str, size: int) -> None:
        """Remember that a content is on the disk which no officer has brought."""
        now = self._clock()
        self._database.transact(lambda connection: _stored(connection, sha256, size, now))

    def announce(self, digests: Collection[str] | None = None) -> None:
        """Tell every case whose files have become complete, each once.

        Called after a content came and after an entry came, each time when that is committed: so
        whichever of two that come together is the later one sees the other. None means all that
        a crash may have left.
        """
        self._database.transact(lambda connection: self._announce(connection, digests))

    def lose(self, connection: Connection, sha256: str) -> None:
        """Tell every case that was told of a content that it is lost, and forget who held it.

        Devices that have it bring it again, and the cases are told anew.
        """
        hold_back(connection, sha256)
        told = connection.execute(
            update(schema.case_blobs)
            .where(_NAMES.sha256 == sha256, _NAMES.announced)
            .values(announced=False)
            .returning(_NAMES.case_id)
        )
        fact = Fact(body=FilesArrived(digests=(), lost=(sha256,)), at=self._clock())
        if cases := {CaseId(case_id) for case_id in told.scalars()}:
            self._recorder.record(connection, {case_id: [fact] for case_id in cases})
        for table in (schema.blob_holders, schema.blobs):
            connection.execute(delete(table).where(table.c.sha256 == sha256))

    def size_for(self, connection: Connection, actor: Actor, sha256: str) -> int | None:
        """Return the size of a content; None where it is none that the officer may fetch."""
        rows = connection.execute(_SIGHTS, {"of_sha256": sha256})
        for unit_id, secret, size in rows:
            if may_read_in(actor, UnitId(unit_id), secret=secret):
                return int(size)
        return None

    def claimable(self, connection: Connection, actor: Actor, sha256: str) -> bool:
        """Return whether the officer need not bring a content: they hold it, or may fetch it."""
        holds = connection.execute(
            select(schema.blob_holders.c.since).where(
                schema.blob_holders.c.sha256 == sha256,
                schema.blob_holders.c.officer_id == actor.id,
            )
        )
        return holds.first() is not None or self.size_for(connection, actor, sha256) is not None

    def _announce(self, connection: Connection, digests: Collection[str] | None) -> None:
        given = {} if digests is None else {"digests": sorted(digests)}
        staying = _STAYING if digests is None else _STAYING.where(_AMONG)
        locked = connection.execute(staying, given).scalars().all()
        arrived: dict[CaseId, set[str]] = {}
        for first in range(0, len(locked), _MOST_AT_ONCE):
            some = {"digests": locked[first : first + _MOST_AT_ONCE]}
            for case_id, sha256 in connection.execute(_COMPLETE, some):
                arrived.setdefault(CaseId(case_id), set()).add(sha256)
        if not arrived:
            return
        now = self._clock()
        facts = {
            case_id: [Fact(body=FilesArrived(digests=tuple(sorted(names))), at=now)]
            for case_id, names in arrived.items()
        }
        self._recorder.record(connection, facts)


def hold_back(connection: Connection, sha256: str) -> None:
    """Let nobody be told of a content, in the transaction that takes it away, until that ends."""
    blobs = schema.blobs.c
    connection.execute(select(blobs.sha256).where(blobs.sha256 == sha256).with_for_update())


def digests_in(body: EventBody) -> tuple[str, ...]:
    """Return the contents that an officer's fact names."""
    files = body.evidence if isinstance(body, FollowedUp) else ()
    return tuple(dict.fromkeys(file.sha256 for file in files if _SHA256.fullmatch(file.sha256)))


def note_names(
    connection: Connection, case_id: int, officer_id: int, digests: Iterable[str]
) -> None:
    """Remember, in the transaction of an entry, which contents it names."""
    names = schema.case_blobs
    known = set(
        connection.execute(
            select(names.c.sha256).where(
                names.c.case_id == case_id, names.c.officer_id == officer_id
            )
        ).scalars()
    )
    rows = [
        {"case_id": case_id, "sha256": digest, "officer_id": officer_id, "announced": False}
        for digest in digests
        if digest not in known
    ]
    if rows:
        connection.execute(insert(names), rows)


def _remember(connection: Connection, sha256: str, size: int, officer_id: int, now: int) -> None:
    _stored(connection, sha256, size, now)
    holders = schema.blob_holders
    known = select(holders).where(holders.c.sha256 == sha256, holders.c.officer_id == officer_id)
    if connection.execute(known).first() is None:
        connection.execute(insert(holders).values(sha256=sha256, officer_id=officer_id, since=now))


def _stored(connection: Connection, sha256: str, size: int, now: int) -> None:
    blobs = schema.blobs
    if connection.execute(select(blobs).where(blobs.c.sha256 == sha256)).first() is None:
        connection.execute(insert(blobs).values(sha256=sha256, size=size, stored_at=now))


_NAMES, _HOLDERS = schema.case_blobs.c, schema.blob_holders.c

_KEPT = schema.blobs.alias()
_IS_BROUGHT = or_(
    select(_HOLDERS.since)
    .where(_HOLDERS.sha256 == _NAMES.sha256, _HOLDERS.officer_id == _NAMES.officer_id)
    .exists(),
    and_(
        _NAMES.officer_id == CENTRE_ID,
        select(_KEPT.c.size).where(_KEPT.c.sha256 == _NAMES.sha256).exists(),
    ),
)
"""Whoever named a content has it at the centre."""

_SIGHTS = (
    select(schema.cases.c.unit_id, schema.cases.c.secret, schema.blobs.c.size)
    .distinct()
    .select_from(schema.case_blobs)
    .join(schema.blobs, schema.blobs.c.sha256 == _NAMES.sha256)
    .join(schema.cases, schema.cases.c.id == _NAMES.case_id)
    .where(_NAMES.sha256 == bindparam("of_sha256"), _IS_BROUGHT)
)

_AMONG = _NAMES.sha256.in_(bindparam("digests", expanding=True))
_COMPLETE = (
    update(schema.case_blobs)
    .where(_NAMES.announced.is_(False), _IS_BROUGHT, _AMONG)
    .values(announced=True)
    .returning(_NAMES.case_id, _NAMES.sha256)
)
"""Of those that are locked alone: one that came since then may be going again."""

_STAYING = (
    select(schema.blobs.c.sha256)
    .join(schema.case_blobs, schema.blobs.c.sha256 == _NAMES.sha256)
    .where(_NAMES.announced.is_(False))
    .order_by(schema.blobs.c.sha256)
    .with_for_update(read=True, of=schema.blobs)
)
"""Contents that cases may be told of; whoever takes one away is waited for, or waits."""
