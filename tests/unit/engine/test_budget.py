# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may use the line now."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.budget import (
    LARGEST_PIECE_BYTES,
    SMALLEST_PIECE_BYTES,
    Errand,
    LineMode,
    allowance,
    is_night,
    mode_for,
)
from sync.engine.line import LineEstimate

SATELLITE = LineEstimate(down_bytes_per_s=8_000.0, round_trip_s=0.6)
FIBRE = LineEstimate(down_bytes_per_s=5_000_000.0, round_trip_s=0.01)


def _moves(
    mode: LineMode,
    *,
    line: LineEstimate = SATELLITE,
    words_wait: bool = False,
    at_night: bool = False,
) -> set[Errand]:
    """Return what may move."""
    return {
        errand
        for errand in Errand
        if allowance(errand, mode, line, words_wait=words_wait, at_night=at_night)
    }


@pytest.mark.parametrize("mode", LineMode)
def test_words_go_first(mode: LineMode) -> None:
    """While words wait nothing of a file moves but what the officer has opened and waits for."""
    assert _moves(mode, words_wait=True) <= {Errand.OPENED}


def test_originals_that_nobody_waits_for_wait_for_the_night() -> None:
    """On a line that is not fast they would be in everybody's way by day."""
    assert Errand.AHEAD not in _moves(LineMode.FULL)
    assert Errand.AHEAD in _moves(LineMode.FULL, at_night=True)
    assert Errand.AHEAD in _moves(LineMode.LEAN, at_night=True)


def test_on_a_fast_line_everything_may_move_by_day() -> None:
    """There is room for all of it."""
    assert set(Errand) == _moves(LineMode.FULL, line=FIBRE)


def test_a_lean_line_carries_what_officers_ask_for_and_send() -> None:
    """No pictures that nobody has asked for."""
    assert {Errand.OPENED, Errand.UPLOAD} == _moves(LineMode.LEAN)


@pytest.mark.parametrize("at_night", [False, True])
@pytest.mark.parametrize("mode", LineMode)
def test_on_a_metered_network_only_what_was_asked_for_moves(
    mode: LineMode, *, at_night: bool
) -> None:
    """What somebody opened or attached; never ahead, not by night and however fast it is."""
    moves = {
        errand
        for errand in Errand
        if allowance(errand, mode, FIBRE, words_wait=False, at_night=at_night, metered=True)
    }
    assert moves == _moves(mode, line=FIBRE, at_night=at_night) & {Errand.OPENED, Errand.UPLOAD}


def test_text_only_means_it_also_by_night() -> None:
    """Only a file that the officer opens by hand."""
    assert {Errand.OPENED} == _moves(LineMode.TEXT_ONLY, at_night=True)


def test_off_is_off() -> None:
    """Not even what was opened."""
    assert set() == _moves(LineMode.OFF, line=FIBRE, at_night=True)


def test_a_piece_takes_about_eight_seconds_of_the_line() -> None:
    """64 KB at 64 kbit/s: a drop costs no more than that."""
    piece = allowance(Errand.UPLOAD, LineMode.FULL, SATELLITE, words_wait=False, at_night=False)
    assert piece == 64_000


@given(
    st.sampled_from(Errand),
    st.sampled_from(LineMode),
    st.one_of(st.none(), st.floats(0.001, 1e12)),
    st.booleans(),
    st.booleans(),
)
def test_pieces_stay_in_their_bounds(
    errand: Errand, mode: LineMode, goodput: float | None, words_wait: bool, at_night: bool
) -> None:
    """However wide the line is, or was measured to be."""
    line = LineEstimate(up_bytes_per_s=goodput)
    piece = allowance(errand, mode, line, words_wait=words_wait, at_night=at_night)
    assert piece == 0 or SMALLEST_PIECE_BYTES <= piece <= LARGEST_PIECE_BYTES


def test_the_night_is_long() -> None:
    """From eight in the evening to six in the morning."""
    assert [20, 21, 22, 23, 0, 5] == [hour for hour in (20, 21, 22, 23, 0, 5) if is_night(hour)]
    assert not any(map(is_night, (6, 12, 19)))


@pytest.mark.parametrize(
    ("goodput", "mode"),
    [(1_000, LineMode.TEXT_ONLY), (8_000, LineMode.LEAN), (100_000, LineMode.FULL)],
)
def test_the_measured_line_chooses_the_mode(goodput: float, mode: LineMode) -> None:
    """8 kbit/s, 64 kbit/s, 800 kbit/s."""
    assert mode is mode_for(LineEstimate(down_bytes_per_s=goodput), LineMode.FULL)


def test_an_unmeasured_line_is_given_the_benefit_of_the_doubt() -> None:
    """The first page measures it."""
    assert LineMode.FULL is mode_for(LineEstimate(), LineMode.LEAN)


@pytest.mark.parametrize(
    ("before", "goodput"),
    [(LineMode.LEAN, 40_000), (LineMode.FULL, 40_000), (LineMode.TEXT_ONLY, 2_500)],
)
def test_a_line_near_a_limit_does_not_change_the_mode_back_and_forth(
    before: LineMode, goodput: float
) -> None:
    """A mode is left only when the line is clearly another one."""
    assert before is mode_for(LineEstimate(down_bytes_per_s=goodput), before)
