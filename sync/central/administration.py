# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an administrator sets up: units, officers, passwords, revoked devices."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from sync.cases.access import Role, Unit
from sync.cases.ids import OfficerId, UnitId
from sync.central import schema
from sync.central.accounts import canonical, sign_ins_of
from sync.central.database import Database, take_turns
from sync.central.former import note_past_post
from sync.central.head import note_reference_change


class Administration:
    """Changes to units, officers and devices; every one reaches the devices it concerns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_empty(self) -> bool:
        """Return whether there is no unit yet, and so nothing else either."""
        with self._database.read() as connection:
            return connection.execute(select(schema.units.c.id).limit(1)).one_or_none() is None

    def add_units(self, units: Sequence[Unit]) -> None:
        """Add units with the ids they bring, parents first."""

        def add(connection: Connection) -> None:
            insert_units(connection, units)

        self._database.transact(add)

    def add_unit(
        self,
        name: str,
        *,
        short_name: str = "",
        kind: str = "unit",
        parent_id: UnitId | None = None,
        coordinated_by: UnitId | None = None,
    ) -> UnitId:
        """Add one unit and return its new id."""

        def add(connection: Connection) -> UnitId:
            unit = Unit(
                id=next_unit_id(connection),
                name=name,
                short_name=short_name,
                kind=kind,
                parent_id=parent_id,
                coordinated_by=coordinated_by,
            )
            insert_units(connection, [unit])
            return unit.id

        return self._database.transact(add)

    def move_unit(
        self, unit_id: UnitId, *, parent_id: UnitId | None, coordinated_by: UnitId | None
    ) -> None:
        """Hang a unit elsewhere in the tree; devices load their cases anew."""

        def move(connection: Connection) -> None:
            connection.execute(
                update(schema.units)
                .where(schema.units.c.id == unit_id)
                .values(parent_id=parent_id, coordinated_by=coordinated_by)
            )
            note_reference_change(connection, moved=True)

        self._database.transact(move)

    def add_officer(
        self, username: str, *, password_hash: str, name: str, role: Role, unit_id: UnitId
    ) -> OfficerId:
        """Open an account.

        Raises:
            sqlalchemy.exc.IntegrityError: the user name is taken, or there is no such unit.
        """

        def add(connection: Connection) -> OfficerId:
            added = connection.execute(
                insert(schema.officers).values(
                    username=canonical(username),
                    name=name,
                    role=role.value,
                    unit_id=unit_id,
                    password_hash=password_hash,
                    disabled=False,
                )
            )
            note_reference_change(connection)
            key = added.inserted_primary_key
            return OfficerId(0 if key is None else key[0])

        return self._database.transact(add)

    def change_officer(
        self, officer_id: OfficerId, *, role: Role, unit_id: UnitId, disabled: bool = False
    ) -> None:
        """Give an officer another role or unit, or close the account."""

        def change(connection: Connection) -> None:
            note_reference_change(connection)  # first: no change is numbered until this is so
            note_past_post(connection, officer_id)
            connection.execute(
                update(schema.officers)
                .where(schema.officers.c.id == officer_id)
                .values(role=role.value, unit_id=unit_id, disabled=disabled)
            )

        self._database.transact(change)

    def set_password(self, username: str, password_hash: str) -> bool:
        """Give an account another password and end its sign-ins; return whether there is one."""
        officers, devices = schema.officers, schema.devices

        def change(connection: Connection) -> bool:
            named = officers.c.username == canonical(username)
            known = connection.execute(select(officers.c.id).where(named)).scalar_one_or_none()
            take_turns(connection, sign_ins_of(known))
            changed = connection.execute(
                update(officers).where(named).values(password_hash=password_hash)
            )
            theirs = select(devices.c.id).join(officers, officers.c.id == devices.c.officer_id)
            connection.execute(
                delete(schema.tokens).where(schema.tokens.c.device_id.in_(theirs.where(named)))
            )
            return changed.rowcount > 0

        return self._database.transact(change)

    def close_account(self, username: str) -> bool:
        """Let an officer in no more; return whether there is one. Their acts stay what they are."""

        def close(connection: Connection) -> bool:
            changed = connection.execute(
                update(schema.officers)
                .where(schema.officers.c.username == canonical(username))
                .values(disabled=True)
            )
            note_reference_change(connection)
            return changed.rowcount > 0

        return self._database.transact(close)

    def device_owner(self, device_id: str) -> OfficerId | None:
        """Return whose device it is, None for an unknown one."""
        with self._database.read() as connection:
            owner = connection.execute(
                select(schema.devices.c.officer_id).where(schema.devices.c.id == device_id)
            ).scalar_one_or_none()
        return None if owner is None else OfficerId(owner)

    def revoke_device(self, device_id: str, now: int) -> bool:
        """Take a device's access away for good; return whether there is such a device."""

        def revoke(connection: Connection) -> bool:
            devices = schema.devices
            connection.execute(
                update(devices)
                .where(devices.c.id == device_id, devices.c.revoked_at.is_(None))
                .values(revoked_at=now)
            )
            known = select(devices.c.id).where(devices.c.id == device_id)
            return connection.execute(known).one_or_none() is not None

        return self._database.transact(revoke)

    def restore_device(self, device_id: str) -> bool:
        """Give a revoked device its access back; return whether there is such a device.

        What its officer did meanwhile is then delivered like anything else.
        """
        devices = schema.devices

        def restore(connection: Connection) -> bool:
            known = update(devices).where(devices.c.id == device_id).values(revoked_at=None)
            return connection.execute(known).rowcount > 0

        return self._database.transact(restore)


def insert_units(connection: Connection, units: Sequence[Unit]) -> None:
    """Add units within a transaction, parents first."""
    for unit in units:
        connection.execute(
            insert(schema.units).values(
                id=unit.id,
                name=unit.name,
                short_name=unit.short_name,
                kind=unit.kind,
                parent_id=unit.parent_id,
                coordinated_by=unit.coordinated_by,
            )
        )
    if units:
        note_reference_change(connection)


def next_unit_id(connection: Connection) -> UnitId:
    """Return an id that no unit has."""
    highest = connection.execute(select(func.max(schema.units.c.id))).scalar_one()
    return UnitId((highest or 0) + 1)
