# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known about the line to the centre: how much it carries, and how long it takes.

Fed with what each request and its answer took, never with guesses; who measures is the transport.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

_TELLS_BYTES = 2 * 1024
"""Fewer bytes say more about the round trip than about the width of the line."""

_FIRST_PACKET_BYTES = 1_400
"""What comes with the beginning of an answer takes no time after it."""

_WEIGHT = 0.4
"""Of a new measurement against what was known, as factors: some tell a line that has changed, also
where it was a thousand times as fast in the office, of which a sum would keep a quarter."""

_HICCUP = 2.5
"""Good lines stall now and then. What differs by more than this factor is believed as it is when
it was so twice in a row."""

_SHORTEST_S = 0.001
"""What takes less cannot be told from nothing by the clocks there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One request and its answer, as the line carried them.

    Attributes:
        sent_bytes, received_bytes: on the wire, heads included.
        answered_s: from the first byte sent to the first byte of the answer.
        finished_s: from the first byte sent to the last byte of the answer.
    """

    sent_bytes: int
    received_bytes: int
    answered_s: float
    finished_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEstimate:
    """What the line can do; None for what has not been measured yet.

    Attributes:
        up_bytes_per_s, down_bytes_per_s: goodput, what was useful and arrived.
        round_trip_s: from asking for little to the beginning of the answer.
    """

    up_bytes_per_s: float | None = None
    down_bytes_per_s: float | None = None
    round_trip_s: float | None = None

    def up(self, otherwise: float) -> float:
        """Return the goodput towards the centre in bytes per second, or the best guess at it."""
        return self.up_bytes_per_s or self.down_bytes_per_s or otherwise

    def down(self, otherwise: float) -> float:
        """Return the goodput from the centre in bytes per second, or the best guess at it."""
        return self.down_bytes_per_s or self.up_bytes_per_s or otherwise

    def seconds(self, *, up_bytes: float, down_bytes: float, round_trips: int) -> float | None:
        """Return how long an exchange of this size should take; None on an unmeasured line."""
        if self.up_bytes_per_s is None and self.down_bytes_per_s is None:
            return None
        moving = up_bytes / self.up(1.0) + down_bytes / self.down(1.0)
        return moving + round_trips * (self.round_trip_s or 0.0)


class LineMeter:
    """Learns what the line can do, and counts what went over it.

    Args:
        known: what was known when the program ran last.
    """

    def __init__(self, known: LineEstimate | None = None) -> None:
        self.estimate = known or LineEstimate()
        self._up, self._down, self._round_trip = _Follower(), _Follower(), _Follower()
        self.sent_bytes = 0
        self.received_bytes = 0

    def crossed(self, crossing: Crossing) -> None:
        """Take in one answered request."""
        self.sent_bytes += crossing.sent_bytes
        self.received_bytes += crossing.received_bytes
        known = self.estimate
        if crossing.sent_bytes >= _TELLS_BYTES:
            waited_s = crossing.answered_s - (known.round_trip_s or 0.0)
            rate = crossing.sent_bytes / max(waited_s, _SHORTEST_S)
            known = replace(known, up_bytes_per_s=self._up.follow(known.up_bytes_per_s, rate))
        elif known.round_trip_s is None or crossing.received_bytes < _TELLS_BYTES:
            known = replace(
                known, round_trip_s=self._round_trip.follow(known.round_trip_s, crossing.answered_s)
            )
        if crossing.received_bytes >= _TELLS_BYTES:
            reading_s = crossing.finished_s - crossing.answered_s
            rate = (crossing.received_bytes - _FIRST_PACKET_BYTES) / max(reading_s, _SHORTEST_S)
            known = replace(known, down_bytes_per_s=self._down.follow(known.down_bytes_per_s, rate))
        self.estimate = known


class _Follower:
    """Follows one measured number; a single surprise moves it no further than a hiccup may."""

    def __init__(self) -> None:
        self._surprised = 0

    def follow(self, known: float | None, measured: float) -> float:
        """Return the number after another measurement."""
        measured = max(measured, _SHORTEST_S)
        if known is None:
            return measured
        is_near = known / _HICCUP <= measured <= known * _HICCUP
        surprised = 0 if is_near else 1 if measured > known else -1
        if surprised and surprised != self._surprised:
            measured = known * _HICCUP if surprised > 0 else known / _HICCUP
        self._surprised = surprised
        moved: float = known * (measured / known) ** _WEIGHT
        return moved
