# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long to wait after failures: truncated exponential with jitter; it never gives up."""

from __future__ import annotations

SHORTEST_S = 2.0
LONGEST_S = 15 * 60.0
"""Bounds of every wait (sync study 2.4)."""

_ENOUGH_DOUBLINGS = 16
"""Beyond it the longest wait is reached for certain; keeps powers of two small."""


def wait_s(failures: int, jitter: float) -> float:
    """Return the seconds to wait after this many failures in a row.

    Args:
        failures: at least 1.
        jitter: from 0 up to 1, drawn anew each time, so that a region whose line comes back does
            not knock all at once. It spreads the wait over the upper half of its range.
    """
    doublings = min(failures - 1, _ENOUGH_DOUBLINGS)
    most = min(LONGEST_S, 2 * SHORTEST_S * 2.0**doublings)
    return most / 2 + jitter * most / 2


def is_paused(until: int, now: int, longest_s: float = LONGEST_S) -> bool:
    """Return whether a pause goes on, by a clock that may have been set meanwhile.

    Args:
        until, now: UTC milliseconds. An end further away than any pause is long was told by a
            clock that was wrong.
    """
    return 0 < until - now <= longest_s * 1000
