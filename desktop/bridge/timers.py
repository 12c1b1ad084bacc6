# SPDX-License-Identifier: AGPL-3.0-or-later
"""All waiting of the window: debounce, throttle, and the tick of the clock."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtCore import Qt as QtNames

from desktop.bridge.signals import emits


class Debounce(QObject):
    """Fires once, when it has not been poked for a while; for what follows typing.

    Signals:
        fired: the pokes have stopped.
    """

    fired = emits()

    def __init__(self, delay_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(self.fire)

    @property
    def is_waiting(self) -> bool:
        """Whether a poke has not been answered yet."""
        return self._timer.isActive()

    def poke(self) -> None:
        """Start waiting, or wait anew."""
        self._timer.start()

    @Slot()
    def fire(self) -> None:
        """Fire at once instead of waiting on."""
        self._timer.stop()
        self.fired.emit()

    def cancel(self) -> None:
        """Forget the pokes."""
        self._timer.stop()


class Throttle(QObject):
    """Fires at once, then at most once per interval; for counters that change in bursts.

    Signals:
        fired: at least one poke came since the last time.
    """

    fired = emits()

    def __init__(self, interval_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._missed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._on_timeout)

    def poke(self) -> None:
        """Fire now, or when the interval is over."""
        if self._timer.isActive():
            self._missed = True
        else:
            self._timer.start()
            self.fired.emit()

    @Slot()
    def _on_timeout(self) -> None:
        if self._missed:
            self._missed = False
            self._timer.start()
            self.fired.emit()


class MinuteTick(QObject):
    """The passing of time, for "2 minutes ago"; tests call `tick` themselves.

    Signals:
        ticked: a minute has passed.
    """

    ticked = emits()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(QtNames.TimerType.VeryCoarseTimer)
        self._timer.setInterval(60_000)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin to tick."""
        self._timer.start()

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    @Slot()
    def tick(self) -> None:
        """Say that a minute has passed."""
        self.ticked.emit()


class WakeWatch(QObject):
    """Notices that the computer slept: a look comes much later than it was due.

    No timer, and no time-out of a socket, goes on while it sleeps; what was open is dead then.

    Signals:
        woken: it has slept, or its clock was set, which does no harm.

    Args:
        clock: UTC milliseconds.
    """

    woken = emits()

    _EVERY_MS = 2_000
    _SLEPT_MS = 20_000

    def __init__(self, clock: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._looked_at = clock()
        self._timer = QTimer(self)
        self._timer.setTimerType(QtNames.TimerType.VeryCoarseTimer)
        self._timer.setInterval(self._EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to look."""
        self._looked_at = self._clock()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Look at the clock."""
        before, self._looked_at = self._looked_at, self._clock()
        if self._looked_at - before > self._SLEPT_MS:
            self.woken.emit()
