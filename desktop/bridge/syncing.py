# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sync thread: runs the engine when it wants to run, and brings its news to the main thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Slot

from desktop.bridge.signals import emits
from sync.cases.changes import ChangeSet
from sync.engine.status import SyncStatus
from sync.errors import TanggapError
from sync.services.triggers import Triggers

_log = logging.getLogger(__name__)

_PAUSE_AFTER_FAILURE_S = 60.0


class SyncWork(Protocol):
    """What the thread does; `sync.services.syncing.Synchronizer` is one.

    All of it but `cancel` is called on the sync thread only, so it needs no locks.
    """

    def status(self) -> SyncStatus:
        """Return how things stand, without touching the network."""

    def run_once(
        self,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        cancelled: Callable[[], bool],
    ) -> object:
        """Exchange with the centre until there is nothing left to exchange, or it fails.

        Raises:
            StoreUnavailable: this computer cannot keep what came.
        """

    def tend(self, on_change: Callable[[ChangeSet], None]) -> bool:
        """Do a small part of what needs no network; say whether more of it is left.

        Raises:
            StoreUnavailable: this computer cannot do it now.
        """

    def next_wait_s(self) -> float:
        """Return how long to wait before the next attempt, in seconds."""

    def nudge(self) -> None:
        """Take note that there is something to send."""

    def try_now(self) -> None:
        """Forget any pause: the officer asked."""

    def network_came_back(self) -> None:
        """Forget any pause after a failure, unless the officer wants nothing to happen."""

    def cancel(self) -> None:
        """End a running exchange, from another thread."""


class _Trigger(Enum):
    NUDGE = auto()
    TRY_NOW = auto()
    NETWORK_CAME_BACK = auto()
    LINE_CHANGED = auto()
    STOP = auto()


class SyncController(QObject):
    """Runs sync on a thread of its own. Lives on the main thread.

    Signals:
        status_changed: where things stand.
        synced: what a committed step of the exchange has changed.
        failed: what came cannot be kept, or the engine has a bug; it is tried again after a pause.
    """

    status_changed = emits(SyncStatus)
    synced = emits(ChangeSet)
    failed = emits(Exception)

    _status_sent = emits(SyncStatus)
    _change_sent = emits(ChangeSet)
    _failure_sent = emits(Exception)

    def __init__(self, work: SyncWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._triggers: Triggers[_Trigger] = Triggers()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        queued = Qt.ConnectionType.QueuedConnection
        self._status_sent.connect(self._on_status, queued)
        self._change_sent.connect(self._on_change, queued)
        self._failure_sent.connect(self._on_failure, queued)

    def start(self) -> None:
        """Begin; the first attempt comes when the engine wants it."""
        self._thread.start()

    def nudge(self) -> None:
        """Say that there is something to send."""
        self._triggers.put(_Trigger.NUDGE)

    def try_now(self) -> None:
        """Try at once, whatever pause is on."""
        self._triggers.put(_Trigger.TRY_NOW)

    @Slot()
    def network_came_back(self) -> None:
        """Try at once, unless the officer wants nothing to happen."""
        self._triggers.put(_Trigger.NETWORK_CAME_BACK)

    def woke(self) -> None:
        """Say that the computer slept: what was under way is dead, and would be waited for."""
        self._work.cancel()
        self.network_came_back()

    def line_changed(self) -> None:
        """Say that the line may be used in another way; the thread looks again what to wait for."""
        self._triggers.put(_Trigger.LINE_CHANGED)

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Ask the thread to end and wait for it; return whether it did in time.

        A thread that hangs in a system call is left behind: every step of it is durable, so the
        end of the process cannot hurt what it does.
        """
        self._stopping.set()
        self._triggers.put(_Trigger.STOP)
        self._work.cancel()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        self._status_sent.emit(self._work.status())
        pause_s, has_more = 0.0, True
        while not self._stopping.is_set():
            due_in_s = max(pause_s, self._work.next_wait_s())
            trigger = self._triggers.next(0.0 if has_more else due_in_s)
            match trigger:
                case _Trigger.NUDGE:
                    self._work.nudge()
                case _Trigger.TRY_NOW:
                    pause_s = 0.0
                    self._work.try_now()
                case _Trigger.NETWORK_CAME_BACK:
                    self._work.network_came_back()
                case _Trigger.LINE_CHANGED:
                    self._status_sent.emit(self._work.status())
                case _Trigger.STOP:
                    return
                case None if has_more and due_in_s > 0:
                    has_more = self._tend()
                case None:
                    pause_s, has_more = self._attempt(), True

    def _attempt(self) -> float:
        """Run one exchange; return how long to pause because it could not be run, in seconds."""
        try:
            self._work.run_once(
                self._change_sent.emit, self._status_sent.emit, self._stopping.is_set
            )
        except Exception as error:  # noqa: BLE001 - handed on, not swallowed
            if not isinstance(error, TanggapError):
                _log.exception("Sync failed unexpectedly")
            self._failure_sent.emit(error)
            return _PAUSE_AFTER_FAILURE_S
        return 0.0

    def _tend(self) -> bool:
        """Do a part of what the files need between two exchanges; say whether to go on."""
        try:
            return self._work.tend(self._change_sent.emit)
        except Exception:  # noqa: BLE001 - there is a next time, after the next exchange
            _log.exception("The files could not be tended")
            return False

    @Slot(object)
    def _on_status(self, status: SyncStatus) -> None:
        if not self._stopping.is_set():
            self.status_changed.emit(status)

    @Slot(object)
    def _on_change(self, changes: ChangeSet) -> None:
        if not self._stopping.is_set():
            self.synced.emit(changes)

    @Slot(object)
    def _on_failure(self, error: Exception) -> None:
        if not self._stopping.is_set():
            self.failed.emit(error)
