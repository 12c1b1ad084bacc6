# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m tests.simulation``: play a seed and show its trace, or many seeds, or a file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.simulation.play import play
from tests.simulation.shrink import shrunk
from tests.simulation.soak import soak
from tests.simulation.steps import from_file, to_lines


def main() -> int:
    """Do what the command line says; 1 when an invariant was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the history to play")
    parser.add_argument("--steps", type=Path, help="play the steps in this file instead")
    parser.add_argument("--shrink", type=Path, help="write the smallest steps that still fail here")
    parser.add_argument("--seeds", type=int, help="play so many histories, from --seed on")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes to use")
    chosen = parser.parse_args()
    if chosen.seeds is not None:
        return soak(chosen.seed, chosen.seeds, chosen.jobs)
    report = play(chosen.seed, None if chosen.steps is None else from_file(chosen.steps))
    print("\n".join(report.trace))
    print(f"{'BROKEN' if report.failure else 'well'} seed {report.seed} trace {report.digest}")
    if report.failure:
        print(report.failure)
        if chosen.shrink is not None:
            chosen.shrink.write_text(to_lines(shrunk(report)), encoding="utf-8")
    return int(bool(report.failure))


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # so that no set is walked in another order
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]])  # noqa: S606
    sys.exit(main())
