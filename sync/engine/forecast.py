# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much is still to be exchanged, and how long that will take: said before and meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from sync.engine.line import LineEstimate

_PACKED = 0.45
"""What is left of an officer's words on the wire: zstd on letters of some hundred words."""

_HEADS_BYTES = 450
"""Of a request and its answer, token and cursor included."""

_CASE_BYTES = 420
"""Of a case with its history on the wire, until this load has shown what is true of it."""

_NEWS_BYTES = 250
"""Likewise of what is new about a case that is here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is still to come.

    Attributes:
        bytes: on the wire, both ways.
        cases: that the centre has news about, as far as it said so.
        seconds: how long it will take; None on a line that was never measured.
    """

    bytes: int
    cases: int
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What the centre still has for this device.

    Attributes:
        cases: whole ones of a first load, or those with news.
        whole: they are whole.
    """

    cases: int = 0
    whole: bool = False


class Forecaster:
    """Follows one run of exchanges."""

    def __init__(self) -> None:
        self._coming = Coming()
        self._begun: tuple[int, int] | None = None
        self._case_bytes: float | None = None

    def told(self, coming: Coming, received_bytes: int) -> None:
        """Take in what is still to come, and how many bytes the line has brought ever."""
        goes_on = coming.whole is self._coming.whole and coming.cases <= self._coming.cases
        self._coming = coming
        if self._begun is None or not goes_on or not coming.cases:
            self._begun, self._case_bytes = (coming.cases, received_bytes), None
            return
        cases, received = self._begun
        if coming.cases < cases and received_bytes > received:
            self._case_bytes = (received_bytes - received) / (cases - coming.cases)

    def forecast(self, line: LineEstimate, *, queued_bytes: int) -> Forecast | None:
        """Return what is still to come, None for nothing that is known of.

        Args:
            queued_bytes: of the commands that wait, as JSON.
        """
        cases = self._coming.cases
        if not queued_bytes and not cases:
            return None
        up = queued_bytes * _PACKED + _HEADS_BYTES
        a_case = self._case_bytes or (_CASE_BYTES if self._coming.whole else _NEWS_BYTES)
        down = cases * a_case
        seconds = line.seconds(up_bytes=up, down_bytes=down, round_trips=1)
        return Forecast(bytes=round(up + down), cases=cases, seconds=seconds)
