# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the demo is played: who is at the keyboard, and where it is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.demo import eyes
from desktop.demo.hands import Hands
from desktop.demo.line import Line
from desktop.demo.officer import OfficerAtWork, is_at_rest
from desktop.demo.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What every part of the play needs.

    Attributes:
        centre: the centre's address past the line, for everybody else.
        folder: of the demo; the centre's data are in it.
        pictures: where pictures go.
        username: who is at the keyboard.
    """

    officer: OfficerAtWork
    hands: Hands
    line: Line
    centre: str
    report: Report
    folder: Path
    pictures: Path
    username: str

    def do(self, what: str, work: Callable[[], object]) -> None:
        """Do one step and write down how it went.

        Raises:
            TooLate: what had to be seen afterwards was not.
        """
        with self.report.step(what):
            work()

    def picture(self, name: str) -> None:
        """Take a picture of what can be seen now; named by what it shows."""
        path = self.pictures / f"{len(self.report.pictures) + 1:02d}-{name}.png"
        self.hands.wait(is_at_rest, "a list that is all there")
        self.hands.settle()
        eyes.take_picture(path)
        self.report.pictures.append(path.name)
