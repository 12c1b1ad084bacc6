# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contents behind the words of a courier file: each sealed for itself, and never whole in memory.

<length, 8 bytes> <age payload>   once for every :class:`PartRecord` in the words, in their order

A record is inside the signature and names its content by SHA-256, so a part needs no signature of
its own: what does not match is damaged, and nothing else is touched by that.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, BinaryIO, Final

import pyrage
from msgspec import Meta
from pyrage import x25519
from typing_extensions import Buffer, override

from sync.errors import CourierRefused
from sync.wire.messages import Message

MOST_PART_BYTES: Final = 100 * 1024 * 1024
"""As much as one file of an officer may be."""

_LENGTH: Final = 8
_OVERHEAD: Final = 2_048
"""What sealing adds to a content, beside a tag for each of its blocks; above what age writes."""

_AGE_BLOCK: Final = 64 * 1024
_AGE_TAG: Final = 16


class PartRecord(Message, frozen=True):
    """A content that follows the words.

    Attributes:
        sha256: of these bytes, and ``size`` of them.
        picture_of: the content that it is the small picture of; empty for a content itself.
        case_id: the case that it is brought for.
    """

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Meta(ge=0, le=MOST_PART_BYTES)]
    case_id: int
    picture_of: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A content to be put into a file; ``pieces`` are asked for when it is written."""

    record: PartRecord
    pieces: Callable[[], Iterable[bytes]]


class Part:
    """A content in a file that is being read, to be read before the next one is asked for."""

    def __init__(self, record: PartRecord, sealed: _Window, identity: x25519.Identity) -> None:
        self.record = record
        self._sealed = sealed
        self._identity = identity

    def copy_to(self, take: Callable[[bytes], object]) -> None:
        """Hand the content over piece by piece; what came is worth something only at the end.

        Raises:
            CourierRefused: (``courier.damaged``) it is not what the words say.
            OSError: the file cannot be read. Whatever ``take`` raises comes through.
        """
        sink = _Sink(take, self.record.size)
        try:
            pyrage.decrypt_io(self._sealed, sink, [self._identity])
        except Exception as error:
            if (failure := sink.failure or self._sealed.failure) is not None:
                raise failure from error
            raise CourierRefused("courier.damaged") from error
        if sink.failure is not None:
            raise sink.failure
        if (sink.size, sink.digest.hexdigest()) != (self.record.size, self.record.sha256):
            raise CourierRefused("courier.damaged")


def sealed_bytes(sizes: Iterable[int]) -> int:
    """Return how many bytes contents of these sizes take in a file, at most."""
    return sum(size + (size // _AGE_BLOCK + 1) * _AGE_TAG + _OVERHEAD + _LENGTH for size in sizes)


def append_part(file: BinaryIO, pieces: Iterable[bytes], recipients: Sequence[str]) -> None:
    """Seal a content behind what is in a file.

    Raises:
        OSError: the disk's. Whatever ``pieces`` raise comes through.
    """
    begin = file.tell()
    file.write(bytes(_LENGTH))
    source, sink = _Source(pieces), _Sink(file.write, None)
    try:
        pyrage.encrypt_io(source, sink, [x25519.Recipient.from_str(each) for each in recipients])
    except pyrage.EncryptError:
        if source.failure is None and sink.failure is None:
            raise
    if (failure := source.failure or sink.failure) is not None:
        raise failure
    end = file.tell()
    file.seek(begin)
    file.write((end - begin - _LENGTH).to_bytes(_LENGTH, "big"))
    file.seek(end)


def parts_in(
    file: BinaryIO, at: int, records: Iterable[PartRecord], identity: x25519.Identity
) -> Iterator[Part]:
    """Yield the contents from a place in a file on; one that is missing yields as an empty one."""
    end = file.seek(0, io.SEEK_END)
    for record in records:
        file.seek(at)
        length = int.from_bytes(file.read(_LENGTH).rjust(_LENGTH, b"\xff"), "big")
        begin = min(at + _LENGTH, end)
        fits = length <= end - begin
        yield Part(record, _Window(file, begin, length if fits else 0), identity)
        at = begin + length if fits else end


class _Window(io.BufferedIOBase):
    """A part of a file, to be read from its beginning to its end."""

    def __init__(self, file: BinaryIO, at: int, size: int) -> None:
        super().__init__()
        self._file = file
        self._at = at
        self._end = at + size
        self.failure: Exception | None = None

    @override
    def readable(self) -> bool:
        return True

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        left = self._end - self._at
        try:
            self._file.seek(self._at)
            piece = self._file.read(left if size is None or size < 0 else min(size, left))
        except OSError as error:
            self.failure = error
            raise
        self._at += len(piece)
        return piece


class _Source(io.BufferedIOBase):
    """Pieces as a file; pyrage loses what goes wrong in a file, so it is remembered here."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces = iter(pieces)
        self._left = b""
        self.failure: Exception | None = None

    @override
    def readable(self) -> bool:
        return True

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        try:
            while not self._left and (piece := next(self._pieces, None)) is not None:
                self._left = piece
        except Exception as error:
            self.failure = error
            raise OSError from error
        most = len(self._left) if size is None or size < 0 else size
        piece, self._left = self._left[:most], self._left[most:]
        return piece


class _Sink(io.BufferedIOBase):
    """Hands on what is written, never more than announced; remembers what goes wrong."""

    def __init__(self, take: Callable[[bytes], object], most: int | None) -> None:
        super().__init__()
        self._take = take
        self._most = most
        self.size = 0
        self.digest = hashlib.sha256()
        self.failure: Exception | None = None

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Buffer) -> int:
        piece = bytes(data)
        self.size += len(piece)
        try:
            if self._most is not None and self.size > self._most:
                raise CourierRefused("courier.damaged")
            self.digest.update(piece)
            self._take(piece)
        except Exception as error:
            self.failure = error
            raise OSError from error
        return len(piece)
