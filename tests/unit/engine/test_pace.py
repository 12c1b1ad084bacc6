# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much is asked for at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.engine.pace import FIRST_BYTES, LARGEST_BYTES, SMALLEST_BYTES, Pace


def test_a_page_grows_towards_eight_seconds_of_the_line() -> None:
    """64 KB that took four seconds become 128 KB."""
    pace = Pace()
    pace.full_page(4_000)
    assert 2 * FIRST_BYTES == pace.max_bytes


def test_one_lucky_page_does_not_ask_for_everything() -> None:
    """A page that came at once makes the next one four times as large, not a hundred times."""
    pace = Pace()
    pace.full_page(1)
    assert 4 * FIRST_BYTES == pace.max_bytes


def test_a_broken_exchange_halves_the_page() -> None:
    """After a drop of the line less is at stake."""
    pace = Pace()
    pace.broken()
    assert FIRST_BYTES // 2 == pace.max_bytes


@given(st.lists(st.one_of(st.none(), st.integers(min_value=-1_000, max_value=10**8))))
def test_the_size_never_leaves_its_bounds(history: list[int | None]) -> None:
    """Whatever the line and the clock do, pages stay between 16 KB and 4 MB."""
    pace = Pace()
    for elapsed_ms in history:
        if elapsed_ms is None:
            pace.broken()
        else:
            pace.full_page(elapsed_ms)
        assert SMALLEST_BYTES <= pace.max_bytes <= LARGEST_BYTES
