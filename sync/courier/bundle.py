# SPDX-License-Identifier: AGPL-3.0-or-later
"""The inside of a courier file: a manifest, then the same messages as on the network.

A line is ``[kind, message]``. Kinds that a reader does not know are passed over, so that newer
programs may add some; the manifest says how many there are of each, and their common digest.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Annotated, Any, BinaryIO, TypeVar

import msgspec

from sync.courier.envelope import open_sealed, seal
from sync.courier.keys import Keys
from sync.courier.lines import packed, unpacked
from sync.courier.parts import Enclosed, Part, PartRecord, append_part, parts_in
from sync.errors import CourierRefused, SyncError
from sync.wire import dialects
from sync.wire.messages import CourierKeys, Message, OfficerRecord, SyncReply, SyncRequest
from sync.wire.versions import CURRENT, OLDEST_ACCEPTED

M = TypeVar("M")

WRITTEN_IN = 2
"""The version that files speak: who reads one may be upgraded a month later, and nothing in a file
needs a newer one. Those that do not say their version are of this one, for ever."""

MOST_FILES = 1_000_000_000
"""No device writes more in its life; numbers beyond are made to harm."""


class Direction(StrEnum):
    """What a file is for."""

    UP = "up"
    """From a device to the centre."""
    DOWN = "down"
    """The centre's reply to a device."""
    COPY = "copy"
    """A device's sealed copy of its unsent work; the centre takes it in like ``UP``."""


class Manifest(Message, frozen=True):
    """What a file says about itself; the first line of its content.

    Attributes:
        device: the device that sent it, or that the reply is for.
        n: counts up from 1 per device and direction; 0 for copies, which are not numbered.
        made_at: the sender's clock, UTC milliseconds; orders nothing.
        epoch: the centre's history that the messages belong to.
        since: the cursor that the first reply follows on.
        answers: the number of the file that this one replies to.
        of_epoch: the epoch in the file that this one replies to.
        wire: the version of the protocol that the messages speak.
        counts: lines of each kind.
        sha256: of all lines after this one, with their ends.
    """

    direction: Direction
    device: str
    n: Annotated[int, msgspec.Meta(ge=0, le=MOST_FILES)]
    made_at: int
    epoch: str
    since: str | None = None
    answers: int = 0
    of_epoch: str = ""
    wire: int = WRITTEN_IN
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    sha256: str = ""


class RowRecord(Message, frozen=True):
    """One row of a device's work file, in a copy; without what citizens wrote.

    ``table`` is ``commands`` or ``drafts``; columns that a reader does not know are passed over.
    """

    table: str
    values: dict[str, Any]


class OwnerRecord(Message, frozen=True):
    """Whose work a copy holds, and which centre it is for."""

    device_id: str
    next_n: int
    officer: OfficerRecord | None = None
    centre: CourierKeys | None = None


class WishRecord(Message, frozen=True):
    """Which contents a device would like in the reply, the most wanted first.

    Attributes:
        room: bytes of contents that the officer lets the reply bring.
        originals: cases and contents; ``pictures`` the same for small pictures.
        pinned: cases whose contents the officer wants here, whatever they are.
    """

    room: Annotated[int, msgspec.Meta(ge=0)]
    originals: Sequence[tuple[int, str]] = ()
    pictures: Sequence[tuple[int, str]] = ()
    pinned: Sequence[int] = ()


class HeldRecord(Message, frozen=True):
    """What the centre says to the contents in a file.

    Attributes:
        held: those that it has now.
        refused: those that it could not take, and why: ``damaged``, ``no-room``, ``not-kept``.
    """

    held: Sequence[str] = ()
    refused: dict[str, str] = msgspec.field(default_factory=dict)


