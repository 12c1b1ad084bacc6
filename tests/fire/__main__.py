# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m tests.fire --minutes 3 --devices 200``: the long battle, with a report."""

from __future__ import annotations

import argparse
import sys

from tests.fire.battle import fight


def main() -> int:
    """Fight, print the report, and fail if anything was lost, doubled or skipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    report = fight(devices=given.devices, seconds=given.minutes * 60, seed=given.seed)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
