# SPDX-License-Identifier: AGPL-3.0-or-later
"""When to exchange next: a state machine without threads, timers or a clock of its own."""

from __future__ import annotations

from collections.abc import Callable

from sync.engine.backoff import LONGEST_S, wait_s
from sync.errors import SyncErrorKind

POLL_S = 60.0
"""Between two looks at a quiet centre; an exchange with nothing new costs 400 bytes."""

NUDGED_RETRY_S = 5.0
"""After a failure new work shortens the wait, but not below this since the last attempt."""

_NEEDS_SOMEBODY = frozenset({SyncErrorKind.AUTH, SyncErrorKind.REVOKED, SyncErrorKind.VERSION})
"""Asking again soon does not help; it is still asked now and then, for somebody may have helped."""


class SyncLoop:
    """Says in how many seconds the next attempt is due. It always is, sooner or later.

    Args:
        clock: seconds that never run backwards.
        random: a number from 0 up to 1.
    """

    def __init__(self, clock: Callable[[], float], random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._failures = 0
        self._due = clock()
        self._last_attempt = clock()
        self._not_before = clock()

    def next_wait_s(self) -> float:
        """Return the seconds until the next attempt; 0 when it is due."""
        return min(max(0.0, self._due - self._clock()), LONGEST_S)

    def nudge(self) -> None:
        """There is something to send: at once when all is well, a little sooner when not."""
        now = self._clock()
        soon = now if not self._failures else max(now, self._last_attempt + NUDGED_RETRY_S)
        self._due = min(self._due, max(soon, self._not_before))

    def try_now(self) -> None:
        """A person, or a network that came back, asks: at once, and patience starts anew."""
        self._failures = 0
        self._not_before = self._due = self._clock()

    def answered(self) -> None:
        """A step of an attempt was answered: whatever fails after it fails for the first time.

        Or a line that drops every half minute would be waited for longer and longer, although
        each attempt brings something.
        """
        self._failures = 0

    def succeeded(self, *, more: bool, poll_s: float = POLL_S) -> None:
        """An attempt was answered.

        Args:
            more: there is more to fetch right now.
            poll_s: when to look again otherwise.
        """
        self._failures = 0
        self._last_attempt = self._not_before = now = self._clock()
        self._due = now if more else now + poll_s * (0.9 + 0.2 * self._random())

    def again_in(self, wait_s: float) -> None:
        """Files wait for another attempt, sooner than words would."""
        self._due = min(self._due, max(self._clock() + wait_s, self._not_before))

    def failed(self, kind: SyncErrorKind, retry_after_s: float | None = None) -> None:
        """An attempt failed; ``retry_after_s`` is what the centre asked for, if it did."""
        self._failures += 1
        self._last_attempt = self._not_before = now = self._clock()
        wait = LONGEST_S if kind in _NEEDS_SOMEBODY else wait_s(self._failures, self._random())
        if retry_after_s is not None:
            asked = min(max(0.0, retry_after_s), LONGEST_S)
            wait = max(wait, asked)
            self._not_before = now + asked
        if kind in _NEEDS_SOMEBODY:
            self._not_before = now + wait
        self._due = now + wait
