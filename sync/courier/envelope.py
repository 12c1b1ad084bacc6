# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outside of a courier file: a clear line that names nobody, then an age payload.

Inside the encryption the sender's signature comes first, over everything that a courier could be
tempted to change: format, file number, recipients and content. It is checked before a single byte
of the content is unpacked.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import pyrage
from pyrage import x25519

from sync.courier.keys import Keys, is_signed_by, key_id
from sync.errors import CourierRefused

FORMAT = "tanggap-courier"
VERSION = 1
WITH_PARTS = 2
"""The version of files in which contents follow the words (``parts``)."""

SUFFIX = ".kurir"
"""What courier files are called; the content decides, not the name."""

MOST_BYTES = 64 * 1024 * 1024
"""Words that are more are not even read."""

MOST_FILE_BYTES = 4 * 1024**3 - 1
"""As much as sticks take in one file (FAT32)."""

MOST_CARRIED_BYTES = 1024**3
"""What the centre takes by the network; more is brought to whoever tends it."""

_MOST_HEADER_BYTES = 2_048
_MOST_RECIPIENTS = 4
_BUNDLE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEY_ID = re.compile(r"[0-9a-f]{32}")


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The clear line. Nothing in it is trusted before the signature was checked.

    Attributes:
        recipients: ids of the keys that can open it.
        size: bytes of the sealed payload, so that a half-copied file is told from a broken one.
        rest: bytes behind it.
    """

    format: str
    version: int
    bundle: str
    recipients: list[str]
    size: int
    rest: int = 0


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
        rest_at: where in the file the payload ends.
    """

    header: Header
    signer: str
    payload: bytes
    rest_at: int


def seal(
    payload: bytes,
    *,
    bundle_id: str,
    recipients: Sequence[str],
    keys: Keys,
    append: Callable[[BinaryIO], None] | None = None,
    file: BinaryIO,
) -> None:
    """Write a file that only the recipients (age public keys) can open.

    Args:
        bundle_id: a fresh UUID, lower case.
        append: writes what follows the payload.
        file: empty, and one that can be gone back in.

    Raises:
        OSError: the disk's. Whatever ``append`` raises comes through.
    """
    ids = [key_id(recipient) for recipient in recipients]
    version = VERSION if append is None else WITH_PARTS
    signature = Signature(
        signer=key_id(keys.public.verifier),
        signature=keys.signing.sign(_signed(version, bundle_id, ids, payload)).hex(),
    )
    inside = msgspec.json.encode(signature) + b"\n" + payload
    sealed = pyrage.encrypt(inside, [x25519.Recipient.from_str(each) for each in recipients])
    header = Header(
        format=FORMAT, version=version, bundle=bundle_id, recipients=ids, size=len(sealed)
    )
    if append is None:
        file.write(msgspec.json.encode(header) + b"\n" + sealed)
        return
    line = _padded(header)
    file.write(line + sealed)
    append(file)
    end = file.tell()
    file.seek(0)
    complete = msgspec.structs.replace(header, rest=end - len(line) - len(sealed))
    file.write(_padded(complete))
    file.seek(end)


def header_of(file: BinaryIO) -> Header:
    """Return the clear line of a file that is whole, as far as one can see from outside.

    Raises:
        CourierRefused: ``courier.not-ours``, ``courier.too-new``, ``courier.too-large``,
            ``courier.cut`` (data: ``have``, ``want`` in bytes), ``courier.damaged``.
    """
    return _front(file)[0]


def is_for(header: Header, keys: Keys) -> bool:
    """Return whether these keys open a file."""
    return key_id(keys.public.recipient) in header.recipients


def open_sealed(file: BinaryIO, keys: Keys, verifier_of: Callable[[str], str | None]) -> Opened:
    """Decrypt the payload of a file and check who sent it.

    Args:
        verifier_of: returns the public key with an id, None for one that nobody registered.

    Raises:
        CourierRefused: as :func:`header_of`; ``courier.wrong-recipient``,
            ``courier.unknown-sender``, ``courier.damaged``.
    """
    header, begin = _front(file)
    if not is_for(header, keys):
        raise CourierRefused("courier.wrong-recipient")
    file.seek(begin)
    try:
        inside = pyrage.decrypt(file.read(header.size), [keys.identity])
        line, _, payload = inside.partition(b"\n")
        claimed = msgspec.json.decode(line[:_MOST_HEADER_BYTES], type=Signature)
        proof = bytes.fromhex(claimed.signature)
    except (pyrage.DecryptError, msgspec.DecodeError, ValueError, RecursionError):
        raise CourierRefused("courier.damaged") from None
    verifier = verifier_of(claimed.signer)
    if verifier is None:
        raise CourierRefused("courier.unknown-sender")
    message = _signed(header.version, header.bundle, header.recipients, payload)
    if key_id(verifier) != claimed.signer or not is_signed_by(verifier, proof, message):
        raise CourierRefused("courier.damaged")
    return Opened(
        header=header, signer=claimed.signer, payload=payload, rest_at=begin + header.size
    )


def _front(file: BinaryIO) -> tuple[Header, int]:
    """Return the clear line of a whole file, and where it ends."""
    total = file.seek(0, io.SEEK_END)
    file.seek(0)
    front = file.read(_MOST_HEADER_BYTES)
    line, found, _ = front.partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        is_ours = front.startswith(b'{"format":"tanggap-courier"'[: max(len(front), 1)])
        code = "courier.damaged" if is_ours else "courier.not-ours"
        raise CourierRefused(code if total else "courier.cut", have=0, want=1) from None
    if header.format != FORMAT:
        raise CourierRefused("courier.not-ours")
    if header.version not in {VERSION, WITH_PARTS}:
        raise CourierRefused("courier.too-new", version=header.version)
    if not found or not _is_well_formed(header):
        raise CourierRefused("courier.damaged")
    if header.size > MOST_BYTES or total > MOST_FILE_BYTES:
        raise CourierRefused("courier.too-large")
    begin = len(line) + 1
    have, want = total - begin, header.size + header.rest
    if have < want:
        raise CourierRefused("courier.cut", have=have, want=want)
    if have > want:
        raise CourierRefused("courier.damaged")
    return header, begin


def _padded(header: Header) -> bytes:
    """Return the clear line in a length that is the same for every size of what follows."""
    room = len(msgspec.json.encode(msgspec.structs.replace(header, rest=MOST_FILE_BYTES)))
    return msgspec.json.encode(header).ljust(room) + b"\n"


def _is_well_formed(header: Header) -> bool:
    return (
        _BUNDLE_ID.fullmatch(header.bundle) is not None
        and 0 < len(header.recipients) <= _MOST_RECIPIENTS
        and all(_KEY_ID.fullmatch(each) for each in header.recipients)
        and header.size > 0
        and (header.rest >= 0 if header.version == WITH_PARTS else header.rest == 0)
    )


def _signed(version: int, bundle_id: str, recipients: Sequence[str], payload: bytes) -> bytes:
    """Return what a signature is about; every part has a fixed alphabet, so nothing can slide."""
    digest = hashlib.sha256(payload).hexdigest()
    return f"{FORMAT} {version}\n{bundle_id}\n{' '.join(recipients)}\n{digest}\n".encode()
