# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outside of a courier file: a clear line that names nobody, then an age payload.

Inside the encryption the sender's signature comes first, over everything that a courier could be
tempted to change: format, file number, recipients and content. It is checked before a single byte
of the content is unpacked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import pyrage
from pyrage import x25519

from sync.courier.keys import Keys, is_signed_by, key_id
from sync.errors import CourierRefused

FORMAT = "tanggap-courier"
VERSION = 1
SUFFIX = ".kurir"
"""What courier files are called; the content decides, not the name."""

MOST_BYTES = 64 * 1024 * 1024
"""A file that is larger is not even read."""

_MOST_HEADER_BYTES = 2_048
_MOST_RECIPIENTS = 4
_BUNDLE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEY_ID = re.compile(r"[0-9a-f]{32}")


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The clear line. Nothing in it is trusted before the signature was checked.

    Attributes:
        recipients: ids of the keys that can open it.
        size: bytes of the sealed payload, so that a half-copied file is told from a broken one.
    """

    format: str
    version: int
    bundle: str
    recipients: list[str]
    size: int


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who says that the file is theirs: the id of their key, and the proof in hexadecimal."""

    signer: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file that was decrypted and whose signature is good.

    Attributes:
        signer: id of the key that signed it.
        payload: the packed content.
    """

    header: Header
    signer: str
    payload: bytes


def seal(payload: bytes, *, bundle_id: str, recipients: Sequence[str], keys: Keys) -> bytes:
    """Return a file that only the recipients (age public keys) can open.

    Args:
        bundle_id: a fresh UUID, lower case.
    """
    ids = [key_id(recipient) for recipient in recipients]
    signature = Signature(
        signer=key_id(keys.public.verifier),
        signature=keys.signing.sign(_signed(bundle_id, ids, payload)).hex(),
    )
    inside = msgspec.json.encode(signature) + b"\n" + payload
    sealed = pyrage.encrypt(inside, [x25519.Recipient.from_str(each) for each in recipients])
    header = Header(
        format=FORMAT, version=VERSION, bundle=bundle_id, recipients=ids, size=len(sealed)
    )
    return msgspec.json.encode(header) + b"\n" + sealed


def header_of(data: bytes) -> Header:
    """Return the clear line of a file that is whole, as far as one can see from outside.

    Raises:
        CourierRefused: ``courier.not-ours``, ``courier.too-new``, ``courier.too-large``,
            ``courier.cut`` (data: ``have``, ``want`` in bytes), ``courier.damaged``.
    """
    if len(data) > MOST_BYTES:
        raise CourierRefused("courier.too-large")
    line, found, _ = data[:_MOST_HEADER_BYTES].partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        is_ours = data.startswith(b'{"format":"tanggap-courier"'[: max(len(data), 1)])
        code = "courier.damaged" if is_ours else "courier.not-ours"
        raise CourierRefused(code if data else "courier.cut", have=0, want=1) from None
    if header.format != FORMAT:
        raise CourierRefused("courier.not-ours")
    if header.version != VERSION:
        raise CourierRefused("courier.too-new", version=header.version)
    if not found or not _is_well_formed(header):
        raise CourierRefused("courier.damaged")
    have = len(data) - len(line) - 1
    if have < header.size:
        raise CourierRefused("courier.cut", have=have, want=header.size)
    if have > header.size:
        raise CourierRefused("courier.damaged")
    return header


def is_for(header: Header, keys: Keys) -> bool:
    """Return whether these keys open a file."""
    return key_id(keys.public.recipient) in header.recipients


def open_sealed(data: bytes, keys: Keys, verifier_of: Callable[[str], str | None]) -> Opened:
    """Decrypt a file and check who sent it.

    Args:
        verifier_of: returns the public key with an id, None for one that nobody registered.

    Raises:
        CourierRefused: as :func:`header_of`; ``courier.wrong-recipient``,
            ``courier.unknown-sender``, ``courier.damaged``.
    """
    header = header_of(data)
    if not is_for(header, keys):
        raise CourierRefused("courier.wrong-recipient")
    try:
        inside = pyrage.decrypt(data[-header.size :], [keys.identity])
        line, _, payload = inside.partition(b"\n")
        claimed = msgspec.json.decode(line[:_MOST_HEADER_BYTES], type=Signature)
        proof = bytes.fromhex(claimed.signature)
    except (pyrage.DecryptError, msgspec.DecodeError, ValueError, RecursionError):
        raise CourierRefused("courier.damaged") from None
    verifier = verifier_of(claimed.signer)
    if verifier is None:
        raise CourierRefused("courier.unknown-sender")
    message = _signed(header.bundle, header.recipients, payload)
    if key_id(verifier) != claimed.signer or not is_signed_by(verifier, proof, message):
        raise CourierRefused("courier.damaged")
    return Opened(header=header, signer=claimed.signer, payload=payload)


def _is_well_formed(header: Header) -> bool:
    return (
        _BUNDLE_ID.fullmatch(header.bundle) is not None
        and 0 < len(header.recipients) <= _MOST_RECIPIENTS
        and all(_KEY_ID.fullmatch(each) for each in header.recipients)
        and header.size > 0
    )


def _signed(bundle_id: str, recipients: Sequence[str], payload: bytes) -> bytes:
    """Return what a signature is about; every part has a fixed alphabet, so nothing can slide."""
    digest = hashlib.sha256(payload).hexdigest()
    return f"{FORMAT} {VERSION}\n{bundle_id}\n{' '.join(recipients)}\n{digest}\n".encode()
