# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much is said to be still to come."""

from __future__ import annotations

import pytest

from sync.engine.forecast import Coming, Forecaster
from sync.engine.line import LineEstimate

LINE = LineEstimate(up_bytes_per_s=8_000.0, down_bytes_per_s=8_000.0, round_trip_s=0.6)


def test_nothing_to_come_is_no_forecast() -> None:
    """Not "0 kB"."""
    assert Forecaster().forecast(LINE, queued_bytes=0) is None


@pytest.mark.parametrize("whole", [True, False])
def test_what_comes_is_estimated_by_what_it_has_brought(*, whole: bool) -> None:
    """100 cases took 30,000 bytes; 900 more take 270,000 and the line needs 34 s for them."""
    forecaster = Forecaster()
    forecaster.told(Coming(cases=1_000, whole=whole), 50_000)
    forecaster.told(Coming(cases=900, whole=whole), 80_000)
    forecast = forecaster.forecast(LINE, queued_bytes=0)
    assert forecast is not None
    assert 900 == forecast.cases
    assert pytest.approx(270_000, rel=0.01) == forecast.bytes
    assert pytest.approx(270_000 / 8_000, rel=0.05) == forecast.seconds


def test_a_backlog_is_estimated_before_any_of_it_came() -> None:
    """Entries of a day in 340 cases: somewhat below a quarter of a kilobyte each."""
    forecaster = Forecaster()
    forecaster.told(Coming(cases=340), 0)
    forecast = forecaster.forecast(LINE, queued_bytes=0)
    assert forecast is not None
    assert 340 == forecast.cases
    assert 50_000 < forecast.bytes < 120_000


def test_what_begins_anew_is_measured_anew() -> None:
    """Another history, another scope, changes behind a load: what came before does not count."""
    forecaster = Forecaster()
    forecaster.told(Coming(cases=100, whole=True), 10)
    forecaster.told(Coming(cases=990, whole=True), 20)
    forecaster.told(Coming(cases=980, whole=True), 1_020)
    forecast = forecaster.forecast(LINE, queued_bytes=0)
    assert forecast is not None
    assert pytest.approx(98_450, rel=0.01) == forecast.bytes
    forecaster.told(Coming(cases=100), 2_000)
    after = forecaster.forecast(LINE, queued_bytes=0)
    assert after is not None
    assert pytest.approx(25_450, rel=0.01) == after.bytes


def test_words_that_wait_are_estimated_as_they_are_packed() -> None:
    """10 KB of letters become less than half."""
    forecast = Forecaster().forecast(LINE, queued_bytes=10_000)
    assert forecast is not None
    assert 4_000 < forecast.bytes < 6_000
