# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps Python's cycle collector on the main thread, because Qt objects must die where they live.

A QObject that a worker thread destroys leaves its timers with the main thread, and the next one
that fires reaches freed memory. By itself Python collects on whichever thread happens to allocate.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_INTERVAL_MS = 1_000


class MainThreadCollector(QObject):
    """Collects cycles on the main thread, as often as Python would have."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Take over; what exists now is here to stay and is not looked at again.

        Nor is it looked at now: a start leaves some hundred objects that nobody needs, and the
        officer would wait for the search.
        """
        gc.freeze()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Give back to Python what was taken over."""
        self._timer.stop()
        gc.enable()
        gc.unfreeze()

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
