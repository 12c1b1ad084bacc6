# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the centre has written down, read from its tables: the proof of "exactly once"."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select

from sync.central import schema
from sync.central.ledger import CASE_COLUMNS
from sync.central.veil import Veil
from sync.wire.messages import CaseRecord
from tests.support.central import Device, Office


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


def assert_has_all(office: Office, device: Device) -> None:
    """Compare what a device holds with what its officer may see of the whole ledger."""
    with office.database.read() as connection:
        heads = [CaseRecord(*row) for row in connection.execute(select(*CASE_COLUMNS))]
        rows = connection.execute(select(schema.events).order_by(schema.events.c.v)).all()
    assert device.scope is not None
    units = {*device.scope.handles, *device.scope.watches}
    seen = [head for head in heads if device.scope.everything or head.unit_id in units]
    veil = Veil(office.actor(device.username))
    expected = {head.id: msgspec.to_builtins(veil.case(head)) for head in seen}
    assert expected == {key: msgspec.to_builtins(case) for key, case in device.cases.items()}
    for head in seen:
        versions = [row.v for row in rows if row.case_id == head.id and row.kind != "registered"]
        assert versions == [event.v for event in device.history(head.id)]
