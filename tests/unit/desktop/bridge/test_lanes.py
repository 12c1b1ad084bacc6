# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lanes do work on their thread and report on the main one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.bridge.lanes import ThreadLane
from sync.errors import Refused
from tests.support.lanes import HeldLane, InlineLane


@pytest.fixture
def lane(qapp: object) -> Iterator[ThreadLane]:
    """A lane with one thread."""
    lane = ThreadLane("db")
    yield lane
    lane.close()


def test_work_runs_elsewhere_and_reports_here(lane: ThreadLane, qtbot: QtBot) -> None:
    """The work is done on the lane's thread, the result is delivered on the main one."""
    threads: list[str] = []
    lane.run(
        lambda: threading.current_thread().name,
        lambda worker: threads.extend([worker, threading.current_thread().name]),
        lambda error: threads.append(str(error)),
        lane,
    )

    qtbot.waitUntil(lambda: len(threads) == 2)

    assert ["db_0", "MainThread"] == threads


def test_results_keep_the_order_of_the_calls(lane: ThreadLane, qtbot: QtBot) -> None:
    """A lane with one thread reports in the order in which it was asked."""
    arrived: list[object] = []
    for number in range(50):
        lane.run(partial(int, number), arrived.append, arrived.append, lane)

    qtbot.waitUntil(lambda: len(arrived) == 50)

    assert list(range(50)) == arrived


def test_a_failure_arrives_untouched(lane: ThreadLane, qtbot: QtBot) -> None:
    """The very exception of the work is handed to the one who asked."""
    refused = Refused("refused.status")
    failures: list[object] = []

    def work() -> str:
        raise refused

    lane.run(work, failures.append, failures.append, lane)
    qtbot.waitUntil(lambda: bool(failures))

    assert failures[0] is refused


def test_a_bug_is_logged_and_reported(
    lane: ThreadLane, qtbot: QtBot, expected_logs: list[str]
) -> None:
    """An unexpected exception leaves a traceback in the log and still reaches its owner."""
    expected_logs.append("Work in a lane failed unexpectedly")
    failures: list[object] = []
    lane.run(lambda: 1 // 0, failures.append, failures.append, lane)

    qtbot.waitUntil(lambda: bool(failures))

    assert isinstance(failures[0], ZeroDivisionError)


def test_a_dead_owner_hears_nothing(lane: ThreadLane, qtbot: QtBot) -> None:
    """Results for a pane that was closed meanwhile are dropped."""
    owner = QObject()
    heard: list[object] = []
    gate = threading.Event()
    lane.run(lambda: gate.wait(10), lambda _: heard.append("dead"), heard.append, owner)
    lane.run(lambda: "", lambda _: heard.append("alive"), heard.append, lane)
    delete(owner)
    gate.set()

    qtbot.waitUntil(lambda: bool(heard))

    assert ["alive"] == heard


def test_close_finishes_what_was_begun(qapp: object) -> None:
    """Work handed in before closing is done, work after it is not; neither is reported."""
    lane = ThreadLane("db")
    done: list[str] = []
    reports: list[object] = []
    lane.run(lambda: done.append("before"), reports.append, reports.append, lane)
    lane.close()
    lane.run(lambda: done.append("after"), reports.append, reports.append, lane)

    assert (["before"], []) == (done, reports)


@pytest.mark.parametrize("lane", [InlineLane(), HeldLane()], ids=["inline", "held"])
def test_stand_ins_report_like_a_lane(lane: InlineLane | HeldLane, qapp: object) -> None:
    """The lanes of the tests call exactly one callback, as the real one does."""
    owner = QObject()
    done: list[object] = []
    failed: list[object] = []
    error = Refused("refused.role")

    def refuse() -> int:
        raise error

    lane.run(lambda: 7, done.append, failed.append, owner)
    lane.run(refuse, done.append, failed.append, owner)
    if isinstance(lane, HeldLane):
        assert 2 == len(lane)
        lane.run_all()

    assert ([7], [error]) == (done, failed)
