# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sealed copy follows every change, one writing at a time, and survives a disk that refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from typing_extensions import override

from desktop.bridge.changes import ChangeBus
from desktop.bridge.copies import CopyKeeper
from desktop.bridge.lanes import Lane
from sync.cases.changes import ChangeSet
from sync.errors import StoreUnavailable

T = TypeVar("T")


class _Sealing:
    def __init__(self) -> None:
        self.writings = 0
        self.refuses = False

    def write(self) -> bool:
        self.writings += 1
        if self.refuses:
            raise StoreUnavailable("store.disk-full")
        return True


class _SlowLane(Lane):
    """Does its work when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], object]] = []

    @override
    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
        owner: QObject,
    ) -> None:
        def deliver() -> None:
            try:
                result = work()
            except StoreUnavailable as error:
                on_failed(error)
            else:
                on_done(result)

        self.waiting.append(deliver)

    def catch_up(self) -> None:
        waiting, self.waiting = self.waiting, []
        for deliver in waiting:
            deliver()


def test_a_change_is_sealed_soon_and_bursts_once(qtbot: QtBot) -> None:
    sealing, lane, bus = _Sealing(), _SlowLane(), ChangeBus()
    keeper = CopyKeeper(sealing, lane, bus)
    qtbot.waitUntil(lambda: len(lane.waiting) == 1)  # at the start, whatever is there
    lane.catch_up()
    for _ in range(5):
        bus.announce(ChangeSet(outbox=True))
    bus.announce(ChangeSet(reference=True))
    qtbot.waitUntil(lambda: len(lane.waiting) == 1)
    lane.catch_up()
    assert sealing.writings == 2
    assert keeper is not None


def test_what_changes_while_it_is_written_is_written_after(qtbot: QtBot) -> None:
    sealing, lane, bus = _Sealing(), _SlowLane(), ChangeBus()
    keeper = CopyKeeper(sealing, lane, bus)
    qtbot.waitUntil(lambda: len(lane.waiting) == 1)
    bus.announce(ChangeSet(drafts=True))
    with qtbot.waitSignal(keeper._wait.fired):  # noqa: SLF001 - the end of the wait
        pass
    assert len(lane.waiting) == 1
    lane.catch_up()
    qtbot.waitUntil(lambda: len(lane.waiting) == 1)


def test_a_disk_that_refuses_is_tried_again(qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("The sealed copy could not be written")
    sealing, lane, bus = _Sealing(), _SlowLane(), ChangeBus()
    keeper = CopyKeeper(sealing, lane, bus)
    sealing.refuses = True
    qtbot.waitUntil(lambda: len(lane.waiting) == 1)
    lane.catch_up()
    sealing.refuses = False
    bus.announce(ChangeSet(outbox=True))
    qtbot.waitUntil(lambda: len(lane.waiting) == 1)
    lane.catch_up()
    assert sealing.writings == 2
    assert keeper is not None
