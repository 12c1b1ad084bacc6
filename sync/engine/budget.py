# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may use the line now, and how much of it: pure rules, asked before every piece.

Words come first, whoever wrote them; files come in pieces between them. The officer chooses how
much the line may be used, or lets the measured goodput choose.
"""

from __future__ import annotations

from enum import StrEnum

from sync.engine.line import LineEstimate

SMALLEST_PIECE_BYTES = 4 * 1024
LARGEST_PIECE_BYTES = 1024 * 1024
_UNMEASURED_BYTES_PER_S = 8_000.0
"""64 kbit/s, the poorest line that we promise to work well on."""

_WORTH_S = 8
"""A piece should take about this long: a drop costs no more than that (sync study 2.3)."""

_LEAN_BELOW = 32_000.0
_TEXT_BELOW = 2_000.0
"""Goodput in bytes per second below which a line is spared: 256 and 16 kbit/s."""

_CLEARLY = 1.5
"""By how much a limit must be passed before the mode changes back: lines wobble."""

_FAST = 256_000.0
"""From here on (2 Mbit/s) what nobody waits for does not wait for the night."""

_NIGHT = range(20, 24), range(6)
"""Hours of the office's day in which nobody waits for a page."""


class LineMode(StrEnum):
    """How much of the line may be used."""

    FULL = "full"
    """Listens for news, fetches ahead."""
    LEAN = "lean"
    """Looks now and then; files only for those who ask, and by night."""
    TEXT_ONLY = "text"
    """Words only, and rarely unasked."""
    OFF = "off"
    """Nothing, unless the officer asks: the line is dear, or a courier is the line."""


class Errand(StrEnum):
    """What a file's bytes are wanted for, most urgent first."""

    OPENED = "opened"
    """The officer has opened it and waits."""
    UPLOAD = "upload"
    """The officer's own: evidence that belongs to words already sent."""
    THUMBNAIL = "thumbnail"
    """A small picture of something in a case that is shown."""
    AHEAD = "ahead"
    """An original that is fetched in case it is wanted: pinned, or due soon."""


_ASKED_FOR = frozenset({Errand.OPENED, Errand.UPLOAD})
"""What somebody has opened, or attached to words of theirs."""

_ERRANDS = {
    LineMode.FULL: frozenset(Errand) - {Errand.AHEAD},
    LineMode.LEAN: frozenset({Errand.OPENED, Errand.UPLOAD}),
    LineMode.TEXT_ONLY: frozenset({Errand.OPENED}),
    LineMode.OFF: frozenset[Errand](),
}
_ERRANDS_AT_NIGHT = {
    LineMode.FULL: frozenset(Errand),
    LineMode.LEAN: frozenset(Errand),
    LineMode.TEXT_ONLY: frozenset({Errand.OPENED}),
    LineMode.OFF: frozenset[Errand](),
}


def allowance(
    errand: Errand,
    mode: LineMode,
    line: LineEstimate,
    *,
    words_wait: bool,
    at_night: bool,
    metered: bool = False,
) -> int:
    """Return how many bytes of a file may move now in one piece; 0 for not now.

    Ask again before each piece.

    Args:
        words_wait: commands, or changes, are still to be exchanged. They are small and go first;
            only for what the officer has opened and waits for the line is shared.
        at_night: see :func:`is_night`.
        metered: what is carried costs somebody money; only what an officer has asked for moves.
    """
    if metered and errand not in _ASKED_FOR:
        return 0
    allowed = (_ERRANDS_AT_NIGHT if at_night else _ERRANDS)[mode]
    fast_enough = mode is LineMode.FULL and line.down(0.0) >= _FAST
    if errand not in allowed and not (errand is Errand.AHEAD and fast_enough):
        return 0
    if words_wait and errand is not Errand.OPENED:
        return 0
    goodput = line.up if errand is Errand.UPLOAD else line.down
    fitting = int(goodput(_UNMEASURED_BYTES_PER_S) * _WORTH_S)
    return min(max(fitting, SMALLEST_PIECE_BYTES), LARGEST_PIECE_BYTES)


def is_night(hour: int) -> bool:
    """Return whether nobody should be waiting at this hour of the office's day, 0 to 23."""
    return any(hour in hours for hours in _NIGHT)


def mode_for(line: LineEstimate, before: LineMode) -> LineMode:
    """Return the mode that the measured goodput suggests; never ``OFF``.

    Args:
        before: the mode until now; it is kept while the line is near a limit.
    """
    goodput = line.down(0.0)
    if not goodput:
        return LineMode.FULL
    text_below, lean_below = _TEXT_BELOW, _LEAN_BELOW
    if before is LineMode.TEXT_ONLY:
        text_below *= _CLEARLY
    if before in {LineMode.TEXT_ONLY, LineMode.LEAN}:
        lean_below *= _CLEARLY
    if goodput < text_below:
        return LineMode.TEXT_ONLY
    return LineMode.LEAN if goodput < lean_below else LineMode.FULL
