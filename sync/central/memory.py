# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the centre remembers of commands: every decision, for the life of the case.

The whole verdict is stored in the transaction of its effect, so an answer that got lost can be
given again, and nothing is done twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, insert, or_, select

from sync.cases.ids import DeviceId
from sync.central import schema
from sync.wire.messages import CommandRecord, Verdict
from sync.wire.upcasts import oldest_form


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose commands these are.

    Attributes:
        idle_at: when the device last had nothing to deliver; all it sends was done after that.
    """

    officer_id: int
    device_id: DeviceId
    idle_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered of some commands of a sender, and of those that they name.

    Attributes:
        numbers: those of the commands' ``n`` that the device has used before.
    """

    sender: Sender
    numbers: frozenset[int]
    _rows: Mapping[str, Row[Any]]

    def row(self, command_id: str) -> Row[Any] | None:
        """Return what is remembered under an id, whoever it is of."""
        return self._rows.get(command_id)

    def verdict(self, command_id: str | None) -> Verdict | None:
        """Return the verdict on what the same officer sent earlier, None where that is nothing."""
        row = None if command_id is None else self._rows.get(command_id)
        if row is None or row.officer_id != self.sender.officer_id:
            return None
        return stored_verdict(row)


def fingerprint_of(record: CommandRecord) -> str:
    """Return what a command says, shortened.

    Neither ``n`` nor ``after`` belongs to it: a device that was cloned numbers its commands anew.
    Nor does the schema: a device may have told it to a centre that could read an older one only.
    """
    _, data = oldest_form(record.kind, record.sv, record.data)
    said = (record.case_id, record.base_v, record.at, record.kind, record.resolves, data)
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()


def stored_verdict(row: Row[Any]) -> Verdict:
    """Return the verdict in a row."""
    return msgspec.convert(row.verdict, Verdict)


def recall(connection: Connection, records: Sequence[CommandRecord], sender: Sender) -> Memory:
    """Look up commands, those they name, and their numbers."""
    named = {name for each in records for name in (each.id, each.after, each.resolves) if name}
    numbers = {record.n for record in records}
    rows = connection.execute(
        _RECALL, {"ids": sorted(named), "device": sender.device_id, "numbers": sorted(numbers)}
    ).all()
    return Memory(
        sender=sender,
        numbers=frozenset(row.n for row in rows if row.device == sender.device_id) & numbers,
        _rows={row.id: row for row in rows},
    )


def remember(
    connection: Connection,
    decided: Iterable[tuple[CommandRecord, Verdict]],
    sender: Sender,
    now: int,
) -> None:
    """Store final verdicts.

    Raises:
        IntegrityError: one of the commands was decided elsewhere in the meantime.
    """
    rows = [
        {
            "id": record.id,
            "device": sender.device_id,
            "n": record.n,
            "officer_id": sender.officer_id,
            "case_id": record.case_id,
            "fingerprint": fingerprint_of(record),
            "verdict": msgspec.to_builtins(verdict),
            "seq": verdict.seq or None,
            "received_at": now,
        }
        for record, verdict in decided
    ]
    if rows:
        connection.execute(_REMEMBER, rows)


_RECALL = select(schema.commands).where(
    or_(
        schema.commands.c.id.in_(bindparam("ids", expanding=True)),
        (schema.commands.c.device == bindparam("device"))
        & schema.commands.c.n.in_(bindparam("numbers", expanding=True)),
    )
)
_REMEMBER = insert(schema.commands)
