# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pieces of a first load: which there are, what has come of the next one, which are in.

A piece that is in stays ticked when the centre lists the pieces again: the same hash is the same
content. Content that came in part waits in the encrypted file for its rest.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from sync.engine.ports import Piece
from sync.errors import SyncError, SyncErrorKind
from sync.store import meta
from sync.wire.messages import SnapshotRecord

_BEHIND = "behind_segments"


def plan(cache: sa.Connection, snapshot: SnapshotRecord) -> None:
    """Remember what is to be fetched, in this order, and where the feed goes on after it."""
    rows = cache.exec_driver_sql("SELECT sha256, done, content FROM segments")
    known = {sha256: (done, content) for sha256, done, content in rows}
    cache.exec_driver_sql("DELETE FROM segments")
    if snapshot.segments:
        cache.exec_driver_sql(
            "INSERT INTO segments (position, sha256, bytes, rows, done, content)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (at, item.sha256, item.bytes, item.rows, *known.get(item.sha256, (0, None)))
                for at, item in enumerate(snapshot.segments)
            ],
        )
    meta.put(cache, **{_BEHIND: snapshot.cursor})
    finish(cache)  # a list without anything that is missing here


def next_piece(cache: sa.Connection) -> Piece | None:
    """Return the piece to go on with; None when no first load by pieces is under way."""
    row = cache.exec_driver_sql(
        "SELECT sha256, bytes, ifnull(length(content), 0) FROM segments WHERE NOT done"
        " ORDER BY position LIMIT 1"
    ).first()
    if row is None:
        return None
    done, total = cache.exec_driver_sql(
        "SELECT ifnull(sum(rows) FILTER (WHERE done), 0), sum(rows) FROM segments"
    ).one()
    return Piece(sha256=row[0], bytes=row[1], held=row[2], rows_done=done, rows_total=total)


def add(cache: sa.Connection, piece: Piece, data: bytes) -> bytes | None:
    """Put more of a piece to what is here; return its content once it is whole.

    Raises:
        SyncError: (``MALFORMED``) the whole is not what its hash says; it must be fetched anew.
    """
    query = "SELECT content FROM segments WHERE sha256 = ?"
    content = (cache.exec_driver_sql(query, (piece.sha256,)).scalar() or b"") + data
    if len(content) < piece.bytes:
        _keep(cache, piece, content)
        return None
    if len(content) > piece.bytes or hashlib.sha256(content).hexdigest() != piece.sha256:
        raise SyncError(SyncErrorKind.MALFORMED, reason="hash")
    return content


def forget_part(cache: sa.Connection, piece: Piece) -> None:
    """Let go of what has come of a piece."""
    _keep(cache, piece, None)


def tick(cache: sa.Connection, piece: Piece) -> bool:
    """Note that a piece is in; say whether it was the last one."""
    cache.exec_driver_sql(
        "UPDATE segments SET done = 1, content = NULL WHERE sha256 = ?", (piece.sha256,)
    )
    return finish(cache)


def finish(cache: sa.Connection) -> bool:
    """Go on behind the pieces if all of them are in; say whether that is so."""
    if next_piece(cache) is not None:
        return False
    behind = meta.get(cache, _BEHIND)
    forget(cache)
    if behind is not None:
        meta.put(cache, cursor=behind)
    return behind is not None


def list_again(cache: sa.Connection) -> None:
    """Forget which pieces there are, but not which are in."""
    cache.exec_driver_sql("DELETE FROM segments WHERE NOT done")
    meta.put(cache, **{_BEHIND: None})


def forget(cache: sa.Connection) -> None:
    """No first load by pieces is under way any more."""
    cache.exec_driver_sql("DELETE FROM segments")
    meta.put(cache, **{_BEHIND: None})


def _keep(cache: sa.Connection, piece: Piece, content: bytes | None) -> None:
    cache.exec_driver_sql(
        "UPDATE segments SET content = ? WHERE sha256 = ?", (content, piece.sha256)
    )
