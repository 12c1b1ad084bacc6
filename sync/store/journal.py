# SPDX-License-Identifier: AGPL-3.0-or-later
"""This device's memory of the exchange with the centre; :class:`sync.engine.ports.Journal`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from typing_extensions import override

from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId, CommandId
from sync.engine.ports import Journal, Piece
from sync.errors import SyncError, SyncErrorKind
from sync.store import (
    checks,
    confirmed,
    deliveries,
    departures,
    meta,
    own_files,
    segments,
    word_index,
)
from sync.store.editions import EditionShelf
from sync.store.files import Files
from sync.store.identity import Identity
from sync.store.lease import Lease
from sync.store.overlay import arrived, read_own_work, reproject
from sync.store.records import MAX_EVENTS
from sync.store.repair import Repair
from sync.store.urgency import days_due
from sync.wire.codec import files_lost, unpacked_segment
from sync.wire.messages import (
    CaseRecord,
    CommandRecord,
    DigestRecord,
    EventRecord,
    Segment,
    SyncReply,
)

_NAMEABLE = 500
"""More changed cases than this are not named one by one."""


class StoreJournal(Journal):
    """The journal in the two files. Verdicts go to the work file first, for they are precious."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._cache = files.kept_cache
        self._work = files.work

    @override
    def epoch(self) -> str | None:
        with self._cache.read() as cache:
            return meta.get(cache, "epoch")

    @override
    def cursor(self) -> str | None:
        with self._cache.read() as cache:
            return meta.get(cache, "cursor")

    @override
    def wanted(self) -> list[int]:
        with self._cache.read() as cache:
            rows = cache.exec_driver_sql("SELECT case_id FROM wanted ORDER BY case_id")
            return list(rows.scalars())

    @override
    def edition(self) -> int:
        return EditionShelf(self._files).serial()

    @override
    def outgoing(self, max_bytes: int, now: int) -> list[CommandRecord]:
        with self._work.read() as work:
            cases = deliveries.waiting_cases(work)
        days: dict[int, int] = {}
        if len(cases) > 1:
            with self._cache.read() as cache:
                days = days_due(cache, self._files.rulebook, cases)
        with self._work.write() as work:
            return deliveries.take_outgoing(work, max_bytes, now, days)

    @override
    def unanswered(self, ids: Collection[CommandId]) -> ChangeSet:
        with self._work.write() as work:
            concerned = deliveries.doubt(work, ids)
        return _changed(concerned, outbox=bool(concerned))

    @override
    def not_sent(self, ids: Collection[CommandId]) -> ChangeSet:
        with self._work.write() as work:
            concerned = deliveries.give_back(work, ids)
        return _changed(concerned, outbox=bool(concerned))

    @override
    def absorb(self, reply: SyncReply, now: int | None) -> ChangeSet:
        """See :class:`Journal`; ``now`` is None for what a courier brought.

        Such a reply was written some time ago: it says nothing about clocks or the line.
        """
        _check(reply)
        if reply.scope is not None:
            Identity(self._files).remember(reply.scope.officer)
        if reply.edition is not None:
            EditionShelf(self._files).take(reply.edition)
        try:
            decided = self._settle(reply)
            self._note_departures(reply)
            self._note_losses(reply.events)
            with self._cache.write() as cache:
                told, left = self._take_in(cache, reply, now)
                if rest := decided - told:
                    reproject(cache, self._files, rest)
        except OverflowError as error:  # a number that no column can hold
            raise SyncError(SyncErrorKind.MALFORMED, detail=str(error)) from error
        if now is not None:
            lease_s = None if reply.scope is None else reply.scope.lease_s
            Lease(self._files).renew(reply.now, lease_s)
        if not reply.more and self.next_piece() is None:
            self._end_loading()
        if left:
            self._cache.checkpoint()  # or what left would stay legible in the log
        return _changed(
            decided | told | left,
            outbox=bool(decided | left),
            drafts=bool(left),
            reference=reply.scope is not None,
        )

    @override
    def digest(self, now: int) -> DigestRecord | None:
        with self._cache.read() as cache:
            return checks.question(cache, now)

    @override
    def next_piece(self) -> Piece | None:
        with self._cache.read() as cache:
            return segments.next_piece(cache)

    @override
    def keep_piece(self, piece: Piece, data: bytes) -> ChangeSet:
        try:
            with self._cache.write() as cache:
                content = segments.add(cache, piece, data)
                if content is None:
                    return ChangeSet()
                segment = unpacked_segment(content)
                self._note_losses(segment.events)
                decided = self._note_own_facts(segment.events)
                told, is_last = self._take_in_piece(cache, piece, segment)
        except SyncError:
            with self._cache.write() as cache:
                segments.forget_part(cache, piece)
            raise
        self._note_returns(told)
        if is_last:
            self._end_loading()
        return _changed(told | decided, outbox=bool(decided))

    @override
    def list_again(self) -> None:
        with self._cache.write() as cache:
            segments.list_again(cache)

    @override
    def forget_cache(self, epoch: str) -> ChangeSet:
        asked: set[int] = set()
        with self._work.write() as work:
            # Known to the work file, for the cache may have been lost since.
            known = meta.get(work, "epoch")
            if known is not None and known != epoch:
                asked = deliveries.ask_again(work)
                own_files.forget_deliveries(work)
            meta.put(work, epoch=epoch)
            # The versions that verdicts named belong to the other history.
            own = read_own_work(work)
            ids = [item.pending.command.id for items in own.commands.values() for item in items]
            deliveries.end_overlay(work, ids)
        with self._cache.write() as cache:
            held = cache.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM cases)").scalar_one()
            confirmed.remove_everything(cache)
            meta.put(cache, epoch=epoch, cursor=None, loading=None)
        if held:
            self._cache.checkpoint()
        return ChangeSet(many=bool(held)) | _changed(asked, outbox=bool(asked))

    @override
    def recover(self) -> ChangeSet:
        with self._cache.read() as cache:
            epoch = meta.get(cache, "epoch")
        with self._work.write() as work:
            doubtful = deliveries.doubt(work)
            if epoch is not None and meta.get(work, "epoch") is None:
                meta.put(work, epoch=epoch)  # a file from before it was kept here
        repaired = Repair(self._files).catch_up()
        return _changed(doubtful, outbox=bool(doubtful)) | repaired

    def _settle(self, reply: SyncReply) -> set[int]:
        """Write verdicts down, and what facts say without them; let what has arrived go."""
        if not reply.verdicts:
            return self._note_own_facts(reply.events)
        with self._work.read() as work, self._cache.read() as cache:
            told_already = arrived(read_own_work(work), cache)
        with self._work.write() as work:
            decided = deliveries.settle(work, reply.verdicts, reply.now)
            deliveries.end_overlay(work, told_already)
            decided |= deliveries.witness(work, reply.events)
        return decided

    def _note_own_facts(self, events: Sequence[EventRecord]) -> set[int]:
        """Call own acts accepted whose facts come before their verdicts, before they are kept."""
        with self._work.read() as work:
            facts = deliveries.become_facts(work, events)
        if not facts:
            return set()
        with self._work.write() as work:
            return deliveries.witness(work, facts)

    def _note_departures(self, reply: SyncReply) -> None:
        """Write down where cases go before anything of them is removed, and what came back."""
        told = [record.id for record in reply.cases]
        with self._cache.read() as cache:
            left = departures.departures_in(reply, cache)
            if left:
                with self._work.write() as work:
                    departures.note(work, cache, left, reply.now)
                    departures.prune(work, reply.now)
        self._note_returns(told)

    def _note_losses(self, events: Sequence[EventRecord]) -> None:
        """Believe no longer that the centre has what it says it lost; before the page is kept."""
        if lost := files_lost(events):
            with self._work.write() as work:
                own_files.bring_again(work, lost)

    def _note_returns(self, told: Collection[int]) -> None:
        with self._work.read() as work:
            back = departures.any_of(work, told)
        if back:
            with self._work.write() as work:
                departures.come_back(work, told)

    def _take_in_piece(
        self, cache: sa.Connection, piece: Piece, segment: Segment
    ) -> tuple[set[int], bool]:
        _check_records(segment.cases, segment.events)
        try:
            told = confirmed.put_page(
                cache, self._files, segment.cases, segment.events, words_later=True
            )
        except OverflowError as error:
            raise SyncError(SyncErrorKind.MALFORMED, detail=str(error)) from error
        return told, segments.tick(cache, piece)

    def _take_in(
        self, cache: sa.Connection, reply: SyncReply, now: int | None
    ) -> tuple[set[int], set[int]]:
        """Write everything but verdicts, with the cursor; return the cases told of and gone."""
        left: set[int] = set()
        if reply.scope is not None:
            left |= confirmed.put_scope(cache, reply.scope)
        if reply.left:
            left |= confirmed.remove_cases(cache, {record.case_id for record in reply.left})
        told: set[int] = set()
        begins = reply.more and meta.get(cache, "cursor") is None
        if reply.snapshot is not None or (begins and (reply.cases or reply.events)):
            word_index.begin_loading(cache)
            meta.put(cache, loading="1")
        if reply.cases or reply.events:
            told = confirmed.put_page(cache, self._files, reply.cases, reply.events)
        if now is not None:
            meta.put(cache, synced_at=str(now))
        if reply.cursor is not None:
            meta.put(cache, cursor=reply.cursor)
        if now is not None:
            checks.begin(cache, now)
        if reply.digest is not None and now is not None:
            left |= confirmed.remove_cases(cache, checks.impossible(cache, reply.digest))
            checks.take_in(cache, reply.digest, now)
        if reply.snapshot is not None:
            segments.plan(cache, reply.snapshot)
        elif reply.cursor is not None:
            segments.forget(cache)
        return told, left

    def _end_loading(self) -> None:
        """All cases are here; what is left of a first load is work for :mod:`upkeep`."""
        with self._cache.read() as cache:
            if meta.get(cache, "loading") is None:
                return
        with self._cache.write() as cache:
            meta.put(cache, loading=None)


def _check(reply: SyncReply) -> None:
    """Refuse what would end in an endless loop or in rows that cannot be read back."""
    if reply.more and reply.cursor is None:
        raise SyncError(SyncErrorKind.MALFORMED, detail="more without a cursor")
    _check_records(reply.cases, reply.events)


def _check_records(cases: Sequence[CaseRecord], events: Sequence[EventRecord]) -> None:
    for event in events:
        if not 0 < event.v < MAX_EVENTS:
            raise SyncError(SyncErrorKind.MALFORMED, detail=f"event {event.v}")
    for record in cases:
        if record.next_step_on is not None:
            try:
                date.fromisoformat(record.next_step_on)
            except ValueError as error:
                raise SyncError(SyncErrorKind.MALFORMED, detail=str(error)) from error


def _changed(
    ids: set[int], *, outbox: bool, drafts: bool = False, reference: bool = False
) -> ChangeSet:
    many = len(ids) > _NAMEABLE
    return ChangeSet(
        cases=frozenset() if many else frozenset(map(CaseId, ids)),
        many=many,
        outbox=outbox,
        drafts=drafts,
        reference=reference,
    )
