# SPDX-License-Identifier: AGPL-3.0-or-later
"""One page of an answer, filled case by case up to the size the device asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from sync.central.veil import Veil
from sync.wire import codec
from sync.wire.as_sent import shortened
from sync.wire.messages import CaseRecord, CommandRecord, EventRecord, LeaveRecord

LARGEST = 4 * 1024 * 1024


class Page:
    """What a device gets in one answer, already veiled.

    Records are encoded once, here: their size is that of the JSON. One case always fits, so that
    no case can be too large to travel; departures are a few bytes each and always fit.

    Attributes:
        told: cases that are on it, or whose departure is.
        as_sent: what facts leave out, for the device has just said it; see ``SyncReply``.

    Args:
        said: the commands whose words need not come back.
    """

    def __init__(
        self, veil: Veil, max_bytes: int, said: Mapping[str, CommandRecord] | None = None
    ) -> None:
        self.cases: list[msgspec.Raw] = []
        self.events: list[msgspec.Raw] = []
        self.left: list[LeaveRecord] = []
        self.told = 0
        self.as_sent: dict[str, list[int]] = {}
        self._veil = veil
        self._said = said or {}
        self._room = min(max_bytes, LARGEST)

    @property
    def room(self) -> int:
        """Return how many bytes are left."""
        return self._room

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing on it."""
        return not (self.cases or self.events or self.left)

    def add_case(self, head: CaseRecord, events: Sequence[EventRecord]) -> bool:
        """Put a case with its events on the page, or return False when it is full."""
        record = codec.encode(self._veil.case(head))
        facts = [self._fact(head, event) for event in events]
        size = len(record) + sum(len(fact) for fact, _ in facts)
        if size > self._room and (self.cases or self.events):
            return False
        self._room -= size
        self.told += 1
        self.cases.append(msgspec.Raw(record))
        self._add(facts)
        return True

    def add_facts(self, head: CaseRecord, events: Sequence[EventRecord]) -> bool:
        """Put facts of a case that the device has on the page, or return False when it is full."""
        facts = [self._fact(head, event) for event in events]
        size = sum(len(fact) for fact, _ in facts)
        if size > self._room and self.events:
            return False
        self._room -= size
        self.told += 1
        self._add(facts)
        return True

    def add_leave(self, leave: LeaveRecord) -> None:
        """Tell of a departure."""
        self._room -= 64
        self.told += 1
        self.left.append(leave)

    def _fact(self, head: CaseRecord, event: EventRecord) -> tuple[bytes, list[str]]:
        """Return a fact as it is told, and what it leaves out."""
        fact = self._veil.event(head, event)
        if fact.command_id not in self._said:
            return codec.encode(fact), []
        # Members that come from the database as they go to the wire are read first.
        fact = codec.decode(codec.encode(fact), EventRecord)
        short, left_out = shortened(fact, self._said)
        return codec.encode(short), left_out

    def _add(self, facts: Sequence[tuple[bytes, list[str]]]) -> None:
        for fact, left_out in facts:
            for name in left_out:
                self.as_sent.setdefault(name, []).append(len(self.events))
            self.events.append(msgspec.Raw(fact))
