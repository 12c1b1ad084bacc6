# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is signed in, and opening the local files. A wrong password never touches work."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import SystemRandom

from sync.cases.ids import DeviceId
from sync.courier.keys import keys_from
from sync.engine.exchange import Exchange, greet
from sync.engine.line import LineMeter
from sync.engine.listening import Listening
from sync.engine.loop import SyncLoop
from sync.engine.pace import Pace
from sync.engine.timekeeping import Reading, Timekeeper
from sync.errors import SignInFailed, StoreUnavailable
from sync.services.carrying import NewCarrying, carrying_over_http
from sync.services.courier import Courier
from sync.services.desk import Desk, Lines
from sync.services.installation import Installation
from sync.services.line_use import LineUse, Metered
from sync.services.listening import Listener
from sync.services.profiles import (
    Profile,
    data_dir,
    find_profile,
    new_profile,
    profiles,
    set_aside,
    write_profile,
)
from sync.services.relaying import Relay
from sync.services.sealing import SealedCopy, copy_path
from sync.services.syncing import Synchronizer
from sync.services.tokens import KeptTokens
from sync.store.local import LocalStore
from sync.store.secrets import SecretStore
from sync.store.vault import Vault, new_key
from sync.transports.address import server_address
from sync.wire.messages import CourierKeys, Session, SignInRequest
from sync.wire.rulebook import load_rulebook
from sync.wire.service import Announcer, Connection, SyncService

__all__ = ["Profile", "SignIn", "data_dir", "profiles"]


_WORK_LOST = frozenset({"store.corrupt", "store.wrong-key"})
"""How a work file that has become unusable shows."""

_SHUT = frozenset({"store.no-key", "store.wrong-key", "store.work-gone"})
"""Files that nothing on this computer opens; whoever signs in at the centre begins beside them."""


_ANOTHER_OFFICER = frozenset({"sign-in.device-taken", "sign-in.other-officer"})
"""An account's name that was given to somebody else, as the centre and as this computer find it."""


