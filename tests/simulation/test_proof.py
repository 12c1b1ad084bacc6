# SPDX-License-Identifier: AGPL-3.0-or-later
"""``docs/proof.md`` tells the truth: every promise and every fault is shown where it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.simulation import play as _play  # noqa: F401 - fills the lists
from tests.simulation.hazards import Hazard
from tests.simulation.invariants import INVARIANTS

ROOT = Path(__file__).resolve().parents[2]
ROOM = Path(__file__).parent
_ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def rows(heading: str) -> dict[int, str]:
    """Return where each number of a table is shown."""
    text = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return {int(number): where for number, where in _ROW.findall(section)}


def in_the_simulation(heading: str) -> set[int]:
    """Return the numbers of which the table says that the simulation shows them."""
    return {number for number, where in rows(heading).items() if where.startswith("simulation")}


def test_nothing_is_missing() -> None:
    """Thirty invariants, forty faults, each with a place."""
    assert list(range(1, 31)) == list(rows("Invariants"))
    assert [hazard.value for hazard in Hazard] == list(rows("Faults"))


@pytest.mark.parametrize("heading", ["Invariants", "Faults"])
def test_every_named_test_is_there(heading: str) -> None:
    """Whoever renames a test that proves something says so here."""
    for where in rows(heading).values():
        named = _NAMED.findall(where)
        assert named or where.startswith("simulation")
        for file, name in named:
            assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8") if name else True
            assert (ROOT / file).exists()


def test_the_simulation_holds_what_is_said_of_it() -> None:
    """Each such invariant is a function, and no function is unknown to the table."""
    held = {found.number for found in INVARIANTS}
    assert in_the_simulation("Invariants") == held


def test_the_simulation_does_what_is_said_of_it() -> None:
    """Each such fault is counted somewhere."""
    code = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    counted = {hazard.value for hazard in Hazard if f"Hazard.{hazard.name}" in code}
    assert in_the_simulation("Faults") == counted
