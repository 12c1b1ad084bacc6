# SPDX-License-Identifier: AGPL-3.0-or-later
"""The crash tests find bugs: with each of these, some death costs something and is noticed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.planted import PLANTED

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_noticed(bug: str, tmp_path: Path) -> None:
    """By a death, and not before: without one it costs nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.planted", bug, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "AssertionError: after death" in done.stderr, done.stdout + done.stderr
