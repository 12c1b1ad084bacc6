# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files at the centre: taken in through the same settlement and feed as the network.

Who signed a file is who sent it; whoever carries it here adds nothing and learns nothing
(docs/courier.md). A device that was revoked gets its receipts and no content.
"""

from __future__ import annotations

import uuid
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import Connection, Row, func, insert, select

from sync.cases.access import Actor
from sync.central import schema
from sync.central.courier_parts import CourierParts
from sync.central.database import Database
from sync.central.editions import newest_after
from sync.central.feed import Feed, Question, open_cursor
from sync.central.head import Counter, Randomness
from sync.central.memory import Sender
from sync.central.settlement import Settlement
from sync.courier.bundle import (
    Bundle,
    Direction,
    HeldRecord,
    Manifest,
    WishRecord,
    read_bundle,
    write_bundle,
)
from sync.courier.keys import Keys, are_usable, key_id
from sync.courier.names import file_name
from sync.courier.parts import Enclosed, PartRecord
from sync.errors import CourierRefused, SyncError
from sync.wire import codec
from sync.wire.messages import CommandRecord, CourierKeys, SyncReply, SyncRequest, Verdict

MOST_WANTED = 500
_MOST_MISSING = 100
"""More gaps than this are not told one by one."""
_PAGE_BYTES = 256 * 1024
_MOST_REPLY_BYTES = 128 * 1024 * 1024
"""Unpacked; what does not fit follows on the next file or by the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What came of one file.

    Attributes:
        officer: whose work it was.
        n: number of the file in its device's counting; 0 for a sealed copy.
        repeated: it had been here before; nothing happened twice.
        missing: numbers before it that never came here. What they held is in this one too.
        verdicts: how many commands got each verdict.
        held_back: commands of a revoked device that claim to be later than the revocation.
        files: which contents in it the centre has now, and which it could not take.
        reply_name: what to call the file that goes back.
    """

    bundle_id: str
    officer: str
    device: str
    n: int
    repeated: bool
    missing: Sequence[int]
    verdicts: dict[str, int]
    held_back: int
    files: HeldRecord
    reply_name: str


class CourierDesk:
    """Takes files in and writes the replies.

    Attributes:
        parts: the centre's contents; None where it keeps none.
    """

    def __init__(
        self,
        database: Database,
        settlement: Settlement,
        feed: Feed,
        counter: Counter,
        *,
        keys: Keys,
        clock: Callable[[], int],
        randomness: Randomness,
        officer: Callable[[int], Actor | None],
    ) -> None:
        self.parts: CourierParts | None = None
        self._officer = officer
        self._database = database
        self._settlement = settlement
        self._feed = feed
        self._counter = counter
        self._keys = keys
        self._clock = clock
        self._randomness = randomness

    def take_in(self, file: BinaryIO, reply: BinaryIO, *, from_revoked: bool = False) -> TakenIn:
        """Settle what a file holds and write the reply for its sender.

        Words first: they are settled before the first of the contents behind them is looked at.
        Taking the same file in again has no effect but another reply with the same verdicts.

        Args:
            reply: an empty file that the reply is written into.
            from_revoked: whoever tends the centre has made sure that the work of a revoked device
                is its officer's.

        Raises:
            CourierRefused: as :func:`sync.courier.bundle.read_bundle`;
                ``courier.wrong-direction`` for a reply, ``courier.revoked``,
                ``courier.account-closed``. Nothing was settled.
            OSError: a disk's, while contents were copied or the reply was written. The words are
                settled, and taking the file in again goes on.
        """
        bundle = read_bundle(file, self._keys, self._verifier_of)
        sender = self._sender(bundle, from_revoked=from_revoked)
        verdicts, held_back = self._settle(bundle, sender)
        repeated, missing = self._note(sender.id, bundle)
        files = self._take_parts(bundle, sender.officer_id, file)
        name = self._reply(bundle, sender, verdicts, files, reply)
        return TakenIn(
            bundle_id=bundle.id,
            officer=sender.officer,
            device=sender.name,
            n=bundle.manifest.n,
            repeated=repeated,
            missing=missing,
            verdicts=dict(Tally(verdict.verdict for verdict in verdicts)),
            held_back=held_back,
            files=files,
            reply_name=name,
        )

    def _verifier_of(self, signer: str) -> str | None:
        keys = schema.courier_keys.c
        with self._database.read() as connection:
            found = connection.execute(select(keys.verifier).where(keys.signer == signer))
            return found.scalars().first()

    def _sender(self, bundle: Bundle, *, from_revoked: bool) -> Row[*tuple[Any, ...]]:
        with self._database.read() as connection:
            sender: Row[*tuple[Any, ...]] | None = connection.execute(
                _SENDER.where(
                    schema.courier_keys.c.signer == bundle.signer,
                    schema.devices.c.id == bundle.manifest.device,
                )
            ).one_or_none()
        if sender is None:
            raise CourierRefused("courier.unknown-sender")
        if bundle.manifest.direction is Direction.DOWN:
            raise CourierRefused("courier.wrong-direction")
        if sender.disabled:
            raise CourierRefused("courier.account-closed", officer=sender.officer)
        if sender.revoked_at is not None and not from_revoked:
            raise CourierRefused("courier.revoked", officer=sender.officer)
        return sender

    def _settle(self, bundle: Bundle, sender: Row[*tuple[Any, ...]]) -> tuple[list[Verdict], int]:
        now = self._clock()
        epoch = bundle.manifest.epoch  # what "now" was where the file was written
        commands = [
            msgspec.structs.replace(each, epoch=each.epoch or epoch or None)
            for request in bundle.all(SyncRequest)
            for each in request.commands
        ]
        taken = [each for each in commands if _was_allowed(each, sender.revoked_at)]
        author = Sender(officer_id=sender.officer_id, device_id=sender.id, idle_at=sender.idle_at)
        verdicts = self._settlement.settle(taken, author, now)
        return verdicts, len(commands) - len(taken)

    def _note(self, device_id: str, bundle: Bundle) -> tuple[bool, list[int]]:
        """Remember that a file was here; return whether it had been, and what is missing."""
        n = bundle.manifest.n

        def note(connection: Connection) -> tuple[bool, list[int]]:
            files = schema.courier_files.c
            up = (files.device == device_id) & (files.direction == Direction.UP.value)
            known = connection.execute(select(files.n).where(up & (files.n == n))).first()
            before = connection.execute(select(func.max(files.n)).where(up & (files.n < n)))
            missing = list(range(max((before.scalar_one() or 0) + 1, n - _MOST_MISSING), n))
            if known is None:
                self._keep(connection, device_id, Direction.UP, n, bundle.id)
            return known is not None, missing

        return (False, []) if n == 0 else self._database.transact(note)

    def _take_parts(self, bundle: Bundle, officer_id: int, file: BinaryIO) -> HeldRecord:
        officer = self._officer(officer_id)
        if self.parts is None or officer is None:
            records = bundle.all(PartRecord)
            return HeldRecord(refused={each.sha256: "not-kept" for each in records})
        return self.parts.take(officer, bundle.parts(file, self._keys))

    def _reply(
        self,
        bundle: Bundle,
        sender: Row[*tuple[Any, ...]],
        verdicts: list[Verdict],
        files: HeldRecord,
        file: BinaryIO,
    ) -> str:
        bundle_id = str(uuid.UUID(bytes=self._randomness(16), version=4))
        n = self._database.transact(
            lambda connection: self._next_reply(connection, sender.id, bundle_id)
        )
        request = next(iter(bundle.all(SyncRequest)), SyncRequest())
        epoch, since, replies = self._replies(request, sender, verdicts)
        manifest = Manifest(
            direction=Direction.DOWN,
            device=sender.id,
            n=n,
            made_at=self._clock(),
            epoch=epoch,
            since=since,
            answers=bundle.manifest.n,
            of_epoch=bundle.manifest.epoch,
            wire=bundle.manifest.wire,
        )
        enclosed = self._enclosed(bundle, sender, replies)
        write_bundle(
            manifest,
            [*replies, *([files] if files != HeldRecord() else [])],
            bundle_id=bundle_id,
            recipients=[sender.recipient],
            keys=self._keys,
            enclosed=enclosed,
            file=file,
        )
        return file_name(Direction.DOWN, n, bundle_id)

    def _enclosed(
        self, bundle: Bundle, sender: Row[*tuple[Any, ...]], replies: Sequence[SyncReply]
    ) -> list[Enclosed]:
        """Return the contents that go back; none to a device that gets no content at all."""
        officer, wishes = self._officer(sender.officer_id), bundle.all(WishRecord)
        gets_receipts_only = len(replies) == 1
        if self.parts is None or officer is None or not wishes or gets_receipts_only:
            return []
        return self.parts.chosen(officer, wishes[0], replies)

    def _replies(
        self, request: SyncRequest, sender: Row[*tuple[Any, ...]], verdicts: list[Verdict]
    ) -> tuple[str, str | None, list[SyncReply]]:
        """Return the epoch, the cursor that the replies follow on, and the replies."""
        with self._database.read() as connection:
            head = self._counter.read(connection)
            known = request.edition
            edition = None if known is None else newest_after(connection, known)
        since = request.cursor
        try:
            open_cursor(since, head)
        except SyncError:
            since = None  # of another history: everything from the beginning
        receipts = SyncReply(now=self._clock(), verdicts=verdicts)
        if sender.revoked_at is not None:
            return head.epoch, since, [receipts]
        receipts = msgspec.structs.replace(receipts, edition=edition)
        return head.epoch, since, [receipts, *self._pages(since, request, sender)]

    def _pages(
        self, since: str | None, request: SyncRequest, sender: Row[*tuple[Any, ...]]
    ) -> Iterator[SyncReply]:
        """Yield what is new; no more when access ends meanwhile, for a full stick takes long."""
        wanted, size_bytes = request.want[:MOST_WANTED], 0
        more = True
        while more and size_bytes < _MOST_REPLY_BYTES:
            with self._database.read() as connection:
                head = self._counter.read(connection)
            asked = Question(
                officer_id=sender.officer_id,
                device_id=sender.id,
                cursor=open_cursor(since, head),
                max_bytes=_PAGE_BYTES,
                wanted=wanted,
                plain=True,
            )
            try:
                answer = self._feed.read(asked)
            except SyncError:
                return
            page = answer.as_reply(self._clock())
            size_bytes += len(codec.encode(page))
            more, since, wanted = answer.more, answer.cursor or since, []
            yield page

    def _next_reply(self, connection: Connection, device_id: str, bundle_id: str) -> int:
        files = schema.courier_files.c
        newest = select(func.max(files.n)).where(
            files.device == device_id, files.direction == Direction.DOWN.value
        )
        n: int = (connection.execute(newest).scalar_one() or 0) + 1
        self._keep(connection, device_id, Direction.DOWN, n, bundle_id)
        return n

    def _keep(
        self, connection: Connection, device_id: str, direction: Direction, n: int, bundle_id: str
    ) -> None:
        connection.execute(
            insert(schema.courier_files).values(
                device=device_id,
                direction=direction.value,
                n=n,
                bundle=bundle_id,
                at=self._clock(),
            )
        )


def register_keys(
    connection: Connection, device_id: str, keys: CourierKeys | None, now: int
) -> None:
    """Remember the keys of a device that signs in; earlier ones stay good for files under way."""
    if keys is None or not are_usable(keys):
        return
    table, signer = schema.courier_keys, key_id(keys.verifier)
    known = select(table.c.signer).where(table.c.signer == signer, table.c.device_id == device_id)
    if connection.execute(known).first() is None:
        connection.execute(
            insert(table).values(
                signer=signer,
                device_id=device_id,
                recipient=keys.recipient,
                verifier=keys.verifier,
                registered_at=now,
            )
        )


def _was_allowed(command: CommandRecord, revoked_at: int | None) -> bool:
    return revoked_at is None or command.at <= revoked_at


_SENDER = (
    select(
        schema.devices.c.id,
        schema.devices.c.name,
        schema.devices.c.officer_id,
        schema.devices.c.idle_at,
        schema.devices.c.revoked_at,
        schema.courier_keys.c.recipient,
        schema.officers.c.disabled,
        schema.officers.c.name.label("officer"),
    )
    .join_from(
        schema.courier_keys,
        schema.devices,
        schema.courier_keys.c.device_id == schema.devices.c.id,
    )
    .join(schema.officers, schema.devices.c.officer_id == schema.officers.c.id)
)
