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
