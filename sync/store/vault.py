# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key of an officer's files: 32 random bytes, behind two doors.

The first door is the keyring of the operating system. The second is a passphrase: Argon2id makes
a key of it that wraps ours with AES-GCM in ``vault.json``. Keyrings are lost with password resets
and moved profiles, so both may exist; where there is no keyring, the second is a must.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets as randomness
import unicodedata
from collections.abc import Callable
from pathlib import Path

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.errors import SignInFailed, StoreUnavailable
from sync.store.engine import KEY_BYTES
from sync.store.failures import file_faults
from sync.store.secrets import FallbackSecrets, PrefixedSecrets, SecretStore

_FILE = "vault.json"
_PURPOSE = b"tanggap vault 1"
_SALT_BYTES = 16
_NONCE_BYTES = 12
_PRIVATE_FILE = 0o600


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """The passphrase's door. Costs are kept beside it, so that newer programs may raise them."""

    salt: bytes
    nonce: bytes
    wrapped: bytes
    time_cost: int = 3
    memory_kib: int = 65_536
    parallelism: int = 4


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What ``vault.json`` holds; ``check`` tells a stale key from the right one."""

    check: str
    passphrase: Slot | None = None


class Vault:
    """The doors to the files in one profile folder, whose name is the account in the keyring."""

    def __init__(
        self,
        folder: Path,
        keyring: SecretStore | None,
        random_bytes: Callable[[int], bytes] = randomness.token_bytes,
    ) -> None:
        self._folder = folder
        self._account = folder.name
        self._keyring = keyring
        self._random_bytes = random_bytes

    @property
    def exists(self) -> bool:
        """Whether a key was made for this folder."""
        return (self._folder / _FILE).exists()

    @property
    def needs_passphrase(self) -> bool:
        """Whether :meth:`open` takes a passphrase: there is one, and no keyring spares it."""
        record = self._read()
        return record.passphrase is not None and self._from_keyring(record) is None

    def create(self, passphrase: str | None, key: bytes | None = None) -> bytes:
        """Make both doors to a key, as far as they are to be had.

        Args:
            key: from :func:`new_key`; without it one is made.

        Raises:
            SignInFailed: (``sign-in.passphrase-needed``) there is no keyring.
            StoreUnavailable: the keyring refused, and there is no passphrase; nothing was made.
        """
        if self._keyring is None and not passphrase:
            raise SignInFailed("sign-in.passphrase-needed")
        key = key or new_key(self._random_bytes)
        slot = self._slot(key, passphrase) if passphrase else None
        self._into_keyring(key, must=slot is None)
        self._write(Record(check=_check(key), passphrase=slot))
        return key

    def open(self, passphrase: str | None = None) -> bytes:
        """Return the key; a door that was lost is made again when the other one opened.

        Raises:
            SignInFailed: ``sign-in.passphrase-needed``, ``sign-in.passphrase-wrong``.
            StoreUnavailable: (``store.no-key``) the keyring has lost it and there is no
                passphrase.
        """
        record = self._read()
        if passphrase is None or record.passphrase is None:
            key = self._from_keyring(record)
            if key is None and record.passphrase is not None:
                raise SignInFailed("sign-in.passphrase-needed")
            if key is None:
                raise StoreUnavailable("store.no-key")
            return key
        key = _unwrap(record.passphrase, passphrase)
        if self._from_keyring(record) is None:
            self._into_keyring(key, must=False)
        return key

    def set_passphrase(self, key: bytes, passphrase: str) -> None:
        """Make, or replace, the passphrase's door to a key that :meth:`open` returned."""
        record = self._read()
        self._write(msgspec.structs.replace(record, passphrase=self._slot(key, passphrase)))

    def secrets(self, otherwise: SecretStore) -> SecretStore:
        """Return where tokens of this profile are kept: the keyring, or else ``otherwise``."""
        if self._keyring is None:
            return otherwise
        return FallbackSecrets(PrefixedSecrets(self._keyring, self._account), otherwise)

    def _slot(self, key: bytes, passphrase: str) -> Slot:
        salt, nonce = self._random_bytes(_SALT_BYTES), self._random_bytes(_NONCE_BYTES)
        slot = Slot(salt=salt, nonce=nonce, wrapped=b"")
        wrapped = AESGCM(_stretched(slot, passphrase)).encrypt(nonce, key, _PURPOSE)
        return msgspec.structs.replace(slot, wrapped=wrapped)

    def _from_keyring(self, record: Record) -> bytes | None:
        key = self._in_keyring()
        return key if key and hmac.compare_digest(_check(key), record.check) else None

    def _in_keyring(self) -> bytes | None:
        text = None if self._keyring is None else self._keyring.get(self._account)
        try:
            key = bytes.fromhex(text or "")
        except ValueError:
            return None
        return key if len(key) == KEY_BYTES else None

    def _into_keyring(self, key: bytes, *, must: bool) -> None:
        if self._keyring is None:
            return
        try:
            self._keyring.set(self._account, key.hex())
        except StoreUnavailable:
            if must:
                raise

    def _read(self) -> Record:
        if not self._folder.is_dir():
            raise StoreUnavailable("store.folder-gone", file=self._folder.name)
        try:
            return msgspec.json.decode((self._folder / _FILE).read_bytes(), type=Record)
        except (OSError, msgspec.DecodeError) as error:
            # The keyring's door is still there; whether the key is theirs the files tell.
            if key := self._in_keyring():
                return Record(check=_check(key))
            raise StoreUnavailable("store.no-key", file=_FILE) from error

    def _write(self, record: Record) -> None:
        with file_faults(_FILE):
            fresh = self._folder / f"{_FILE}.new"
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(record))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._folder / _FILE)


def new_key(random_bytes: Callable[[int], bytes] = randomness.token_bytes) -> bytes:
    """Return a key that nobody has."""
    return random_bytes(KEY_BYTES)


def _stretched(slot: Slot, passphrase: str) -> bytes:
    return hash_secret_raw(
        unicodedata.normalize("NFKC", passphrase).encode(),
        slot.salt,
        time_cost=slot.time_cost,
        memory_cost=slot.memory_kib,
        parallelism=slot.parallelism,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _unwrap(slot: Slot, passphrase: str) -> bytes:
    try:
        return AESGCM(_stretched(slot, passphrase)).decrypt(slot.nonce, slot.wrapped, _PURPOSE)
    except InvalidTag as error:
        raise SignInFailed("sign-in.passphrase-wrong") from error


def _check(key: bytes) -> str:
    return hashlib.sha256(b"tanggap key check" + key).hexdigest()[:16]
