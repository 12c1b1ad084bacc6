# SPDX-License-Identifier: AGPL-3.0-or-later
"""A clock on the wall of a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Tells what it is told to tell."""

    read: Callable[[], int]
    verified: bool = True

    def now(self) -> int:
        """Return the time, UTC milliseconds."""
        return self.read()

    def is_verified(self) -> bool:
        """Return whether the test says that it is sure."""
        return self.verified
