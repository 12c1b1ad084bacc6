# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was done in the demo, how it went and how long it took; written whatever happens."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done, and whether what had to be seen afterwards was seen."""

    what: str
    ok: bool
    ms: int
    problem: str = ""


@dataclass(slots=True)
class Report:
    """Collects the steps of one run."""

    steps: list[Step] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every step held; a run without steps held nothing."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Do one step in the block; its failure is noted and ends the run."""
        begun = time.perf_counter()
        try:
            yield
        except BaseException as error:
            self._note(what, begun, problem=f"{type(error).__name__}: {error}")
            raise
        self._note(what, begun)

    def fail(self, error: Exception) -> None:
        """Note what ended the run, if no step has."""
        if self.ok or not self.steps:
            self._note("the demo itself", time.perf_counter(), problem=repr(error))

    def count(self, name: str, number: int) -> None:
        """Keep a number that says how much there was."""
        self.counts[name] = number

    def write(self, path: Path) -> None:
        """Write the report as JSON."""
        content = {
            "ok": self.ok,
            "totals": {
                "steps": len(self.steps),
                "held": sum(step.ok for step in self.steps),
                "ms": sum(step.ms for step in self.steps),
            },
            "counts": self.counts,
            "steps": [asdict(step) for step in self.steps],
            "pictures": self.pictures,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    def _note(self, what: str, begun: float, problem: str = "") -> None:
        ms = round((time.perf_counter() - begun) * 1000)
        self.steps.append(Step(what=what, ok=not problem, ms=ms, problem=problem))
        print(f"{'ok' if not problem else 'NO':>4} {ms:>6} ms  {what}", flush=True)
        if problem:
            print(f"                {problem}", flush=True)
