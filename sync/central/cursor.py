# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a device stands in the feed, as short opaque text that only the centre can make."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

_SEAL_BYTES = 8
_TAG_BYTES = 4
_LONGEST = 128
_AHEAD = 2
"""Where a load says whether it is in its second pass. A centre that was put back to an older
program takes such a cursor for a load that is, and so tells too much rather than too little."""

_MORE = 0x80
"""The bit of a byte that says that the number goes on (LEB128)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLoad:
    """How far a first load is: cases are walked newest first, the open ones before the rest.

    Attributes:
        rest: the open ones are through.
        registered_at: with ``case_id`` the last case sent in this pass; 0 at its beginning.
    """

    total: int
    done: int = 0
    rest: bool = False
    registered_at: int = 0
    case_id: int = 0

    @property
    def has_begun(self) -> bool:
        """Return whether any page has been sent."""
        return self.rest or self.case_id != 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a device stands.

    Attributes:
        epoch, access, reference: tags of four bytes of what the device has seen of the centre's
            history, of its officer's access, and of the reference data.
        seq: all changes up to here are told; during a first load, the change it began at.
        base: the device has every case as it was at this change. It stays behind ``seq`` while
            pages are read one after the other: a case that entered in between may have changed
            again before its page was read, so that it comes later than it entered.
        ahead: the officer's own cases are told up to this change, of many changes these come
            first; 0 while nothing was told out of turn.
        left: about how many changes come after a page that could not hold all.
    """

    epoch: bytes
    access: bytes
    reference: bytes
    seq: int
    base: int
    loading: FirstLoad | None = None
    ahead: int = 0
    left: int = 0


def seal(cursor: Cursor, secret: bytes) -> str:
    """Return a cursor as text that cannot be forged."""
    packed = cursor.epoch + cursor.access + cursor.reference + _packed_numbers(cursor)
    return base64.urlsafe_b64encode(packed + _mac(packed, secret)).decode().rstrip("=")


def unseal(text: str, secret: bytes) -> Cursor | None:
    """Return the cursor in a text, or None when it is not one of this centre's."""
    if len(text) > _LONGEST:
        return None
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    packed, mac = sealed[:-_SEAL_BYTES], sealed[-_SEAL_BYTES:]
    if not hmac.compare_digest(mac, _mac(packed, secret)):
        return None
    tags = [packed[at : at + _TAG_BYTES] for at in range(0, 3 * _TAG_BYTES, _TAG_BYTES)]
    numbers = list(_numbers(packed[3 * _TAG_BYTES :]))
    seq, behind, *rest = numbers
    is_behind = rest[:1] == [_AHEAD]
    return Cursor(
        epoch=tags[0],
        access=tags[1],
        reference=tags[2],
        seq=seq,
        base=seq - behind,
        loading=None if is_behind else _loading(rest),
        ahead=seq + rest[1] if is_behind else 0,
        left=rest[3] if is_behind else 0,
    )


def _packed_numbers(cursor: Cursor) -> bytes:
    numbers = [cursor.seq, cursor.seq - cursor.base]
    if (load := cursor.loading) is not None:
        numbers += [int(load.rest), load.registered_at, load.case_id, load.done, load.total]
    elif cursor.ahead > cursor.seq:
        numbers += [_AHEAD, cursor.ahead - cursor.seq, 0, cursor.left, cursor.left]
    return b"".join(_varint(number) for number in numbers)


def _loading(numbers: list[int]) -> FirstLoad | None:
    if not numbers:
        return None
    rest, registered_at, case_id, done, total = numbers
    return FirstLoad(
        total=total, done=done, rest=bool(rest), registered_at=registered_at, case_id=case_id
    )


def _mac(packed: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, packed, hashlib.sha256)[:_SEAL_BYTES]


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number >= _MORE:
        parts.append(number % _MORE | _MORE)
        number >>= 7
    parts.append(number)
    return bytes(parts)


def _numbers(packed: bytes) -> Iterator[int]:
    number = shift = 0
    for part in packed:
        number |= (part % _MORE) << shift
        shift += 7
        if part < _MORE:
            yield number
            number = shift = 0
