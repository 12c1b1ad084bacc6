# SPDX-License-Identifier: AGPL-3.0-or-later
"""The officer at the keyboard: presses keys, types, and waits until something can be seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QWindow
from PySide6.QtTest import QTest

_LOOK_AGAIN_MS = 15
_ROUNDS = 5
"""A new size asks for a layout, which gives new sizes to what is inside, and so on."""


class TooLate(AssertionError):
    """What had to happen did not happen in time."""


class Hands:
    """Keys go to the window that has the keyboard, as they do when somebody types.

    Args:
        patience_s: how long anything may take.
        look: describes what can be seen, for the message when something took longer.
    """

    def __init__(self, patience_s: float, look: Callable[[], object]) -> None:
        self._patience_ms = int(patience_s * 1000)
        self._look = look
        self._loop = QEventLoop()
        self._ticks = QTimer()
        self._ticks.setInterval(_LOOK_AGAIN_MS)

    def press(self, *sequences: str) -> None:
        """Press key combinations one after the other, by their portable names: ``Ctrl+K``."""
        for sequence in sequences:
            QTest.keySequence(self.window(), QKeySequence.fromString(sequence))

    def type(self, words: str) -> None:
        """Type words of ASCII, key by key."""
        window = self.window()
        for character in words.encode("ascii"):
            QTest.keyClick(window, character)

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Let the program work until a condition holds.

        Raises:
            TooLate: it does not; says what was waited for and what can be seen instead.
        """
        deadline = QDeadlineTimer(self._patience_ms)
        self._ticks.start()
        try:
            while not condition():
                if deadline.hasExpired():
                    raise TooLate(f"waited for {what}; there is {self._look()}")
                self._loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        finally:
            self._ticks.stop()

    def settle(self) -> None:
        """Let the program lay out and paint what it has just been told."""
        for _ in range(_ROUNDS):
            self._loop.processEvents()

    def window(self) -> QWindow:
        """Return the window that has the keyboard, once there is one."""
        self.wait(_focused, "a window with the keyboard")
        return QGuiApplication.focusWindow()


def _focused() -> bool:
    """Return whether a window has the keyboard, and do what window managers do if none has.

    Without a screen nobody gives it back when a dialog closes.
    """
    if QGuiApplication.focusWindow() is not None:
        return True
    for window in QGuiApplication.topLevelWindows():
        if window.isVisible():
            window.requestActivate()
    return False