_KINDS: dict[str, type[Message]] = {
    "request": SyncRequest,
    "reply": SyncReply,
    "row": RowRecord,
    "owner": OwnerRecord,
    "blob": PartRecord,
    "wish": WishRecord,
    "held": HeldRecord,
}
_KIND_OF = {message: kind for kind, message in _KINDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A file whose sender and content are beyond doubt.

    Attributes:
        id: the file's number, a UUID.
        signer: id of the key that signed it.
        messages: the content in order, without kinds that this program does not know.
        rest_at: where in the file the contents begin that follow the words.
    """

    id: str
    signer: str
    manifest: Manifest
    messages: Sequence[Message]
    rest_at: int

    def all(self, kind: type[M]) -> list[M]:
        """Return the messages of a kind, in order."""
        return [message for message in self.messages if isinstance(message, kind)]

    def parts(self, file: BinaryIO, keys: Keys) -> Iterator[Part]:
        """Yield the contents that follow the words, from the file that this was read from."""
        return parts_in(file, self.rest_at, self.all(PartRecord), keys.identity)


def write_bundle(
    manifest: Manifest,
    messages: Sequence[Message],
    *,
    bundle_id: str,
    recipients: Sequence[str],
    keys: Keys,
    enclosed: Sequence[Enclosed] = (),
    file: BinaryIO,
) -> None:
    """Write a file; counts and digest of the manifest are filled in.

    Args:
        enclosed: contents that follow the words.
        file: empty, and one that can be gone back in.

    Raises:
        OSError: the disk's. Whatever the pieces of the contents raise comes through.
    """
    messages = [*messages, *(each.record for each in enclosed)]

    def append(behind: BinaryIO) -> None:
        for each in enclosed:
            append_part(behind, each.pieces(), recipients)

    lines = [_line(each, manifest.wire) for each in messages]
    complete = msgspec.structs.replace(
        manifest,
        counts=dict(Counter(_KIND_OF[type(each)] for each in messages)),
        sha256=_digest(lines),
    )
    payload = packed([msgspec.json.encode(complete), *lines])
    seal(
        payload,
        bundle_id=bundle_id,
        recipients=recipients,
        keys=keys,
        append=append if enclosed else None,
        file=file,
    )


def bundle_bytes(
    manifest: Manifest,
    messages: Sequence[Message],
    *,
    bundle_id: str,
    recipients: Sequence[str],
    keys: Keys,
) -> bytes:
    """Return a file of words alone."""
    file = BytesIO()
    write_bundle(
        manifest, messages, bundle_id=bundle_id, recipients=recipients, keys=keys, file=file
    )
    return file.getvalue()


def read_bundle(file: BinaryIO, keys: Keys, verifier_of: Callable[[str], str | None]) -> Bundle:
    """Open the words of a file; nothing is believed before its signature was checked.

    Args:
        verifier_of: returns the registered public key with an id, or None.

    Raises:
        CourierRefused: as :func:`sync.courier.envelope.open_sealed`; ``courier.too-large``;
            ``courier.unreadable`` for messages that this program does not understand.
    """
    opened = open_sealed(file, keys, verifier_of)
    first, *rest = unpacked(opened.payload)
    manifest = _decoded(first, Manifest)
    if manifest.wire > CURRENT:
        raise CourierRefused("courier.too-new", version=manifest.wire)
    if manifest.wire < OLDEST_ACCEPTED:
        raise CourierRefused("courier.unreadable", version=manifest.wire)
    kinds: Counter[str] = Counter()
    messages: list[Message] = []
    for line in rest:
        kind, raw = _decoded(line, tuple[str, msgspec.Raw])
        kinds[kind] += 1
        if (known := _KINDS.get(kind)) is not None:
            messages.append(_heard(bytes(raw), known, manifest.wire))
    if kinds != manifest.counts or _digest(rest) != manifest.sha256:
        raise CourierRefused("courier.damaged")
    return Bundle(
        id=opened.header.bundle,
        signer=opened.signer,
        manifest=manifest,
        messages=messages,
        rest_at=opened.rest_at,
    )


def _line(message: Message, wire: int) -> bytes:
    body = msgspec.Raw(dialects.encode(message, wire))
    return msgspec.json.encode((_KIND_OF[type(message)], body))


def _heard(body: bytes, kind: type[Message], wire: int) -> Message:
    try:
        return dialects.decode(body, kind, wire)
    except SyncError as error:
        raise CourierRefused("courier.unreadable", **error.data) from error


def _decoded(line: bytes, kind: type[M]) -> M:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CourierRefused("courier.unreadable", detail=str(error)) from error


def _digest(lines: Sequence[bytes]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line + b"\n")
    return digest.hexdigest()
