# SPDX-License-Identifier: AGPL-3.0-or-later
"""Single facts by name; both files have a table of them."""

from __future__ import annotations

import sqlalchemy as sa

from sync.store.engine import fetch


def get(connection: sa.Connection, name: str) -> str | None:
    """Return a fact, or None where it was never put."""
    rows = fetch(connection, "SELECT value FROM meta WHERE name = ?", (name,))
    return str(rows[0][0]) if rows else None


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
