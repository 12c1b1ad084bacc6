# SPDX-License-Identifier: AGPL-3.0-or-later
"""When to listen, and when listening is given up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.backoff import LONGEST_S
from sync.engine.listening import GIVEN_UP_S, PATIENCE_S, SHORT_S, SHORT_STREAMS, Listening
from sync.errors import SyncError, SyncErrorKind


class _World:
    """A clock that moves when told, and dice that show the middle."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.listening = Listening(lambda: self.now, lambda: 0.5)

    def stream(self, lives_s: float, *, speaks: bool = True) -> None:
        """Let a stream live so long."""
        self.listening.opened()
        if speaks:
            self.listening.heard()
        self.now += lives_s
        self.listening.ended()

    @property
    def wait(self) -> float:
        return self.listening.next_wait_s()


@pytest.fixture
def world() -> _World:
    """A machine that has just been made."""
    return _World()


def test_the_program_listens_from_the_start(world: _World) -> None:
    """Nothing is known that speaks against it."""
    assert world.wait == 0


def test_a_stream_is_live_when_something_came_through(world: _World) -> None:
    """An answer that has begun may be held back by a proxy for ever."""
    seen = []
    for step in (world.listening.opened, world.listening.heard, world.listening.ended):
        step()
        seen.append(world.listening.is_live)
    assert [False, True, False] == seen


def test_a_good_stream_that_ends_is_opened_again_soon(world: _World) -> None:
    """The centre restarts: everybody comes back, not all in the same instant."""
    world.stream(3_600)
    assert 0 < world.wait <= 5


def test_a_good_stream_that_broke_is_opened_again_within_a_second(world: _World) -> None:
    """The line dropped, or the computer slept: what a colleague does now is wanted at once."""
    world.listening.opened()
    world.listening.heard()
    world.now += 3_600
    world.listening.ended(SyncError(SyncErrorKind.UNANSWERED))
    assert 0 < world.wait <= 1


def test_a_proxy_that_closes_streams_at_once_is_found_out(world: _World) -> None:
    """Three streams in a row that last a moment: from now on we only ask."""
    for _ in range(SHORT_STREAMS - 1):
        world.stream(SHORT_S - 1)
        assert world.wait < GIVEN_UP_S
    world.stream(SHORT_S - 1)
    assert GIVEN_UP_S == world.wait


def test_a_proxy_that_holds_everything_back_is_found_out(world: _World) -> None:
    """It answers, and then nothing comes for longer than two heartbeats."""
    for _ in range(SHORT_STREAMS):
        world.stream(PATIENCE_S, speaks=False)
    assert GIVEN_UP_S == world.wait


def test_a_proxy_that_hands_on_nothing_before_the_end_is_found_out(world: _World) -> None:
    """Not even the head of the answer comes, and an endless answer has no end."""
    for _ in range(SHORT_STREAMS):
        world.now += PATIENCE_S
        world.listening.ended(SyncError(SyncErrorKind.UNANSWERED))
    assert (GIVEN_UP_S, True) == (world.wait, world.listening.is_held_back)


def test_a_centre_without_announcements_is_left_in_peace(world: _World) -> None:
    """An older one says that there is no such page."""
    for _ in range(SHORT_STREAMS):
        world.listening.ended(SyncError(SyncErrorKind.MALFORMED, status=404))
    assert GIVEN_UP_S == world.wait


def test_what_holds_announcements_back_is_known_until_one_comes_through(world: _World) -> None:
    """So that the officer can be told why news take a minute; a line that is down is no reason."""
    for _ in range(SHORT_STREAMS):
        world.listening.ended(SyncError(SyncErrorKind.OFFLINE))
        assert not world.listening.is_held_back
    for _ in range(SHORT_STREAMS):
        world.stream(60, speaks=False)
    assert world.listening.is_held_back
    world.stream(60)
    assert not world.listening.is_held_back


def test_one_long_stream_clears_the_proxy(world: _World) -> None:
    """Two short ones before it do not count any more."""
    world.stream(1)
    world.stream(1)
    world.stream(60)
    world.stream(1)
    assert world.wait < GIVEN_UP_S


def test_no_line_does_not_look_like_a_proxy(world: _World) -> None:
    """A computer that is offline for a night listens as soon as it is back, after a pause."""
    for _ in range(50):
        world.listening.ended(SyncError(SyncErrorKind.OFFLINE))
        assert 0 < world.wait <= LONGEST_S
        world.now += world.wait


def test_what_was_given_up_is_tried_when_somebody_asks(world: _World) -> None:
    """Or when the network is another one."""
    for _ in range(SHORT_STREAMS):
        world.stream(1)
    world.listening.try_now()
    assert world.wait == 0


def test_a_busy_centre_is_left_alone_as_long_as_it_asks(world: _World) -> None:
    """``Retry-After`` counts here too."""
    world.listening.ended(SyncError(SyncErrorKind.BUSY, retry_after_s=120))
    assert world.wait == 120


@pytest.mark.parametrize("kind", [SyncErrorKind.REVOKED, SyncErrorKind.VERSION])
def test_what_needs_somebody_is_asked_rarely(world: _World, kind: SyncErrorKind) -> None:
    """A device that was revoked does not knock every few seconds."""
    world.listening.ended(SyncError(kind))
    assert LONGEST_S == world.wait


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["opened", "heard", "ended", "failed", "try-now", "pass"]),
            st.sampled_from(SyncErrorKind),
            st.floats(0, 10_000),
        )
    )
)
def test_it_never_gives_up_for_good_and_never_hammers(
    history: list[tuple[str, SyncErrorKind, float]],
) -> None:
    """Whatever happens, the next stream is due within half an hour, and not at once after an end.

    Only a person makes it due at once.
    """
    world = _World()
    for name, kind, seconds in history:
        match name:
            case "opened":
                world.listening.opened()
            case "heard":
                world.listening.heard()
            case "ended":
                world.listening.ended()
                assert world.wait > 0
            case "failed":
                world.listening.ended(SyncError(kind, retry_after_s=seconds))
                assert world.wait > 0
            case "try-now":
                world.listening.try_now()
            case _:
                world.now += seconds
        assert 0 <= world.wait <= GIVEN_UP_S
