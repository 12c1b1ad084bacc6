# SPDX-License-Identifier: AGPL-3.0-or-later
"""The exchange by files, as an officer uses it: export, take in what comes back, carry for others.

A file that goes out marks its acts as handed to a courier, which is a true state of its own: their
answer is unknown, and they may still go by the network. Nothing here decides anything; replies go
into the same journal as those of the network (docs/courier.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Final

import msgspec

from sync.cases.changes import EVERYTHING, ChangeSet
from sync.cases.ids import CaseId
from sync.courier.bundle import Bundle, Direction, Manifest, read_bundle, write_bundle
from sync.courier.envelope import Header, header_of, is_for
from sync.courier.keys import fingerprint, key_id
from sync.courier.names import file_name
from sync.errors import CourierRefused
from sync.services.courier_files import MOST_BYTES, REPLY_BYTES, Brought, CourierFiles, Load
from sync.services.relaying import Carried, Relay, Waiting
from sync.services.tokens import KeptTokens
from sync.store.courier import Consignment
from sync.store.editions import Shelved
from sync.store.failures import stick_faults
from sync.store.local import LocalStore
from sync.store.plain_files import SEALED_FILE, reading, stick_room, writing
from sync.wire import codec
from sync.wire.messages import CourierKeys, SyncReply, SyncRequest

_MARGIN_BYTES: Final = 64 * 1024
"""For the clear line, the wishes and what the file system wants for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freight:
    """How much of files' contents may travel, as the officer chose.

    Attributes:
        out_bytes: of own files, in the file that goes out.
        back_bytes: of others', in the reply.
    """

    out_bytes: int = MOST_BYTES
    back_bytes: int = REPLY_BYTES


