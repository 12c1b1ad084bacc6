# SPDX-License-Identifier: AGPL-3.0-or-later
"""The office of version 1 as its programs left it (tests/fixtures/v1), opened by those of today."""

from __future__ import annotations

import json
import shutil
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

FIXTURES = Path(__file__).parents[1] / "fixtures" / "v1"


def told() -> dict[str, Any]:
    """Return what was written down beside the files."""
    found: dict[str, Any] = json.loads((FIXTURES / "told.json").read_text("utf-8"))
    return found


def old_commands() -> dict[str, CommandId]:
    """Return the officer's acts by what had become of them."""
    return {name: CommandId(id_) for name, id_ in told()["commands"].items()}


def old_sqlite_centre(folder: Path) -> Office:
    """Open a copy of the old centre with the program of today."""
    path = Path(shutil.copy(FIXTURES / "central.db", folder / "central.db"))
    return new_office(f"sqlite:///{path}", populated=False)


def old_postgres_centre(url: str) -> Office:
    """Load the old centre into an empty PostgreSQL and open it with the program of today."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute((FIXTURES / "central.sql").read_bytes())
    return new_office(url, populated=False)


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
        door = SignIn(
            self.data,
            lambda _server: service or Link(office.centre),
            self.keyring,
            office.clock,
            lambda: "unused",
        )
        return door.open(profiles(self.data)[0])


def old_computer(folder: Path) -> OldComputer:
    """Copy the officer's computer into a folder of the test."""
    data = Path(shutil.copytree(FIXTURES / "laptop", folder / "laptop"))
    keyring = MemoryKeyring()
    keyring.entries |= told()["keyring"]
    return OldComputer(data=data, keyring=keyring)
