# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real program with somebody at its keyboard who gets orders by standard input.

Started as ``python -m tests.support.window_driver ARGUMENTS``, with the arguments of the program.
One order comes in as a line of JSON, a list of its name and its details; one answer goes out.
Orders are carried out on the main thread by key events and by looking at the window; the program
itself knows nothing of all this.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QMetaObject, QObject, QSocketNotifier, Qt, Slot

from desktop import app
from desktop.demo import eyes
from desktop.demo.hands import Hands
from desktop.demo.officer import OfficerAtWork
from desktop.demo.show import show

_PATIENCE_S: Final = 30.0
_MOST_SEEN: Final = 60
_INPUT: Final = 0
_OUTPUT: Final = 1


class Driver(QObject):
    """Carries out orders. It may be made before there is an application."""

    def __init__(self, answers: int) -> None:
        super().__init__()
        self._answers = answers
        self._unread = b""
        self._ahead_ms = 0
        self._orders: dict[str, Callable[..., Any]] = {}

    def now(self) -> int:
        """Return what the clock of this computer says, UTC milliseconds."""
        return time.time_ns() // 1_000_000 + self._ahead_ms

    @Slot()
    def begin(self) -> None:
        """Listen to orders; the event loop has to run."""
        hands = Hands(_PATIENCE_S, lambda: eyes.seen()[:_MOST_SEEN])
        officer = OfficerAtWork(hands)
        gestures = (name for name in vars(OfficerAtWork) if not name.startswith("_"))
        self._orders = {
            "press": hands.press,
            "type": hands.type,
            "seen": eyes.seen,
            "rows": eyes.rows,
            "keyboard_is_in": eyes.keyboard_is_in,
            "sleep": self._sleep,
            "picture": lambda path: eyes.take_picture(Path(path)),
            **{name: getattr(officer, name) for name in gestures},
        }
        self._notifier = QSocketNotifier(_INPUT, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_input)

    def _sleep(self, hours: int) -> None:
        """Wake up so many hours later: nothing went on meanwhile but the clock."""
        self._ahead_ms += hours * 3_600_000

    @Slot()
    def _on_input(self) -> None:
        received = os.read(_INPUT, 65_536)
        if not received:
            self._notifier.setEnabled(False)
            return
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            self._carry_out(*json.loads(line))

    def _carry_out(self, order: str, *details: Any) -> None:
        try:
            answer = {"answer": self._orders[order](*details)}
        except AssertionError as error:
            answer = {"failed": str(error)}
        os.write(self._answers, json.dumps(answer).encode() + b"\n")


def run(arguments: list[str]) -> int:
    """Run the program, or with ``demo FOLDER USERNAME`` the demo as it is with a screen."""
    if arguments[:1] == ["demo"]:
        return show(Path(arguments[1]), arguments[2])
    return app.main(arguments)


def main() -> int:
    """Be the program whose keyboard and screen are somebody else's."""
    # Whatever the program prints must not mix with the answers.
    answers = os.dup(_OUTPUT)
    os.dup2(2, _OUTPUT)
    driver = Driver(answers)
    app._now = driver.now  # noqa: SLF001 - its clock is ours
    QMetaObject.invokeMethod(driver, "begin", Qt.ConnectionType.QueuedConnection)
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
