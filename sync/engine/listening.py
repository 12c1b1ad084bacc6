# SPDX-License-Identifier: AGPL-3.0-or-later
"""When to listen for announcements of the centre, and when to give it up; owns no line.

Announcements only say that there is something: whatever is lost, doubled or never comes, the
exchanges that happen anyway make good. So this machine may give up at any time.
"""

from __future__ import annotations

from collections.abc import Callable

from sync.engine.backoff import LONGEST_S, wait_s
from sync.errors import SyncError, SyncErrorKind

HEARTBEAT_S = 20.0
PATIENCE_S = 2 * HEARTBEAT_S + 5.0
"""Two missed heartbeats mean that the other end is gone (sync study 2.7)."""

SHORT_S = 5.0
SHORT_STREAMS = 3
"""So many streams in a row that ended within this time, or never said a thing, mean that something
on the way holds answers back until they are complete."""

GIVEN_UP_S = 30 * 60.0
"""Then we only ask, and try to listen again after this long: computers are carried about."""

_HANGS_TOGETHER_S = 5.0
"""A centre that restarts loses everybody at once; they come back spread over this time."""

_BREAKS_ALONE_S = 1.0
"""A stream that broke, rather than ended, is mostly one's own line: news should go on at once."""

_NEVER_BEGAN = frozenset({SyncErrorKind.MALFORMED, SyncErrorKind.UNANSWERED})
"""Something else answered, or nothing did: a proxy that waits for the end of an answer before it
hands on the beginning. If it was the line that broke, its return is noticed by the exchange."""

_NEEDS_SOMEBODY = frozenset({SyncErrorKind.REVOKED, SyncErrorKind.VERSION})


class Listening:
    """Says in how many seconds the next stream is to be opened.

    Args:
        clock: seconds that never run backwards.
        random: a number from 0 up to 1.
    """

    def __init__(self, clock: Callable[[], float], random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._due = clock()
        self._failures = 0
        self._short = 0
        self._held_back = False
        self._opened_at: float | None = None
        self._spoke = False

    @property
    def is_live(self) -> bool:
        """Whether a stream is open and has said something: news come by themselves."""
        return self._opened_at is not None and self._spoke

    @property
    def is_held_back(self) -> bool:
        """Whether something on the way keeps announcements for itself, so that we only ask."""
        return self._held_back

    def next_wait_s(self) -> float:
        """Return the seconds until the next stream is to be opened; 0 when it is due."""
        return min(max(0.0, self._due - self._clock()), GIVEN_UP_S)

    def try_now(self) -> None:
        """A person, or a network that came back, asks: what was given up is tried again."""
        self._failures = self._short = 0
        self._held_back = False
        self._due = self._clock()

    def opened(self) -> None:
        """The centre has begun to answer; it has not said anything yet."""
        self._opened_at = self._clock()
        self._spoke = False

    def heard(self) -> None:
        """The centre said something."""
        self._spoke = True

    def ended(self, failure: SyncError | None = None) -> None:
        """The stream is over, or was never opened."""
        now = self._clock()
        opened_at, self._opened_at = self._opened_at, None
        lived_s = 0.0 if opened_at is None else now - opened_at
        if opened_at is not None and self._spoke and lived_s >= SHORT_S:
            self._failures = self._short = 0
            self._held_back = False
            spread_s = _HANGS_TOGETHER_S if failure is None else _BREAKS_ALONE_S
            self._due = now + self._random() * spread_s
            return
        self._failures += 1
        held_back = failure is not None and failure.kind in _NEVER_BEGAN
        if opened_at is not None or held_back:
            self._short += 1
        self._due = now + self._pause_s(failure)

    def _pause_s(self, failure: SyncError | None) -> float:
        if self._short >= SHORT_STREAMS:
            self._short = 0
            self._held_back = True
            return GIVEN_UP_S
        if failure is not None and failure.kind in _NEEDS_SOMEBODY:
            return LONGEST_S
        asked_s = failure.retry_after_s if failure is not None else None
        return min(max(wait_s(self._failures, self._random()), asked_s or 0.0), LONGEST_S)
