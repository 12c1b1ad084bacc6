# SPDX-License-Identifier: AGPL-3.0-or-later
"""A centre in this process, and Agus at his desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.cases.ids import CaseId
from tests.support.central import Office, embedded_centre
from tests.support.desks import Workplace, a_workplace


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A centre with an office in it."""
    office = embedded_centre(tmp_path)
    yield office
    office.database.close()


@pytest.fixture
def case_id(office: Office) -> CaseId:
    """A case with Agus's unit."""
    return office.add_case().id


@pytest.fixture
def place(office: Office, case_id: CaseId, tmp_path: Path) -> Iterator[Workplace]:
    """Agus's computer, which has fetched the case."""
    place = a_workplace(office, tmp_path / "computer")
    yield place
    place.desk.close()
