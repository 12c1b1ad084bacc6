# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much is sent and asked for at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.line import LineEstimate
from sync.engine.pace import FIRST_BYTES, LARGEST_BYTES, SMALLEST_BYTES, Batch, Pace


def test_a_page_grows_towards_eight_seconds_of_the_line() -> None:
    """64 KB that took four seconds become 128 KB."""
    pace = Pace()
    pace.full_page(4_000)
    assert 2 * FIRST_BYTES == pace.down.max_bytes


def test_one_lucky_page_does_not_ask_for_everything() -> None:
    """A page that came at once makes the next one four times as large, not a hundred times."""
    pace = Pace()
    pace.full_page(1)
    assert 4 * FIRST_BYTES == pace.down.max_bytes


def test_a_broken_exchange_halves_the_page() -> None:
    """After a drop of the line less is at stake; a batch that was not sent is not to blame."""
    pace = Pace()
    pace.full_page(8_000)
    pace.broken([])
    assert (FIRST_BYTES // 2, FIRST_BYTES) == (pace.down.max_bytes, pace.up.max_bytes)


def test_a_broken_delivery_halves_the_batch() -> None:
    """Nobody knows which direction broke."""
    pace = Pace()
    pace.full_page(8_000)
    pace.delivered(FIRST_BYTES, 8_000)
    pace.broken(["a command"])
    assert (FIRST_BYTES // 2, FIRST_BYTES // 2) == (pace.down.max_bytes, pace.up.max_bytes)


def test_a_line_that_carries_nothing_at_first_is_soon_asked_for_little() -> None:
    """Two attempts, not four, until a line that drops after 4 KB brings something."""
    pace = Pace()
    for _ in range(2):
        pace.broken(["a command"])
    assert (SMALLEST_BYTES, SMALLEST_BYTES) == (pace.down.max_bytes, pace.up.max_bytes)


def test_a_batch_that_took_too_long_becomes_smaller() -> None:
    """64 KB in sixteen seconds: half as much next time."""
    pace = Pace()
    pace.delivered(FIRST_BYTES, 16_000)
    assert FIRST_BYTES // 2 == pace.up.max_bytes


def test_a_few_words_say_nothing_about_a_large_batch() -> None:
    """One note that took a round trip does not make the batches small."""
    pace = Pace()
    pace.delivered(300, 1_000)
    assert FIRST_BYTES == pace.up.max_bytes


def test_a_line_that_drops_after_so_many_bytes_is_mostly_used_below_that() -> None:
    """What passes at once makes the size grow; a drop is remembered, or half would be in vain."""
    batch, through = Batch(), []
    for _ in range(100):
        fits = batch.max_bytes <= 20_000
        through.append(fits)
        if fits:
            batch.passed(batch.max_bytes, 1)
        else:
            batch.broken()
    assert through[10:].count(True) >= 60


@given(st.lists(st.one_of(st.none(), st.integers(min_value=-1_000, max_value=10**8))))
def test_the_size_never_leaves_its_bounds(history: list[int | None]) -> None:
    """Whatever the line and the clock do, pages stay between 4 KB and 4 MB."""
    pace = Pace()
    for elapsed_ms in history:
        if elapsed_ms is None:
            pace.broken(["a command"])
        else:
            pace.full_page(elapsed_ms)
            pace.delivered(pace.up.max_bytes, elapsed_ms)
        for batch in (pace.down, pace.up):
            assert SMALLEST_BYTES <= batch.max_bytes <= LARGEST_BYTES


@pytest.mark.parametrize(
    ("goodput", "expected"),
    [
        (None, FIRST_BYTES),
        (1.0, SMALLEST_BYTES),
        (2_000.0, 16_000),
        (8_000.0, 64_000),
        (10_000_000.0, 4 * FIRST_BYTES),
    ],
)
def test_a_line_that_is_remembered_begins_at_its_own_size(
    goodput: float | None, expected: int
) -> None:
    """About eight seconds of it; never more than one lucky batch would have given."""
    pace = Pace(LineEstimate(up_bytes_per_s=goodput, down_bytes_per_s=goodput))
    assert [expected] * 3 == [each.max_bytes for each in (pace.up, pace.down, pace.pieces)]
