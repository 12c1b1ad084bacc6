# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whom a commit concerns: read from what is visible, so nobody is ever told too early."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from sync.cases.access import Scope
from sync.cases.ids import DeviceId, UnitId
from sync.central import schema
from sync.central.accounts import Accounts, Caller
from sync.central.database import Database
from sync.central.directory import Directory
from sync.central.head import Counter, Head
from sync.errors import SyncError, SyncErrorKind

_MOST_CHANGES = 5_000
"""Beyond it everybody is concerned; an import of a whole export is such a commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A device that may be told, and what its officer may see.

    Attributes:
        head: where the ledger stood when it was admitted; it is told of what comes after.
    """

    device_id: DeviceId
    scope: Scope
    head: Head


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has been committed between two looks.

    Attributes:
        head: where the ledger stands now.
        everybody: units or officers changed, or more than is worth telling apart.
        makers: units with changes, each with the devices that made them, None for whoever is not
            a device.
    """

    head: Head
    everybody: bool = False
    makers: Mapping[UnitId, set[DeviceId | None]] = field(default_factory=dict)

    def concern(self, device: Admission) -> bool:
        """Return whether there is something for a device that it has not made itself."""
        return self.everybody or any(
            device.scope.sees(unit_id) and makers != {device.device_id}
            for unit_id, makers in self.makers.items()
        )


class Newsroom:
    """Looks at the ledger for those who listen."""

    def __init__(self, database: Database, accounts: Accounts, counter: Counter) -> None:
        self.database = database
        self._accounts = accounts
        self._counter = counter
        self._directory = Directory()

    def admit(self, access_token: str) -> Admission:
        """Return who listens under a token.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``.
        """
        with self.database.look() as connection:
            caller = self._accounts.identify(connection, access_token)
            admission = self._admissions(connection, {access_token: caller}).get(access_token)
        if admission is None:
            raise SyncError(SyncErrorKind.AUTH)
        return admission

    def admitted(self, access_tokens: Collection[str]) -> dict[str, Admission]:
        """Return which of these may still be told; what they see may have changed."""
        with self.database.read() as connection:
            callers = self._accounts.identify_all(connection, access_tokens)
            return self._admissions(connection, callers)

    def since(self, before: Head) -> News:
        """Return what has been committed since an earlier look."""
        with self.database.read() as connection:
            head = self._counter.read(connection)
            if head == before:
                return News(head=head)
            if (head.epoch, head.reference_rev) != (before.epoch, before.reference_rev):
                return News(head=head, everybody=True)
            rows = connection.execute(_CHANGES, {"after": before.seq}).all()
        makers: defaultdict[UnitId, set[DeviceId | None]] = defaultdict(set)
        for unit_id, device in rows:
            makers[UnitId(unit_id)].add(None if device is None else DeviceId(device))
        return News(head=head, everybody=len(rows) >= _MOST_CHANGES, makers=makers)

    def _admissions(
        self, connection: Connection, callers: Mapping[str, Caller]
    ) -> dict[str, Admission]:
        """Return what callers may be told, by token; nothing to whose account is closed."""
        head = self._counter.read(connection)
        roster = self._directory.at(connection, head.reference_rev, head.moves)
        actors = {token: roster.actor(caller.officer_id) for token, caller in callers.items()}
        return {
            token: Admission(device_id=callers[token].device_id, scope=actor.scope, head=head)
            for token, actor in actors.items()
            if actor is not None
        }


_CHANGES = (
    select(schema.feed.c.unit_id, schema.events.c.device)
    .distinct()
    .join_from(
        schema.feed,
        schema.events,
        (schema.events.c.case_id == schema.feed.c.case_id)
        & (schema.events.c.seq == schema.feed.c.seq),
        isouter=True,
    )
    .where(schema.feed.c.seq > bindparam("after"))
    .limit(_MOST_CHANGES)
)