class SignIn:
    """The door: online for the first time, offline afterwards.

    Args:
        connect: makes a service of a centre's address; raises ``SignInFailed`` for an unsafe one.
        secrets: the keyring of this computer, None where there is none.
        clock: this computer's own, UTC milliseconds.
        new_id: makes UUIDs.
        new_loop: makes what says when to exchange; it has its own clock and chance.
        clocks: all that is known about time on this computer; by default only ``clock``.
        new_carrying: makes what moves files over a line; it has its own chance.
    """

    def __init__(
        self,
        data_dir: Path,
        connect: Callable[[str], SyncService],
        secrets: SecretStore | None,
        clock: Callable[[], int],
        new_id: Callable[[], str],
        new_loop: Callable[[], SyncLoop] = lambda: SyncLoop(time.monotonic, SystemRandom().random),
        clocks: Callable[[], Reading] | None = None,
        new_carrying: NewCarrying = carrying_over_http,
    ) -> None:
        self._data_dir = data_dir
        self._connect = connect
        self._secrets = secrets
        self._clock = clock
        self._new_id = new_id
        self._new_loop = new_loop
        self._clocks = clocks or (lambda: Reading(wall=clock()))
        self._new_carrying = new_carrying

    @property
    def keyring_available(self) -> bool:
        """Whether this computer can keep the key of the local files by itself."""
        return self._secrets is not None

    def needs_passphrase(self, profile: Profile) -> bool:
        """Return whether opening this profile takes a passphrase."""
        return self._vault(profile).needs_passphrase

    def sign_in(
        self, server: str, username: str, password: str, passphrase: str | None = None
    ) -> Desk:
        """Sign in at the centre and open the officer's files, making them the first time.

        Raises:
            SignInFailed: ``sign-in.wrong``, ``sign-in.throttled``, ``sign-in.server-address``,
                ``sign-in.plain-http``; ``sign-in.passphrase-needed`` where there is no keyring,
                ``sign-in.passphrase-wrong`` for files that exist already.
            SyncError: the centre was not reached or not understood.
            StoreUnavailable: the files cannot be opened or made.
        """
        server = server_address(server, plain_http_allowed=True)  # the connection is stricter
        known = find_profile(self._data_dir, server, username)
        if known is None:
            return self._move_in(server, username, password, passphrase)
        try:
            desk = self.open(known, passphrase)
        except StoreUnavailable as error:
            if error.code not in _SHUT:
                raise
            return self._begin_beside(known, password, passphrase)
        try:
            self.renew(desk, password)
        except BaseException as error:
            desk.close()
            if isinstance(error, SignInFailed) and error.code in _ANOTHER_OFFICER:
                return self._begin_beside(known, password, passphrase)
            raise
        return desk

    def open(self, profile: Profile, passphrase: str | None = None) -> Desk:
        """Open an officer's files without the network.

        Raises:
            SignInFailed: ``sign-in.passphrase-needed``, ``sign-in.passphrase-wrong``.
            StoreUnavailable: ``store.no-key`` (the keyring has lost it), ``store.wrong-key`` ...
        """
        key = self._vault(profile).open(passphrase)
        copy = SealedCopy(profile.folder, keys_from(key))
        if not LocalStore.has_work(profile.folder):
            raise _lost(copy)
        try:
            return _in_use(self._desk(profile, key, self._connect(profile.server)))
        except StoreUnavailable as error:
            if error.code not in _WORK_LOST or error.data.get("file") != "work.db":
                raise
            if error.code == "store.wrong-key" and copy.look() is None:
                raise
            raise _lost(copy) from error

    def sealed_copy(self, profile: Profile, passphrase: str | None = None) -> SealedCopy:
        """Return the sealed copy of a profile, whose files need not open.

        Raises:
            SignInFailed, StoreUnavailable: the key cannot be had; see :meth:`Vault.open`.
        """
        return SealedCopy(profile.folder, keys_from(self._vault(profile).open(passphrase)))

    def rescue(self, profile: Profile, passphrase: str | None = None) -> Desk:
        """Open an officer's files with the sealed copy in the place of a work file that is lost.

        A broken work file is kept aside. Where the work file opens, it is as :meth:`open`.

        Raises:
            as :meth:`open`; ``store.no-copy`` where there is no sealed copy that opens.
        """
        try:
            return self.open(profile, passphrase)
        except StoreUnavailable as error:
            if error.code not in {*_WORK_LOST, "store.work-lost", "store.work-gone"}:
                raise
            cause = error
        key = self._vault(profile).open(passphrase)
        if SealedCopy(profile.folder, keys_from(key)).look() is None:
            raise StoreUnavailable("store.no-copy") from cause
        aside = LocalStore.set_work_aside(profile.folder)
        return _in_use(
            self._desk(profile, key, self._connect(profile.server), rescuing=True, aside=aside)
        )

    def renew(self, desk: Desk, password: str) -> None:
        """Sign in again for an open desk; the queue stays as it is.

        Raises:
            SignInFailed: wrong password, or ``sign-in.other-officer``: the account was given to
                somebody else; the desk stays open and usable.
            SyncError: the centre was not reached.
        """
        service = self._connect(desk.profile.server)  # a line of its own: sync may be using theirs
        try:
            greet(service)
            session = service.sign_in(
                self._request(
                    desk.profile.username,
                    password,
                    desk.tokens.device_id,
                    desk.tokens.installation.keys.public,
                )
            )
        finally:
            _hang_up(service)
        self._admit(desk, session)

    def _move_in(self, server: str, username: str, password: str, passphrase: str | None) -> Desk:
        """Make an officer's files; nothing is made unless the centre knows the officer."""
        if self._secrets is None and not passphrase:
            raise SignInFailed("sign-in.passphrase-needed")
        service = self._connect(server)
        try:
            greet(service)
            device = DeviceId(self._new_id())
            key = new_key()
            session = service.sign_in(
                self._request(username, password, device, keys_from(key).public)
            )
            profile = new_profile(self._data_dir, self._new_id(), server, username)
            self._vault(profile).create(passphrase, key)
            desk = self._desk(profile, key, service, device)
        except BaseException:
            _hang_up(service)
            raise
        self._admit(desk, session)
        return desk

    def _begin_beside(self, shut: Profile, password: str, passphrase: str | None) -> Desk:
        """Make new files beside those that nothing opens; these stay as they are.

        What is not sent in them goes to the centre from their sealed copy, which it can open.
        """
        desk = self._move_in(shut.server, shut.username, password, passphrase)
        with suppress(StoreUnavailable):  # where it stays listed, the newer one comes first
            sealed = copy_path(shut.folder)
            if sealed.exists():
                desk.courier.relay.leave(sealed)
                desk.courier.relay.carry_waiting()
            set_aside(shut)
        return desk

    def _desk(
        self,
        profile: Profile,
        key: bytes,
        service: SyncService,
        device: DeviceId | None = None,
        *,
        rescuing: bool = False,
        aside: Path | None = None,
    ) -> Desk:
        store = LocalStore.open(profile.folder, key, load_rulebook())
        keys = keys_from(key)
        try:
            found = SealedCopy(profile.folder, keys).put_back(
                store, also_drafts=rescuing or store.opening.work_restored
            )
            if broken := aside or store.opening.aside:  # what it took when nothing could be sealed
                more = store.unsent.take_over(broken, key)
                found = replace(
                    found, acts=found.acts + more.acts, drafts=found.drafts + more.drafts
                )
            timekeeper = Timekeeper(self._clocks, store.identity.time(), store.identity.keep_time)
            store.lease.enforce(timekeeper.now())
            store.opening = replace(store.opening, put_back=found.acts + found.drafts)
            installation = Installation(store.identity, store.courier, keys, self._new_id, device)
            return self._furnish(profile, store, service, installation, timekeeper)
        except BaseException:
            store.close()
            raise

    def _furnish(
        self,
        profile: Profile,
        store: LocalStore,
        service: SyncService,
        installation: Installation,
        timekeeper: Timekeeper,
    ) -> Desk:
        clock = timekeeper.now
        secrets = self._vault(profile).secrets(store.secrets)
        tokens = KeptTokens(secrets, service, installation, clock)
        connection = service if isinstance(service, Connection) else None
        meter = service.meter if isinstance(service, Metered) else LineMeter()
        listening = Listening(time.monotonic, SystemRandom().random)
        line = LineUse(store.line_notes, meter, listening, timekeeper)
        beside = self._connect(profile.server)  # a line of its own: a stream keeps it busy
        announcer = beside if isinstance(beside, Announcer) else None
        return Desk(
            profile=profile,
            store=store,
            tokens=tokens,
            lines=Lines(
                use=line,
                synchronizer=Synchronizer(
                    store,
                    Exchange(store.journal, service, tokens, clock, Pace(line.estimate)),
                    self._new_loop(),
                    timekeeper,
                    connection,
                    line,
                    self._new_carrying(store, service, tokens, line, clock),
                ),
                listener=Listener(announcer, tokens, listening, lambda: line.may_listen),
            ),
            courier=Courier(
                store,
                tokens,
                Relay(
                    profile.folder / "relay", tokens, lambda: self._connect(profile.server), clock
                ),
                clock,
                self._new_id,
            ),
            time=timekeeper,
            new_id=self._new_id,
        )

    def _admit(self, desk: Desk, session: Session) -> None:
        """Take a session for an open desk.

        Raises:
            SignInFailed: ``sign-in.other-officer``: these files, and what waits in them, are
                somebody else's.
        """
        known = desk.store.identity.officer()
        if known is not None and known.id != session.officer.id:
            raise SignInFailed("sign-in.other-officer")
        desk.store.identity.remember(session.officer)
        desk.tokens.keep(session)
        if desk.store.journal.epoch() is None:
            desk.store.journal.forget_cache(session.epoch)
        desk.profile = replace(desk.profile, display_name=session.officer.name, in_use=True)
        write_profile(desk.profile)

    def _request(
        self,
        username: str,
        password: str,
        device: DeviceId,
        courier: CourierKeys,
    ) -> SignInRequest:
        return SignInRequest(
            username=username.strip(),
            password=password,
            device_id=device,
            device_name=platform.node(),
            courier=courier,
        )

    def _vault(self, profile: Profile) -> Vault:
        return Vault(profile.folder, self._secrets)


def _lost(copy: SealedCopy) -> StoreUnavailable:
    """Return how a work file is lost: with a sealed copy to be put back, or without."""
    copied = copy.look()
    if copied is None:
        return StoreUnavailable("store.work-gone", file="work.db")
    return StoreUnavailable("store.work-lost", file="work.db", copied=copied)


def _in_use(desk: Desk) -> Desk:
    """Note that what waits here is not known from now on until the desk is closed."""
    desk.profile = replace(desk.profile, in_use=True)
    with suppress(StoreUnavailable):  # a full disk keeps nobody from their own work
        write_profile(desk.profile)
    return desk


def _hang_up(service: SyncService) -> None:
    if isinstance(service, Connection):
        service.close()
