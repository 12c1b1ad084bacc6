# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sync thread runs the engine when the engine wants, and brings its news home."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot
from typing_extensions import override

from desktop.bridge.syncing import SyncController
from sync.cases.changes import ChangeSet
from sync.engine.status import LinkState, SyncStatus

PATIENCE_S = 30.0


class ScriptedWork:
    """An engine that runs once when nudged or told to, and reports one change."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.wait_s = math.inf
        self.parts = 0
        self.cancelled = threading.Event()

    def status(self) -> SyncStatus:
        """Say that nothing has happened yet."""
        return SyncStatus()

    def cancel(self) -> None:
        """End a running exchange."""
        self.cancelled.set()

    def run_once(
        self,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Report what an exchange would."""
        self.calls.append(threading.current_thread().name)
        self.wait_s = math.inf
        on_status(SyncStatus(link=LinkState.ONLINE))
        on_change(ChangeSet(many=True))

    def tend(self, on_change: Callable[[ChangeSet], None]) -> bool:
        """Do as many parts as the test says."""
        if self.parts:
            self.parts -= 1
            self.calls.append("tend")
            on_change(ChangeSet(words=True))
        return self.parts > 0

    def next_wait_s(self) -> float:
        """Wait as the last trigger said."""
        return self.wait_s

    def nudge(self) -> None:
        """Run soon."""
        self.calls.append("nudge")
        self.wait_s = 0.0

    def try_now(self) -> None:
        """Run at once."""
        self.calls.append("try-now")
        self.wait_s = 0.0

    def network_came_back(self) -> None:
        """Run at once."""
        self.calls.append("network-came-back")
        self.wait_s = 0.0


class BrokenWork(ScriptedWork):
    """An engine with a bug."""

    @override
    def run_once(
        self,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Fail as only a bug can."""
        self.calls.append("crash")
        raise ZeroDivisionError


class HangingWork(ScriptedWork):
    """An engine in the middle of an exchange that only `cancel` can end."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()

    @override
    def run_once(
        self,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Go on until cancelled."""
        self.wait_s = math.inf
        self.entered.set()
        self.cancelled.wait()


@pytest.fixture
def work() -> ScriptedWork:
    """An engine that waits for a trigger."""
    return ScriptedWork()


@pytest.fixture
def controller(work: ScriptedWork, qapp: object) -> Iterator[SyncController]:
    """A running controller."""
    controller = SyncController(work)
    controller.start()
    yield controller
    assert controller.stop()


def test_a_nudge_makes_it_run_and_news_arrive(
    controller: SyncController, work: ScriptedWork, qtbot: QtBot
) -> None:
    """A nudge starts an exchange on the sync thread; status and changes arrive here."""
    news: list[object] = []
    controller.status_changed.connect(news.append)
    controller.synced.connect(news.append)

    controller.nudge()
    qtbot.waitUntil(lambda: ChangeSet(many=True) in news)

    assert ["nudge", "sync"] == work.calls
    assert [SyncStatus(link=LinkState.ONLINE), ChangeSet(many=True)] == news[-2:]


def test_the_files_are_tended_between_exchanges_as_long_as_there_is_something(
    controller: SyncController, work: ScriptedWork, qtbot: QtBot
) -> None:
    """Part by part, after an exchange; none of it keeps the next exchange waiting."""
    work.parts = 3
    controller.nudge()
    qtbot.waitUntil(lambda: work.calls.count("tend") == 3)
    controller.nudge()
    qtbot.waitUntil(lambda: work.calls.count("sync") == 2)
    assert ["nudge", "sync", "tend", "tend", "tend", "nudge", "sync"] == work.calls


def test_an_exchange_that_the_computer_slept_through_is_not_waited_for(qtbot: QtBot) -> None:
    """Its line is dead; another one is opened at once."""
    work = HangingWork()
    controller = SyncController(work)
    controller.start()
    controller.try_now()
    assert work.entered.wait(PATIENCE_S)
    controller.woke()
    qtbot.waitUntil(lambda: "network-came-back" in work.calls)
    assert work.cancelled.is_set()
    assert controller.stop()


def test_the_state_is_known_before_the_first_exchange(work: ScriptedWork, qtbot: QtBot) -> None:
    """The window need not wait for the network to say how things stand."""
    controller = SyncController(work)
    with qtbot.waitSignal(controller.status_changed) as heard:
        controller.start()

    assert controller.stop()
    assert [SyncStatus()] == heard.args


def test_try_now_is_passed_on(controller: SyncController, work: ScriptedWork, qtbot: QtBot) -> None:
    """The officer's wish reaches the engine, which then runs."""
    with qtbot.waitSignal(controller.synced):
        controller.try_now()

    assert ["try-now", "sync"] == work.calls


def test_a_bug_is_reported_and_does_not_spin(qtbot: QtBot, expected_logs: list[str]) -> None:
    """After an unexpected failure the thread pauses, and still obeys the officer."""
    expected_logs.append("Sync failed unexpectedly")
    work = BrokenWork()
    controller = SyncController(work)
    controller.start()
    for _ in range(2):
        with qtbot.waitSignal(controller.failed):
            controller.try_now()
        work.wait_s = 0.0

    assert controller.stop()
    assert ["try-now", "crash", "try-now", "crash"] == work.calls


def test_stop_cancels_a_running_exchange(qtbot: QtBot) -> None:
    """Quitting does not wait for the network."""
    work = HangingWork()
    controller = SyncController(work)
    controller.start()
    controller.try_now()
    assert work.entered.wait(10)

    assert controller.stop(10)


def test_a_network_that_came_back_is_passed_on(
    controller: SyncController, work: ScriptedWork, qtbot: QtBot
) -> None:
    """As something else than the officer's wish."""
    with qtbot.waitSignal(controller.synced):
        controller.network_came_back()
    assert ["network-came-back", "sync"] == work.calls
