# SPDX-License-Identifier: AGPL-3.0-or-later
"""The listening thread: passes news on, and ends at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from sync.services.listen_thread import ListenController

PATIENCE_S = 20.0


class ScriptedStream:
    """A stream that says what the test puts into it; ``cancel`` ends it."""

    def __init__(self) -> None:
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.opened = threading.Semaphore(0)
        self.wanted = True
        self.tries = 0

    def next_wait_s(self) -> float | None:
        """Listen at once, if at all."""
        return 0.0 if self.wanted else None

    def listen(self, on_news: Callable[[], None], cancelled: Callable[[], bool]) -> None:
        """Say what comes, to the end of the stream."""
        self.opened.release()
        while self.said.get(timeout=PATIENCE_S) == "changes":
            on_news()

    def try_now(self) -> None:
        """Count who asks."""
        self.tries += 1

    def cancel(self) -> None:
        """End the stream."""
        self.said.put("end")


@pytest.fixture
def stream() -> ScriptedStream:
    """A stream that is wanted."""
    return ScriptedStream()


@pytest.fixture
def news() -> queue.SimpleQueue[str]:
    """What was passed on, by the name of the thread that did it."""
    return queue.SimpleQueue()


@pytest.fixture
def controller(stream: ScriptedStream, news: queue.SimpleQueue[str]) -> Iterator[ListenController]:
    """A controller that is stopped at the end."""
    controller = ListenController(stream, lambda: news.put(threading.current_thread().name))
    yield controller
    controller.stop()


def test_news_are_passed_on_from_a_thread_of_its_own(
    controller: ListenController, stream: ScriptedStream, news: queue.SimpleQueue[str]
) -> None:
    """Each as it comes; a stream that ends is opened again."""
    controller.start()
    for _ in range(2):
        stream.said.put("changes")
        assert "listen" == news.get(timeout=PATIENCE_S)
        stream.said.put("end")
        assert stream.opened.acquire(timeout=PATIENCE_S)


def test_stopping_ends_a_stream_that_is_silent(
    controller: ListenController, stream: ScriptedStream
) -> None:
    """The officer quits; nobody waits for the next heartbeat."""
    controller.start()
    assert stream.opened.acquire(timeout=PATIENCE_S)
    assert controller.stop(PATIENCE_S)


def test_it_can_be_stopped_before_it_was_started(controller: ListenController) -> None:
    """A window that fails to open closes everything all the same."""
    assert controller.stop()


def test_a_stream_that_is_not_wanted_any_more_ends_and_is_not_opened_again(
    controller: ListenController, stream: ScriptedStream, news: queue.SimpleQueue[str]
) -> None:
    """The officer spares the line, and later does not."""
    controller.start()
    assert stream.opened.acquire(timeout=PATIENCE_S)
    stream.wanted = False
    controller.mode_changed()
    stream.wanted = True
    controller.mode_changed()
    assert stream.opened.acquire(timeout=PATIENCE_S)
    stream.said.put("changes")
    assert "listen" == news.get(timeout=PATIENCE_S)


def test_a_network_that_came_back_has_another_stream(
    controller: ListenController, stream: ScriptedStream, news: queue.SimpleQueue[str]
) -> None:
    """The old one may be dead without knowing it."""
    controller.start()
    assert stream.opened.acquire(timeout=PATIENCE_S)
    controller.network_came_back()
    assert stream.opened.acquire(timeout=PATIENCE_S)
    stream.said.put("changes")
    assert "listen" == news.get(timeout=PATIENCE_S)
    assert 1 == stream.tries
