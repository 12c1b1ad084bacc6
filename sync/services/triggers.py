# SPDX-License-Identifier: AGPL-3.0-or-later
"""What wakes a thread that otherwise waits for its time."""

from __future__ import annotations

import math
import queue
from typing import Generic, TypeVar

T = TypeVar("T")


class Triggers(Generic[T]):
    """Given by any thread, taken by one."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[T] = queue.SimpleQueue()

    def put(self, trigger: T) -> None:
        """Wake the thread."""
        self._queue.put(trigger)

    def next(self, wait_s: float) -> T | None:
        """Return the next one, or None when none came within so many seconds.

        Args:
            wait_s: infinite to wait for one whatever happens; 0 or less not to wait at all.
        """
        try:
            if wait_s <= 0:
                return self._queue.get_nowait()
            return self._queue.get(timeout=None if math.isinf(wait_s) else wait_s)
        except queue.Empty:
            return None
