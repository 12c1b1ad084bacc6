# SPDX-License-Identifier: AGPL-3.0-or-later
"""Noticing that the computer slept: a look comes much later than it was due.

No timer, and no time-out of a socket, goes on while it sleeps; what was open is dead then.
"""

from __future__ import annotations

from collections.abc import Callable

LOOK_EVERY_S = 1.0
_SLEPT_MS = 20_000


class SleepWatch:
    """Compares one look with the next.

    A clock that was set looks like sleep, forward or back: a computer whose battery is flat wakes
    up in another year. To take that for sleep does no harm.

    Args:
        clock: UTC milliseconds, by a clock that goes on while the computer sleeps.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._looked_at = clock()

    def begin(self) -> None:
        """Look from now on; nobody has looked for a while."""
        self._looked_at = self._clock()

    def has_slept(self) -> bool:
        """Return whether it slept since the last look; to be asked every ``LOOK_EVERY_S``."""
        before, self._looked_at = self._looked_at, self._clock()
        return abs(self._looked_at - before) > _SLEPT_MS
