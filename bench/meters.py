# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clocks, percentiles, memory, and fresh processes that report what they measured."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO, TypeVar

import msgspec

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
_MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured.

    Attributes:
        cases: of the first load.
        fewer: of another one, whose memory should be the same.
        queue: cases in the queue that is opened.
        local: cases on the computer that starts.
        runs: fresh processes of which the median counts.
        repeats: of what takes milliseconds.
        commands: sent to the centre in all.
        changes: cases in one small exchange.
        pulled: changes that a device takes in that was away.
        pending: undelivered acts while a page comes.
        blob: bytes of a file that goes up; ``opened``: of one that is opened.
        loaded: cases of a first load on the poor line.
        devices: at one process of the centre, ``crowd_s`` seconds at each of at most
            ``crowd_steps`` rates; ``p99_ms`` is what one exchange in a hundred may pass.
        rtt_ms, kbit_per_s: the poor line.
    """

    cases: int = 100_000
    fewer: int = 50_000
    queue: int = 200_000
    local: int = 20_000
    runs: int = 3
    repeats: int = 200
    commands: int = 4_000
    changes: int = 50
    pulled: int = 10_000
    pending: int = 1_000
    blob: int = 1_000_000
    opened: int = 100_000
    loaded: int = 1_000
    devices: int = 1_000
    crowd_s: float = 6.0
    crowd_steps: int = 24
    p99_ms: int = 500
    rtt_ms: int = 600
    kbit_per_s: int = 64


QUICK = Sizes(
    cases=200,
    fewer=50,
    queue=200,
    local=100,
    runs=1,
    repeats=5,
    commands=64,
    changes=5,
    pulled=60,
    pending=30,
    blob=30_000,
    opened=9_000,
    loaded=30,
    devices=5,
    crowd_s=0.9,
    crowd_steps=1,
    p99_ms=60_000,
    rtt_ms=20,
    kbit_per_s=2_000,
)
"""Only to see that everything still runs; the figures mean nothing."""


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Give the seconds since the block began."""
    begun = time.perf_counter()
    yield lambda: time.perf_counter() - begun


def durations_ms(work: Callable[[], object], repeats: int) -> list[float]:
    """Do it again and again; return how long each time took."""
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values is."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_of(name: str, runs: Sequence[dict[str, float]]) -> float:
    """Return the median of one figure over several runs."""
    return median(run[name] for run in runs)


def resident_mb() -> float:
    """Return the memory this process has now."""
    return _status_kb("VmRSS") * 1024 / _MB


def peak_mb() -> float:
    """Return the most memory this process had since :func:`forget_peak`."""
    return _status_kb("VmHWM") * 1024 / _MB


def forget_peak() -> None:
    """Let the peak begin anew at what is resident now (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def keep_garbage() -> None:
    """Leave the collector as the window keeps it while a lane works (desktop.bridge.garbage)."""
    gc.collect()
    gc.freeze()
    gc.disable()


def child(
    module: str, *arguments: str, environment: dict[str, str] | None = None
) -> dict[str, float]:
    """Run ``python -m module`` in a fresh process; return the figures on its last line."""
    return child_of([sys.executable, "-m", module, *arguments], environment)


def child_of(command: Sequence[str], environment: dict[str, str] | None = None) -> dict[str, float]:
    """Run a command; return the figures on its last line."""
    finished = subprocess.run(
        command,
        check=True,
        cwd=ROOT,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
    )
    return msgspec.json.decode(finished.stdout.splitlines()[-1], type=dict[str, float])


@contextmanager
def program(module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run ``python -m module`` beside us until the end of the block."""
    with program_of([sys.executable, "-m", module, *arguments]) as process:
        yield process


@contextmanager
def program_of(
    command: Sequence[str], log: IO[str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a command beside us until the end of the block; its log goes to ours, or to a file."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def next_line(process: subprocess.Popen[str]) -> str:
    """Return the next line that a program says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def report(figures: dict[str, float]) -> None:
    """Tell the parent process what was measured here."""
    print(msgspec.json.encode(figures).decode(), flush=True)


def _status_kb(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
