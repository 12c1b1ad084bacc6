# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes a failing history small: steps are left out as long as it still fails the same way."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulation.play import Report, kind_of_failure, play
from tests.simulation.steps import Step


def shrunk(report: Report) -> list[Step]:
    """Return fewest steps that break the same invariant (delta debugging, Zeller 1999)."""
    steps, wanted = list(report.steps), kind_of_failure(report.failure)
    size = max(1, len(steps) // 2)
    while True:
        smaller = _without_one_part(report.seed, steps, size, wanted)
        if smaller is not None:
            steps = smaller
            size = min(size, max(1, len(steps) // 2))
        elif size == 1:
            return steps
        else:
            size //= 2


def _without_one_part(
    seed: int, steps: Sequence[Step], size: int, wanted: str
) -> list[Step] | None:
    for start in reversed(range(0, len(steps), size)):
        rest = [*steps[:start], *steps[start + size :]]
        if kind_of_failure(play(seed, rest).failure) == wanted:
            return rest
    return None
