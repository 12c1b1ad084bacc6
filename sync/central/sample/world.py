# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sample world: complaints as the export gives them, officers, and what passed between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random
from typing import Final

from sync.cases.access import Unit
from sync.central.sample.bodies import Bodies, load_units
from sync.central.sample.filing import Filing, plan
from sync.central.sample.office_time import WIB, milliseconds
from sync.central.sample.people import SampleOfficer, sample_staff
from sync.central.sample.telling import tell
from sync.central.sample.threads import SampleThread, thread_of
from sync.central.sample.workbook import FIRST_DATA_ROW
from sync.central.spreadsheet import ExportRow

_DAY_BEGINS: Final = time(8, 15)
_FIRST_TRACKING_ID: Final = 8_500_000
_REPORTS_PER_HOUR: Final = 70
"""How fast the national counter runs."""
_HOUR_MS: Final = 3_600_000
_WORLD_HOURS: Final = 24 * 732


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that a demo needs.

    Attributes:
        units: all public bodies and their units.
        rows: the complaints, oldest first, as read from an official export.
        officers: who has an account.
        threads: tracking ID -> what the export lacks: attachments and what officers did.
        now: when the world stops, in UTC milliseconds: the morning of its last day.
    """

    units: tuple[Unit, ...]
    rows: tuple[ExportRow, ...]
    officers: tuple[SampleOfficer, ...]
    threads: dict[str, SampleThread]
    now: int


def generate_world(seed: int, count: int = 1500, *, today: date) -> World:
    """Invent the complaints of two years that end today; the same arguments, the same world."""
    bodies = Bodies(load_units())
    now = datetime.combine(today, _DAY_BEGINS, tzinfo=WIB)
    filings = plan(Random(seed), bodies, count=count, today=today)
    ids = _tracking_ids(filings, milliseconds(now))
    told = [
        tell(Random(f"{seed}/{number}"), filing, row_number=number, tracking_id=tracking_id)
        for number, (filing, tracking_id) in enumerate(
            zip(filings, ids, strict=True), FIRST_DATA_ROW
        )
    ]
    rows = tuple(case.row for case in told)
    officers = sample_staff(bodies, rows)
    threads = {
        case.row.tracking_id: thread_of(
            Random(f"{seed}/{case.row.tracking_id}"), case, bodies, officers, now
        )
        for case in told
    }
    return World(
        units=bodies.units, rows=rows, officers=officers, threads=threads, now=milliseconds(now)
    )


def _tracking_ids(filings: Iterable[Filing], now: int) -> list[str]:
    """Seven digits that grow with time, as the national counter gives them."""
    beginning = now - _WORLD_HOURS * _HOUR_MS
    ids: list[int] = []
    for filing in filings:
        passed = (milliseconds(filing.received) - beginning) * _REPORTS_PER_HOUR // _HOUR_MS
        ids.append(max(_FIRST_TRACKING_ID + passed, ids[-1] + 1 if ids else 0))
    return [str(number) for number in ids]
