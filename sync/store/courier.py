# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this installation knows of its courier files: their numbers, and whose keys the centre has.

Whether a reply may be followed is decided here: only from where this cache stands, so that an old
reply changes nothing (docs/courier.md, section 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from sync.cases.ids import DeviceId
from sync.store import deliveries, meta
from sync.store.centre_keys import offer, offered, pin, pinned
from sync.store.files import Files
from sync.store.journal import StoreJournal
from sync.wire.messages import CommandRecord, CourierKeys, SyncReply


class CourierLog(msgspec.Struct, frozen=True, kw_only=True):
    """How far the exchange by files has come.

    Attributes:
        device: whose numbers these are; a copy that became a device of its own counts anew.
        sent: number of the last file that was written.
        sent_at: when that was, this device's clock.
        received: number of the last reply that was followed.
        taken: number of the newest reply whose receipts were taken, followed or not.
        received_at: when that was.
        since: the cursor that this reply followed on.
        reached: the cursor it led to.
    """

    device: str
    sent: int = 0
    sent_at: int | None = None
    received: int = 0
    taken: int = 0
    received_at: int | None = None
    since: str | None = None
    reached: str | None = None

    @property
    def newest(self) -> int:
        """Return the number of the newest reply; releases before knew only what they followed."""
        return max(self.taken, self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """What goes into one file, marked as handed over already."""

    n: int
    epoch: str
    cursor: str | None
    wanted: list[int]
    commands: list[CommandRecord]
    undo: frozenset[str]
    """Those that had never left this computer before."""
    earlier: dict[str, int | None]
    """When those without an answer were last handed to a courier."""
    acts: int
    """Those without a verdict; of the others only the number of the receipt is asked for."""


class CourierMemory:
    """The courier's part of the files."""

    def __init__(self, files: Files, journal: StoreJournal) -> None:
        self._files = files
        self._journal = journal

    def consign(self, device: DeviceId, now: int) -> Consignment:
        """Mark everything without a verdict as handed to a courier, and number the file."""
        with self._files.work.write() as work:
            rows = work.exec_driver_sql("SELECT id FROM commands WHERE delivery = 'stored'")
            stored = frozenset(rows.scalars())
            earlier = deliveries.handed_over(work)
            commands, acts = deliveries.entrust(work, now)
            log = _log(work, device)
            n = log.sent + 1
            _keep(work, msgspec.structs.replace(log, sent=n, sent_at=now))
        return Consignment(
            n=n,
            epoch=self.epoch(),
            cursor=self._journal.cursor(),
            wanted=self._journal.wanted(),
            commands=commands,
            undo=stored & {command.id for command in commands},
            earlier=earlier,
            acts=acts,
        )

    def take_back(self, device: DeviceId, consignment: Consignment, before: CourierLog) -> None:
        """Undo :meth:`consign`: the file could not be written."""
        with self._files.work.write() as work:
            deliveries.take_from_courier(work, consignment.undo, consignment.earlier)
            if _log(work, device).sent == consignment.n:
                _keep(work, before)

    def epoch(self) -> str:
        """Return the centre's history that work here belongs to, also where the cache is gone."""
        with self._files.work.read() as work:
            known = meta.get(work, "epoch")
        return self._journal.epoch() or known or ""

    def log(self, device: DeviceId) -> CourierLog:
        """Return how far the exchange by files has come."""
        with self._files.work.read() as work:
            return _log(work, device)

    def to_follow(
        self, device: DeviceId, n: int, since: str | None, pages: Sequence[SyncReply]
    ) -> Sequence[SyncReply]:
        """Return the pages of a reply that lead on from where the cache stands; none if it is old.

        It does when the reply begins here, when an interrupted import got as far as one of its
        pages, or when the last file that was followed began at the same place and is older.
        """
        here, log = self._journal.cursor(), self.log(device)
        if here == since:
            return pages
        passed = [place for place, page in enumerate(pages) if page.cursor == here]
        if passed:
            return pages[passed[-1] + 1 :]
        is_later = log.reached == here and log.since == since and n > log.received
        return pages if is_later else ()

    def taken(self, device: DeviceId, n: int, now: int) -> None:
        """Remember that a reply was taken in, followed or not."""
        with self._files.work.write() as work:
            log = _log(work, device)
            if n > log.taken:
                _keep(work, msgspec.structs.replace(log, taken=n, received_at=now))

    def followed(self, device: DeviceId, n: int, since: str | None) -> None:
        """Remember that a reply was followed to where the cache stands now."""
        with self._files.work.write() as work:
            log = _log(work, device)
            _keep(
                work,
                msgspec.structs.replace(
                    log,
                    received=max(n, log.received),
                    since=since,
                    reached=self._journal.cursor(),
                ),
            )

    def meet(self, keys: CourierKeys | None) -> None:
        """Pin the centre's keys at first contact; other ones later are kept apart, to be shown."""
        if keys is None or keys in {self.centre(), self.offered()}:
            return
        with self._files.work.write() as work:
            if pinned(work) is None:
                pin(work, keys)
            else:
                offer(work, keys)

    def trust(self, keys: CourierKeys) -> bool:
        """Pin the other keys that the centre told, if it is these; say whether it is.

        The officer has asked whether they are right; the centre may tell others in the meantime.
        """
        with self._files.work.write() as work:
            if offered(work) != keys:
                return False
            pin(work, keys)
            return True

    def centre(self) -> CourierKeys | None:
        """Return the pinned keys of the centre; None where it has never told any."""
        with self._files.work.read() as work:
            return pinned(work)

    def offered(self) -> CourierKeys | None:
        """Return other keys that the centre told since, if it did."""
        with self._files.work.read() as work:
            return offered(work)


def _log(work: sa.Connection, device: DeviceId) -> CourierLog:
    text = meta.get(work, "courier")
    log = None if text is None else msgspec.json.decode(text, type=CourierLog)
    return log if log is not None and log.device == device else CourierLog(device=device)


def _keep(work: sa.Connection, log: CourierLog) -> None:
    meta.put(work, courier=msgspec.json.encode(log).decode())
