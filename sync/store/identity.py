# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who works here, as last heard from the centre; kept in the work file."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from sync.cases.access import Actor, Role, Scope
from sync.cases.ids import DeviceId, OfficerId, UnitId
from sync.engine.timekeeping import Remembered
from sync.store import meta
from sync.store.files import Files
from sync.wire.messages import OfficerRecord, ScopeRecord


class Identity:
    """The officer and the installation."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def device_id(self, fresh: DeviceId) -> DeviceId:
        """Return this installation's identity; ``fresh`` becomes it if there is none yet."""
        with self._files.work.write() as work:
            known = meta.get(work, "device_id")
            if known is None:
                meta.put(work, device_id=fresh)
        return fresh if known is None else DeviceId(known)

    def successor(self, fresh: DeviceId) -> DeviceId:
        """Return who this installation is about to become; ``fresh`` if that is still open."""
        with self._files.work.write() as work:
            known = meta.get(work, "next_device_id")
            if known is None:
                meta.put(work, next_device_id=fresh)
        return fresh if known is None else DeviceId(known)

    def become(self, device_id: DeviceId) -> None:
        """Be another device: this installation was a copy, or has a copy."""
        with self._files.work.write() as work:
            meta.put(work, device_id=device_id, next_device_id=None)

    def officer(self) -> OfficerRecord | None:
        """Return the officer, or None before the first sign-in."""
        with self._files.work.read() as work:
            return officer_of(work)

    def remember(self, officer: OfficerRecord) -> None:
        """Record who signed in; does nothing when that is known."""
        if officer != self.officer():
            with self._files.work.write() as work:
                meta.put(work, officer=msgspec.json.encode(officer).decode())

    def actor(self) -> Actor | None:
        """Return the officer with what they may see, or None before the first sign-in."""
        officer = self.officer()
        if officer is None:
            return None
        with self._files.kept_cache.read() as cache:
            text = meta.get(cache, "scope")
        return Actor(
            id=OfficerId(officer.id),
            name=officer.name,
            role=Role.of(officer.role),
            unit_id=UnitId(officer.unit_id),
            scope=Scope() if text is None else _scope_from(text),
        )

    def time(self) -> Remembered | None:
        """Return what is remembered of the time; None before the first contact."""
        with self._files.work.read() as work:
            text = meta.get(work, "time")
        return None if text is None else msgspec.json.decode(text, type=Remembered)

    def keep_time(self, known: Remembered) -> None:
        """Remember the time across restarts.

        Raises:
            StoreError: it cannot be kept.
        """
        with self._files.work.write() as work:
            meta.put(work, time=msgspec.json.encode(known).decode())

    def synced_at(self) -> int | None:
        """Return when the centre was last heard."""
        with self._files.kept_cache.read() as cache:
            text = meta.get(cache, "synced_at")
        return None if text is None else int(text)


def officer_of(work: sa.Connection) -> OfficerRecord | None:
    """Return the officer that the work file belongs to."""
    text = meta.get(work, "officer")
    return None if text is None else msgspec.json.decode(text, type=OfficerRecord)


def scope_text(record: ScopeRecord) -> str:
    """Return the units of a scope as the cache keeps them."""
    kept = {
        "handles": record.handles,
        "watches": record.watches,
        "everything": record.everything,
    }
    return msgspec.json.encode(kept).decode()


def _scope_from(text: str) -> Scope:
    kept = msgspec.json.decode(text)
    return Scope(
        handles=frozenset(map(UnitId, kept["handles"])),
        watches=frozenset(map(UnitId, kept["watches"])),
        everything=kept["everything"],
    )
