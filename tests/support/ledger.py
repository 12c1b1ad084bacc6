# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the centre has written down, read from its tables: the proof of "exactly once"."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sync.central import schema
from tests.support.central import Office


@dataclass(frozen=True, slots=True)
class Recorded:
    """One fact of a case's ledger."""

    kind: str
    words: str
    command_id: str | None


def facts(office: Office, case_id: int) -> list[Recorded]:
    """Return the facts of a case after its registration, oldest first."""
    events = schema.events
    with office.database.read() as connection:
        rows = connection.execute(
            select(events.c.kind, events.c.data, events.c.command_id)
            .where(events.c.case_id == case_id, events.c.kind != "registered")
            .order_by(events.c.v)
        ).all()
    return [Recorded(row.kind, _words(row.data), row.command_id) for row in rows]


def told(office: Office, case_id: int) -> list[tuple[str, str]]:
    """Return kind and words of each fact of a case, oldest first."""
    return [(fact.kind, fact.words) for fact in facts(office, case_id)]


def verdicts(office: Office) -> Counter[str]:
    """Return how many commands the centre has decided, by verdict."""
    with office.database.read() as connection:
        stored = connection.execute(select(schema.commands.c.verdict)).scalars()
        return Counter(verdict["verdict"] for verdict in stored)


def receipts(office: Office) -> dict[str, str]:
    """Return the receipt of each accepted command, by its id."""
    with office.database.read() as connection:
        rows = connection.execute(select(schema.commands.c.id, schema.commands.c.verdict)).all()
    return {row.id: row.verdict["receipt"] for row in rows if row.verdict["verdict"] == "accepted"}


def _words(data: dict[str, Any]) -> str:
    return str(data.get("text", data.get("reason", data.get("officer_name", ""))))
