# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cuts cases into segments: compressed pieces of a first load that many devices fetch alike.

Where one ends depends on the cases themselves: after some hundred cases at the first whose id has
a certain remainder. So a case that changes alters its own segment, and those behind it keep their
names; a device in the middle of a load has most of a newer snapshot already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import zstandard

from sync.central.veil import Veil
from sync.wire import codec
from sync.wire.messages import CaseRecord, EventRecord

Told = tuple[CaseRecord, Sequence[EventRecord]]
"""A case as the centre has it, with its facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """How large segments are, and from which size of a scope on they are worth it.

    Attributes:
        smallest_scope: with fewer cases a first load goes by pages.
        lazily: up to so many cases a snapshot is made when a device asks; larger ones are made
            by ``tanggap-central snapshots`` only, for a request must not take minutes.
        first: cases in the first segment, which makes the queue usable.
        fewest, spread, most: cases in the others: at least, on average beyond that, at most.
        most_bytes: of JSON in one.
        level: of zstd; a segment is packed once and fetched often.
    """

    smallest_scope: int = 1_000
    lazily: int = 150_000
    first: int = 192
    fewest: int = 1_000
    spread: int = 1_024
    most: int = 4_000
    most_bytes: int = 4 * 1024 * 1024
    level: int = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One piece."""

    case_ids: tuple[int, ...]
    content: bytes

    @property
    def sha256(self) -> str:
        """Return its name."""
        return hashlib.sha256(self.content).hexdigest()


def cut(told: Iterable[Told], veil: Veil, cutting: Cutting) -> Iterator[Cut]:
    """Yield the segments of these cases, in their order, as an officer may see them."""
    piece = _Piece(veil, cutting)
    at_least = cutting.first
    for head, events in told:
        piece.add(head, events)
        count = len(piece.case_ids)
        is_border = count >= cutting.fewest and head.id % cutting.spread == 0
        if at_least and count >= at_least:
            is_border, at_least = True, 0
        if is_border or count >= cutting.most or piece.size >= cutting.most_bytes:
            yield piece.finish()
            piece = _Piece(veil, cutting)
    if piece.case_ids:
        yield piece.finish()


def one(told: Iterable[Told], veil: Veil, cutting: Cutting) -> Cut:
    """Return these cases as one segment."""
    piece = _Piece(veil, cutting)
    for head, events in told:
        piece.add(head, events)
    return piece.finish()


class _Piece:
    """A segment in the making."""

    def __init__(self, veil: Veil, cutting: Cutting) -> None:
        self.case_ids: list[int] = []
        self.size = 0
        self._veil = veil
        self._level = cutting.level
        self._cases: list[msgspec.Raw] = []
        self._events: list[msgspec.Raw] = []

    def add(self, head: CaseRecord, events: Sequence[EventRecord]) -> None:
        record = codec.encode(self._veil.case(head))
        facts = [codec.encode(self._veil.event(head, event)) for event in events]
        self.case_ids.append(head.id)
        self.size += len(record) + sum(map(len, facts))
        self._cases.append(msgspec.Raw(record))
        self._events += map(msgspec.Raw, facts)

    def finish(self) -> Cut:
        body = codec.encode({"cases": self._cases, "events": self._events})
        packed = zstandard.ZstdCompressor(level=self._level).compress(body)
        return Cut(case_ids=tuple(self.case_ids), content=packed)
