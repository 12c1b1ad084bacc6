# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real public bodies of resources/units/bumn.json, and how to find one's way among them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

import resources
from sync.cases.access import Unit
from sync.cases.ids import UnitId


def load_units() -> tuple[Unit, ...]:
    """The ministry, the state enterprises, their subsidiaries and all units."""
    return tuple(
        Unit(
            id=UnitId(entry["id"]),
            name=entry["name"],
            short_name=entry["short_name"],
            kind=entry["kind"],
            parent_id=entry["parent"],
            coordinated_by=entry["coordinated_by"],
        )
        for entry in json.loads(resources.text("units/bumn.json"))["units"]
    )


class Bodies:
    """The bodies by name and by relation."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = tuple(units)
        self._by_id = {unit.id: unit for unit in self.units}
        self._institutions = {unit.name: unit for unit in self.units if unit.parent_id is None}
        self._children: dict[UnitId, list[Unit]] = defaultdict(list)
        for unit in self.units:
            if unit.parent_id is not None:
                self._children[unit.parent_id].append(unit)

    def institutions(self) -> Iterator[Unit]:
        """All bodies in their own right, in the order of the file."""
        return iter(self._institutions.values())

    def institution(self, name: str) -> Unit:
        """The institution of a name; raises KeyError when there is none."""
        return self._institutions[name]

    def below(self, unit: Unit) -> tuple[Unit, ...]:
        """All units of a body, of any depth, without the body itself."""
        return tuple(
            found for child in self._children[unit.id] for found in (child, *self.below(child))
        )

    def unit(self, institution: Unit, name: str) -> Unit:
        """The unit of a name below an institution; raises KeyError when there is none."""
        for unit in self.below(institution):
            if unit.name == name:
                return unit
        raise KeyError(name)

    def institution_of(self, unit_id: UnitId) -> Unit:
        """The institution that a unit belongs to; an institution belongs to itself."""
        unit = self._by_id[unit_id]
        while unit.parent_id is not None:
            unit = self._by_id[unit.parent_id]
        return unit
