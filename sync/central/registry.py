# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is registered, as lines for whoever tends the centre: units, accounts, devices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import select

from sync.central import schema
from sync.central.accounts import canonical
from sync.central.database import Database
from sync.central.directory import load_units


def unit_lines(database: Database, words: str = "") -> Iterator[str]:
    """Tell of every unit whose name has the words: number, kind, name, where it hangs."""
    with database.read() as connection:
        units = load_units(connection)
    names = {unit.id: unit.short_name or unit.name for unit in units}
    for unit in units:
        if words.casefold() in f"{unit.name} {unit.short_name}".casefold():
            above = unit.parent_id or unit.coordinated_by
            place = "" if above is None else f" ({names[above]})"
            yield f"{unit.id:>6}  {unit.kind:<16} {unit.name}{place}"


def account_lines(database: Database) -> Iterator[str]:
    """Tell of every account: user name, role, unit, name, and whether it is closed."""
    officers = schema.officers.c
    with database.read() as connection:
        rows = connection.execute(select(schema.officers).order_by(officers.username)).all()
    for row in rows:
        closed = "  [ditutup]" if row.disabled else ""
        yield f"{row.username:<16} {row.role:<20} unit {row.unit_id:<6} {row.name}{closed}"


def device_lines(database: Database, username: str) -> Iterator[str]:
    """Tell of every device of an account: its id, name, when it was last here, and if revoked."""
    devices, officers = schema.devices, schema.officers
    with database.read() as connection:
        rows = connection.execute(
            select(devices)
            .join(officers, officers.c.id == devices.c.officer_id)
            .where(officers.c.username == canonical(username))
            .order_by(devices.c.last_seen.desc())
        ).all()
    for row in rows:
        seen = datetime.fromtimestamp(row.last_seen / 1000, UTC)
        revoked = "  [dicabut]" if row.revoked_at is not None else ""
        yield f"{row.id}  {seen:%Y-%m-%d %H.%M} UTC  {row.name}{revoked}"
