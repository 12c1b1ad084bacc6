# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is learned about a line from what crosses it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.budget import LineMode, mode_for
from sync.engine.line import Crossing, LineEstimate, LineMeter

BYTES_PER_S = 8_000
ROUND_TRIP_S = 0.6


def _crossing(sent_bytes: int, received_bytes: int) -> Crossing:
    """Return what a line of 64 kbit/s and 600 ms does with a request."""
    first_bytes = min(received_bytes, 1_400)
    answered_s = ROUND_TRIP_S + (sent_bytes + first_bytes) / BYTES_PER_S
    return Crossing(
        sent_bytes=sent_bytes,
        received_bytes=received_bytes,
        answered_s=answered_s,
        finished_s=answered_s + (received_bytes - first_bytes) / BYTES_PER_S,
    )


def test_a_satellite_line_is_told_within_ten_percent_after_three_exchanges() -> None:
    """A small look, a page down, a batch up."""
    meter = LineMeter()
    for sent_bytes, received_bytes in ((200, 200), (300, 16_000), (12_000, 900)):
        meter.crossed(_crossing(sent_bytes, received_bytes))
    known = meter.estimate
    assert pytest.approx(ROUND_TRIP_S, rel=0.1) == known.round_trip_s
    assert pytest.approx(BYTES_PER_S, rel=0.1) == known.down(0)
    assert pytest.approx(BYTES_PER_S, rel=0.1) == known.up(0)


@pytest.mark.parametrize("before", [10_000_000.0, 20.0])
def test_another_line_is_known_after_some_exchanges(before: float) -> None:
    """From the network of the office to a satellite's, or from a telephone's at the edge to it."""
    meter = LineMeter(LineEstimate(up_bytes_per_s=before, down_bytes_per_s=before))
    for _ in range(6):
        meter.crossed(_crossing(300, 16_000))
    assert BYTES_PER_S / 2 < meter.estimate.down(0) < 2 * BYTES_PER_S


def test_a_good_line_may_stall_once() -> None:
    """A minute in the middle of a small answer does not make a line of 512 kbit/s a poor one."""
    good = LineEstimate(up_bytes_per_s=64_000.0, down_bytes_per_s=64_000.0, round_trip_s=0.1)
    meter = LineMeter(good)
    stalled = Crossing(sent_bytes=300, received_bytes=3_000, answered_s=0.1, finished_s=60.0)
    meter.crossed(stalled)
    assert LineMode.FULL is mode_for(meter.estimate, LineMode.FULL)
    meter.crossed(stalled)
    assert LineMode.FULL is not mode_for(meter.estimate, LineMode.FULL)


def test_what_went_over_the_line_is_counted() -> None:
    """Officers with a volume to pay for want to know."""
    meter = LineMeter()
    meter.crossed(_crossing(200, 300))
    meter.crossed(_crossing(50, 60))
    assert (250, 360) == (meter.sent_bytes, meter.received_bytes)


def test_small_exchanges_leave_the_width_unknown() -> None:
    """A look with nothing new says how long a round trip is, not how much goes through."""
    meter = LineMeter()
    meter.crossed(_crossing(200, 200))
    assert meter.estimate.seconds(up_bytes=1, down_bytes=1, round_trips=1) is None


def test_an_exchange_is_estimated_from_both_directions_and_the_round_trips() -> None:
    """12 KB up and 16 KB down take 1.5 and 2 seconds, and the way there and back."""
    line = LineEstimate(
        up_bytes_per_s=BYTES_PER_S, down_bytes_per_s=BYTES_PER_S, round_trip_s=ROUND_TRIP_S
    )
    seconds = line.seconds(up_bytes=12_000, down_bytes=16_000, round_trips=1)
    assert pytest.approx(4.1) == seconds


def test_one_direction_speaks_for_the_other_until_that_is_measured() -> None:
    """Better than nothing, and right on most lines."""
    assert LineEstimate(down_bytes_per_s=500.0).up(1.0) == 500.0
    assert LineEstimate(up_bytes_per_s=500.0).down(1.0) == 500.0
    assert LineEstimate().down(1.0) == 1.0


@given(
    st.lists(
        st.builds(
            Crossing,
            sent_bytes=st.integers(0, 10**9),
            received_bytes=st.integers(0, 10**9),
            answered_s=st.floats(-1e9, 1e9),
            finished_s=st.floats(-1e9, 1e9),
        )
    )
)
def test_no_clock_makes_an_estimate_that_is_none(crossings: list[Crossing]) -> None:
    """Whatever was measured, what comes of it can be divided by."""
    meter = LineMeter()
    for crossing in crossings:
        meter.crossed(crossing)
    seconds = meter.estimate.seconds(up_bytes=1e6, down_bytes=1e6, round_trips=2)
    assert seconds is None or seconds > 0
