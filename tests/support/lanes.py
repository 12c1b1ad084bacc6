# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lanes without threads, for tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

from desktop.bridge.lanes import outcome_of

T = TypeVar("T")


class InlineLane:
    """Does the work and reports before `run` returns."""

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
        owner: QObject,
    ) -> None:
        """Do it now."""
        deliver = outcome_of(work, on_done, on_failed)
        if isValid(owner):
            deliver()


class HeldLane:
    """Keeps the work until the test asks for it, to look at the state in between."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._inline = InlineLane()

    def __len__(self) -> int:
        """Return how many pieces of work are waiting."""
        return len(self._waiting)

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
        owner: QObject,
    ) -> None:
        """Put it into the queue."""
        self._waiting.append(partial(self._inline.run, work, on_done, on_failed, owner))

    def run_next(self) -> None:
        """Do the oldest piece of work and report."""
        self._waiting.popleft()()

    def run_all(self) -> None:
        """Do everything, also what is added on the way."""
        while self._waiting:
            self.run_next()
