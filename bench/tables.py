# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of a run: figures with their goals, operations on the poor line, a block to paste."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figures import Kept, Measured, Pair, in_order, verdict
from bench.goals import COLUMNS, GOALS, OPERATIONS, Goal, Judged

_RIGHT = slice(2, -1)


def table(measured: Measured) -> str:
    """Return the figures as lines of aligned columns; operations have a table of their own."""
    rows = [
        _cells(GOALS[name], pair) for name, pair in in_order(measured) if not name.startswith("op.")
    ]
    return _aligned([("no", "figure", "ours", "raw", "ratio", "goal", "gate", ""), *rows])


def operations(measured: Measured) -> str:
    """Return what each operation cost, ours / limit; nothing where none was measured."""
    rows = [
        ("", title, *(_both(measured[f"op.{name}.{column}"], column) for column in COLUMNS), "")
        for name, (_, title) in OPERATIONS.items()
        if f"op.{name}.seconds" in measured
    ]
    head = ("", "operation (ours / limit)", "seconds", "bytes up", "bytes down", "round trips", "")
    return _aligned([head, *rows]) if rows else ""


def block(kept: Kept) -> str:
    """Return a whole run as it stands in docs/benchmarks.md."""
    facts = ", ".join(f"{name} {value}" for name, value in kept.machine.items())
    tables = "\n\n".join(filter(None, (table(kept.measured), operations(kept.measured))))
    return f"{kept.at}; {facts}\n\n```\n{tables}\n```"


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    right = range(len(widths))[_RIGHT]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(goal: Goal, pair: Pair) -> tuple[str, ...]:
    return (
        str(goal.study or ""),
        goal.title,
        f"{_number(pair.ours)} {goal.unit}".strip(),
        f"{_number(pair.raw)} {goal.unit}".strip(),
        f"{pair.ratio:.2f}",
        _bound(goal, goal.goal),
        _bound(goal, goal.gate),
        verdict(goal, pair),
    )


def _both(pair: Pair, column: str) -> str:
    ours, raw = (
        f"{value:.2f}" if column == "seconds" else f"{value:,.0f}"
        for value in (pair.ours, pair.raw)
    )
    return f"{ours} / {raw}"


def _bound(goal: Goal, bound: float | None) -> str:
    if bound is None:
        return "-"
    sign = ">=" if goal.judged is Judged.AT_LEAST else "<="
    return f"{sign} {bound:g}{'' if goal.judged is Judged.COUNT else ' x'}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
