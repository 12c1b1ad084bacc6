# SPDX-License-Identifier: AGPL-3.0-or-later
"""The listening thread: waits for the centre to say that there is something."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from sync.services.triggers import Triggers

_log = logging.getLogger(__name__)

_PAUSE_AFTER_FAILURE_S = 60.0


class ListeningWork(Protocol):
    """What the thread does; `sync.services.listening.Listener` is one."""

    def next_wait_s(self) -> float | None:
        """Return in how many seconds to listen; None for not until somebody changes the mode."""

    def listen(self, on_news: Callable[[], None], cancelled: Callable[[], bool]) -> None:
        """Listen until the stream ends."""

    def try_now(self) -> None:
        """Listen at once, whatever pause is on."""

    def cancel(self) -> None:
        """End a running stream, from another thread."""


class _Trigger(Enum):
    LOOK_AGAIN = auto()
    TRY_NOW = auto()
    STOP = auto()


class ListenController:
    """Listens on a thread of its own.

    Args:
        on_news: called on that thread; must return at once.
    """

    def __init__(self, work: ListeningWork, on_news: Callable[[], None]) -> None:
        self._work = work
        self._on_news = on_news
        self._triggers: Triggers[_Trigger] = Triggers()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listen", daemon=True)

    def start(self) -> None:
        """Begin to listen, when the engine wants it."""
        self._thread.start()

    def network_came_back(self) -> None:
        """Listen at once, and anew: a stream of the network that was there before is dead."""
        self.try_now()
        self._work.cancel()

    def try_now(self) -> None:
        """Listen at once, whatever pause is on."""
        self._triggers.put(_Trigger.TRY_NOW)

    def mode_changed(self) -> None:
        """Look again whether to listen at all; a stream that is not wanted any more ends."""
        self._triggers.put(_Trigger.LOOK_AGAIN)
        if self._work.next_wait_s() is None:
            self._work.cancel()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Ask the thread to end and wait for it; return whether it did in time."""
        self._stopping.set()
        self._triggers.put(_Trigger.STOP)
        self._work.cancel()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                wait_s = self._work.next_wait_s()
                trigger = self._triggers.next(math.inf if wait_s is None else wait_s)
                if trigger is _Trigger.TRY_NOW:
                    self._work.try_now()
                elif trigger is None:
                    self._work.listen(self._on_news, self._stopping.is_set)
            except Exception:  # noqa: BLE001 - or nothing would be announced any more
                _log.exception("Listening failed unexpectedly")
                self._stopping.wait(_PAUSE_AFTER_FAILURE_S)
