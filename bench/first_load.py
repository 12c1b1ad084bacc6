# SPDX-License-Identifier: AGPL-3.0-or-later
"""A device that was never here loads every case, encrypted and searchable.

The centre is a process of its own on loopback; each load is a fresh process. Ours and its limit
take turns, so that a machine that slows down slows both; the medians are compared. The pieces are
made before the clock starts, for they are made once for many devices.

Whether memory stays flat is seen by loading fewer cases as well; the study's question, from
100,000 to 400,000, is ``python -m bench first-load --rows 400000 --runs 1``.
"""

from __future__ import annotations

from pathlib import Path

from bench.figures import Measured, Pair
from bench.filling import fill
from bench.meters import Sizes, child, median_of
from bench.serve import served, several_served
from sync.central.database import Database
from sync.central.segments import Cutting
from sync.central.snapshots import make_all


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure the first load."""
    url = a_centre(folder / "central.db", sizes.cases)
    parts = folder / "parts.json"
    ours, rows, page, end = [], [], [], []
    for run in range(sizes.runs):
        # A centre of its own for each load: its memory of rows is equally cold for all four.
        with several_served(url, 4) as addresses:
            at = [
                (address, str(folder / f"{kind}-{run}"), str(parts))
                for address, kind in zip(addresses, ("ours", "rows", "page", "end"), strict=True)
            ]
            ours.append(child("bench.load_ours", *at[0]))
            rows.append(child("bench.load_raw", *at[1], "rows"))
            page.append(child("bench.load_raw", *at[2], "page"))
            end.append(child("bench.load_raw", *at[3], "end"))
    assert all(run["cases"] == sizes.cases for run in ours), ours
    fewer = _fewer(sizes, folder)
    return {
        **_of_rows(sizes, ours, rows),
        **_figures(ours, page, end),
        "first-load.flat": _flat(ours, fewer),
    }


def a_centre(file: Path, count: int) -> str:
    """Make a centre's database with all pieces, which it makes at night, once for every device."""
    url = f"sqlite:///{file}"
    database = Database(url)
    fill(database, count)
    for _ in make_all(database, Cutting(smallest_scope=1)):
        pass
    database.close()
    return url


def _fewer(sizes: Sizes, folder: Path) -> list[dict[str, float]]:
    url = a_centre(folder / "fewer.db", sizes.fewer)
    parts = str(folder / "fewer.json")
    with served(url) as address:
        return [
            child("bench.load_ours", address, str(folder / f"fewer-{run}"), parts)
            for run in range(sizes.runs)
        ]


def _flat(ours: list[dict[str, float]], fewer: list[dict[str, float]]) -> Pair:
    return Pair(ours=median_of("memory", ours), raw=median_of("memory", fewer))


def _of_rows(sizes: Sizes, ours: list[dict[str, float]], raw: list[dict[str, float]]) -> Measured:
    seconds = Pair(ours=median_of("rows", ours), raw=median_of("seconds", raw))
    return {
        "first-load.rows": seconds,
        "first-load.rows-per-s": Pair(
            ours=sizes.cases / seconds.ours, raw=sizes.cases / seconds.raw
        ),
        "first-load.rows-cpu": Pair(ours=median_of("rows-cpu", ours), raw=median_of("cpu", raw)),
        "first-load.usable": Pair(ours=median_of("usable", ours), raw=median_of("usable", raw)),
    }


def _figures(
    ours: list[dict[str, float]],
    page: list[dict[str, float]],
    end: list[dict[str, float]],
) -> Measured:
    seconds = Pair(ours=median_of("seconds", ours), raw=median_of("seconds", page))
    return {
        "first-load.seconds": seconds,
        "first-load.client-cpu": Pair(ours=median_of("cpu", ours), raw=median_of("cpu", page)),
        "first-load.merged": Pair(ours=median_of("merged", ours), raw=seconds.raw),
        "first-load.seconds-index-last": Pair(ours=seconds.ours, raw=median_of("seconds", end)),
        "first-load.memory": Pair(ours=median_of("memory", ours), raw=median_of("memory", page)),
    }
