# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exchanging with the centre until there is nothing more to say. Blocking; has its own thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync.cases.changes import ChangeSet
from sync.engine.loop import SyncLoop
from sync.engine.status import SyncStatus
from sync.errors import SyncErrorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one run.

    Attributes:
        exchanges: round trips that were answered.
        settled: commands that the centre decided.
        failure: why it ended early; None when everything was said.
    """

    status: SyncStatus
    exchanges: int = 0
    settled: int = 0
    failure: SyncErrorKind | None = None


class Synchronizer:
    """Runs exchanges for one desk; one thread at a time."""

    def __init__(self, loop: SyncLoop) -> None:
        self._loop = loop

    def status(self) -> SyncStatus:
        """Return how things stand now, without touching the network."""
        raise NotImplementedError

    def run_once(
        self,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        cancelled: Callable[[], bool],
    ) -> Outcome:
        """Exchange until nothing is left to send or fetch, or until something fails.

        Failures of the exchange are in the outcome, not raised. ``on_change`` is called after
        every committed page, ``on_status`` whenever what may be shown has changed.

        Raises:
            StoreUnavailable: this computer cannot keep what came.
        """
        raise NotImplementedError

    def next_wait_s(self) -> float:
        """Return in how many seconds :meth:`run_once` should be called again; 0 for now."""
        raise NotImplementedError

    def nudge(self) -> None:
        """Say that there is something to send."""
        raise NotImplementedError

    def try_now(self) -> None:
        """Say that the officer, or a network that came back, asks for an attempt at once."""
        raise NotImplementedError

    def cancel(self) -> None:
        """End a running exchange from another thread by closing its connection."""
        raise NotImplementedError
