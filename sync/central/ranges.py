# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which part of some content a request asks for: Range and If-Range (RFC 9110, section 14)."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class NotSatisfiable(ValueError):
    """The range lies behind the end of the content (416)."""


def requested(wanted: str, only_if: str, *, tag: str, size: int) -> range | None:
    """Return the bytes that a request asks for; None where it gets all of them.

    Several ranges at once, other units and nonsense are passed over, as the RFC allows.

    Args:
        wanted: the value of ``Range``, empty if absent.
        only_if: the value of ``If-Range``; with another content than that, all of it is sent.
        tag: the content's ETag, with its quotes.
        size: of the content, in bytes.

    Raises:
        NotSatisfiable: nothing of it is there.
    """
    found = _ONE_RANGE.fullmatch(wanted.strip().replace(" ", ""))
    if found is None or (only_if and only_if.strip() != tag):
        return None
    first, last = found.groups()
    if not first:
        if not last:
            return None
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
    if start >= stop:
        raise NotSatisfiable(wanted)
    return range(start, stop)


def content_range(part: range, size: int) -> str:
    """Return the value of ``Content-Range`` for a part."""
    return f"bytes {part.start}-{part.stop - 1}/{size}"
