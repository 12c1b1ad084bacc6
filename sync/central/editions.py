# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules, calendar and templates of answers: published here, taken up by every device.

An edition is whole: what is not published anew is that of the edition before. One that makes no
sense is refused here, before any device sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, insert, select

from sync.cases.rulebook import Rulebook
from sync.central import schema
from sync.central.database import Database, take_turns
from sync.courier.editions import MOST_BYTES, Edition, Template, signed
from sync.courier.keys import Keys
from sync.errors import EditionRefused
from sync.wire.messages import EditionRecord

_LAST_SERIAL = 2**63 - 1
"""No column holds a larger one."""


class Editions:
    """What the centre has published.

    Args:
        base: the rulebook that ships with the program.
    """

    def __init__(
        self, database: Database, keys: Keys, base: Rulebook, clock: Callable[[], int]
    ) -> None:
        self._database = database
        self._keys = keys
        self._base = base
        self._clock = clock

    def publish(
        self,
        *,
        rule_sets: Sequence[str] = (),
        calendar: str = "",
        templates: Sequence[Template] | None = None,
    ) -> tuple[int, Rulebook]:
        """Publish a new edition; return its serial, and what devices will count with.

        Args:
            rule_sets: JSON texts of more rule sets.
            calendar: that of a newer calendar; empty for the one before.
            templates: all of them; None for those before.

        Raises:
            EditionRefused: (``edition.unreadable``) it makes no sense; nothing was published.
        """

        def publish(connection: Connection) -> tuple[int, Rulebook]:
            take_turns(connection, "editions")  # or one would not contain what the other added
            newest = newest_after(connection, 0)
            before = Edition() if newest is None else content_of(newest)
            edition = Edition(
                rule_sets=list(dict.fromkeys([*before.rule_sets, *rule_sets])),
                calendar=calendar or before.calendar,
                templates=before.templates if templates is None else list(templates),
            )
            rulebook = edition.amends(self._base)
            if calendar and calendar != before.calendar:
                _check_newer(rulebook, before.amends(self._base))
            serial = max(self._clock(), 0 if newest is None else newest.serial + 1)
            record = signed(serial, edition, self._keys)
            if len(record.content) > MOST_BYTES:
                raise EditionRefused("edition.unreadable", detail="too large")
            connection.execute(insert(schema.editions).values(msgspec.structs.asdict(record)))
            return serial, rulebook

        return self._database.transact(publish)

    def newest(self) -> Edition | None:
        """Return what is published now."""
        with self._database.read() as connection:
            record = newest_after(connection, 0)
        return None if record is None else content_of(record)


def newest_after(connection: Connection, serial: int) -> EditionRecord | None:
    """Return the newest edition, if it is newer than the one with that serial."""
    editions = schema.editions
    known = max(0, min(serial, _LAST_SERIAL))  # what a device says may be any number
    found = select(editions).where(editions.c.serial > known)
    row = connection.execute(found.order_by(editions.c.serial.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return EditionRecord(serial=row.serial, content=row.content, signature=row.signature)


def content_of(record: EditionRecord) -> Edition:
    """Return the content of an edition of our own."""
    return msgspec.json.decode(record.content, type=Edition)


def _check_newer(rulebook: Rulebook, before: Rulebook) -> None:
    if rulebook.calendar.version <= before.calendar.version:
        detail = f"kalender {before.calendar.version} sudah berlaku; versi baru harus lebih besar"
        raise EditionRefused("edition.unreadable", detail=detail)
