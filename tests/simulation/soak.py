# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plays many histories on all cores and says what was covered."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from tests.simulation.hazards import Hazard
from tests.simulation.invariants import INVARIANTS
from tests.simulation.play import Report, kind_of_failure, play

_LINE = 700
_MOST_SEEDS = 8


@dataclass(slots=True)
class Coverage:
    """What some histories had in them."""

    histories: int = 0
    steps: int = 0
    hazards: Counter[Hazard] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    failures: dict[int, str] = field(default_factory=dict)

    def add(self, report: Report) -> None:
        """Count one more history."""
        self.histories += 1
        self.steps += len(report.steps)
        self.hazards += report.hazards
        self.checks += report.checks
        if report.failure:
            self.failures[report.seed] = report.failure


def cover(first: int, count: int, jobs: int = 1) -> Coverage:
    """Play the histories of some seeds."""
    coverage = Coverage()
    seeds = range(first, first + count)
    if jobs == 1:
        for seed in seeds:
            coverage.add(play(seed))
        return coverage
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as processes:
        for report in processes.map(play, seeds, chunksize=4):
            coverage.add(report)
            if report.failure:
                print(f"seed {report.seed} is broken", file=sys.stderr, flush=True)
    return coverage


def soak(first: int, count: int, jobs: int) -> int:
    """Play histories and print what they covered; 1 when an invariant was broken."""
    coverage = cover(first, count, jobs)
    print(f"{coverage.histories} histories of {coverage.steps} steps, seeds from {first}")
    for hazard in Hazard:
        if coverage.hazards[hazard]:
            print(
                f"  hazard {hazard.value:2} {hazard.name.lower():24} {coverage.hazards[hazard]:8}"
            )
    for found in sorted(INVARIANTS, key=lambda item: item.number):
        checks = coverage.checks[found.name]
        print(f"  invariant {found.number:2} {checks:9}  {found.title}")
    for seeds in _by_kind(coverage.failures).values():
        print(f"{len(seeds)} seeds {seeds[:_MOST_SEEDS]}: {coverage.failures[seeds[0]][:_LINE]}")
    print(f"{len(coverage.failures)} broken")
    return int(bool(coverage.failures))


def _by_kind(failures: dict[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for seed, failure in sorted(failures.items()):
        found[kind_of_failure(failure)].append(seed)
    return found
