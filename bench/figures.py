# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every figure that is measured: its limit, what we want, what we promise; the table and the file.

A figure is ours beside a limit measured in the same run. What is judged is their ratio, for a
slow machine moves both; only bytes and round trips are judged as they are.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("PySide6-Essentials", "SQLAlchemy", "granian", "msgspec", "psycopg", "requests")


class Judged(StrEnum):
    """How ours is compared."""

    AT_MOST = "ratio at most"
    AT_LEAST = "ratio at least"
    COUNT = "ours at most"
    SHOWN = "not judged"
    """For understanding the figures above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a figure means and what it should be.

    Attributes:
        raw: the limit it is compared with.
        goal: what a good implementation reaches.
        gate: beyond it the run fails.
    """

    bench: str
    title: str
    unit: str
    raw: str
    judged: Judged = Judged.AT_MOST
    goal: float | None = None
    gate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Ours and the limit, both in the figure's unit."""

    ours: float
    raw: float

    @property
    def ratio(self) -> float:
        """Return ours in limits."""
        return self.ours / self.raw if self.raw else float("inf")


Measured = Mapping[str, Pair]
"""Name of a figure -> what was measured."""

GOALS: dict[str, Goal] = {
    "first-load.seconds": Goal(
        bench="first-load",
        title="first load, encrypted and searchable",
        unit="s",
        raw="same bytes, bare driver, same schema",
        goal=1.0,
        gate=1.3,
    ),
    "first-load.rows-per-s": Goal(
        bench="first-load",
        title="  the same",
        unit="cases/s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "first-load.client-cpu": Goal(
        bench="first-load",
        title="  processor time of the client alone",
        unit="s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "first-load.seconds-index-last": Goal(
        bench="first-load",
        title="  against a limit that indexes at the end only",
        unit="s",
        raw="bare driver, few commits, searchable only at the end",
        judged=Judged.SHOWN,
    ),
    "first-load.memory": Goal(
        bench="first-load",
        title="  peak memory above idle",
        unit="MB",
        raw="as above",
        goal=1.2,
        gate=1.5,
    ),
    "first-load.flat": Goal(
        bench="first-load",
        title="  the same, beside a quarter of the cases",
        unit="MB",
        raw="our own load of a quarter of the cases",
        goal=1.2,
        gate=1.5,
    ),
    "first-load.usable": Goal(
        bench="first-load",
        title="  until the first page is on the screen's side",
        unit="s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "pull.seconds": Goal(
        bench="pull",
        title="10,000 changes down after an absence, words indexed",
        unit="s",
        raw="whole cases, bare driver, indexed page by page",
        goal=1.3,
        gate=1.8,
    ),
    "pull.changes-per-s": Goal(
        bench="pull",
        title="  the same",
        unit="changes/s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "rebase.seconds": Goal(
        bench="pull",
        title="a page of 1,000 below 1,000 undelivered acts",
        unit="s",
        raw="our own page without any",
        goal=1.2,
        gate=1.5,
    ),
    "leave.few": Goal(
        bench="leave",
        title="20 cases leave, without a legible trace",
        unit="s",
        raw="bare driver: rows, their words one by one, log truncated",
        goal=1.5,
        gate=2.5,
    ),
    "leave.many": Goal(
        bench="leave",
        title="a tenth of all cases leaves, likewise",
        unit="s",
        raw="bare driver: rows, what remains indexed afresh, log truncated",
        goal=1.5,
        gate=2.5,
    ),
    "leave.afresh": Goal(
        bench="leave",
        title="  the file written afresh, at most once an hour",
        unit="s",
        raw="the bare statement",
        judged=Judged.SHOWN,
    ),
    "nothing-new.bytes": Goal(
        bench="exchange",
        title="nothing new: bytes both ways",
        unit="B",
        raw="bare keep-alive POST of the same body",
        judged=Judged.COUNT,
        goal=400,
        gate=400,
    ),
    "nothing-new.requests": Goal(
        bench="exchange",
        title="  round trips",
        unit="",
        raw="one",
        judged=Judged.COUNT,
        goal=1,
        gate=1,
    ),
    "nothing-new.seconds": Goal(
        bench="exchange",
        title="  on a line of 600 ms and 64 kbit/s",
        unit="s",
        raw="bare keep-alive POST of the same body",
        goal=1.1,
        gate=1.25,
    ),
    "changes-down.seconds": Goal(
        bench="exchange",
        title="50 assigned cases down, same line",
        unit="s",
        raw="the same facts, zstd, least headers",
        goal=1.0,
        gate=1.2,
    ),
    "changes-down.heads": Goal(
        bench="exchange",
        title="  against a limit that sends whole heads as well",
        unit="s",
        raw="the same facts and heads, zstd, least headers",
        judged=Judged.SHOWN,
    ),
    "changes-down.requests": Goal(
        bench="exchange",
        title="  round trips",
        unit="",
        raw="one",
        judged=Judged.COUNT,
        goal=1,
        gate=2,
    ),
    "changes-down.answers": Goal(
        bench="exchange",
        title="50 answered cases down, same line",
        unit="s",
        raw="the same facts, zstd, least headers",
        goal=1.0,
        gate=1.2,
    ),
    "changes-down.bytes": Goal(
        bench="exchange",
        title="  bytes down a case",
        unit="B",
        raw="heads and facts, zstd 19, trained dictionary",
        goal=1.1,
        gate=1.3,
    ),
    "changes-down.bytes-facts": Goal(
        bench="exchange",
        title="  against a limit that sends no heads either",
        unit="B",
        raw="the facts alone, zstd 19, trained dictionary",
        judged=Judged.SHOWN,
    ),
    "commands-up.seconds": Goal(
        bench="exchange",
        title="50 commands up, same line, until the verdicts",
        unit="s",
        raw="the same commands and verdicts, zstd, least headers",
        goal=1.1,
        gate=1.3,
    ),
    "commands-up.quiet": Goal(
        bench="exchange",
        title="  until their echo is here as well",
        unit="s",
        raw="as above: no echo",
        judged=Judged.SHOWN,
    ),
    "commands-up.requests": Goal(
        bench="exchange",
        title="  round trips",
        unit="",
        raw="one",
        judged=Judged.COUNT,
        goal=1,
        gate=2,
    ),
    "both-ways.seconds": Goal(
        bench="exchange",
        title="50 commands up and 50 answered cases down, same line",
        unit="s",
        raw="commands; verdicts and facts; zstd, least headers",
        goal=1.1,
        gate=1.3,
    ),
    "both-ways.requests": Goal(
        bench="exchange",
        title="  round trips",
        unit="",
        raw="one",
        judged=Judged.COUNT,
        goal=1,
        gate=2,
    ),
    "upload.bytes": Goal(
        bench="upload",
        title="a file of 1 MB over a line that breaks ten times",
        unit="B",
        raw="the file",
        goal=1.1,
        gate=1.65,
    ),
    "upload.requests": Goal(
        bench="upload",
        title="  requests",
        unit="",
        raw="a piece each, and one more",
        judged=Judged.SHOWN,
    ),
    "open-queue.p50": Goal(
        bench="queue",
        title="opening a queue of all cases, p50",
        unit="ms",
        raw="bare driver: ids by the index, one window by key",
        judged=Judged.SHOWN,
    ),
    "open-queue.p95": Goal(
        bench="queue",
        title="  p95",
        unit="ms",
        raw="as above",
        goal=4.0,
        gate=10.0,
    ),
    "queue-page.p50": Goal(
        bench="queue",
        title="a page of 100 of it, with 1,000 undelivered acts, p50",
        unit="ms",
        raw="bare driver: the same rows by key",
        judged=Judged.SHOWN,
    ),
    "queue-page.p95": Goal(
        bench="queue",
        title="  p95",
        unit="ms",
        raw="as above",
        goal=4.0,
        gate=10.0,
    ),
    "cold-start.seconds": Goal(
        bench="start",
        title="cold start until the queue shows rows",
        unit="s",
        raw="a bare PySide6 window with an empty table",
        goal=10.0,
        gate=20.0,
    ),
    "act.p50": Goal(
        bench="act",
        title="recording an action, p50",
        unit="ms",
        raw="one FULL commit of a bare row, SQLCipher",
        judged=Judged.SHOWN,
    ),
    "act.p95": Goal(bench="act", title="  p95", unit="ms", raw="as above", goal=4.0, gate=10.0),
    "centre.commands-per-s": Goal(
        bench="centre",
        title="centre: commands, 8 connections, PostgreSQL",
        unit="1/s",
        raw="bare transactions: counter row and two inserts",
        judged=Judged.AT_LEAST,
        goal=0.5,
        gate=0.25,
    ),
    "centre.single-commands-per-s": Goal(
        bench="centre",
        title="  one command an exchange",
        unit="1/s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "centre.feed-rows-per-s": Goal(
        bench="centre",
        title="centre: cases fed, one process",
        unit="1/s",
        raw="bare select of the same rows, encoded and compressed",
        judged=Judged.AT_LEAST,
        goal=0.5,
        gate=0.2,
    ),
}


