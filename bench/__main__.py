# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m bench [names] [--rows N] [--runs N] [--quick]``: measure, print, keep it as JSON.

``python -m bench --report`` measures nothing and prints the last run for docs/benchmarks.md.

The exit status is 1 when a gate is missed, so that a build can stand on it; quick runs judge
nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path

from bench import figures, tables
from bench.figures import Measured, Pair
from bench.goals import GOALS
from bench.meters import QUICK, ROOT, Sizes

REPORT = ROOT / "build" / "bench.json"

BENCHES = {
    "first-load": "bench.first_load",
    "pull": "bench.pull",
    "leave": "bench.leave",
    "exchange": "bench.exchange",
    "operations": "bench.operations",
    "upload": "bench.upload",
    "queue": "bench.queue",
    "start": "bench.start",
    "act": "bench.act",
    "centre": "bench.centre",
    "capacity": "bench.capacity",
}
"""Name -> module with ``measure(sizes, folder)``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; return the exit status."""
    options = _options(arguments)
    if options.report:
        print(tables.block(figures.read(options.json)))
        return 0
    busy_before = os.getloadavg()[0]
    sizes: Sizes = QUICK if options.quick else Sizes()
    if options.rows:
        rows = options.rows
        sizes = replace(sizes, cases=rows, fewer=rows // 4, queue=rows, local=rows)
    if options.runs:
        sizes = replace(sizes, runs=options.runs)
    names = options.names or list(BENCHES)
    measured = _measured(names, sizes)
    print(*filter(None, (tables.table(measured), tables.operations(measured))), sep="\n\n")
    about = asdict(sizes) | {"quick": options.quick}
    figures.write(options.json, measured, about, (busy_before, os.getloadavg()[0]))
    owed = figures.missing(names, measured)
    if owed:
        print(f"not measured: {', '.join(owed)}")
    failed = any("FAILED" == figures.verdict(GOALS[name], pair) for name, pair in measured.items())
    return int(bool(owed) or (failed and not options.quick))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Tanggap.")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], metavar="name")
    parser.add_argument("--rows", type=int, help="cases in every measurement that counts them")
    parser.add_argument("--runs", type=int, help="how often, where the median counts")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it runs")
    parser.add_argument("--report", action="store_true", help="print the last run again")
    parser.add_argument("--json", type=Path, default=REPORT, help="where a run is kept")
    return parser.parse_args(arguments)


def _measured(names: Sequence[str], sizes: Sizes) -> Measured:
    measured: dict[str, Pair] = {}
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        measure: Callable[[Sizes, Path], Measured] = import_module(BENCHES[name]).measure
        with tempfile.TemporaryDirectory(prefix="tanggap-bench-") as folder:
            measured |= measure(sizes, Path(folder))
    return measured


if __name__ == "__main__":
    sys.exit(main())
