# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a device's clock is good for: to say when work was done, and nothing else (study 2.8)."""

from __future__ import annotations

SKEW_LIMIT_MS = 5 * 60_000
"""From here on a clock is so wrong that people are told."""


def plausible(claimed: int, *, not_before: int, now: int) -> int:
    """Return when something was done: what a device claims, or the nearest instant that can be.

    Args:
        claimed: the device's word, UTC milliseconds.
        not_before: when the device had nothing to deliver, by the centre's clock.
        now: when the centre received it.
    """
    return min(max(claimed, not_before), now)
