# SPDX-License-Identifier: AGPL-3.0-or-later
"""Units and colleagues, as the centre told."""

from __future__ import annotations

import sqlalchemy as sa

from sync.cases.access import Role, Unit
from sync.cases.ids import OfficerId, UnitId
from sync.cases.views import Person


def read_units(cache: sa.Connection) -> list[Unit]:
    """Return every unit that the officer may come across."""
    rows = cache.exec_driver_sql(
        "SELECT id, name, short_name, kind, parent_id, coordinated_by FROM units ORDER BY id"
    )
    return [
        Unit(
            id=UnitId(row.id),
            name=row.name,
            short_name=row.short_name,
            kind=row.kind,
            parent_id=None if row.parent_id is None else UnitId(row.parent_id),
            coordinated_by=None if row.coordinated_by is None else UnitId(row.coordinated_by),
        )
        for row in rows
    ]


def read_people(cache: sa.Connection) -> list[Person]:
    """Return the colleagues by name; one in a role of a newer program cannot be assigned to."""
    rows = cache.exec_driver_sql("SELECT id, name, role, unit_id FROM people ORDER BY name, id")
    return [
        Person(
            id=OfficerId(row.id), name=row.name, role=Role.of(row.role), unit_id=UnitId(row.unit_id)
        )
        for row in rows
        if Role.of(row.role) is not Role.UNKNOWN
    ]
