# SPDX-License-Identifier: AGPL-3.0-or-later
"""The crash road: a bug is written down, told, and survived."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.startup.crash import CrashRoad
from tests.support.fake_office import NOW


@pytest.fixture
def road(tmp_path: Path, qapp: object, expected_logs: list[str]) -> Iterator[CrashRoad]:
    """A road that sees every exception."""
    expected_logs.append("Unexpected exception")
    road = CrashRoad(tmp_path / "crashes", "1.2", lambda: NOW)
    before = (sys.excepthook, threading.excepthook)
    road.install()
    yield road
    sys.excepthook, threading.excepthook = before


def fail() -> None:
    """Fail as only a bug can."""
    raise ZeroDivisionError("uji")


def raise_and_hook() -> None:
    """Hand an exception to the hook, as the interpreter does."""
    try:
        fail()
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_a_bug_is_written_and_told(road: CrashRoad, tmp_path: Path, qtbot: QtBot) -> None:
    """The report has version, thread and traceback, on the disk and for the window."""
    with qtbot.waitSignal(road.reported) as told:
        raise_and_hook()
    (file,) = (tmp_path / "crashes").iterdir()
    report = file.read_text(encoding="utf-8")

    assert [report] == told.args
    assert "Tanggap 1.2, Python" in report
    assert "ZeroDivisionError: uji" in report
    assert "MainThread" in report


def test_a_bug_in_another_thread_is_told_here(road: CrashRoad, qtbot: QtBot) -> None:
    """No thread dies silently."""
    with qtbot.waitSignal(road.reported) as told:
        thread = threading.Thread(target=fail, name="pekerja")  # noqa: TID251 - one that dies
        thread.start()
        thread.join()

    assert "pekerja" in (told.args or [""])[0]


def test_a_full_disk_does_not_make_it_worse(
    tmp_path: Path, qtbot: QtBot, expected_logs: list[str]
) -> None:
    """A report that cannot be written is told all the same."""
    expected_logs += ["Unexpected exception", "The crash report could not be written"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    road = CrashRoad(tmp_path / "file", "1.2", lambda: NOW)
    before = (sys.excepthook, threading.excepthook)
    road.install()
    try:
        with qtbot.waitSignal(road.reported):
            raise_and_hook()
    finally:
        sys.excepthook, threading.excepthook = before


def test_ctrl_c_is_no_bug(road: CrashRoad, tmp_path: Path, qtbot: QtBot) -> None:
    """Whoever stops the program wants no report."""
    with qtbot.assertNotEmitted(road.reported):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert not (tmp_path / "crashes").exists()
