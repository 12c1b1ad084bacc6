# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much is still to be exchanged, and how long that will take: said before and meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from sync.engine.line import LineEstimate
from sync.wire.messages import Progress

_PACKED = 0.45
"""What is left of an officer's words on the wire: zstd on letters of some hundred words."""

_HEADS_BYTES = 450
"""Of a request and its answer, token and cursor included."""

_CASE_BYTES = 420
"""Of a case with its history on the wire, until this load has shown what is true of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is still to come.

    Attributes:
        bytes: on the wire, both ways.
        seconds: how long it will take; None on a line that was never measured.
    """

    bytes: int
    seconds: float | None


class Forecaster:
    """Follows one run of exchanges."""

    def __init__(self) -> None:
        self._begun: tuple[int, int] | None = None
        self._case_bytes: float = _CASE_BYTES

    def progressed(self, progress: Progress | None, received_bytes: int) -> None:
        """Take in how far a load is, and how many bytes the line has brought since it exists."""
        if progress is None:
            self._begun = None
            return
        if self._begun is None or progress.done < self._begun[0]:
            self._begun = (progress.done, received_bytes)
            return
        done, received = self._begun
        if progress.done > done and received_bytes > received:
            self._case_bytes = (received_bytes - received) / (progress.done - done)

    def forecast(
        self, line: LineEstimate, *, queued_bytes: int, progress: Progress | None
    ) -> Forecast | None:
        """Return what is still to come, None for nothing that is known of.

        Args:
            queued_bytes: of the commands that wait, as JSON.
        """
        cases = 0 if progress is None else max(0, progress.total - progress.done)
        if not queued_bytes and not cases:
            return None
        up = queued_bytes * _PACKED + _HEADS_BYTES
        down = cases * self._case_bytes
        seconds = line.seconds(up_bytes=up, down_bytes=down, round_trips=1)
        return Forecast(bytes=round(up + down), seconds=seconds)
