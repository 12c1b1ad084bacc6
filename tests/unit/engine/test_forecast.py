# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much is said to be still to come."""

from __future__ import annotations

import pytest

from sync.engine.forecast import Forecaster
from sync.engine.line import LineEstimate
from sync.wire.messages import Progress

LINE = LineEstimate(up_bytes_per_s=8_000.0, down_bytes_per_s=8_000.0, round_trip_s=0.6)


def test_nothing_to_come_is_no_forecast() -> None:
    """Not "0 kB"."""
    assert Forecaster().forecast(LINE, queued_bytes=0, progress=None) is None


def test_a_load_is_estimated_by_what_it_has_brought() -> None:
    """100 cases took 30,000 bytes; 900 more take 270,000 and the line needs 34 s for them."""
    forecaster = Forecaster()
    forecaster.progressed(Progress(done=100, total=1_100), 50_000)
    forecaster.progressed(Progress(done=200, total=1_100), 80_000)
    forecast = forecaster.forecast(LINE, queued_bytes=0, progress=Progress(done=200, total=1_100))
    assert forecast is not None
    assert pytest.approx(270_000, rel=0.01) == forecast.bytes
    assert pytest.approx(270_000 / 8_000, rel=0.05) == forecast.seconds


def test_a_load_that_begins_anew_is_measured_anew() -> None:
    """Another history, another scope: what came before does not count."""
    forecaster = Forecaster()
    forecaster.progressed(Progress(done=900, total=1_000), 10)
    forecaster.progressed(Progress(done=10, total=1_000), 20)
    forecaster.progressed(Progress(done=20, total=1_000), 1_020)
    forecast = forecaster.forecast(LINE, queued_bytes=0, progress=Progress(done=20, total=1_000))
    assert forecast is not None
    assert pytest.approx(98_450, rel=0.01) == forecast.bytes


def test_words_that_wait_are_estimated_as_they_are_packed() -> None:
    """10 KB of letters become less than half."""
    forecast = Forecaster().forecast(LINE, queued_bytes=10_000, progress=None)
    assert forecast is not None
    assert 4_000 < forecast.bytes < 6_000
