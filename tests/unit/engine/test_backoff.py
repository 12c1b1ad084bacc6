# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long to wait after failures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.engine.backoff import LONGEST_S, SHORTEST_S, wait_s

failures = st.integers(min_value=1, max_value=10**9)
jitters = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(failures, jitters)
def test_every_wait_is_within_its_bounds(count: int, jitter: float) -> None:
    """However often it failed, the next attempt comes, neither hasty nor hopeless."""
    assert SHORTEST_S <= wait_s(count, jitter) <= LONGEST_S


@given(failures, jitters)
def test_waits_never_shrink_while_failures_go_on(count: int, jitter: float) -> None:
    """One more failure never makes the same draw wait less."""
    assert wait_s(count, jitter) <= wait_s(count + 1, jitter)


@given(failures, jitters, jitters)
def test_jitter_stays_within_the_upper_half(count: int, one: float, other: float) -> None:
    """Two devices that failed equally often wait times that differ by a factor of two at most."""
    first, second = wait_s(count, one), wait_s(count, other)
    assert max(first, second) <= 2 * min(first, second)


def test_jitter_spreads_devices_that_fail_together() -> None:
    """A region whose line comes back does not knock all at once."""
    assert [2.0, 3.0, 4.0] == [wait_s(1, jitter) for jitter in (0.0, 0.5, 1.0)]


def test_the_longest_wait_is_reached_after_an_outage_of_an_hour() -> None:
    """After a long outage a device asks about four times an hour, not more."""
    assert LONGEST_S / 2 == wait_s(20, 0.0)
