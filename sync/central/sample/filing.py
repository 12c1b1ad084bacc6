# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gets a complaint when, and how far it has come: the plan behind the sample world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sync.cases.access import Unit
from sync.central.sample.bodies import Bodies
from sync.central.sample.chance import draw, happens
from sync.central.sample.office_time import WIB, weekday_before, weekdays_since
from sync.central.sample.people import DEMO_INSTITUTION
from sync.central.sample.phrases import GENERAL, Caseload, Sector, sector, sectors

WORLD_DAYS: Final = 730
DEMO_UNIT: Final = "Area Bogor"
"""Where the officers of the demo find a full desk."""

_RECENT_DAYS: Final = 28
_DESK_AGES: Final = (*([0] * 6), *([1] * 8), *([2] * 6), *([3] * 5), *([4] * 5), *([5] * 6))
_DESK_LATE: Final = (6, 6, 7, 7, 8, 8, 9, 10, 11, 12, 14, 16)
_DESK_MOVING: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 17, 18)
"""Ages in weekdays of the complaints on the demo's desk: fresh and due, overdue, under way."""
_DESK_SHARE: Final = 8
"""At most one of so many complaints is there only for the demo's desk."""

_HOURS: Final = {
    6: 3,
    7: 6,
    8: 8,
    9: 8,
    10: 7,
    11: 6,
    12: 6,
    13: 6,
    14: 5,
    15: 5,
    16: 6,
    17: 7,
    18: 7,
    19: 8,
    20: 7,
    21: 5,
    22: 3,
    23: 1,
}
_BEFORE_WORK: Final = 7
"""Today's complaints came in before the demo begins."""

_UNVERIFIED: Final = "Belum Terverifikasi"
_VERIFIED: Final = "Terverifikasi"
_UNTOUCHED: Final = "Belum Ditindaklanjuti"
_PROGRESS: Final = "Proses"
_REPLIED: Final = "Ditanggapi oleh Pelapor"
_POSTPONED: Final = "Tunda"
_CLOSED: Final = "Ditutup oleh Admin"
_EXPIRED: Final = "Ditutup oleh Sistem"
_ARCHIVED: Final = "Diarsipkan oleh Admin"
_DROPPED: Final = "Diarsipkan oleh Sistem"
_UNKNOWN: Final = "Menunggu Klarifikasi Pusat"
"""A status that no table knows yet, as the national system may bring any day."""

_STATUSES_BY_AGE: Final[tuple[tuple[int, Mapping[str, float]], ...]] = (
    (1, {_UNVERIFIED: 8, _VERIFIED: 46, _UNTOUCHED: 38, _PROGRESS: 6, _ARCHIVED: 2}),
    (
        5,
        {_VERIFIED: 22, _UNTOUCHED: 24, _PROGRESS: 34, _REPLIED: 8, _POSTPONED: 4, _CLOSED: 5}
        | {_ARCHIVED: 2, _UNKNOWN: 1},
    ),
    (
        15,
        {_VERIFIED: 7, _UNTOUCHED: 9, _PROGRESS: 38, _REPLIED: 16, _POSTPONED: 6, _CLOSED: 14}
        | {_EXPIRED: 4, _ARCHIVED: 4, _UNKNOWN: 2},
    ),
    (
        40,
        {_VERIFIED: 2, _UNTOUCHED: 3, _PROGRESS: 17, _REPLIED: 9, _POSTPONED: 3, _CLOSED: 27}
        | {_EXPIRED: 29, _ARCHIVED: 5, _DROPPED: 4, _UNKNOWN: 1},
    ),
    (
        WORLD_DAYS,
        {_VERIFIED: 0.5, _UNTOUCHED: 0.8, _PROGRESS: 3, _REPLIED: 2, _POSTPONED: 0.6}
        | {_CLOSED: 34, _EXPIRED: 47, _ARCHIVED: 6, _DROPPED: 5, _UNKNOWN: 0.4},
    ),
)
"""Up to which age in weekdays -> status -> how often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One complaint before anything is written.

    Attributes:
        unit: whom it concerns.
        holder: who has it: that unit, or the institution until it is disposed further.
    """

    sector: Sector
    institution: Unit
    unit: Unit
    holder: Unit
    received: datetime
    status: str


