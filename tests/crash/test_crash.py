# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever dies between two writes, of whatever work: nothing is lost, nothing is done twice.

Every boundary is tried, not a sample of them (``tests/crash/boundaries.py``); ``make crash`` tries
every statement within a transaction as well.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.flows import FLOWS
from tests.support.old_office import RELEASES

ROOT = Path(__file__).resolve().parents[2]
_BOTH_SIDES = ("push", "first-load", "upload")
"""Work for which a centre writes too, beside a computer; it writes nothing for who only asks."""

CASES = [
    *((name, "client") for name in FLOWS),
    *((name, "centre") for name in _BOTH_SIDES),
]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("flow", "side"), CASES)
def test_a_death_at_any_boundary_costs_nothing(flow: str, side: str, tmp_path: Path) -> None:
    """After a new start the work is whole, and both ends agree."""
    deaths = _deaths("nursery", flow, side, str(tmp_path))
    assert deaths.count("commit") >= 1, "nobody died"


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("flow", "side"), CASES)
def test_nor_does_a_death_within_a_transaction(flow: str, side: str, tmp_path: Path) -> None:
    """A database's word that half a transaction is none is not taken for it."""
    deaths = _deaths("nursery", flow, side, str(tmp_path), "within")
    assert deaths.count("before INSERT") >= 1, "nobody died within one"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "side", ["computer", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_a_death_at_any_boundary_of_an_upgrade_costs_nothing(side: str, tmp_path: Path) -> None:
    """The next start ends with the files of today and every word in them."""
    deaths = _deaths("migration", side, str(tmp_path))
    assert deaths.count("before ALTER") + deaths.count("before CREATE") > 10
    assert deaths.count("after a commit") >= len(RELEASES) - 1  # the last one's are of today still


def _deaths(module: str, *arguments: str) -> str:
    """Return where processes died; all went on as if nobody had."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.crash.{module}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout
