# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small messages, packed with what both ends know of messages beforehand (ADR 24).

A coding of HTTP of our own: zstd with the dictionary that ships with the program. Whoever has
another dictionary has another coding: this one never changes.
"""

from __future__ import annotations

from functools import cache
from typing import IO, Final

import zstandard

import resources

CODING: Final = "tz1"
LARGEST_BYTES: Final = 16 * 1024
"""Beyond it a message shows by itself what messages look like."""

_FILE: Final = "wire/tz1.dictionary"
_LEVEL: Final = 6
"""Microseconds for a few kilobytes; more saves a hundredth and takes ten times as long."""


def packed(body: bytes) -> bytes:
    """Return a body in this coding."""
    return zstandard.ZstdCompressor(level=_LEVEL, dict_data=_dictionary()).compress(body)


def unpacker(source: IO[bytes], max_window_bytes: int) -> zstandard.ZstdDecompressionReader:
    """Return what reads the body out of this coding; raises ``ZstdError`` where it is not in it."""
    unpacking = zstandard.ZstdDecompressor(
        dict_data=_dictionary(), max_window_size=max_window_bytes
    )
    return unpacking.stream_reader(source)


@cache
def _dictionary() -> zstandard.ZstdCompressionDict:
    dictionary = zstandard.ZstdCompressionDict(resources.data(_FILE))
    dictionary.precompute_compress(level=_LEVEL)
    return dictionary