def missing(benches: Iterable[str], measured: Measured) -> list[str]:
    """Return the figures that these benches owe."""
    owed = {name for name, goal in GOALS.items() if goal.bench in benches}
    return sorted(owed - measured.keys())


def verdict(goal: Goal, pair: Pair) -> str:
    """Return ``goal`` or ``gate`` (what was reached), ``FAILED``, or nothing: not judged."""
    if goal.judged is Judged.SHOWN or goal.goal is None or goal.gate is None:
        return ""
    value = pair.ours if goal.judged is Judged.COUNT else pair.ratio
    sign = -1 if goal.judged is Judged.AT_LEAST else 1
    if sign * value <= sign * goal.goal:
        return "goal"
    return "gate" if sign * value <= sign * goal.gate else "FAILED"


def table(measured: Measured) -> str:
    """Return everything as lines of aligned columns."""
    head = ("figure", "ours", "raw", "ratio", "goal", "gate", "")
    rows = [head, *(_cells(GOALS[name], pair) for name, pair in _ordered(measured))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in {0, 6} else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def write(path: Path, measured: Measured, sizes: Mapping[str, object]) -> None:
    """Keep the figures with what they were measured on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "sizes": sizes,
        "figures": {
            name: {
                **asdict(GOALS[name]),
                **asdict(pair),
                "ratio": round(pair.ratio, 4),
                "verdict": verdict(GOALS[name], pair),
            }
            for name, pair in _ordered(measured)
        },
    }
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _ordered(measured: Measured) -> Sequence[tuple[str, Pair]]:
    return [(name, measured[name]) for name in GOALS if name in measured]


def _cells(goal: Goal, pair: Pair) -> tuple[str, ...]:
    return (
        goal.title,
        f"{_number(pair.ours)} {goal.unit}".strip(),
        f"{_number(pair.raw)} {goal.unit}".strip(),
        f"{pair.ratio:.2f}",
        _bound(goal, goal.goal),
        _bound(goal, goal.gate),
        verdict(goal, pair),
    )


def _bound(goal: Goal, bound: float | None) -> str:
    if bound is None:
        return "-"
    sign = ">=" if goal.judged is Judged.AT_LEAST else "<="
    return f"{sign} {bound:g}{'' if goal.judged is Judged.COUNT else ' x'}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _machine() -> dict[str, object]:
    return {
        "processors": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": sys.version.partition(" ")[0],
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }
