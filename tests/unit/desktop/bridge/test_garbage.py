# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cycles with Qt objects in them are collected on the main thread and nowhere else."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject

from desktop.bridge.garbage import MainThreadCollector


class Knot(QObject):
    """An object that keeps itself alive."""

    def __init__(self) -> None:
        super().__init__()
        self.self_reference = self


@pytest.fixture
def collector(qapp: object) -> Iterator[MainThreadCollector]:
    """A collector that has taken over."""
    collector = MainThreadCollector()
    collector.start()
    yield collector
    collector.stop()


def leave_a_knot(deaths: list[str]) -> None:
    """Lose an object in a cycle; it will say on which thread it dies."""
    weakref.finalize(Knot(), lambda: deaths.append(threading.current_thread().name))


def allocate() -> list[list[int]]:
    """Make far more containers than Python lets pass without a collection."""
    return [[number] for number in range(50_000)]


def test_a_worker_does_not_collect(collector: MainThreadCollector) -> None:
    """However much a worker allocates, lost Qt objects wait for the main thread."""
    deaths: list[str] = []
    leave_a_knot(deaths)
    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(allocate).result()
    before = list(deaths)
    collector.collect()

    assert ([], ["MainThread"], 50_000) == (before, deaths, len(kept))


def test_stopping_gives_collection_back(qapp: object) -> None:
    """After the program Python collects by itself again."""
    collector = MainThreadCollector()
    collector.start()
    while_running = gc.isenabled()
    collector.stop()

    assert (False, True) == (while_running, gc.isenabled())
