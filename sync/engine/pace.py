# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much to ask for at once, so that a drop of the line costs some seconds of work at most."""

from __future__ import annotations

from collections.abc import Sized

SMALLEST_BYTES = 16 * 1024
LARGEST_BYTES = 4 * 1024 * 1024
FIRST_BYTES = 64 * 1024
BESIDE_VERDICTS_BYTES = 4 * 1024
"""A short answer brings verdicts sooner and is cut less often; what else is new comes after it."""

_WORTH_MS = 8_000
"""A page should take about this long on the line there is (sync study 2.3)."""


class Pace:
    """The page size that follows the measured goodput."""

    def __init__(self) -> None:
        self.max_bytes = FIRST_BYTES

    def beside(self, commands: Sized) -> int:
        """Return how much to ask for in an exchange that carries these commands."""
        return BESIDE_VERDICTS_BYTES if commands else self.max_bytes

    def full_page(self, elapsed_ms: int) -> None:
        """A page as large as was asked for came within this time.

        One page changes the size by no more than a factor of four, for a clock may be set and a
        line may hiccup.
        """
        fitting = self.max_bytes * _WORTH_MS // max(1, elapsed_ms)
        self._set(min(max(fitting, self.max_bytes // 4), self.max_bytes * 4))

    def broken(self) -> None:
        """An exchange broke on its way: lose less next time."""
        self._set(self.max_bytes // 2)

    def _set(self, size: int) -> None:
        self.max_bytes = min(max(size, SMALLEST_BYTES), LARGEST_BYTES)
