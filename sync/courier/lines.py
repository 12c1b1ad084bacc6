# SPDX-License-Identifier: AGPL-3.0-or-later
"""The packed content: JSON lines under zstd. Limits hold while it is unpacked, not afterwards."""

from __future__ import annotations

from collections.abc import Sequence

import zstandard

from sync.errors import CourierRefused

MOST_UNPACKED_BYTES = 256 * 1024 * 1024
MOST_RATIO = 200
"""Complaints shrink to a fifth; what shrinks to less than a two-hundredth was made to harm."""
_FREE_BYTES = 4 * 1024 * 1024
"""So much may come of any file, for small files of equal words do shrink much."""
MOST_LINE_BYTES = 8 * 1024 * 1024
MOST_LINES = 100_000
_LEVEL = 9
_MOST_WINDOW_BYTES = 8 * 1024 * 1024
_STEP_BYTES = 256 * 1024


def packed(lines: Sequence[bytes]) -> bytes:
    """Return lines (without their ends) as one packed content."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(b"".join(line + b"\n" for line in lines))


def unpacked(payload: bytes) -> list[bytes]:
    """Return the lines of a packed content.

    Raises:
        CourierRefused: ``courier.too-large`` beyond a limit, ``courier.damaged``.
    """
    most = min(MOST_UNPACKED_BYTES, _FREE_BYTES + MOST_RATIO * len(payload))
    content = bytearray()
    count = 0
    reader = zstandard.ZstdDecompressor(max_window_size=_MOST_WINDOW_BYTES).stream_reader(payload)
    try:
        while step := reader.read(_STEP_BYTES):
            content += step
            count += step.count(b"\n")
            if len(content) > most or count > MOST_LINES:
                raise CourierRefused("courier.too-large")
    except zstandard.ZstdError:
        raise CourierRefused("courier.damaged") from None
    if not content.endswith(b"\n"):
        raise CourierRefused("courier.damaged")
    lines = bytes(content[:-1]).split(b"\n")
    if max(map(len, lines)) > MOST_LINE_BYTES:
        raise CourierRefused("courier.too-large")
    return lines
