# SPDX-License-Identifier: AGPL-3.0-or-later
"""Offices as older releases left them (tests/fixtures), opened by the programs of today."""

from __future__ import annotations

import json
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from sync.cases.ids import CommandId
from sync.services.desk import Desk
from sync.services.profiles import profiles
from sync.services.session import SignIn
from sync.wire.service import SyncService
from tests.simulation.link import Link
from tests.support.central import Office, new_office
from tests.support.keyring import MemoryKeyring

FIXTURES = Path(__file__).parents[1] / "fixtures"
RELEASES = (1, 2, 3)
"""By the version of the wire that they spoke."""


def told(release: int) -> dict[str, Any]:
    """Return what was written down beside the files."""
    found: dict[str, Any] = json.loads((of_release(release) / "told.json").read_text("utf-8"))
    return found


def of_release(release: int) -> Path:
    """Return the folder of an office; its README says what is in it."""
    return FIXTURES / f"v{release}"


def old_commands(release: int) -> dict[str, CommandId]:
    """Return the officer's acts by what had become of them."""
    return {name: CommandId(id_) for name, id_ in told(release)["commands"].items()}


def old_sqlite_centre(folder: Path, release: int) -> Office:
    """Open a copy of the old centre with the program of today."""
    path = Path(shutil.copy(of_release(release) / "central.db", folder / "central.db"))
    return new_office(f"sqlite:///{path}", populated=False)


def old_postgres_centre(url: str, release: int) -> Office:
    """Load the old centre into an empty PostgreSQL and open it with the program of today."""
    load_postgres(url, release)
    return new_office(url, populated=False)


def load_postgres(url: str, release: int) -> None:
    """Load the old centre into an empty PostgreSQL."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute((of_release(release) / "central.sql").read_bytes())


@dataclass(slots=True, kw_only=True)
class OldComputer:
    """A copy of the officer's computer; opening it is what the update of the program does."""

    data: Path
    keyring: MemoryKeyring

    @property
    def folder(self) -> Path:
        """The folder of the officer's files."""
        return profiles(self.data)[0].folder

    @property
    def key(self) -> bytes:
        """The key of the officer's files."""
        return bytes.fromhex(self.keyring.entries[self.folder.name])

    def open(self, office: Office, service: SyncService | None = None) -> Desk:
        """Open the desk with the program of today, with a line to a centre."""
        return self._door(office, service).open(profiles(self.data)[0])

    def rescue(self, office: Office) -> Desk:
        """Open the desk with the program of today from the sealed copy of its unsent work."""
        return self._door(office, None).rescue(profiles(self.data)[0])

    def _door(self, office: Office, service: SyncService | None) -> SignIn:
        return SignIn(
            self.data,
            lambda _server: service or Link(office.centre),
            self.keyring,
            office.clock,
            lambda: str(uuid.uuid4()),
        )


def old_computer(folder: Path, release: int) -> OldComputer:
    """Copy the officer's computer into a folder of the test."""
    data = Path(shutil.copytree(of_release(release) / "laptop", folder / "laptop"))
    keyring = MemoryKeyring()
    keyring.entries |= told(release)["keyring"]
    return OldComputer(data=data, keyring=keyring)
