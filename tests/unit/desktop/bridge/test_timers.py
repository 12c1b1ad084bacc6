# SPDX-License-Identifier: AGPL-3.0-or-later
"""Debounce, throttle and the minute tick."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.bridge.timers import Debounce, MinuteTick, Throttle, WakeWatch
from sync.engine.waking import SleepWatch


def test_debounce_fires_once_for_many_pokes(qtbot: QtBot) -> None:
    """Typing several letters starts one search."""
    debounce = Debounce(5)
    fired: list[bool] = []
    debounce.fired.connect(lambda: fired.append(debounce.is_waiting))

    with qtbot.waitSignal(debounce.fired):
        for _ in range(3):
            debounce.poke()

    assert [False] == fired


def test_debounce_fires_at_once_when_told(qtbot: QtBot) -> None:
    """Return does not wait for the pause, and the pause does not fire a second time."""
    debounce = Debounce(60_000)
    debounce.poke()

    with qtbot.waitSignal(debounce.fired):
        debounce.fire()

    assert not debounce.is_waiting


def test_debounce_forgets_when_cancelled(qtbot: QtBot) -> None:
    """Escape takes the search back."""
    debounce = Debounce(60_000)
    debounce.poke()
    debounce.cancel()

    assert not debounce.is_waiting


def test_throttle_fires_first_and_last(qtbot: QtBot) -> None:
    """A burst of changes is counted at its start and once after it."""
    throttle = Throttle(20)
    fired: list[int] = []
    throttle.fired.connect(lambda: fired.append(len(fired)))
    for _ in range(5):
        throttle.poke()
    assert [0] == fired

    qtbot.waitUntil(lambda: len(fired) > 1)

    assert [0, 1] == fired


def test_minute_tick_can_be_driven(qtbot: QtBot) -> None:
    """A test lets a minute pass without waiting for it."""
    tick = MinuteTick()
    with qtbot.waitSignal(tick.ticked):
        tick.tick()


def test_a_look_that_comes_much_too_late_means_that_the_computer_slept() -> None:
    """Once for each sleep, whatever year it wakes up in; not for a main thread that was busy."""
    now = [1_000_000]
    watch = WakeWatch(SleepWatch(lambda: now[0]))
    woken: list[int] = []
    watch.woken.connect(lambda: woken.append(now[0]))
    for later in (2_000, 9_000, 3_600_000, 2_000, -3_600_000, 2_000):
        now[0] += later
        watch.look()
    assert [1_000_000 + 3_611_000, 1_000_000 + 13_000] == woken
