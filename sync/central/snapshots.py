# SPDX-License-Identifier: AGPL-3.0-or-later
"""Snapshots: what a device loads first, cut into segments and kept for the next device.

A snapshot belongs to an audience: everybody in one role over the same units, who see exactly the
same. A hash gives no access: a segment is handed out only to its own audience, and not any more
once a case in it has left that audience or has become more secret. Such a segment is made again
without the case; what changed otherwise, the feed tells after the load (ADR 18).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from sync.cases.access import Actor, Scope
from sync.central import feed_rows, schema
from sync.central.database import Database
from sync.central.directory import Directory
from sync.central.head import Counter
from sync.central.segments import Cut, Cutting, cut, one
from sync.central.veil import Veil
from sync.wire.messages import CaseRecord, EventRecord, SegmentRecord

_FORM = (2, CaseRecord.__struct_fields__, EventRecord.__struct_fields__)
"""Segments of another form are not handed out. Raise the number when what is veiled changes."""

_SURELY_FRESH = 1_000
_STALE_SHARE = 5
"""A snapshot serves until more changes came after it than a fifth of its cases."""

_segments = schema.segments.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What an audience may load: the pieces, and the change that they were made at."""

    as_of: int
    segments: list[SegmentRecord]

    @property
    def rows(self) -> int:
        """Return how many cases are in it."""
        return sum(segment.rows for segment in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    position: int
    as_of: int
    made_seq: int
    cut: Cut


class Snapshots:
    """Makes, keeps and hands out segments."""

    def __init__(self, database: Database, cutting: Cutting) -> None:
        self._database = database
        self._cutting = cutting

    def prepare(self, look: Callable[[Connection], tuple[Actor, int] | None]) -> None:
        """Make what an officer's first load needs, if that is quickly done.

        Args:
            look: returns the officer at work and the newest change, in one snapshot.
        """
        self._make(look, limit=self._cutting.lazily)

    def make(self, look: Callable[[Connection], tuple[Actor, int] | None]) -> Snapshot | None:
        """Make an audience's snapshot anew where it is needed, however long it takes."""
        self._make(look, limit=None)
        with self._database.read() as connection:
            seen = look(connection)
            return None if seen is None else self.find(connection, seen[0])

    def find(self, connection: Connection, actor: Actor) -> Snapshot | None:
        """Return the snapshot that an officer may load now; None where there is none."""
        rows = _stored(connection, audience(actor))
        if not rows or _spoilt(rows, _uncovered(connection, actor.scope, rows)):
            return None
        return Snapshot(
            as_of=rows[0].as_of,
            segments=[
                SegmentRecord(sha256=row.sha256, bytes=row.size, rows=len(row.case_ids))
                for row in rows
            ],
        )

    def segment(self, connection: Connection, actor: Actor, sha256: str) -> bytes | None:
        """Return a segment; None where this officer may not have it, or not any more."""
        mine = (_segments.audience == audience(actor)) & (_segments.sha256 == sha256)
        row = connection.execute(select(*_ABOUT).where(mine)).first()
        if row is None or _spoilt([row], _uncovered(connection, actor.scope, [row])):
            return None
        content: bytes | None = connection.execute(select(_segments.content).where(mine)).scalar()
        return content

    def keep_only(self, audiences: Sequence[str]) -> None:
        """Forget the snapshots of audiences that nobody belongs to any more."""
        with self._database.write() as connection:
            connection.execute(delete(schema.segments).where(_segments.audience.not_in(audiences)))

    def _make(
        self, look: Callable[[Connection], tuple[Actor, int] | None], *, limit: int | None
    ) -> None:
        with self._database.read() as connection:
            seen = look(connection)
            if seen is None:
                return
            actor, newest = seen
            count = feed_rows.count_cases(connection, actor.scope)
            if count < self._cutting.smallest_scope:
                return
            rows = _stored(connection, audience(actor))
            is_stale = not rows or newest - rows[0].as_of > max(
                _SURELY_FRESH, count // _STALE_SHARE
            )
            if is_stale and (limit is None or count <= limit):
                pieces = list(self._cut(connection, actor, newest))
            else:
                pieces = list(self._mended(connection, actor, rows, newest))
                is_stale = False
        key = audience(actor)
        if is_stale:
            self._database.transact(lambda connection: _replace(connection, key, pieces))
        elif pieces:
            self._database.transact(lambda connection: _amend(connection, key, pieces))

    def _cut(self, connection: Connection, actor: Actor, newest: int) -> Iterator[_Piece]:
        told = feed_rows.walk(connection, actor.scope)
        for position, piece in enumerate(cut(told, Veil(actor), self._cutting)):
            yield _Piece(position=position, as_of=newest, made_seq=newest, cut=piece)

    def _mended(
        self, connection: Connection, actor: Actor, rows: Sequence[Row[Any]], newest: int
    ) -> Iterator[_Piece]:
        """Yield the pieces that must not be handed out as they are, without what must not be."""
        uncovered = _uncovered(connection, actor.scope, rows)
        for row in rows:
            if _spoilt([row], uncovered):
                told = feed_rows.cases_of(connection, actor.scope, row.case_ids)
                piece = one(told, Veil(actor), self._cutting)
                yield _Piece(position=row.position, as_of=row.as_of, made_seq=newest, cut=piece)


def make_all(database: Database, cutting: Cutting | None = None) -> Iterator[tuple[int, Snapshot]]:
    """Make what every officer's first load needs, and forget what nobody can load any more.

    Yields:
        How many officers may load a snapshot, and the snapshot.
    """
    snapshots, counter = Snapshots(database, cutting or Cutting()), Counter()
    with database.read() as connection:
        head = counter.read(connection)
        roster = Directory().at(connection, head.reference_rev, head.moves)
    actors = [actor for id_ in roster.officers if (actor := roster.actor(id_)) is not None]
    members: dict[str, list[Actor]] = {}
    for actor in actors:
        members.setdefault(audience(actor), []).append(actor)
    snapshots.keep_only(list(members))
    for officers in members.values():

        def look(connection: Connection, one_of: Actor = officers[0]) -> tuple[Actor, int]:
            return one_of, counter.read(connection).seq

        snapshot = snapshots.make(look)
        if snapshot is not None:
            yield len(officers), snapshot


def audience(actor: Actor) -> str:
    """Return the name of everybody who sees what this officer sees."""
    scope = actor.scope
    units = None if scope.everything else (sorted(scope.handles), sorted(scope.watches))
    return hashlib.sha256(msgspec.json.encode((_FORM, actor.role.value, units))).hexdigest()


_ABOUT: list[ColumnElement[Any]] = [
    _segments.position,
    _segments.as_of,
    _segments.made_seq,
    _segments.sha256,
    _segments.size,
    _segments.case_ids,
]


def _stored(connection: Connection, key: str) -> list[Row[Any]]:
    query = select(*_ABOUT).where(_segments.audience == key).order_by(_segments.position)
    return list(connection.execute(query))


def _uncovered(connection: Connection, scope: Scope, rows: Sequence[Row[Any]]) -> dict[int, int]:
    """Return the cases that left, or became more secret, since the oldest of these was made."""
    if not rows:
        return {}
    return feed_rows.uncovered_since(connection, scope, min(row.made_seq for row in rows))


def _spoilt(rows: Sequence[Row[Any]], uncovered: dict[int, int]) -> bool:
    return any(
        uncovered.get(case_id, 0) > row.made_seq
        for row in rows
        if uncovered
        for case_id in row.case_ids
    )


def _values(key: str, piece: _Piece) -> dict[str, Any]:
    return {
        "audience": key,
        "position": piece.position,
        "as_of": piece.as_of,
        "made_seq": piece.made_seq,
        "sha256": piece.cut.sha256,
        "size": len(piece.cut.content),
        "case_ids": piece.cut.case_ids,
        "content": piece.cut.content,
    }


def _replace(connection: Connection, key: str, pieces: Sequence[_Piece]) -> None:
    connection.execute(delete(schema.segments).where(_segments.audience == key))
    for piece in pieces:
        connection.execute(insert(schema.segments), _values(key, piece))


def _amend(connection: Connection, key: str, pieces: Sequence[_Piece]) -> None:
    for piece in pieces:
        connection.execute(
            update(schema.segments)
            .where(
                _segments.audience == key,
                _segments.position == piece.position,
                _segments.as_of == piece.as_of,
                _segments.made_seq < piece.made_seq,
            )
            .values(_values(key, piece))
        )
