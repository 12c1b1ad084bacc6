# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of two numbers: a ratio, a verdict, a line of the table, an entry of the report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.figures import Pair, missing, read, verdict, write
from bench.goals import COLUMNS, GOALS, OPERATIONS, Goal, Judged
from bench.tables import block, operations, table


def goal_of(judged: Judged, goal: float | None, gate: float | None) -> Goal:
    """Return a figure with these bounds."""
    return Goal(bench="b", title="t", unit="s", raw="r", judged=judged, goal=goal, gate=gate)


@pytest.mark.parametrize(
    ("judged", "ours", "expected"),
    [
        (Judged.AT_MOST, 2.0, "goal"),
        (Judged.AT_MOST, 2.1, "gate"),
        (Judged.AT_MOST, 4.1, "FAILED"),
        (Judged.COUNT, 1.0, "goal"),
        (Judged.COUNT, 1.5, "gate"),
        (Judged.COUNT, 2.5, "FAILED"),
        (Judged.SHOWN, 99.0, ""),
    ],
)
def test_less_is_better_by_ratio_or_as_it_is(judged: Judged, ours: float, expected: str) -> None:
    """Durations are judged by their ratio to the limit, counts by themselves; some not at all."""
    assert expected == verdict(goal_of(judged, 1.0, 2.0), Pair(ours=ours, raw=2.0))


@pytest.mark.parametrize(("ours", "expected"), [(50, "goal"), (49, "gate"), (24, "FAILED")])
def test_rates_are_better_when_they_are_higher(ours: float, expected: str) -> None:
    """A rate must reach a share of the limit."""
    assert expected == verdict(goal_of(Judged.AT_LEAST, 0.5, 0.25), Pair(ours=ours, raw=100))


def test_a_bench_owes_all_its_figures() -> None:
    """What a bench did not deliver is named; what others owe is not."""
    owed = {name for name, goal in GOALS.items() if goal.bench == "act"}
    assert sorted(owed - {"act.p50"}) == missing(["act"], {"act.p50": Pair(ours=1, raw=1)})
    assert [] == missing(["act"], {name: Pair(ours=1, raw=1) for name in owed})


def test_every_judged_figure_has_both_bounds_in_order() -> None:
    """The gate is never stricter than the goal."""
    for name, goal in GOALS.items():
        if goal.judged is Judged.SHOWN:
            assert (None, None) == (goal.goal, goal.gate), name
        elif goal.judged is Judged.AT_LEAST:
            assert (goal.goal or 0) >= (goal.gate or 9), name
        else:
            assert (goal.goal or 9) <= (goal.gate or 0), name


def test_the_table_is_aligned() -> None:
    """Every column begins or ends where its heading does, and rows keep the order of the list."""
    measured = {"act.p95": Pair(ours=1.5, raw=0.5), "act.p50": Pair(ours=12_345, raw=1)}
    head, first, second = table(measured).splitlines()
    assert head.index("ratio") + len("ratio") == first.index("12345.00") + len("12345.00")
    assert "12,345 ms" in first
    assert second.endswith("<= 4 x  <= 10 x  goal")
    assert "3.00" in second


def test_the_report_says_on_what_it_was_measured(tmp_path: Path) -> None:
    """The file holds figures, bounds, sizes and the machine."""
    path = tmp_path / "new" / "bench.json"
    write(path, {"act.p95": Pair(ours=4.5, raw=1.0)}, {"repeats": 5}, (0.5, 1.25))
    report = json.loads(path.read_text(encoding="utf-8"))
    assert {"at", "figures", "machine", "sizes"} == report.keys()
    assert {"repeats": 5} == report["sizes"]
    assert (4.5, "gate") == (
        report["figures"]["act.p95"]["ratio"],
        report["figures"]["act.p95"]["verdict"],
    )
    assert report["machine"]["processors"] >= 1
    assert [0.5, 1.2] == report["machine"]["load"]


def test_a_kept_run_is_printed_as_it_was(tmp_path: Path) -> None:
    """What goes into the handbook is what was measured, operations in a table of their own."""
    measured = {"act.p95": Pair(ours=4.5, raw=1.0)} | {
        f"op.check.{column}": Pair(ours=700, raw=10) for column in COLUMNS
    }
    write(tmp_path / "bench.json", measured, {}, (0.5, 0.5))
    kept = read(tmp_path / "bench.json")
    assert measured == kept.measured
    assert table(measured) in block(kept)
    assert operations(measured) in block(kept)
    assert "700.00 / 10.00" in operations(measured)
    assert "check" in operations(measured)
    assert OPERATIONS["check"][1] not in table(measured)
    assert "" == operations({})
