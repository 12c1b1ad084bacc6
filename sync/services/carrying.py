# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files between the words: asks what the line allows, and how long to wait after a failure."""

from __future__ import annotations

from collections.abc import Callable
from random import SystemRandom
from typing import Final, Protocol

from sync.engine.backoff import is_paused, wait_s
from sync.engine.budget import Errand
from sync.engine.exchange import Tokens
from sync.engine.files import FileExchange, FileStep
from sync.services.line_use import LineUse
from sync.store.local import LocalStore
from sync.transports.http import HttpService
from sync.transports.tus import TusFiles
from sync.wire.service import SyncService

_SOONER: Final = 4
_TIDY_EVERY_MS: Final = 60 * 60_000


class Carrying:
    """Moves files for one desk, piece by piece, in the thread of the exchange.

    Args:
        clock: UTC milliseconds.
        random: a number from 0 up to 1.
    """

    def __init__(
        self,
        store: LocalStore,
        exchange: FileExchange,
        line: LineUse,
        clock: Callable[[], int],
        random: Callable[[], float],
    ) -> None:
        self._store = store
        self._exchange = exchange
        self._line = line
        self._clock = clock
        self._random = random
        self._failures = 0
        self._has_moved = False
        self._not_before = 0
        self._tidied_at = 0

    def step(self) -> FileStep | None:
        """Move one piece; None when nothing may or need move now.

        After a failure of the line nothing moves for a while, so that words are not held up by
        files that break it.

        Raises:
            StoreError: this computer cannot remember.
        """
        now = self._clock()
        self._tidy_now_and_then(now)
        if is_paused(self._not_before, now):
            return None
        step = self._exchange.step(self._allowed)
        if step is not None and step.failure is not None:
            self._failures += 1
            pause_s = wait_s(self._failures, self._random())
            if self._has_moved:  # a line that just carried something is mostly back at once
                pause_s /= _SOONER
            # by the clock as it is now: the attempt itself may have taken long
            self._not_before = self._clock() + int(1000 * pause_s)
            self._has_moved = False
        else:
            self._failures = 0
            self._has_moved |= step is not None and step.moved_bytes > 0
        return step

    def next_wait_s(self) -> float | None:
        """Return in how many seconds files want another attempt; None for no wish."""
        if not self._failures:
            return None
        return max(0, self._not_before - self._clock()) / 1000

    def _allowed(self, errand: Errand) -> int:
        return self._line.piece_bytes(errand)

    def _tidy_now_and_then(self, now: int) -> None:
        if not 0 <= now - self._tidied_at < _TIDY_EVERY_MS:
            self._tidied_at = now
            self._store.own_files.tidy(now)
            self._store.file_space.tidy()
            self._store.file_cache.sweep()


class NewCarrying(Protocol):
    """Makes what moves files for a desk; None where there is no way for them."""

    def __call__(
        self,
        store: LocalStore,
        service: SyncService,
        tokens: Tokens,
        line: LineUse,
        clock: Callable[[], int],
        /,
    ) -> Carrying | None:
        """Return it for a line."""


def carrying_over_http(
    store: LocalStore,
    service: SyncService,
    tokens: Tokens,
    line: LineUse,
    clock: Callable[[], int],
) -> Carrying | None:
    """Move files over the line of the exchange; a centre in this very process takes none."""
    if not isinstance(service, HttpService):
        return None
    random = SystemRandom().random
    exchange = FileExchange(store.transfers, TusFiles(service), tokens, clock, random)
    return Carrying(store, exchange, line, clock, random)
