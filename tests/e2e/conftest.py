# SPDX-License-Identifier: AGPL-3.0-or-later
"""A site for end-to-end tests: the real centre in a process of its own behind a bad line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.central import ManualClock, Office, new_office
from tests.support.faults import FaultProxy
from tests.support.processes import Tanggap, central_process


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give the centre's data, for what citizens and colleagues do there, and for the proof."""
    now = time.time_ns() // 1_000_000
    office = new_office(f"sqlite:///{tmp_path / 'central.db'}", clock=ManualClock(now))
    yield office
    office.database.close()


@pytest.fixture
def centre_port(office: Office, tmp_path: Path) -> Iterator[int]:
    """Run the centre."""
    url = office.database.url.render_as_string(hide_password=False)
    with central_process(url, tmp_path / "central.log") as port:
        yield port


@pytest.fixture
def line(centre_port: int) -> Iterator[FaultProxy]:
    """Give the line between the officers and the centre."""
    with FaultProxy(centre_port) as proxy:
        yield proxy


@pytest.fixture
def agus(tmp_path: Path, line: FaultProxy) -> Tanggap:
    """Give the computer of Agus, who has signed in."""
    tanggap = Tanggap(tmp_path / "agus")
    tanggap("sign-in", line.url, "agus")
    return tanggap
