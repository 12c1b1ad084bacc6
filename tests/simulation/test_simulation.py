# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever officers, citizens, lines and power supplies do: nothing typed is lost, nothing is done
twice, nothing is shown as delivered that is not, and in the end everybody agrees.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.invariants import INVARIANTS
from tests.simulation.play import play
from tests.simulation.soak import cover
from tests.simulation.steps import from_file, history

ROOT = Path(__file__).resolve().parents[2]
REGRESSIONS = sorted((Path(__file__).parent / "regressions").glob("*.steps"))
SEEDS = 16 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 11

TOGETHER = 10
"""Histories that must between them hold every invariant against something."""

_FEW = 20
"""Steps that are enough to see whether two processes play alike."""

_PRINT_DIGEST = f"""
from tests.simulation.play import play
from tests.simulation.steps import history
print(play(7, history(7, {_FEW})).digest)
"""

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("seed", range(TOGETHER + 1, SEEDS + 1))
def test_every_promise_holds_in_every_history(seed: int) -> None:
    """A fixed number of histories; ``make soak`` plays as many as one likes."""
    report = play(seed)
    assert not report.failure, "\n".join([*report.trace[-12:], report.failure])


@pytest.mark.slow
def test_no_promise_is_held_in_vain() -> None:
    """Every invariant has something to look at, in few histories, and finds it as it should be."""
    coverage = cover(1, TOGETHER)
    assert not coverage.failures
    idle = [found.name for found in INVARIANTS if not coverage.checks[found.name]]
    assert not idle


@pytest.mark.parametrize("steps", REGRESSIONS, ids=lambda path: path.stem)
def test_what_was_found_once_does_not_come_back(steps: Path) -> None:
    """Histories that failed once, made as small as they go."""
    report = play(int(steps.stem.rpartition("-")[2]), from_file(steps))
    assert not report.failure, "\n".join([*report.trace, report.failure])


def test_a_history_is_a_function_of_its_seed() -> None:
    """The same seed gives the same trace in another process that walks its sets otherwise."""
    played = subprocess.run(
        [sys.executable, "-c", _PRINT_DIGEST],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "12345"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert play(7, history(7, _FEW)).digest == played.stdout.strip()
