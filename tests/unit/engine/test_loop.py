# SPDX-License-Identifier: AGPL-3.0-or-later
"""When the next exchange is due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.backoff import LONGEST_S
from sync.engine.loop import NUDGED_RETRY_S, POLL_S, SyncLoop
from sync.errors import SyncErrorKind


class _World:
    """A clock that moves when told, and dice that show the middle."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.loop = SyncLoop(lambda: self.now, lambda: 0.5)

    def fail(self, kind: SyncErrorKind = SyncErrorKind.OFFLINE, times: int = 1) -> None:
        for _ in range(times):
            self.loop.failed(kind)

    @property
    def wait(self) -> float:
        return self.loop.next_wait_s()


@pytest.fixture
def world() -> _World:
    """A loop that has just been made."""
    return _World()


def test_the_first_attempt_is_due_at_once(world: _World) -> None:
    """The program asks the centre as soon as it starts."""
    assert world.wait == 0


def test_more_to_fetch_is_fetched_at_once(world: _World) -> None:
    """A first load does not pause between its pages."""
    world.loop.succeeded(more=True)
    assert world.wait == 0


def test_a_quiet_centre_is_looked_at_now_and_then(world: _World) -> None:
    """With nothing more to say the next look is a poll interval away."""
    world.loop.succeeded(more=False)
    assert pytest.approx(POLL_S) == world.wait


def test_new_work_goes_out_at_once_when_all_is_well(world: _World) -> None:
    """The officer acts between two polls: the exchange is due now."""
    world.loop.succeeded(more=False)
    world.loop.nudge()
    assert world.wait == 0


def test_new_work_shortens_a_long_pause_but_does_not_hammer(world: _World) -> None:
    """Each act during an outage makes one attempt sooner, never less than seconds apart."""
    world.fail(times=10)
    world.loop.nudge()
    world.loop.nudge()
    assert NUDGED_RETRY_S == world.wait


def test_a_person_who_asks_is_obeyed_at_once(world: _World) -> None:
    """A "try now" beats the pause, and the one the centre asked for."""
    world.fail(times=10)
    world.loop.failed(SyncErrorKind.BUSY, retry_after_s=600)
    world.loop.try_now()
    assert world.wait == 0


def test_patience_starts_anew_after_a_person_asked(world: _World) -> None:
    """The failure after "try now" counts as the first one."""
    world.fail(times=10)
    world.loop.try_now()
    world.fail()
    assert world.wait == 3.0


def test_the_centre_is_left_alone_as_long_as_it_asked(world: _World) -> None:
    """``Retry-After`` is a lower bound, also for new work."""
    world.loop.failed(SyncErrorKind.BUSY, retry_after_s=120)
    world.loop.nudge()
    assert world.wait == 120


def test_an_absurd_retry_after_does_not_silence_us_for_ever(world: _World) -> None:
    """A centre that asks for a week is asked again within the longest wait."""
    world.loop.failed(SyncErrorKind.BUSY, retry_after_s=7 * 86_400)
    assert LONGEST_S == world.wait


@pytest.mark.parametrize("kind", [SyncErrorKind.AUTH, SyncErrorKind.REVOKED, SyncErrorKind.VERSION])
def test_what_needs_somebody_is_asked_rarely(world: _World, kind: SyncErrorKind) -> None:
    """A wrong sign-in is not tried every few seconds, not even for new work; yet it is tried."""
    world.loop.failed(kind)
    world.loop.nudge()
    assert LONGEST_S == world.wait


def test_success_ends_the_pauses(world: _World) -> None:
    """After one answer a new failure waits as briefly as the first."""
    world.fail(times=10)
    world.loop.succeeded(more=False)
    world.fail()
    assert world.wait == 3.0


def test_a_line_that_drops_after_each_page_is_not_waited_for_longer_and_longer(
    world: _World,
) -> None:
    """Each attempt brings a page before it fails: the next one comes as soon as the first."""
    for _ in range(10):
        world.loop.answered()
        world.fail(SyncErrorKind.UNANSWERED)
    assert world.wait == 3.0


def test_an_hour_of_faults_costs_few_attempts_and_then_heals(world: _World) -> None:
    """A centre that fails for an hour is asked about a dozen times, the last time in vain."""
    attempts, end = 0, world.now + 3_600
    while world.now < end:
        world.fail(SyncErrorKind.SERVER)
        attempts += 1
        world.now += world.wait
    assert 8 <= attempts <= 20
    assert world.now - end <= LONGEST_S
    world.loop.succeeded(more=False)
    assert world.wait <= 1.1 * POLL_S


_triggers = st.one_of(
    st.tuples(st.just("fail"), st.sampled_from(list(SyncErrorKind))),
    st.tuples(st.just("retry-after"), st.floats(min_value=-10, max_value=1e9)),
    st.tuples(st.just("pass"), st.floats(min_value=0, max_value=2_000)),
    st.tuples(st.sampled_from(["nudge", "try-now", "more", "done"]), st.none()),
)


@given(st.lists(_triggers))
def test_it_never_gives_up(history: list[tuple[str, object]]) -> None:
    """Whatever happened, the next attempt is due within the longest wait, and time makes it so."""
    world = _World()
    for name, value in history:
        match name, value:
            case "fail", SyncErrorKind() as kind:
                world.loop.failed(kind)
            case "retry-after", float(seconds):
                world.loop.failed(SyncErrorKind.BUSY, retry_after_s=seconds)
            case "pass", float(seconds):
                world.now += seconds
            case "nudge", _:
                world.loop.nudge()
            case "try-now", _:
                world.loop.try_now()
            case _:
                world.loop.succeeded(more=name == "more")
        assert 0 <= world.wait <= LONGEST_S
    world.now += LONGEST_S
    assert world.wait == 0