def plan(rng: Random, bodies: Bodies, *, count: int, today: date) -> list[Filing]:
    """Plan so many complaints over two years that end today, oldest first."""
    desk = list(_desk(rng, bodies, today=today, most=count // _DESK_SHARE))
    filings = desk + [
        _filing(rng, bodies, institution, today)
        for institution, share in _shares(bodies, count - len(desk))
        for _ in range(share)
    ]
    return sorted(filings, key=lambda filing: filing.received)


def _desk(rng: Random, bodies: Bodies, *, today: date, most: int) -> Iterator[Filing]:
    """Fill the demo's desk: mostly waiting, some overdue, some under way."""
    institution = bodies.institution(DEMO_INSTITUTION)
    field = _sector_of(institution)
    unit = bodies.unit(institution, DEMO_UNIT)
    waiting = [(age, draw(rng, {_VERIFIED: 1, _UNTOUCHED: 2})) for age in _DESK_AGES + _DESK_LATE]
    moving = [(age, draw(rng, {_PROGRESS: 3, _REPLIED: 2, _POSTPONED: 1})) for age in _DESK_MOVING]
    cases = waiting + moving
    rng.shuffle(cases)
    for age, status in cases[:most]:
        received = _moment(rng, weekday_before(today, age), today)
        yield Filing(
            sector=field,
            institution=institution,
            unit=unit,
            holder=unit,
            received=received,
            status=status,
        )


def _filing(rng: Random, bodies: Bodies, institution: Unit, today: date) -> Filing:
    received = _moment(rng, today - timedelta(days=_age(rng)), today)
    statuses = next(
        table for most, table in _STATUSES_BY_AGE if weekdays_since(received.date(), today) <= most
    )
    status = draw(rng, statuses)
    field = _sector_of(institution)
    unit = _unit(rng, bodies, institution, field)
    undisposed = status == _UNVERIFIED or (status == _VERIFIED and happens(rng, 30))
    return Filing(
        sector=field if happens(rng, 95) else sector(GENERAL),
        institution=institution,
        unit=unit,
        holder=institution if undisposed else unit,
        received=received,
        status=status,
    )


def _age(rng: Random) -> int:
    """Days before today; complaints have grown more frequent, and the last weeks most."""
    if happens(rng, 10):
        return rng.randint(0, _RECENT_DAYS)
    return int((WORLD_DAYS - 1) * rng.random() ** 1.2)


def _moment(rng: Random, day: date, today: date) -> datetime:
    hour = rng.randint(5, _BEFORE_WORK) if day == today else draw(rng, _HOURS)
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=WIB)


def _unit(rng: Random, bodies: Bodies, institution: Unit, field: Sector) -> Unit:
    caseload = field.institutions.get(institution.name)
    weights = caseload.units if caseload else {}
    return draw(rng, {unit: weights.get(unit.name, 1) for unit in bodies.below(institution)})


def _sector_of(institution: Unit) -> Sector:
    return next(
        (field for field in sectors() if institution.name in field.institutions), sector(GENERAL)
    )


def _shares(bodies: Bodies, count: int) -> Iterator[tuple[Unit, int]]:
    """Split a number of complaints among all institutions by weight, without remainder."""
    nobody = Caseload(weight=1, units={})
    institutions = tuple(bodies.institutions())
    weights = [
        _sector_of(institution).institutions.get(institution.name, nobody).weight
        for institution in institutions
    ]
    passed, given, total = 0, 0, sum(weights)
    for institution, weight in zip(institutions, weights, strict=True):
        passed += weight
        share = count * passed // total - given
        given += share
        yield institution, share
