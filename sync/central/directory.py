# SPDX-License-Identifier: AGPL-3.0-or-later
"""Units and officers as the rules need them, remembered until they change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from sync.cases.access import Actor, Role, Scope, Unit, UnitTree, scope_of
from sync.cases.ids import OfficerId, UnitId
from sync.central import schema
from sync.wire import codec
from sync.wire.messages import DEFAULT_LEASE_S, OfficerRecord, PersonRecord, ScopeRecord, UnitRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A person with an account."""

    id: OfficerId
    username: str
    name: str
    role: Role
    unit_id: UnitId
    disabled: bool

    def record(self) -> OfficerRecord:
        """Return the officer as the wire knows them."""
        return OfficerRecord(
            id=self.id,
            username=self.username,
            name=self.name,
            role=self.role.value,
            unit_id=self.unit_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What one officer may see, and the short hash by which a cursor remembers it."""

    record: ScopeRecord
    digest: bytes


@dataclass(slots=True, kw_only=True)
class Roster:
    """Everybody and every unit at one revision. It never changes, it only remembers answers."""

    revision: int
    moves: int
    units: dict[UnitId, Unit]
    officers: dict[OfficerId, Officer]
    tree: UnitTree
    lease_s: int
    _scopes: dict[tuple[Role, UnitId], Scope] = field(default_factory=dict)
    _references: dict[OfficerId, Reference] = field(default_factory=dict)

    def actor(self, officer_id: int) -> Actor | None:
        """Return an officer at work; None for one who is gone or whose account is closed."""
        officer = self.officers.get(OfficerId(officer_id))
        if officer is None or officer.disabled:
            return None
        return Actor(
            id=officer.id,
            name=officer.name,
            role=officer.role,
            unit_id=officer.unit_id,
            scope=self.scope(officer.role, officer.unit_id),
        )

    def name_of(self, unit_id: int) -> str:
        """Return a unit's public name, empty for an unknown one."""
        unit = self.units.get(UnitId(unit_id))
        return "" if unit is None else unit.name

    def access(self, actor: Actor) -> bytes:
        """Return four bytes that change whenever what the officer sees must be sent anew.

        New units do not change them: their cases reach the officer through the feed.
        """
        told = f"{actor.id}/{actor.role.value}/{actor.unit_id}/{self.moves}"
        return hashlib.sha256(told.encode()).digest()[:4]

    def reference(self, actor: Actor) -> Reference:
        """Return what the officer's device needs to know of units and colleagues."""
        found = self._references.get(actor.id)
        if found is None:
            record = self._scope_record(actor)
            digest = hashlib.sha256(codec.encode(record)).digest()[:4]
            found = self._references[actor.id] = Reference(record=record, digest=digest)
        return found

    def scope(self, role: Role, unit_id: UnitId) -> Scope:
        """Return what an officer of this role in this unit works on and watches."""
        key = (role, unit_id)
        if key not in self._scopes:
            self._scopes[key] = scope_of(role, unit_id, self.tree)
        return self._scopes[key]

    def _scope_record(self, actor: Actor) -> ScopeRecord:
        scope = actor.scope
        seen = self.units if scope.everything else scope.handles | scope.watches
        named = {unit.id: unit for unit_id in seen for unit in self.tree.path(unit_id)}
        return ScopeRecord(
            officer=self.officers[actor.id].record(),
            handles=sorted(scope.handles),
            watches=sorted(scope.watches),
            everything=scope.everything,
            units=[_unit_record(named[unit_id]) for unit_id in sorted(named)],
            people=[
                PersonRecord(
                    id=officer.id,
                    name=officer.name,
                    role=officer.role.value,
                    unit_id=officer.unit_id,
                )
                for officer in self.officers.values()
                if officer.unit_id in scope.handles and not officer.disabled
            ],
            lease_s=self.lease_s,
        )


_REVISION = select(schema.head.c.reference_rev, schema.head.c.moves)


class Directory:
    """Hands out the roster of the revision that a snapshot is at."""

    def __init__(self, lease_s: int = DEFAULT_LEASE_S) -> None:
        """Make a directory.

        Args:
            lease_s: how long devices may show cases without a contact.
        """
        self._lease_s = lease_s
        self._roster: Roster | None = None

    def known(self, revision: int) -> Roster | None:
        """Return the roster of a revision, if it was read before."""
        roster = self._roster
        return None if roster is None or roster.revision != revision else roster

    def at(self, connection: Connection, revision: int, moves: int) -> Roster:
        """Return the roster; the revision must be read on the same connection before.

        Outside of a snapshot it may have changed since, or even between units and officers: who
        was read is who there was when the revision is the same before and after.
        """
        roster = self._roster
        while roster is None or roster.revision != revision:
            roster = _load(connection, revision, moves, self._lease_s)
            revision, moves = connection.execute(_REVISION).one()
        self._roster = roster
        return roster


def load_units(connection: Connection) -> list[Unit]:
    """Return all units."""
    return [
        Unit(
            id=UnitId(row.id),
            name=row.name,
            short_name=row.short_name,
            kind=row.kind,
            parent_id=None if row.parent_id is None else UnitId(row.parent_id),
            coordinated_by=None if row.coordinated_by is None else UnitId(row.coordinated_by),
        )
        for row in connection.execute(select(schema.units).order_by(schema.units.c.id))
    ]


def _load(connection: Connection, revision: int, moves: int, lease_s: int) -> Roster:
    units = {unit.id: unit for unit in load_units(connection)}
    officers = {
        OfficerId(row.id): Officer(
            id=OfficerId(row.id),
            username=row.username,
            name=row.name,
            role=Role(row.role),
            unit_id=UnitId(row.unit_id),
            disabled=row.disabled,
        )
        for row in connection.execute(select(schema.officers).order_by(schema.officers.c.id))
    }
    return Roster(
        revision=revision,
        moves=moves,
        units=units,
        officers=officers,
        tree=UnitTree(units.values()),
        lease_s=lease_s,
    )


def _unit_record(unit: Unit) -> UnitRecord:
    return UnitRecord(
        id=unit.id,
        name=unit.name,
        short_name=unit.short_name,
        kind=unit.kind,
        parent_id=unit.parent_id,
        coordinated_by=unit.coordinated_by,
    )
