# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cases that are measured with: always the same, of the promised size, and sound."""

from __future__ import annotations

import random
from statistics import mean

import msgspec
import pytest

from bench.line import Bucket
from bench.meters import percentile
from bench.sample import complaints
from bench.upload import broken_after


def test_the_same_seed_gives_the_same_cases() -> None:
    """Two runs measure the same work."""
    assert list(complaints(30)) == list(complaints(30))
    assert list(complaints(30)) != list(complaints(30, seed=2))


def test_a_case_weighs_what_the_goals_were_set_for() -> None:
    """About 1.1 KB a head, and one or two entries that travel."""
    sample = list(complaints(300))
    assert 1_000 < mean(len(msgspec.json.encode(each.head)) for each in sample) < 1_200
    assert 1 <= mean(len(each.events) - 1 for each in sample) <= 2


def test_a_case_has_all_its_events() -> None:
    """No device would find a gap and ask for a case again."""
    for each in complaints(100):
        assert list(range(1, each.head.v + 1)) == [event.v for event in each.events]
        assert {each.head.id} == {event.case_id for event in each.events}


def test_bytes_queue_on_a_narrow_line() -> None:
    """What is sent while the line is busy is through after what was sent before it."""
    bucket = Bucket(bytes_per_s=8_000)
    assert 101.0 == bucket.sent_at(8_000, now=100.0)
    assert 101.5 == bucket.sent_at(4_000, now=100.2)
    assert 201.0 == bucket.sent_at(8_000, now=200.0)


def test_a_line_without_a_limit_takes_no_time() -> None:
    """The line that only counts delays nothing."""
    assert 5.0 == Bucket(bytes_per_s=0).sent_at(1_000_000, now=5.0)


def test_percentiles_are_values_that_occurred() -> None:
    """The 95th of a hundred values has five at or above it."""
    values = [float(value) for value in range(1, 101)]
    assert 51.0 == percentile(values, 0.5)
    assert 96.0 == percentile(values, 0.95)


@pytest.mark.parametrize("size", [30_000, 1_000_000])
def test_a_line_breaks_ten_times_within_a_file(size: int) -> None:
    """The first time within its first piece, always before its end."""
    for seed in range(20):
        cuts = broken_after(random.Random(seed), size)
        assert 10 == len(cuts)
        assert all(cut >= 0 for cut in cuts)
        assert cuts[0] < 64_000
        assert sum(cuts) < size
