# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre itself, without a network: what every transport and every test talks to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
from argon2 import PasswordHasher
from sqlalchemy import Connection, select

from sync.cases.access import Actor, Role
from sync.cases.case import StatusMap
from sync.cases.rulebook import Rulebook
from sync.central import schema
from sync.central.accounts import Accounts, Caller, TokenPair
from sync.central.administration import Administration
from sync.central.blob_files import BlobFiles
from sync.central.courier import MOST_WANTED, CourierDesk
from sync.central.courier_parts import CourierParts
from sync.central.cursor import Cursor
from sync.central.database import Database
from sync.central.directory import Directory, Roster
from sync.central.editions import Editions, newest_after
from sync.central.feed import Feed, Question, open_cursor
from sync.central.head import Counter, Head, Randomness, found
from sync.central.holdings import Holdings
from sync.central.ledger import CASE_COLUMNS
from sync.central.memory import Sender
from sync.central.news import Newsroom
from sync.central.segments import Cutting
from sync.central.settlement import Settlement
from sync.central.snapshots import Snapshots
from sync.central.uploads import Limits, Uploads
from sync.central.veil import Veil
from sync.courier.keys import keys_from
from sync.errors import SyncError, SyncErrorKind
from sync.wire import versions
from sync.wire.messages import (
    DEFAULT_LEASE_S,
    CaseRecord,
    CommandRecord,
    EditionRecord,
    Hello,
    OfficerRecord,
    Receipt,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
    Verdict,
)

