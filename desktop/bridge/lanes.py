# SPDX-License-Identifier: AGPL-3.0-or-later
"""Threads for work that must not hold up the window; results come home to the main thread.

Only values may come out of a lane. Nothing else in the program creates a thread, except its
neighbours `syncing`, `listening` and `patience`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Slot
from shiboken6 import isValid

from desktop.bridge.signals import emits
from sync.errors import TanggapError

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Lane(Protocol):
    """Where a presenter has its work done."""

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
        owner: QObject,
    ) -> None:
        """Do `work` elsewhere, in the order of the calls, and report on the main thread.

        Exactly one of the callbacks is called, unless `owner` has died or the lane was closed
        meanwhile; then none is.
        """


class _Parcel:
    """One result on its way to the main thread."""

    __slots__ = ("deliver", "owner")

    def __init__(self, owner: QObject, deliver: Callable[[], object]) -> None:
        self.owner = owner
        self.deliver = deliver


class ThreadLane(QObject):
    """A lane of one or more threads.

    With one thread (`db`) calls are done strictly in order; with two (`io`) they may overtake each
    other. Lives on the main thread.
    """

    _sent = emits(_Parcel)

    def __init__(self, name: str, *, threads: int = 1, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)
        self._closed = False
        # Queued also when a lane's callback starts new work: a callback never runs inside another.
        self._sent.connect(self._on_sent, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
        owner: QObject,
    ) -> None:
        """See `Lane.run`; work handed in after `close` is dropped."""
        if not self._closed:
            self._pool.submit(self._work, work, on_done, on_failed, owner)

    def close(self) -> None:
        """Finish what was handed in, without reporting it, and end the threads."""
        self._closed = True
        self._pool.shutdown(wait=True)

    def _work(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
        owner: QObject,
    ) -> None:
        self._sent.emit(_Parcel(owner, outcome_of(work, on_done, on_failed)))

    @Slot(object)
    def _on_sent(self, parcel: _Parcel) -> None:
        if not self._closed and isValid(parcel.owner):
            parcel.deliver()


def outcome_of(
    work: Callable[[], T],
    on_done: Callable[[T], object],
    on_failed: Callable[[Exception], object],
) -> Callable[[], object]:
    """Do the work now; return the callback to call, with its argument filled in.

    One of the two places that catch every exception: what is no `TanggapError` is a bug, so it is
    logged with its traceback before it goes the way of all failures.
    """
    try:
        result = work()
    except Exception as error:  # noqa: BLE001 - handed on, not swallowed
        if not isinstance(error, TanggapError):
            _log.exception("Work in a lane failed unexpectedly")
        return partial(on_failed, error)
    return partial(on_done, result)
