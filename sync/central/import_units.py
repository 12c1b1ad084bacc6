# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which unit a row of the export means: it names an institution and a unit, two levels of many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sync.cases.access import Unit, UnitTree
from sync.cases.ids import UnitId

Place = tuple[str, str, str]
"""Institution, unit and the unit's number, as a row gives them; any may be empty."""


class UnitNames:
    """Finds units by the names of the export, without regard to case and blanks."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.id: unit for unit in units}
        self._tree = UnitTree(self._units.values())
        self._by_name: dict[str, list[Unit]] = {}
        for unit in self._units.values():
            for name in {_plain(unit.name), _plain(unit.short_name)} - {""}:
                self._by_name.setdefault(name, []).append(unit)
        self._remembered: dict[Place, Unit | None] = {}

    def find(self, place: Place) -> Unit | None:
        """Return the unit a row means, None where it is not known or not clear."""
        if place not in self._remembered:
            self._remembered[place] = self._find(*place)
        return self._remembered[place]

    def missing(self, places: Iterable[Place], first_id: UnitId) -> Iterator[Unit]:
        """Yield the units that would have to exist for these places, parents first."""
        next_id = int(first_id)
        known = self
        for place in dict.fromkeys(places):
            while known.find(place) is None:
                unit = known._next_missing(place, UnitId(next_id))
                if unit is None:
                    break
                next_id += 1
                known = UnitNames([*known._units.values(), unit])
                yield unit

    def institution(self, name: str) -> Unit | None:
        """Return the institution of that name, perhaps a branch of a larger one."""
        named = self._by_name.get(_plain(name), [])
        at_the_top = [unit for unit in named if unit.parent_id is None]
        return self._nearest(at_the_top) or (named[0] if len(named) == 1 else None)

    def _find(self, institution_name: str, unit_name: str, number: str) -> Unit | None:
        if not unit_name.strip():
            return self.institution(institution_name)
        named = self._by_name.get(_plain(unit_name), [])
        by_number = [unit for unit in named if number.isdecimal() and unit.id == int(number)]
        if by_number:
            return by_number[0]
        institution = self.institution(institution_name)
        if institution is None:
            return None if institution_name.strip() else self.institution(unit_name)
        within = self._tree.subtree(institution.id)
        below = self._tree.coordinated(institution.id)
        return self._nearest([unit for unit in named if unit.id in within]) or self._nearest(
            [unit for unit in named if unit.id in below]
        )

    def _nearest(self, units: list[Unit]) -> Unit | None:
        """Return the one nearest to the top; the export cannot tell namesakes apart."""
        return min(units, key=lambda unit: (len(self._tree.path(unit.id)), unit.id), default=None)

    def _next_missing(self, place: Place, unit_id: UnitId) -> Unit | None:
        institution_name, unit_name, _ = place
        institution = self.institution(institution_name)
        if institution is None and institution_name.strip():
            return Unit(id=unit_id, name=_tidy(institution_name), kind="instansi")
        if not unit_name.strip():
            return None
        parent_id = None if institution is None else institution.id
        return Unit(id=unit_id, name=_tidy(unit_name), kind="unit", parent_id=parent_id)


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _plain(name: str) -> str:
    return _tidy(name).casefold()
