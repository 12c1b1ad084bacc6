# SPDX-License-Identifier: AGPL-3.0-or-later
"""Summaries of changes and how they add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId

change_sets = st.builds(
    ChangeSet,
    cases=st.frozensets(st.integers(1, 5).map(CaseId)),
    many=st.booleans(),
    outbox=st.booleans(),
    drafts=st.booleans(),
    reference=st.booleans(),
)


def test_no_change_is_false() -> None:
    """Nobody is woken for nothing."""
    assert not ChangeSet()


@pytest.mark.parametrize(
    "change",
    [
        ChangeSet(cases=frozenset({CaseId(1)})),
        ChangeSet(many=True),
        ChangeSet(outbox=True),
        ChangeSet(drafts=True),
        ChangeSet(reference=True),
        ChangeSet(files=frozenset({"0" * 64})),
    ],
)
def test_any_change_is_true(change: ChangeSet) -> None:
    """Each part alone is a change."""
    assert change


@given(change_sets, change_sets, st.integers(1, 6).map(CaseId))
def test_two_changes_as_one_forget_nothing(
    first: ChangeSet, second: ChangeSet, case_id: CaseId
) -> None:
    """The sum touches what either touches, says what either says, and nothing more."""
    both = first | second
    assert (first.touches(case_id) or second.touches(case_id)) == both.touches(case_id)
    for part in ("many", "outbox", "drafts", "reference"):
        assert (getattr(first, part) or getattr(second, part)) == getattr(both, part)
    assert first == first | ChangeSet()
    assert both == second | first
