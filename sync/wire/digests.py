# SPDX-License-Identifier: AGPL-3.0-or-later
"""What both ends compute of the cases they hold, to find out whether they hold the same.

Cases are spread over 256 buckets. Versions are summed over all of them, which costs little;
contents over some of them, which costs as much as sending these. Sums are modulo 2^64 of hashes,
so they do not depend on any order and change with every case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sync.wire import codec
from sync.wire.messages import AttachmentRecord, CaseRecord, EventRecord

BUCKETS = 256
FORM = tuple(len(kind.__struct_fields__) for kind in (CaseRecord, EventRecord, AttachmentRecord))
"""Two ends whose records have other fields do not compare contents."""

_MODULUS = 1 << 64


def bucket_of(case_id: int) -> int:
    """Return where a case is counted."""
    return case_id % BUCKETS


def version_sums(versions: Iterable[tuple[int, int]]) -> list[int]:
    """Return the sum of each bucket over (case, version)."""
    sums = [0] * BUCKETS
    for case_id, v in versions:
        sums[bucket_of(case_id)] += _hash(b"%d/%d" % (case_id, v))
    return [one % _MODULUS for one in sums]


def total(sums: Iterable[int]) -> int:
    """Return the sum of sums."""
    return sum(sums) % _MODULUS


def groups(first: int, width: int, count: int) -> list[range]:
    """Return which buckets are summed together: so many groups, from a first bucket on."""
    first, width = max(first, 0), min(max(width, 1), BUCKETS)
    last = min(BUCKETS, first + width * count)
    return [range(at, min(at + width, last)) for at in range(first, last, width)]


def content_sums(hashes: Iterable[tuple[int, int]], over: Sequence[range]) -> list[int]:
    """Return the sum over (case, content) of each group of buckets."""
    sums = [0] * BUCKETS
    for case_id, content in hashes:
        sums[bucket_of(case_id)] += content
    return [total(sums[group.start : group.stop]) for group in over]


def content_hash(head: CaseRecord, events: Sequence[EventRecord]) -> int:
    """Return the hash of a case as its officer sees it, with its facts in order."""
    return _hash(codec.encode((head, events)))


def _hash(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest())
