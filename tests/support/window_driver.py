# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real program with somebody at its keyboard who gets orders by standard input.

Started as ``python -m tests.support.window_driver ARGUMENTS``, with the arguments of the program.
One JSON object a line comes in and one goes out. Orders are carried out on the main thread by key
events and by looking at the window; the program itself knows nothing of all this.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QMetaObject, QObject, QSocketNotifier, Qt, Slot

from desktop.app import main
from desktop.demo import eyes
from desktop.demo.hands import Hands

_PATIENCE_S: Final = 30.0
_INPUT: Final = 0
_OUTPUT: Final = 1


class Driver(QObject):
    """Carries out orders. It may be made before there is an application."""

    def __init__(self, answers: int) -> None:
        super().__init__()
        self._answers = answers
        self._unread = b""
        self._hands: Hands | None = None
        self._orders: dict[str, Callable[..., Any]] = {
            "press": self._press,
            "type": self._type,
            "wait": self._wait,
            "seen": eyes.seen,
            "rows": eyes.rows,
            "picture": self._picture,
        }

    @Slot()
    def begin(self) -> None:
        """Listen to orders; the event loop has to run."""
        self._hands = Hands(_PATIENCE_S, eyes.seen)
        self._notifier = QSocketNotifier(_INPUT, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_input)

    @Slot()
    def _on_input(self) -> None:
        received = os.read(_INPUT, 65_536)
        if not received:
            self._notifier.setEnabled(False)
            return
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            self._carry_out(json.loads(line))

    def _carry_out(self, order: dict[str, Any]) -> None:
        try:
            answer = {"answer": self._orders[order.pop("order")](**order)}
        except AssertionError as error:
            answer = {"failed": str(error)}
        os.write(self._answers, json.dumps(answer).encode() + b"\n")

    def _press(self, keys: list[str]) -> None:
        self._hand.press(*keys)

    def _type(self, words: str) -> None:
        self._hand.type(words)

    def _wait(self, text: str, part: str, *, gone: bool, keyboard: bool) -> list[str]:
        """Wait until something can be seen, or not any more, or has the keyboard."""

        def so() -> bool:
            if keyboard:
                return eyes.keyboard_is_in(part)
            return eyes.sees(text, part) is not gone

        self._hand.wait(so, f"{text!r} in {part!r} (gone={gone}, keyboard={keyboard})")
        return eyes.seen(part)

    def _picture(self, path: str) -> None:
        eyes.take_picture(Path(path))

    @property
    def _hand(self) -> Hands:
        assert self._hands is not None
        return self._hands


if __name__ == "__main__":
    # Whatever the program prints must not mix with the answers.
    answers = os.dup(_OUTPUT)
    os.dup2(2, _OUTPUT)
    driver = Driver(answers)
    QMetaObject.invokeMethod(driver, "begin", Qt.ConnectionType.QueuedConnection)
    sys.exit(main(sys.argv[1:]))
