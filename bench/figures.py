# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was measured: ours beside a limit, what that is worth, and the file that keeps it."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.goals import GOALS, Goal, Judged

PACKAGES = ("PySide6-Essentials", "SQLAlchemy", "msgspec", "psycopg", "requests", "uvicorn")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A run as it was kept.

    Attributes:
        at: when it ended, ISO 8601.
        machine: what it ran on, and what else that had to do.
    """

    at: str
    machine: Mapping[str, object]
    measured: Measured


def read(path: Path) -> Kept:
    """Return the run that :func:`write` has kept."""
    report = json.loads(path.read_text(encoding="utf-8"))
    return Kept(
        at=report["at"],
        machine=report["machine"],
        measured={
            name: Pair(ours=found["ours"], raw=found["raw"])
            for name, found in report["figures"].items()
        },
    )


def write(
    path: Path, measured: Measured, sizes: Mapping[str, object], loads: Sequence[float]
) -> None:
    """Keep the figures with what they were measured on; ``loads`` are before and after."""
    path.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "machine": {**_machine(), "load": [round(load, 1) for load in loads]},
        "sizes": sizes,
        "figures": {
            name: {
                **asdict(GOALS[name]),
                **asdict(pair),
                "ratio": round(pair.ratio, 4),
                "verdict": verdict(GOALS[name], pair),
            }
            for name, pair in in_order(measured)
        },
    }
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def in_order(measured: Measured) -> Sequence[tuple[str, Pair]]:
    """Return what was measured in the order of the goals."""
    return [(name, measured[name]) for name in GOALS if name in measured]


def _machine() -> dict[str, object]:
    return {
        "processors": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": sys.version.partition(" ")[0],
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }
