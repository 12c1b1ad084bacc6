# SPDX-License-Identifier: AGPL-3.0-or-later
"""All waiting of the window: debounce, throttle, and the tick of the clock."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtCore import Qt as QtNames

from desktop.bridge.signals import emits
from sync.engine.waking import LOOK_EVERY_S, SleepWatch


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
    """Looks whether the computer slept.

    Signals:
        woken: it has.
    """

    woken = emits()

    def __init__(self, watch: SleepWatch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watch = watch
        self._timer = QTimer(self)
        self._timer.setTimerType(QtNames.TimerType.VeryCoarseTimer)
        self._timer.setInterval(round(LOOK_EVERY_S * 1000))
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to look."""
        self._watch.begin()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Look now."""
        if self._watch.has_slept():
            self.woken.emit()
