# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is asking: passwords, devices and their tokens.

Tokens are random and kept only as hashes. A refresh token stays good until the pair that it was
exchanged for is first used, for that answer may have been lost. What an officer may see is asked
anew at every request and never read from a token.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from sync.cases.ids import DeviceId
from sync.central import schema
from sync.central.courier import register_keys
from sync.central.database import Database, take_turns
from sync.central.head import Randomness
from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.wire.messages import OfficerRecord, RefreshRequest, SignInRequest

_MINUTE_MS = 60_000
ACCESS_MS = 60 * _MINUTE_MS
REFRESH_MS = 60 * 24 * 60 * _MINUTE_MS
THROTTLE_MS = 5 * _MINUTE_MS
THROTTLE_ATTEMPTS = 5
_SEEN_EVERY_MS = _MINUTE_MS
_LONGEST_PASSWORD = 1_024
_TOGETHER = 500
"""Tokens in one query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An authenticated device and its officer.

    Attributes:
        issued_at: when the pair of tokens was issued that this one belongs to.
    """

    officer_id: int
    device_id: DeviceId
    idle_at: int
    last_seen: int
    issued_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    """What a device shows from now on."""

    access: str
    refresh: str
    expires_at: int


class Accounts:
    """Sign-in, tokens and devices."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], int],
        randomness: Randomness,
        hasher: PasswordHasher,
    ) -> None:
        self._database = database
        self._clock = clock
        self._randomness = randomness
        self._hasher = hasher
        self._nobody = hasher.hash(randomness(16).hex())

    def sign_in(self, request: SignInRequest) -> tuple[OfficerRecord, TokenPair]:
        """Check name and password and register the device.

        Raises:
            SignInFailed: ``sign-in.wrong``, ``sign-in.throttled`` (data: retry_after_s), or
                ``sign-in.device-taken`` when the device belongs to another officer.
            SyncError: (``REVOKED``) this device may not take part any more.
        """
        now = self._clock()
        username = canonical(request.username)
        # The attempt counts before it is checked, so that many at once cannot slip through.
        self._database.transact(lambda connection: _count_attempt(connection, username, now))
        with self._database.read() as connection:
            row = connection.execute(
                select(schema.officers).where(schema.officers.c.username == username)
            ).one_or_none()
        # An unknown name costs the same time as a wrong password.
        stored = self._nobody if row is None else row.password_hash
        if not self._matches(stored, request.password) or row is None or row.disabled:
            raise SignInFailed("sign-in.wrong")
        self._database.transact(lambda connection: _forgive(connection, username))
        officer = _officer(row, row.id)
        return officer, self._database.transact(
            lambda connection: self._admit(connection, officer, request, now, stored)
        )

    def refresh(self, request: RefreshRequest) -> tuple[OfficerRecord, TokenPair]:
        """Exchange a refresh token for a new pair.

        Raises:
            SyncError: ``AUTH`` when the token is not good, ``REVOKED``.
        """
        now = self._clock()
        return self._database.transact(lambda connection: self._renew(connection, request, now))

    def identify(self, connection: Connection, access_token: str) -> Caller:
        """Return who shows an access token.

        Raises:
            SyncError: ``AUTH`` when it is not good, ``REVOKED``.
        """
        shown = {"hash": _digest(access_token)}
        return self._caller(connection.execute(_ACCESS_OF_ONE, shown).one_or_none())

    def identify_all(
        self, connection: Connection, access_tokens: Collection[str]
    ) -> dict[str, Caller]:
        """Return who shows these access tokens, without those who may not any more."""
        tokens = {_digest(token): token for token in access_tokens}
        hashes, found = list(tokens), {}
        for start in range(0, len(hashes), _TOGETHER):
            some = {"hashes": hashes[start : start + _TOGETHER]}
            for row in connection.execute(_ACCESS_OF_SOME, some):
                with suppress(SyncError):
                    found[tokens[row.hash]] = self._caller(row)
        return found

    def _caller(self, row: Row[*tuple[Any, ...]] | None) -> Caller:
        if row is not None and row.revoked_at is not None:
            raise SyncError(SyncErrorKind.REVOKED)
        if row is None or row.disabled or row.expires_at <= self._clock():
            raise SyncError(SyncErrorKind.AUTH)
        return Caller(
            officer_id=row.officer_id,
            device_id=DeviceId(row.device_id),
            idle_at=row.idle_at,
            last_seen=row.last_seen,
            issued_at=row.expires_at - ACCESS_MS,
        )

    def note_contact(self, caller: Caller, now: int, *, idle: bool) -> None:
        """Remember that a device was here; ``idle`` when it had nothing to deliver.

        Once a minute is enough, so that devices that only ask do not make the centre write.
        """
        stale = now - caller.last_seen >= _SEEN_EVERY_MS
        idle_is_stale = idle and now - caller.idle_at >= _SEEN_EVERY_MS
        if not (stale or idle_is_stale):
            return
        values = {"last_seen": now, "idle_at": now} if idle else {"last_seen": now}

        def note(connection: Connection) -> None:
            connection.execute(
                update(schema.devices).where(schema.devices.c.id == caller.device_id).values(values)
            )
            _retire_refresh_tokens(connection, caller.device_id, caller.issued_at)

        self._database.transact(note)

    def sign_out(self, caller: Caller) -> None:
        """End all tokens of a device."""

        def end(connection: Connection) -> None:
            take_turns(connection, sign_ins_of(caller.officer_id))
            connection.execute(
                delete(schema.tokens).where(schema.tokens.c.device_id == caller.device_id)
            )

        self._database.transact(end)

    def _admit(
        self,
        connection: Connection,
        officer: OfficerRecord,
        request: SignInRequest,
        now: int,
        checked: str,
    ) -> TokenPair:
        take_turns(connection, sign_ins_of(officer.id))
        officers = schema.officers.c
        password = connection.execute(
            select(officers.password_hash).where(officers.id == officer.id, ~officers.disabled)
        ).scalar_one_or_none()
        if password != checked:  # changed, or the account closed, while it was checked
            raise SignInFailed("sign-in.wrong")
        device = connection.execute(
            select(schema.devices).where(schema.devices.c.id == request.device_id)
        ).one_or_none()
        if device is None:
            connection.execute(
                insert(schema.devices).values(
                    id=request.device_id,
                    officer_id=officer.id,
                    name=request.device_name,
                    registered_at=now,
                    last_seen=now,
                    idle_at=now,
                )
            )
        elif device.officer_id != officer.id:
            raise SignInFailed("sign-in.device-taken")
        elif device.revoked_at is not None:
            raise SyncError(SyncErrorKind.REVOKED)
        register_keys(connection, request.device_id, request.courier, now)
        return self._issue(connection, request.device_id, now)

    def _renew(
        self, connection: Connection, request: RefreshRequest, now: int
    ) -> tuple[OfficerRecord, TokenPair]:
        devices = schema.devices.c
        owner = select(devices.officer_id).where(devices.id == request.device_id)
        take_turns(connection, sign_ins_of(connection.execute(owner).scalar_one_or_none()))
        tokens = schema.tokens.c
        used = tokens.hash == _digest(request.refresh_token)
        row = connection.execute(
            _TOKEN.where(used, tokens.kind == "refresh", tokens.device_id == request.device_id)
        ).one_or_none()
        if row is not None and row.revoked_at is not None:
            raise SyncError(SyncErrorKind.REVOKED)
        if row is None or row.disabled or row.expires_at <= now:
            raise SyncError(SyncErrorKind.AUTH)
        _retire_refresh_tokens(connection, request.device_id, row.expires_at - REFRESH_MS)
        officer, device_id = _officer(row, row.officer_id), request.device_id
        if request.new_device_id is not None:
            device_id = request.new_device_id
            _fork(connection, request.device_id, device_id, now)
        register_keys(connection, device_id, request.courier, now)
        return officer, self._issue(connection, device_id, now)

    def _issue(self, connection: Connection, device_id: str, now: int) -> TokenPair:
        connection.execute(
            delete(schema.tokens).where(
                schema.tokens.c.device_id == device_id, schema.tokens.c.expires_at <= now
            )
        )
        pair = TokenPair(access=self._token(), refresh=self._token(), expires_at=now + ACCESS_MS)
        connection.execute(
            insert(schema.tokens),
            [
                {
                    "hash": _digest(token),
                    "kind": kind,
                    "device_id": device_id,
                    "expires_at": now + life,
                }
                for token, kind, life in (
                    (pair.access, "access", ACCESS_MS),
                    (pair.refresh, "refresh", REFRESH_MS),
                )
            ],
        )
        return pair

    def _token(self) -> str:
        return base64.urlsafe_b64encode(self._randomness(32)).decode().rstrip("=")

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password[:_LONGEST_PASSWORD])
        except (VerifyMismatchError, InvalidHashError):
            return False


def sign_ins_of(officer_id: int | None) -> str:
    """Return what those take turns about who begin and end the sign-ins of an officer.

    Else a pair of tokens would be handed out beside the end of all of them.
    """
    return f"sign-ins of {officer_id}"


def canonical(username: str) -> str:
    """Return a user name as it is stored: names differ in more than case and outer blanks."""
    return username.strip().casefold()


_TOKEN = (
    select(
        schema.tokens.c.expires_at,
        schema.tokens.c.device_id,
        schema.devices.c.officer_id,
        schema.devices.c.revoked_at,
        schema.devices.c.idle_at,
        schema.devices.c.last_seen,
        schema.officers.c.username,
        schema.officers.c.name,
        schema.officers.c.role,
        schema.officers.c.unit_id,
        schema.officers.c.disabled,
    )
    .join_from(schema.tokens, schema.devices, schema.tokens.c.device_id == schema.devices.c.id)
    .join(schema.officers, schema.devices.c.officer_id == schema.officers.c.id)
)
_ACCESS = _TOKEN.with_only_columns(
    schema.tokens.c.hash,
    schema.tokens.c.expires_at,
    schema.tokens.c.device_id,
    schema.devices.c.officer_id,
    schema.devices.c.revoked_at,
    schema.devices.c.idle_at,
    schema.devices.c.last_seen,
    schema.officers.c.disabled,
    maintain_column_froms=True,
).where(schema.tokens.c.kind == "access")
_ACCESS_OF_ONE = _ACCESS.where(schema.tokens.c.hash == bindparam("hash"))
_ACCESS_OF_SOME = _ACCESS.where(schema.tokens.c.hash.in_(bindparam("hashes", expanding=True)))


def _officer(row: Row[*tuple[Any, ...]], officer_id: int) -> OfficerRecord:
    return OfficerRecord(
        id=officer_id, username=row.username, name=row.name, role=row.role, unit_id=row.unit_id
    )


def _fork(connection: Connection, device_id: str, new_id: str, now: int) -> None:
    """Register a copy of a device as a device of its own; a second time changes nothing.

    It takes over when the device was last idle, for what it will send was done after that.

    Raises:
        SyncError: ``AUTH`` when the id is another officer's, ``REVOKED``.
    """
    devices = schema.devices
    rows = connection.execute(select(devices).where(devices.c.id.in_([device_id, new_id]))).all()
    known = {row.id: row for row in rows}
    old, new = known[device_id], known.get(new_id)
    if new is None:
        connection.execute(
            insert(devices).values(
                id=new_id,
                officer_id=old.officer_id,
                name=old.name,
                registered_at=now,
                last_seen=now,
                idle_at=old.idle_at,
            )
        )
    elif new.officer_id != old.officer_id:
        raise SyncError(SyncErrorKind.AUTH)
    elif new.revoked_at is not None:
        raise SyncError(SyncErrorKind.REVOKED)


def _retire_refresh_tokens(connection: Connection, device_id: str, before: int) -> None:
    """End what was issued before a pair that has reached its device, for it was just used."""
    tokens = schema.tokens.c
    connection.execute(
        delete(schema.tokens).where(
            tokens.device_id == device_id,
            tokens.kind == "refresh",
            tokens.expires_at < before + REFRESH_MS,
        )
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def _count_attempt(connection: Connection, username: str, now: int) -> None:
    take_turns(connection, f"attempts of {username}")
    attempts = schema.sign_in_attempts
    recent, oldest = connection.execute(
        select(func.count(), func.min(attempts.c.at)).where(
            attempts.c.username == username, attempts.c.at > now - THROTTLE_MS
        )
    ).one()
    if recent >= THROTTLE_ATTEMPTS:
        wait_s = (oldest + THROTTLE_MS - now + 999) // 1000
        raise SignInFailed("sign-in.throttled", retry_after_s=wait_s)
    connection.execute(delete(attempts).where(attempts.c.at <= now - THROTTLE_MS))
    connection.execute(insert(attempts).values(username=username, at=now))


def _forgive(connection: Connection, username: str) -> None:
    attempts = schema.sign_in_attempts
    connection.execute(delete(attempts).where(attempts.c.username == username))
