# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies on the wire: compressed when it pays, unpacked under a hard limit."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import IO, Protocol, cast

import zstandard
from typing_extensions import override

from sync.errors import SyncError, SyncErrorKind
from sync.wire import packing

WORTH_COMPRESSING_BYTES = 200
"""Below it zstd and its header cost more than they save."""

_MAX_WINDOW_BYTES = 8 * 1024 * 1024


class Source(Protocol):
    """Where raw bytes come from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""


def packed(body: bytes, *, shared: bool = False) -> tuple[bytes, str]:
    """Return the body as it goes out, and its content encoding (empty for as it is).

    Args:
        shared: the other end has our dictionary.
    """
    if len(body) <= WORTH_COMPRESSING_BYTES:
        return body, ""
    if shared and len(body) <= packing.LARGEST_BYTES:
        return packing.packed(body), packing.CODING
    return zstandard.ZstdCompressor(level=3).compress(body), "zstd"


def unpacked(source: Source, encoding: str, limit: int) -> bytes:
    """Return the whole body of an answer; never holds more than ``limit`` bytes and a little.

    Raises:
        SyncError: ``TOO_LARGE`` beyond the limit, packed or unpacked; ``MALFORMED`` when it is
            not what its encoding says.
    """
    bounded = _Bounded(source, limit)
    try:
        body = _reader(bounded, encoding).read(limit + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise SyncError(SyncErrorKind.MALFORMED, reason="encoding") from error
    if len(body) > limit:
        raise SyncError(SyncErrorKind.TOO_LARGE, limit=limit)
    bounded.read(1)  # to the very end, so that the connection can be used again
    return body


def _reader(source: _Bounded, encoding: str) -> Source:
    match encoding:
        case "" | "identity":
            return source
        case "gzip":
            return gzip.GzipFile(fileobj=source, mode="rb")
        case "zstd":
            unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
            return unpacker.stream_reader(cast("IO[bytes]", source))
        case packing.CODING:
            return packing.unpacker(cast("IO[bytes]", source), _MAX_WINDOW_BYTES)
        case _:
            raise SyncError(SyncErrorKind.MALFORMED, reason="encoding", encoding=encoding)


class _Bounded(io.RawIOBase):
    """The raw bytes, up to the limit: packing may hide how much there is."""

    def __init__(self, source: Source, limit: int) -> None:
        self._source = source
        self._left = limit + 1

    @override
    def read(self, size: int = -1, /) -> bytes:
        chunk = self._source.read(min(size if size >= 0 else self._left, self._left))
        self._left -= len(chunk)
        if self._left <= 0:
            raise SyncError(SyncErrorKind.TOO_LARGE)
        return chunk
