# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m bench.peers [names] [--rows N]``: four works, by us and by others, in one run.

Nothing in it limits the time: each step is told when it is done, and what is known is kept.
Peers are installed under ``build/peers``. They store and promise different things (none encrypts,
none is searchable, PouchDB keeps revision trees): read the ratios as orders of magnitude.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

import msgspec

from bench import exchange, first_load
from bench.meters import ROOT, Sizes
from bench.peers.records import write_records
from bench.peers.steps import Work

REPORT = ROOT / "build" / "peers.json"
PEERS = ("anki", "kinto", "pouch")
_OURS = {
    "first-load": "first-load.rows",
    "first-load-searchable": "first-load.seconds",
    "nothing-new": "nothing-new.seconds",
    "changes-down": "changes-down.seconds",
    "changes-up": "commands-up.seconds",
}
"""Work -> our figure; what ours needs more is in docs/benchmarks.md."""


def main() -> int:
    """Measure ourselves and the named peers; print and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers")
    parser.add_argument("names", nargs="*", choices=[[], *PEERS], metavar="name")
    parser.add_argument("--rows", type=int, default=100_000, help="records of the first load")
    parser.add_argument("--runs", type=int, default=3, help="of ours, of which the median counts")
    options = parser.parse_args()
    sizes = Sizes(cases=options.rows, fewer=options.rows // 2, runs=options.runs)
    measured = {"tanggap": _ours(sizes)}
    _keep(measured)
    with tempfile.TemporaryDirectory(prefix="tanggap-peers-") as folder:
        records = Path(folder, "records.ndjson")
        write_records(records, sizes.cases)
        for name in options.names or PEERS:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            place = Path(folder, name)
            place.mkdir()
            measure: Callable[[Sizes, Path, Path], dict[str, Work]]
            measure = import_module(f"bench.peers.{name}").measure
            measured[name] = measure(sizes, records, place)
            _keep(measured)
    print(_table(measured))
    return 0


def _keep(measured: Mapping[str, Mapping[str, Work]]) -> None:
    """Write down what is known: a run takes long, and may be cut off."""
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(measured)))


def _ours(sizes: Sizes) -> dict[str, Work]:
    print("measuring tanggap ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="tanggap-peers-") as folder:
        loading, exchanging = Path(folder, "load"), Path(folder, "exchange")
        loading.mkdir()
        exchanging.mkdir()
        found = {**first_load.measure(sizes, loading), **exchange.measure(sizes, exchanging)}
    return {work: Work(seconds=found[figure].ours) for work, figure in _OURS.items()}


def _table(measured: Mapping[str, Mapping[str, Work]]) -> str:
    """Return one line a work: seconds, how many times ours, requests and kilobytes."""
    works = dict.fromkeys(work for found in measured.values() for work in found)
    lines = [f"{'work':20}" + "".join(f"{name:>34}" for name in measured)]
    for work in works:
        ours = measured["tanggap"].get(work)
        cells = [_cell(found.get(work), ours) for found in measured.values()]
        lines.append(f"{work:20}" + "".join(f"{cell:>34}" for cell in cells))
    return "\n".join(lines)


def _cell(work: Work | None, ours: Work | None) -> str:
    if work is None:
        return "-"
    times = f" ({work.seconds / ours.seconds:.2f} x)" if ours is not None else ""
    way = f" {work.requests} req {work.kilobytes:.1f} kB" if work.requests else ""
    return f"{work.seconds:.2f} s{times}{way}"


if __name__ == "__main__":
    sys.exit(main())