_ALL: Final = Freight()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What an export would hold, for the officer to choose.

    Attributes:
        acts: without the centre's last word.
        files: own files that the centre lacks, and ``bytes`` of them.
        free_bytes: what the stick still takes.
    """

    acts: int
    files: int
    bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file that was written.

    Attributes:
        n: its number.
        acts: how many were put into it; ``files`` as many own files.
        files_left: own files that stayed here: the officer let fewer go along.
    """

    path: Path
    n: int
    acts: int
    changes: ChangeSet
    files: int = 0
    files_left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a reply brought.

    Attributes:
        n: its number; ``answers`` is that of the file it replies to.
        settled: acts on which the centre's word was not known here before.
        cases: complaints that were told of.
        is_old: its changes were here already; only receipts counted.
        missing: numbers of earlier replies that never came. This one holds what they held.
        brought: what became of files' contents.
        edition: what became of the rules and templates in it; None where it has none.
    """

    n: int
    answers: int
    settled: int
    cases: int
    is_old: bool
    missing: Sequence[int]
    changes: ChangeSet
    brought: Brought = field(default_factory=Brought)
    edition: Shelved | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierStatus:
    """Where the exchange by files stands.

    Attributes:
        sent: number of the last file that went out, 0 for none; ``received`` of the last reply.
        waiting: acts in files whose answer is not here.
        centre: fingerprint of the centre's keys; empty where it has none.
        centre_offered: fingerprint of other keys that the centre tells now, if it does.
    """

    sent: int
    sent_at: int | None
    received: int
    received_at: int | None
    waiting: int
    centre: str
    centre_offered: str


class Courier:
    """The courier's counter at one desk.

    Attributes:
        relay: the way to the centre for files of others.
    """

    def __init__(
        self,
        store: LocalStore,
        tokens: KeptTokens,
        relay: Relay,
        clock: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self.relay = relay
        self._installation = tokens.installation
        self._files = CourierFiles(store, clock)
        self._clock = clock
        self._new_id = new_id
        self._turn = Lock()
        """One file at a time: two that are written would have one unfinished name, and two that are
        taken in would take each other's place in the feed."""

    def status(self) -> CourierStatus:
        """Return where the exchange by files stands."""
        memory = self._store.courier
        log = memory.log(self._installation.device_id)
        centre, offered = memory.centre(), memory.offered()
        return CourierStatus(
            sent=log.sent,
            sent_at=log.sent_at,
            received=log.newest,
            received_at=log.received_at,
            waiting=self._store.outbox.with_courier(),
            centre="" if centre is None else fingerprint(centre),
            centre_offered="" if offered is None else fingerprint(offered),
        )

    def trust_centre(self, compared: str) -> None:
        """Take the other keys that the centre tells for its own from now on.

        Args:
            compared: their fingerprint, which the officer has compared with the centre's own.

        Raises:
            CourierRefused: (``courier.centre-changed``) the centre tells others by now.
        """
        offered = self._store.courier.offered()
        if offered is None:
            return
        if fingerprint(offered) != compared or not self._store.courier.trust(offered):
            raise CourierRefused("courier.centre-changed", fingerprint=fingerprint(offered))

    def outlook(self, folder: Path) -> Outlook:
        """Return what an export into a folder would hold.

        Raises:
            CourierRefused: ``courier.stick-gone``.
        """
        load = self._files.load(MOST_BYTES)
        with self._turn:
            free_bytes = stick_room(folder, self._unfinished)
        return Outlook(
            acts=self._store.outbox.tally().undelivered,
            files=len(load.enclosed),
            bytes=load.bytes,
            free_bytes=free_bytes,
        )

    def export(self, folder: Path, freight: Freight = _ALL) -> Exported:
        """Write everything that has no answer yet into a file for the centre.

        Raises:
            CourierRefused: ``courier.no-keys``, ``courier.centre-changed``; ``courier.no-room``
                (data: ``need``, ``free`` in bytes) before anything is written; and
                ``courier.stick-full``, ``courier.stick-locked``, ``courier.stick-gone``: nothing
                is marked.
        """
        with self._turn:
            return self._export(folder, freight)

    def _export(self, folder: Path, freight: Freight) -> Exported:
        recipient = self._centre().recipient
        device, now = self._installation.device_id, self._clock()
        load = self._files.load(freight.out_bytes)
        before = self._store.courier.log(device)
        consigned = self._store.courier.consign(device, now)
        try:
            path = self._write(folder, consigned, load, recipient, freight)
        except BaseException:
            self._store.courier.take_back(device, consigned, before)
            raise
        cases = frozenset(CaseId(command.case_id) for command in consigned.commands)
        return Exported(
            path=path,
            n=consigned.n,
            acts=consigned.acts,
            files=len(load.enclosed),
            files_left=load.left,
            changes=ChangeSet(cases=cases, outbox=bool(cases)),
        )

    def take(self, path: Path) -> Imported | Carried | Waiting:
        """Do with a file what it is for: take a reply in, or carry a colleague's to the centre.

        Raises:
            CourierRefused: it is neither, or not whole; ``docs/courier.md`` lists the codes.
            SyncError: the centre does not speak with this computer; while the line is down, a
                colleague's file waits here.
            StoreUnavailable: this computer cannot keep what came; what it has kept, stays.
        """
        with reading(path, stick_faults) as file:
            header = header_of(file)
            if is_for(header, self._installation.keys):
                with self._turn:
                    return self._import(file)
            if self._is_for_centre(header):
                return self.relay.carry(path, file)
        raise CourierRefused("courier.wrong-recipient")

    def _write(
        self,
        folder: Path,
        consigned: Consignment,
        load: Load,
        recipient: str,
        freight: Freight,
    ) -> Path:
        manifest = Manifest(
            direction=Direction.UP,
            device=self._installation.device_id,
            n=consigned.n,
            made_at=self._clock(),
            epoch=consigned.epoch,
        )
        request = SyncRequest(
            cursor=consigned.cursor,
            commands=consigned.commands,
            want=consigned.wanted,
            edition=self._store.editions.serial(),
        )
        need = len(codec.encode(request)) + load.bytes + _MARGIN_BYTES
        if need > (free := stick_room(folder, self._unfinished)):
            raise CourierRefused("courier.no-room", need=need, free=free)
        bundle_id = self._new_id()
        path = folder / file_name(Direction.UP, consigned.n, bundle_id)
        with writing(path, stick_faults, under=self._unfinished, mode=SEALED_FILE) as file:
            write_bundle(
                manifest,
                [request, self._files.wishes(freight.back_bytes)],
                bundle_id=bundle_id,
                recipients=[recipient],
                keys=self._installation.keys,
                enclosed=load.enclosed,
                file=file,
            )
        return path

    @property
    def _unfinished(self) -> str:
        """Return what this computer's files are called until they are whole."""
        return f".tanggap-{key_id(self._installation.keys.public.recipient)[:8]}.new"

    def _import(self, file: BinaryIO) -> Imported:
        centre = self._centre()
        bundle = read_bundle(
            file,
            self._installation.keys,
            lambda signer: centre.verifier if signer == key_id(centre.verifier) else None,
        )
        manifest = bundle.manifest
        if manifest.direction is not Direction.DOWN:
            raise CourierRefused("courier.own-copy")
        if manifest.device != self._installation.device_id:
            raise CourierRefused("courier.other-device")
        changes = self._enter_history(manifest)
        imported = self._follow(bundle, changes)
        brought = self._files.take(bundle, file, self._installation.keys)
        return replace(imported, brought=brought, changes=imported.changes | brought.changes)

    def _enter_history(self, manifest: Manifest) -> ChangeSet:
        """Follow the centre into another history, if this reply is the first word of it."""
        if manifest.epoch == self._store.journal.epoch():
            return ChangeSet()
        if manifest.of_epoch != self._store.courier.epoch() or manifest.since is not None:
            raise CourierRefused("courier.other-history")
        return self._store.journal.forget_cache(manifest.epoch)

    def _follow(self, bundle: Bundle, changes: ChangeSet) -> Imported:
        manifest, device = bundle.manifest, self._installation.device_id
        memory, journal = self._store.courier, self._store.journal
        newest = memory.log(device).newest
        undecided = self._store.outbox.tally().undelivered
        replies = bundle.all(SyncReply)
        verdicts = [verdict for reply in replies for verdict in reply.verdicts]
        told = [reply.edition for reply in replies if reply.edition is not None]
        shelved = [self._store.editions.take(edition) for edition in told]
        if verdicts:
            changes |= journal.absorb(SyncReply(now=replies[0].now, verdicts=verdicts), None)
        settled = undecided - self._store.outbox.tally().undelivered
        pages = [msgspec.structs.replace(reply, verdicts=[]) for reply in replies]
        follow = memory.to_follow(device, manifest.n, manifest.since, pages)
        here, followed = journal.cursor(), list[SyncReply]()
        for page in follow:
            if journal.cursor() != here:  # the network was faster; from here on this is old
                break
            changes |= journal.absorb(page, None)
            here = page.cursor or here
            memory.followed(device, manifest.n, manifest.since)
            followed.append(page)
        changes |= self._renew_lease(replies)
        memory.taken(device, manifest.n, self._clock())
        return Imported(
            n=manifest.n,
            answers=manifest.answers,
            settled=settled,
            cases=len({record.id for page in followed for record in page.cases}),
            is_old=not followed,
            missing=range(newest + 1, manifest.n),
            changes=changes,
            edition=shelved[-1] if shelved else None,
        )

    def _renew_lease(self, replies: Sequence[SyncReply]) -> ChangeSet:
        """Count the lease from when the centre wrote; receipts alone are for revoked devices."""
        lease = self._store.lease
        if len(replies) > 1:
            scopes = [reply.scope for reply in replies if reply.scope is not None]
            lease.renew_from(replies[-1].now, scopes[-1].lease_s if scopes else None)
        return EVERYTHING if lease.enforce(self._clock()) else ChangeSet()

    def _is_for_centre(self, header: Header) -> bool:
        centre = self._store.courier.centre()
        return centre is not None and key_id(centre.recipient) in header.recipients

    def _centre(self) -> CourierKeys:
        """Return the keys of the centre, if there is no doubt about them."""
        memory = self._store.courier
        centre, offered = memory.centre(), memory.offered()
        if centre is None:
            raise CourierRefused("courier.no-keys")
        if offered is not None:
            raise CourierRefused(
                "courier.centre-changed",
                fingerprint=fingerprint(offered),
                known=fingerprint(centre),
            )
        return centre
