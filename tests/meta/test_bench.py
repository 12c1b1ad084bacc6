# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every measurement still runs: a benchmark that nobody runs is soon one that cannot run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.goals import GOALS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.postgres
def test_every_figure_is_measured_beside_its_limit(tmp_path: Path) -> None:
    """A quick run of all benches reports every figure, ours and the limit, and says so."""
    report = tmp_path / "bench.json"
    finished = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--json", report],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert 0 == finished.returncode, finished.stdout + finished.stderr
    figures = json.loads(report.read_text(encoding="utf-8"))["figures"]
    assert GOALS.keys() == figures.keys()
    assert [] == [name for name, found in figures.items() if not found["ours"] > 0]
    assert [] == [name for name, found in figures.items() if not found["raw"] > 0]
    assert [] == [goal.title for goal in GOALS.values() if goal.title not in finished.stdout]
