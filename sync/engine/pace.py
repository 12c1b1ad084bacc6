# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much to send and to ask for at once, so that a drop costs some seconds of work at most.

Sizes are those of the messages as JSON, which is what both ends can count; the time they take has
compression, the round trip and the centre's work in it.
"""

from __future__ import annotations

from collections.abc import Sized

from sync.engine.line import LineEstimate

SMALLEST_BYTES = 4 * 1024
"""Little enough to come through a line that drops after every few kilobytes."""
LARGEST_BYTES = 4 * 1024 * 1024
FIRST_BYTES = 64 * 1024
BESIDE_VERDICTS_BYTES = 64 * 1024
"""Beside verdicts no more than this: a shorter answer brings them sooner and is cut less often.
"""

_WORTH_MS = 8_000
"""A batch or page should take about this long on the line there is (sync study 2.3)."""

_STEEP = 4
_GENTLE = 1.25
_UNTIL_TRUSTED = 8
"""After a drop so many batches must pass before the size may grow steeply again: a line that drops
after so many bytes would otherwise be tried in vain again and again."""


class Batch:
    """The size for one direction.

    Args:
        goodput: bytes per second that the line carried when the program ran last; None for not
            known. It may be another line by now: a quick one is believed as much as one quick
            batch, a slow one at once.
    """

    def __init__(self, goodput: float | None = None) -> None:
        self.max_bytes = FIRST_BYTES
        self._has_passed = False
        self._distrust = 0
        if goodput is not None:
            self._set(min(int(goodput * _WORTH_MS / 1000), FIRST_BYTES * _STEEP))

    def passed(self, size_bytes: int, elapsed_ms: int) -> None:
        """So much came through within this time.

        One batch changes the size by no more than a factor of four, for a clock may be set and a
        line may hiccup.
        """
        self._has_passed = True
        growth = _GENTLE if self._distrust else _STEEP
        self._distrust = max(0, self._distrust - 1)
        fitting = size_bytes * _WORTH_MS // max(1, elapsed_ms)
        self._set(min(max(fitting, self.max_bytes // _STEEP), int(self.max_bytes * growth)))

    def broken(self) -> None:
        """It broke on its way: lose less next time, and much less where nothing ever passed."""
        self._distrust = _UNTIL_TRUSTED
        self._set(self.max_bytes // (2 if self._has_passed else _STEEP))

    def _set(self, size: int) -> None:
        self.max_bytes = min(max(size, SMALLEST_BYTES), LARGEST_BYTES)


class Pace:
    """The sizes that follow the measured goodput, up and down.

    Args:
        known: what the line could do when the program ran last.
    """

    def __init__(self, known: LineEstimate | None = None) -> None:
        known = known or LineEstimate()
        self.up = Batch(known.up_bytes_per_s)
        self.down = Batch(known.down_bytes_per_s)
        self.pieces = Batch(known.down_bytes_per_s)

    def beside(self, commands: Sized) -> int:
        """Return how much to ask for in an exchange that carries these commands."""
        most = self.down.max_bytes
        return min(most, BESIDE_VERDICTS_BYTES) if commands else most

    def full_page(self, elapsed_ms: int) -> None:
        """A page as large as was asked for came within this time."""
        self.down.passed(self.down.max_bytes, elapsed_ms)

    def piece(self, size_bytes: int, elapsed_ms: int) -> None:
        """So much of a first load, compressed as it is, came within this time."""
        if size_bytes > self.pieces.max_bytes // 2:
            self.pieces.passed(size_bytes, elapsed_ms)

    def delivered(self, size_bytes: int, elapsed_ms: int) -> None:
        """Commands of this size got their verdicts within this time."""
        if size_bytes > self.up.max_bytes // 2:  # a few words say nothing about a large batch
            self.up.passed(size_bytes, elapsed_ms)

    def broken(self, commands: Sized) -> None:
        """An exchange that carried these commands broke on its way."""
        if commands:
            self.up.broken()
        self.down.broken()
