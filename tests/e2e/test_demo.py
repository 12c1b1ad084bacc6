# SPDX-License-Identifier: AGPL-3.0-or-later
"""``make demo``, with a screen and without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.demo.roles import ROLES, username_of
from tests.support.nursery import PATIENCE_S
from tests.support.processes import demo_process


@pytest.mark.slow
def test_without_a_screen_a_day_is_played(tmp_path: Path) -> None:
    """It ends well, leaves a report in which every step held, and pictures."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    done = subprocess.run(
        [sys.executable, "-m", "desktop.demo", "--folder", str(tmp_path / "demo")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_S,
        check=False,
    )
    assert 0 == done.returncode, done.stdout[-3000:] + done.stderr[-3000:]
    report = json.loads((tmp_path / "demo" / "report.json").read_text(encoding="utf-8"))
    counts = report["counts"]
    assert (True, report["totals"]["steps"]) == (report["ok"], report["totals"]["held"])
    assert 8 == counts["acts of the officer"] == counts["acts in the ledger"]
    assert set(report["pictures"]) == {path.name for path in (tmp_path / "demo").glob("*.png")}
    assert [] == [*Path(os.environ["HOME"]).rglob("*.db")]


def test_with_a_screen_the_officer_is_signed_in(tmp_path: Path) -> None:
    """The window opens without a question, with the queue of the role that was asked for."""
    with demo_process(tmp_path / "demo", username_of("penyelia")) as window:
        window.do("wait_for", "Hendra Gunadi · KAI Commuter", "officer")
        window.do("wait_for", "#", "case-list.table")
        window.leave()


def test_every_role_has_somebody() -> None:
    """Official names, shorter ones, and the officers' own."""
    assert {"sari", "ratna", "hendra", "maya", "agus"} == {username_of(role) for role in ROLES}
    assert "maya" == username_of("Koordinator")
