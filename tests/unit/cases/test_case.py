# SPDX-License-Identifier: AGPL-3.0-or-later
"""Three columns about a case's state, and the bucket that follows from them."""

from __future__ import annotations

import pytest

from sync.cases.case import Status
from tests.support.casework import STATUS_MAP, a_case


@pytest.mark.parametrize("raw_status", ["Proses", " proses ", "PROSES"])
def test_raw_statuses_are_compared_without_case_and_blanks(raw_status: str) -> None:
    """Exports are typed by several hands."""
    assert Status.IN_PROGRESS == STATUS_MAP.bucket(raw_status)


def test_a_status_that_nobody_knows_is_unknown() -> None:
    """A new name of the national system is shown as it came, not guessed."""
    assert Status.UNKNOWN == STATUS_MAP.bucket("Menunggu Banding")


def test_the_raw_status_counts_while_nobody_has_acted() -> None:
    """Without an officer's act the import says where the case stands."""
    case = a_case(raw_status="Ditutup oleh Sistem", working=None)
    assert Status.DONE == STATUS_MAP.status_of(case)


def test_what_officers_did_outweighs_an_import() -> None:
    """An import never overwrites what officers made of a case."""
    case = a_case(raw_status="Ditutup oleh Sistem", working=Status.IN_PROGRESS)
    assert Status.IN_PROGRESS == STATUS_MAP.status_of(case)


def test_only_done_and_archived_cases_are_closed() -> None:
    """Everything else is still somebody's work, also what is postponed or unknown."""
    assert {Status.DONE, Status.ARCHIVED} == {item for item in Status if not item.is_open}
