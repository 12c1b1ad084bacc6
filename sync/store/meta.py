# SPDX-License-Identifier: AGPL-3.0-or-later
"""Single facts by name; both files have a table of them."""

from __future__ import annotations

import sqlalchemy as sa


def get(connection: sa.Connection, name: str) -> str | None:
    """Return a fact, or None where it was never put."""
    row = connection.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (name,)).first()
    return None if row is None else str(row[0])


def put(connection: sa.Connection, **facts: str | None) -> None:
    """Record facts; None takes one away."""
    for name, value in facts.items():
        if value is None:
            connection.exec_driver_sql("DELETE FROM meta WHERE name = ?", (name,))
        else:
            connection.exec_driver_sql(
                "INSERT INTO meta (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )


def count(connection: sa.Connection, name: str) -> int:
    """Take the next number, from 1, of a fact that is the next number to be taken."""
    number: int = connection.exec_driver_sql(
        "INSERT INTO meta (name, value) VALUES (?, '2')"
        " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        " RETURNING CAST(value AS INTEGER) - 1",
        (name,),
    ).scalar_one()
    return number
