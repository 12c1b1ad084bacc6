# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keys of one end: one to be written to (age, X25519), one to sign with (Ed25519).

Both come of one secret that the end keeps anyhow, so there is nothing more to keep, to back up or
to lose: a device derives them from the key of its files, the centre from the secret of its ledger.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import bech32
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyrage import RecipientError, x25519

from sync.wire.messages import CourierKeys

_KEY_BYTES = 32
_AGE_PREFIX = "age-secret-key-"
_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """The secret halves; :attr:`public` may be told to everybody."""

    identity: x25519.Identity = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> CourierKeys:
        """Return the halves that the other end registers."""
        verifier = self.signing.public_key().public_bytes_raw().hex()
        return CourierKeys(recipient=str(self.identity.to_public()), verifier=verifier)


def keys_from(secret: bytes) -> Keys:
    """Return the keys that belong to a secret of at least 32 random bytes."""
    grouped = bech32.convertbits(_derived(secret, b"tanggap courier age"), 8, 5)
    written = bech32.bech32_encode(_AGE_PREFIX, grouped or []).upper()
    seed = _derived(secret, b"tanggap courier sign")
    return Keys(x25519.Identity.from_str(written), Ed25519PrivateKey.from_private_bytes(seed))


def key_id(public: str) -> str:
    """Return the short name of a public key; it tells nothing of whose it is."""
    return hashlib.sha256(public.encode()).hexdigest()[:_ID_LENGTH]


def fingerprint(keys: CourierKeys) -> str:
    """Return both public halves as four groups that two people can compare by telephone."""
    digest = hashlib.sha256(f"{keys.recipient}\n{keys.verifier}".encode()).hexdigest()
    return " ".join(digest[start : start + 5] for start in range(0, 20, 5))


def are_usable(keys: CourierKeys) -> bool:
    """Return whether both halves are keys at all."""
    try:
        x25519.Recipient.from_str(keys.recipient)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys.verifier))
    except (RecipientError, ValueError):
        return False
    return True


def is_signed_by(verifier: str, signature: bytes, message: bytes) -> bool:
    """Return whether the holder of a key signed exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(verifier)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret)
