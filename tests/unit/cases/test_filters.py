# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a filter narrows anything."""

from __future__ import annotations

import pytest

from sync.cases.case import Classification
from sync.cases.filters import CaseFilter
from tests.support.casework import UNIT


def test_a_filter_without_fields_is_empty() -> None:
    """Nothing set narrows nothing."""
    assert CaseFilter().is_empty


@pytest.mark.parametrize(
    "narrowed",
    [
        CaseFilter(text="lampu"),
        CaseFilter(unit_id=UNIT),
        CaseFilter(classification=Classification.ASPIRATION),
        CaseFilter(channel="Web"),
        CaseFilter(secret_only=True),
    ],
)
def test_any_field_makes_a_filter_narrow(narrowed: CaseFilter) -> None:
    """Each single field counts."""
    assert not narrowed.is_empty
