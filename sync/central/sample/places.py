# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a complaint happens: at a spot that its unit runs, or somewhere in the unit's region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TypeVar

from sync.cases.access import Unit
from sync.central.sample.phrases import Sector, document

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A real village or quarter; ``spot`` is the station, port or gate in it, else empty."""

    province: str
    city: str
    district: str
    village: str
    spot: str = ""


def place_for(rng: Random, sector: Sector, institution: Unit, unit: Unit) -> Place:
    """Draw a place that this unit would be asked about."""
    if sector.spots:
        spots = best_match(sector.spots, unit.name) or best_match(sector.spots, institution.name)
        return _at_spot(rng.choice(spots or sector.spots["*"]))
    regions = best_match(document("places")["regions"], unit.name)
    regions = regions or document("places")["homes"].get(institution.short_name) or [""]
    return rng.choice(_places_in(tuple(regions)))


def streets() -> tuple[str, ...]:
    """Street names that nearly every Indonesian town has."""
    return tuple(document("places")["streets"])


def best_match(table: Mapping[str, _T], name: str) -> _T | None:
    """The value of the longest key that is part of the name."""
    keys = [key for key in table if key in name]
    return table[max(keys, key=len)] if keys else None


def _at_spot(line: str) -> Place:
    spot, city, district, village = line.split("|")
    province = document("places")["provinces"][city]
    return Place(province=province, city=city, district=district, village=village, spot=spot)


@cache
def _places_in(regions: tuple[str, ...]) -> tuple[Place, ...]:
    lines = [line for line in document("places")["places"] if line.startswith(regions)]
    return tuple(_parse(lines))


def _parse(lines: Iterable[str]) -> Iterable[Place]:
    for line in lines:
        province, city, district, village = line.split("|")
        yield Place(province=province, city=city, district=district, village=village)
