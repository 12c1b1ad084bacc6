# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes first over a line that cannot take everything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.store.urgency import by_urgency
from sync.wire.messages import CommandRecord


def _command(n: int, case_id: int, kind: str) -> CommandRecord:
    return CommandRecord(id=f"c{n}", n=n, case_id=case_id, base_v=1, at=0, kind=kind, data={})


def _order(*waiting: tuple[int, str], days: dict[int, int]) -> list[int]:
    """Return the numbers of these (case, kind), numbered as they come, in the order to send."""
    records = [_command(n, case_id, kind) for n, (case_id, kind) in enumerate(waiting, 1)]
    return [record.n for record in by_urgency(records, days)]


def test_answers_near_their_deadline_go_first() -> None:
    """A note on case 1, answers on cases 2 and 3, of which the third is due sooner."""
    assert [3, 2, 1] == _order(
        (1, "note"), (2, "respond"), (3, "close"), days={1: 700, 2: 720, 3: 710}
    )


def test_a_note_does_not_become_urgent_by_its_cases_deadline() -> None:
    """It stops no clock."""
    assert [2, 1] == _order((1, "note"), (2, "respond"), days={1: 1, 2: 720})


def test_what_was_done_to_one_case_stays_in_its_order() -> None:
    """The assignment that was recorded before an urgent answer goes with it, before it."""
    assert [2, 3, 1] == _order((1, "note"), (2, "assign"), (2, "respond"), days={2: 720})


def test_without_deadlines_the_oldest_goes_first() -> None:
    """As ever."""
    assert [1, 2, 3] == _order((3, "respond"), (1, "respond"), (2, "note"), days={})


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["note", "respond", "close"]))),
    st.dictionaries(st.integers(1, 4), st.integers(1, 9)),
)
def test_nothing_is_left_out_and_each_case_keeps_its_order(
    waiting: list[tuple[int, str]], days: dict[int, int]
) -> None:
    """Whatever waits."""
    order = _order(*waiting, days=days)
    assert sorted(order) == list(range(1, len(waiting) + 1))
    for case_id in {case_id for case_id, _ in waiting}:
        own = [n for n in order if waiting[n - 1][0] == case_id]
        assert own == sorted(own)