MOST_COMMANDS = 500
_FEW_CHANGES = 4
"""So many of a device's own changes go back to it with their verdicts; more would hold them up."""
_ADMINS = frozenset({Role.NATIONAL_ADMIN, Role.AGENCY_ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What whoever runs the centre has decided.

    Attributes:
        name: what officers call it.
        lease_s: how long devices may show cases without a contact.
    """

    name: str = "Tanggap"
    lease_s: int = DEFAULT_LEASE_S


class Centre:
    """The central server; implements :class:`sync.wire.service.SyncService`.

    Creates its tables in an empty database. Time and chance are handed in.

    Attributes:
        newsroom: who is to be told of what was committed.
        holdings: which contents belong to which cases.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], int],
        randomness: Randomness,
        status_map: StatusMap,
        hasher: PasswordHasher,
        terms: Terms | None = None,
        counter: Counter | None = None,
        cutting: Cutting | None = None,
    ) -> None:
        found(database, randomness)
        self._database = database
        self._clock = clock
        self._randomness = randomness
        self._terms = terms or Terms()
        self._counter = counter or Counter()
        self._directory = Directory(self._terms.lease_s)
        self._administration = Administration(database)
        self._accounts = Accounts(database, clock=clock, randomness=randomness, hasher=hasher)
        with database.read() as connection:
            self._keys = keys_from(self._counter.read(connection).secret)
        self.newsroom = Newsroom(database, self._accounts, self._counter)
        snapshots = Snapshots(database, cutting or Cutting())
        self._feed = Feed(database, self._directory, self._counter, snapshots)
        self.holdings = Holdings(database, status_map, self._counter, clock)
        self._settlement = Settlement(
            database,
            self._directory,
            status_map,
            counter=self._counter,
            support_id=self.support_id,
            announce=self.holdings.announce,
        )
        self.courier_desk = CourierDesk(
            database,
            self._settlement,
            self._feed,
            self._counter,
            keys=self._keys,
            clock=clock,
            randomness=randomness,
            officer=self._officer,
        )

    def support_id(self) -> str:
        """Return a fresh number by which a failure can be found in the log."""
        return self._randomness(5).hex()

    def hello(self) -> Hello:
        """Say who the centre is."""
        with self._database.read() as connection:
            head = self._counter.read(connection)
        return Hello(
            name=self._terms.name,
            epoch=head.epoch,
            now=self._clock(),
            version=versions.CURRENT,
            oldest_version=versions.OLDEST_ACCEPTED,
            courier=self._keys.public,
        )

    def sign_in(self, request: SignInRequest) -> Session:
        """Sign an officer in on a device; see :meth:`Accounts.sign_in` for what it raises."""
        return self._session(*self._accounts.sign_in(request))

    def refresh(self, request: RefreshRequest) -> Session:
        """Renew an access token; see :meth:`Accounts.refresh` for what it raises."""
        return self._session(*self._accounts.refresh(request))

    def sign_out(self, access_token: str) -> None:
        """End the tokens of the device that shows one.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``.
        """
        with self._database.read() as connection:
            caller = self._accounts.identify(connection, access_token)
        self._accounts.sign_out(caller)

    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        """Settle commands, then read the next page of changes.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``, and ``EPOCH`` for a cursor of another history; in
                each case before any command was looked at.
        """
        now = self._clock()
        with self._database.look() as connection:
            caller = self._accounts.identify(connection, access_token)
            head = self._counter.read(connection)
            cursor = open_cursor(request.cursor, head)
            edition = _edition(connection, request)
        verdicts = self._settle(request.commands, caller, now)
        self._accounts.note_contact(caller, now, idle=not request.commands)
        if request.max_bytes <= 0:
            return SyncReply(now=now, verdicts=verdicts)
        asked = _question(caller, cursor, request, verdicts)
        try:
            answer = self._feed.read(asked, None if request.commands else head)
        except SyncError:
            if not verdicts:
                raise
            # Access ended while this was decided; that it was, is told all the same.
            return SyncReply(now=now, verdicts=verdicts)
        return msgspec.structs.replace(answer.as_reply(now, verdicts), edition=edition)

    def carry(self, access_token: str, file: BinaryIO, reply: BinaryIO) -> Receipt:
        """Take in a courier file of any device, carried here by a signed-in one.

        The receipt is without the reply, which is written into a file.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``: of the carrier.
            CourierRefused: see :meth:`CourierDesk.take_in`.
        """
        with self._database.read() as connection:
            self._accounts.identify(connection, access_token)
        taken = self.courier_desk.take_in(file, reply)
        return Receipt(
            reply=b"",
            name=taken.reply_name,
            missing=list(taken.missing),
            repeated=taken.repeated,
        )

    def segment(self, access_token: str, sha256: str, start: int, size: int) -> bytes | None:
        """Return a part of a piece of the officer's first load; None where there is none for them.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``.
        """
        content = self.whole_segment(access_token, sha256)
        return None if content is None else content[start : start + size]

    def whole_segment(self, access_token: str, sha256: str) -> bytes | None:
        """Return a piece of the officer's first load; None where there is none for them.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``.
        """
        with self._database.read() as connection:
            caller = self._accounts.identify(connection, access_token)
        return self._feed.segment(caller.officer_id, sha256)

    def deliver(self, access_token: str, request: SyncRequest) -> SyncReply:
        """Settle the commands of a program that is too old to be told of changes.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``; ``VERSION`` when it brings no commands.
        """
        if not request.commands:
            raise SyncError(SyncErrorKind.VERSION)
        now = self._clock()
        with self._database.read() as connection:
            caller = self._accounts.identify(connection, access_token)
        verdicts = self._settle(request.commands, caller, now)
        self._accounts.note_contact(caller, now, idle=False)
        return SyncReply(now=now, verdicts=verdicts)

    def verdict(self, access_token: str, command_id: str) -> Verdict | None:
        """Return the stored verdict on one of the officer's own commands, for support.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``.
        """
        with self._database.read() as connection:
            caller = self._accounts.identify(connection, access_token)
            stored = connection.execute(
                select(schema.commands.c.verdict).where(
                    schema.commands.c.id == command_id,
                    schema.commands.c.officer_id == caller.officer_id,
                )
            ).scalar_one_or_none()
        return None if stored is None else msgspec.convert(stored, Verdict)

    def case(self, access_token: str, case_id: int) -> CaseRecord | None:
        """Return the head of a case as the officer may see it; None where they may not.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``.
        """
        with self._database.read() as connection:
            actor = self._actor(connection, self._accounts.identify(connection, access_token))
            row = connection.execute(
                select(*CASE_COLUMNS).where(schema.cases.c.id == case_id)
            ).one_or_none()
        if row is None or not actor.scope.sees(row.unit_id):
            return None
        return Veil(actor).case(CaseRecord(*row))

    def actor(self, access_token: str) -> Actor:
        """Return the officer who shows a token.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``.
        """
        with self._database.read() as connection:
            return self._actor(connection, self._accounts.identify(connection, access_token))

    def uploads(self, files: BlobFiles, limits: Limits) -> Uploads:
        """Return the uploads into a folder, where couriers' contents go from now on too.

        Completes what a crash left.
        """
        self.holdings.announce()
        uploads = Uploads(
            self._database,
            files,
            self.holdings,
            clock=self._clock,
            randomness=self._randomness,
            limits=limits,
        )
        parts = CourierParts(self._database, files, self.holdings, uploads)
        self.courier_desk.parts = parts
        return uploads

    def file_size(self, actor: Actor, sha256: str) -> int | None:
        """Return the size of a content; None where it is none that the officer may fetch."""
        with self._database.read() as connection:
            return self.holdings.size_for(connection, actor, sha256)

    def revoke_device(self, access_token: str, device_id: str) -> bool:
        """Take a device's access away; return whether the officer may and there is such a one.

        Officers may do that to their own devices, admins to those of officers in their units.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``.
        """
        owner_id = self._administration.device_owner(device_id)
        with self._database.read() as connection:
            actor = self._actor(connection, self._accounts.identify(connection, access_token))
            owner = None if owner_id is None else self._roster(connection).officers[owner_id]
        if owner is None:
            return False
        in_charge = actor.role in _ADMINS and (
            actor.scope.everything or owner.unit_id in actor.scope.handles
        )
        if owner.id != actor.id and not in_charge:
            return False
        return self._administration.revoke_device(device_id, self._clock())

    def _settle(self, commands: list[CommandRecord], caller: Caller, now: int) -> list[Verdict]:
        sender = Sender(
            officer_id=caller.officer_id, device_id=caller.device_id, idle_at=caller.idle_at
        )
        taken, surplus = commands[:MOST_COMMANDS], commands[MOST_COMMANDS:]
        return self._settlement.settle(taken, sender, now) + [
            Verdict(id=record.id, verdict="retry", code="retry.too-many") for record in surplus
        ]

    def _session(self, officer: OfficerRecord, tokens: TokenPair) -> Session:
        with self._database.read() as connection:
            head = self._counter.read(connection)
        return Session(
            access_token=tokens.access,
            refresh_token=tokens.refresh,
            expires_at=tokens.expires_at,
            officer=officer,
            epoch=head.epoch,
            now=self._clock(),
            courier=self._keys.public,
        )

    def _roster(self, connection: Connection) -> Roster:
        head: Head = self._counter.read(connection)
        return self._directory.at(connection, head.reference_rev, head.moves)

    def editions(self, base: Rulebook) -> Editions:
        """Return what the centre publishes beside the rulebook of the program."""
        return Editions(self._database, self._keys, base, self._clock)

    def _officer(self, officer_id: int) -> Actor | None:
        with self._database.read() as connection:
            return self._roster(connection).actor(officer_id)

    def _actor(self, connection: Connection, caller: Caller) -> Actor:
        actor = self._roster(connection).actor(caller.officer_id)
        if actor is None:
            raise SyncError(SyncErrorKind.AUTH)
        return actor


def _question(
    caller: Caller, cursor: Cursor | None, request: SyncRequest, verdicts: Sequence[Verdict]
) -> Question:
    return Question(
        officer_id=caller.officer_id,
        device_id=caller.device_id,
        cursor=cursor,
        max_bytes=request.max_bytes,
        wanted=request.want[:MOST_WANTED],
        plain=request.plain,
        digest=request.digest,
        before=None if request.brief else _first_of_many(verdicts),
        said={record.id: record for record in request.commands} if request.brief else None,
    )


def _first_of_many(verdicts: Sequence[Verdict]) -> int | None:
    """Return the first change that commands have just made; None for a few, which fit anywhere."""
    made = [
        verdict.seq
        for verdict in verdicts
        if verdict.verdict == "accepted" and not (verdict.noop or verdict.duplicate)
    ]
    return min(made) if len(made) > _FEW_CHANGES else None


def _edition(connection: Connection, request: SyncRequest) -> EditionRecord | None:
    """Return the newest edition of the rules, where a device asked and has an older one."""
    return None if request.edition is None else newest_after(connection, request.edition)
