# SPDX-License-Identifier: AGPL-3.0-or-later
"""Without a screen: the real window, played by keyboard, and a report of what was seen."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop.app import application, furnish, run
from desktop.demo import eyes
from desktop.demo.centre import found_centre, running_centre
from desktop.demo.day import Day
from desktop.demo.hands import Hands
from desktop.demo.line import Line
from desktop.demo.morning import begin
from desktop.demo.officer import OfficerAtWork
from desktop.demo.report import Report
from desktop.demo.roles import DEFAULT_ROLE, username_of
from desktop.demo.scene import Scene
from desktop.demo.screen import offscreen
from desktop.startup.cli import Options

PROFILES: Final = "profil"
REPORT: Final = "report.json"
_PATIENCE_S: Final = 30.0
_MOST_SEEN: Final = 60


def play(folder: Path, username: str) -> int:
    """Play the demo; return the exit status, 0 only if every step held."""
    os.environ["QT_QPA_PLATFORM"] = offscreen(folder)
    os.environ["TZ"] = "WIB-7"  # where the sample office is
    time.tzset()
    report = Report()
    try:
        with report.step("Found the centre: sample world, official spreadsheet, import"):
            said = found_centre(folder)
        print("\n".join(f"                {line}" for line in said))
        with running_centre(folder) as port, Line(port) as line:
            _play_window(folder, username, report, line, f"http://127.0.0.1:{port}")
    except Exception as error:  # noqa: BLE001 - a step has noted it, or it is the end of the demo
        print(f"The demo has ended: {type(error).__name__}: {error}")
        report.fail(error)
    finally:
        report.write(folder / REPORT)
    print(f"{folder / REPORT}: {'every step held' if report.ok else 'NOT every step held'}")
    return 0 if report.ok else 1


def _play_window(folder: Path, username: str, report: Report, line: Line, centre: str) -> None:
    options = Options(data=folder / PROFILES, server=line.url, language="id", theme="light")
    qt = application([])
    hands = Hands(_PATIENCE_S, lambda: eyes.seen()[:_MOST_SEEN])
    scene = Scene(
        officer=OfficerAtWork(hands),
        hands=hands,
        line=line,
        centre=centre,
        report=report,
        folder=folder,
        pictures=folder,
        username=username,
    )
    failures: list[Exception] = []
    QTimer.singleShot(0, lambda: _play_scene(scene, failures))
    run(qt, furnish(qt, options), options)
    if failures:
        raise failures[0]


def _play_scene(scene: Scene, failures: list[Exception]) -> None:
    """Play within the program's own event loop, and leave it in any case."""
    try:
        cases = begin(scene)
        if scene.username == username_of(DEFAULT_ROLE):
            Day(scene, cases).play()
        scene.do("Quit", lambda: _quit(scene.hands))
    except Exception as error:  # noqa: BLE001 - raised again outside of the event loop
        eyes.take_picture(scene.pictures / "where-it-ended.png")
        failures.append(error)
        QApplication.quit()


def _quit(hands: Hands) -> None:
    hands.press("Ctrl+Q")
    hands.wait(lambda: not eyes.is_there("main-window"), "the window to close")
