# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a device has not seen yet: where it goes on, what comes next, and when it is through.

A page is read from one snapshot. A first load ends where it began in the ledger, so that the
changes made meanwhile come after it like any others (docs/protocol.md, section 5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import Connection, bindparam, select

from sync.cases.access import Actor
from sync.central import checking, feed_rows, schema
from sync.central.cursor import Cursor, FirstLoad, seal, unseal
from sync.central.database import Database
from sync.central.directory import Directory, Reference, Roster
from sync.central.head import Counter, Head
from sync.central.page import Page
from sync.central.recent import Newest, Recent
from sync.central.snapshots import Snapshot, Snapshots
from sync.central.veil import Veil
from sync.errors import SyncError, SyncErrorKind
from sync.wire.messages import (
    CaseRecord,
    CommandRecord,
    DigestAnswer,
    DigestRecord,
    EventRecord,
    Progress,
    ScopeRecord,
    SnapshotRecord,
    SyncReply,
    Verdict,
)

_QUIET_CHANGES = 5_000
"""Changes in others' cases after which a device gets a newer cursor all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a device gets; ``cursor`` is None when there is nothing new at all."""

    page: Page
    cursor: str | None = None
    more: bool = False
    scope: ScopeRecord | None = None
    progress: Progress | None = None
    snapshot: SnapshotRecord | None = None
    digest: DigestAnswer | None = None
    behind: int = 0

    def as_reply(self, now: int, verdicts: Sequence[Verdict] = ()) -> SyncReply:
        """Return it as a message, behind the verdicts on what came with the question."""
        return SyncReply(
            now=now,
            cursor=self.cursor,
            more=self.more,
            verdicts=list(verdicts),
            # Encoded already; that they are records again is the reader's business.
            cases=cast("list[CaseRecord]", self.page.cases),
            events=cast("list[EventRecord]", self.page.events),
            left=self.page.left,
            as_sent=self.page.as_sent,
            scope=self.scope,
            progress=self.progress,
            snapshot=self.snapshot,
            digest=self.digest,
            behind=self.behind,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a device of an officer asks for.

    Attributes:
        device_id: looked at again in the snapshot of the page, for what the device sent may have
            kept the centre busy for a while.
        plain: the device knows no segments and needs whole heads.
        digest: what the device holds; compared if there is nothing new for it.
        before: a change of this very device, for which the page is not held up: it ends there,
            and what the device did itself is on the next one.
        said: commands whose words need not come back.
    """

    officer_id: int
    device_id: str
    cursor: Cursor | None
    max_bytes: int
    wanted: Sequence[int]
    plain: bool
    digest: DigestRecord | None = None
    before: int | None = None
    said: Mapping[str, CommandRecord] | None = None

    @property
    def is_of_changes(self) -> bool:
        """Return whether it is about changes in the order of the ledger, and nothing else."""
        cursor = self.cursor
        return not (cursor is None or cursor.loading or cursor.ahead or self.wanted or self.digest)


class Feed:
    """Reads pages for devices."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        counter: Counter,
        snapshots: Snapshots,
    ) -> None:
        self._database = database
        self._directory = directory
        self._counter = counter
        self._snapshots = snapshots
        self._recent = Recent()

    def read(self, asked: Question, head: Head | None = None) -> Answer:
        """Return the next page.

        Args:
            head: where the ledger stood a moment ago, if nothing was done since.

        Raises:
            SyncError: the account was closed meanwhile (``AUTH``), or the device ``REVOKED``.
        """
        if head is not None:
            roster, newest = self._directory.known(head.reference_rev), self._recent.at(head)
            if roster is not None and newest is not None:
                answer = _from_memory(asked, head, roster, newest)
                if answer is not None:
                    return answer
        if not asked.plain and _begins(asked.cursor):
            self._snapshots.prepare(lambda connection: self._look(connection, asked.officer_id))
        with self._database.read() as connection:
            if connection.execute(_REVOKED, {"device": asked.device_id}).first() is not None:
                raise SyncError(SyncErrorKind.REVOKED)
            head = self._counter.read(connection)
            roster = self._directory.at(connection, head.reference_rev, head.moves)
            newest = self._recent.read_on(connection, head)
            answer = _from_memory(asked, head, roster, newest)
            return (
                self._from_database(connection, asked, head, roster) if answer is None else answer
            )

    def _from_database(
        self, connection: Connection, asked: Question, head: Head, roster: Roster
    ) -> Answer:
        actor, cursor = _actor(asked, roster), asked.cursor
        access, reference = roster.access(actor), roster.reference(actor)
        page = Page(Veil(actor), asked.max_bytes, asked.said)
        if asked.wanted:
            feed_rows.add_wanted(connection, page, actor, asked.wanted)
        if not asked.plain and (_begins(cursor) or (cursor and cursor.access != access)):
            snapshot = self._snapshots.find(connection, actor)
            if snapshot is not None:
                if cursor is not None:
                    feed_rows.add_leaves(connection, page, actor.scope, cursor.seq)
                return _offer(page, cursor, snapshot, access, reference, head)
        start = _start(connection, page, actor, cursor, head, access)
        reached = _advance(
            connection, page, actor, start, head, heads=asked.plain, to=_end(asked, head)
        )
        answer = _answer(page, cursor, start, reached, reference, head)
        if asked.digest is not None and page.is_empty and not answer.more and not answer.scope:
            return replace(answer, digest=checking.answer(connection, actor, asked.digest))
        return answer

    def segment(self, officer_id: int, sha256: str) -> bytes | None:
        """Return a piece of the first load of this officer; None where they may not have it."""
        with self._database.read() as connection:
            seen = self._look(connection, officer_id)
            return None if seen is None else self._snapshots.segment(connection, seen[0], sha256)

    def _look(self, connection: Connection, officer_id: int) -> tuple[Actor, int] | None:
        head = self._counter.read(connection)
        roster = self._directory.at(connection, head.reference_rev, head.moves)
        actor = roster.actor(officer_id)
        return None if actor is None else (actor, head.seq)


_REVOKED = select(schema.devices.c.id).where(
    schema.devices.c.id == bindparam("device"), schema.devices.c.revoked_at.is_not(None)
)


def _from_memory(asked: Question, head: Head, roster: Roster, newest: Newest) -> Answer | None:
    """Answer from the newest changes; None where only the database can."""
    actor, cursor, to = _actor(asked, roster), asked.cursor, _end(asked, head)
    if cursor is None or not asked.is_of_changes or cursor.access != roster.access(actor):
        return None
    told = newest.told(actor.scope, cursor, to)
    page = Page(Veil(actor), asked.max_bytes, asked.said)
    if told is None or len(told.changes) >= feed_rows.most_changes(page.room):
        return None
    _, is_full = feed_rows.put(page, actor.scope, cursor, told, heads=asked.plain)
    if is_full:
        return None
    reached = _at_end(cursor, to, head)
    return _answer(page, cursor, cursor, reached, roster.reference(actor), head)


def _actor(asked: Question, roster: Roster) -> Actor:
    actor = roster.actor(asked.officer_id)
    if actor is None:
        raise SyncError(SyncErrorKind.AUTH)
    return actor


def _end(asked: Question, head: Head) -> int:
    return head.seq if asked.before is None else asked.before - 1


def _at_end(cursor: Cursor, to: int, head: Head) -> Cursor:
    """Return the cursor of whoever was told all changes up to one."""
    # A case that changed before and after ``to`` comes with the later change.
    base = to if to == head.seq else cursor.base
    return replace(cursor, seq=to, base=base, ahead=0, left=0)


def open_cursor(text: str | None, head: Head) -> Cursor | None:
    """Return the cursor in a request, None where there is none.

    Raises:
        SyncError: (``EPOCH``) it belongs to another history, or is ahead of this one.
    """
    if text is None:
        return None
    cursor = unseal(text, head.secret)
    if cursor is None or cursor.epoch != _tag(head) or cursor.seq > head.seq:
        raise SyncError(SyncErrorKind.EPOCH)
    return cursor


def _tag(head: Head) -> bytes:
    return bytes.fromhex(head.epoch)[:4]


def _begins(cursor: Cursor | None) -> bool:
    """Return whether a device has nothing yet, or asks for the list of segments again."""
    return cursor is None or (cursor.loading is not None and not cursor.loading.has_begun)


def _offer(
    page: Page,
    cursor: Cursor | None,
    snapshot: Snapshot,
    access: bytes,
    reference: Reference,
    head: Head,
) -> Answer:
    """Let a device load by segments, and come again where they end in the ledger.

    Whoever may see something else than before keeps the newer of two heads, and that may be one
    that they had: so what changed after the segments comes to them whole.
    """
    told = cursor is not None and cursor.reference == reference.digest
    has_nothing = cursor is None or (
        cursor.access == access and cursor.loading is not None and cursor.base == cursor.seq
    )
    base = snapshot.as_of if has_nothing else 0
    behind = Cursor(
        epoch=_tag(head),
        access=access,
        reference=reference.digest,
        seq=snapshot.as_of,
        base=base,
    )
    before = replace(behind, loading=FirstLoad(total=snapshot.rows))
    return Answer(
        page=page,
        cursor=seal(before, head.secret),
        more=True,
        scope=None if told else reference.record,
        progress=Progress(done=0, total=snapshot.rows),
        snapshot=SnapshotRecord(cursor=seal(behind, head.secret), segments=snapshot.segments),
    )


def _start(
    connection: Connection,
    page: Page,
    actor: Actor,
    cursor: Cursor | None,
    head: Head,
    access: bytes,
) -> Cursor:
    """Return where to go on: at the cursor, or with a first load when the access is another."""
    if cursor is not None and cursor.access == access:
        return cursor
    if cursor is not None:
        # The changes up to now will not be read; what they would have taken away must go.
        feed_rows.add_leaves(connection, page, actor.scope, cursor.seq)
    return Cursor(
        epoch=_tag(head),
        access=access,
        reference=bytes(4),
        seq=head.seq,
        base=head.seq,
        loading=feed_rows.begin_first_load(connection, actor.scope),
    )


def _advance(
    connection: Connection,
    page: Page,
    actor: Actor,
    start: Cursor,
    head: Head,
    *,
    heads: bool,
    to: int,
) -> Cursor:
    """Fill the page with changes up to one, and return the cursor behind it."""
    if start.loading is None:
        told = page.told
        reached = feed_rows.add_changes(connection, page, actor, start, to=to, heads=heads)
        if reached is None:
            return _at_end(start, to, head)
        left = start.left or feed_rows.count_changes(connection, actor.scope, start.seq)
        return replace(reached, left=max(left - (page.told - told), 1))
    load = feed_rows.add_first_load(connection, page, actor.scope, start, start.loading)
    return replace(start, loading=load)


def _answer(
    page: Page,
    cursor: Cursor | None,
    start: Cursor,
    reached: Cursor,
    reference: Reference,
    head: Head,
) -> Answer:
    reached = replace(reached, reference=reference.digest)
    told = cursor is not None and cursor.reference == reference.digest
    more = reached.loading is not None or reached.seq < head.seq
    # An empty page may still end before the end: departures within one's own scope are not told.
    nothing_new = told and page.is_empty and start.loading is None and not more
    if nothing_new and reached.seq - start.seq < _QUIET_CHANGES:
        return Answer(page=page)
    return Answer(
        page=page,
        cursor=seal(reached, head.secret),
        more=more,
        scope=None if told else reference.record,
        progress=_progress(start, reached),
        behind=reached.left,
    )


def _progress(start: Cursor, reached: Cursor) -> Progress | None:
    if start.loading is None:
        return None
    total = start.loading.total
    done = total if reached.loading is None else min(reached.loading.done, total)
    return Progress(done=done, total=total)
