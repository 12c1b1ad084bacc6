# SPDX-License-Identifier: AGPL-3.0-or-later
"""A centre and an officer's computer in one folder, which can be copied while nobody uses it."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.file_secrets import FileSecrets
from sync.cases.case import Case
from sync.cases.changes import ChangeSet
from sync.cases.events import Event
from sync.cases.ids import CaseId
from sync.central.app import create_app
from sync.central.blob_files import BlobFiles
from sync.central.courier_files import take_in_file
from sync.central.file_calls import with_files
from sync.central.segments import Cutting
from sync.central.serving import Server
from sync.central.uploads import Limits
from sync.courier.envelope import SUFFIX
from sync.services.desk import Desk
from sync.services.session import SignIn, profiles
from sync.services.syncing import Outcome
from sync.transports.http import HttpService
from sync.wire.codec import case_from, event_from
from tests.support.central import PASSWORD, Office, new_office

_PATIENCE = 50
"""Exchanges that may fail before a device must have come to rest."""

_TINY = Cutting(smallest_scope=1, first=2, fewest=4, spread=1, most=4)
"""A first load of a handful of cases comes in several segments."""

Told = dict[CaseId, tuple[Case, list[Event]]]
"""Cases with their histories."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where it happens."""

    folder: Path
    port: int

    @contextmanager
    def office(self, *, populated: bool = False) -> Iterator[Office]:
        """Open the centre's database in this process."""
        url, seed = f"sqlite:///{self.folder / 'central.db'}", int.from_bytes(os.urandom(8))
        office = new_office(url, seed=seed, populated=populated, cutting=_TINY)
        try:
            yield office
        finally:
            office.database.close()

    def import_server(self) -> None:
        """Load what a server loads when it is first made; processes forked later have it."""
        with self.office() as office:
            create_app(office.centre, _now)

    def serve(self, listening: Callable[[], object]) -> None:
        """Be the centre's server until the end of this process."""
        with self.office() as office:
            app = create_app(office.centre, _now)
            whole = with_files(app, office.centre, _now, self.folder / "files")
            server = Server(whole, end_streams=app.end_streams, port=self.port)
            listening()
            server.run()

    def move_in(self) -> None:
        """Sign the officer in on this computer; fetch nothing."""
        self._door().sign_in(self._address, "agus", PASSWORD).close()

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Open the officer's desk."""
        door = self._door()
        desk = door.open(profiles(self.folder / "computer")[0])
        try:
            yield desk
        finally:
            desk.close()

    def elsewhere(self) -> Scene:
        """Return another computer of the same officer, beside the same centre."""
        return replace(self, folder=self.folder / "elsewhere")

    @property
    def stick(self) -> Path:
        """What a courier carries; it is in the computer or in the centre, as one likes."""
        return self.folder / "stick"

    def sent(self) -> list[Path]:
        """Return the courier files for the centre."""
        return sorted(self.stick.glob(f"tanggap-ke-pusat-*{SUFFIX}"))

    def replies(self) -> list[Path]:
        """Return the courier files for the computer."""
        return sorted(self.stick.glob(f"tanggap-balasan-*{SUFFIX}"))

    def take_in(self) -> None:
        """Take all files in at the centre, with its own tool."""
        with self.office() as office:
            office.centre.uploads(BlobFiles(self.folder / "files"), Limits())
            for path in self.sent():
                outcome = take_in_file(office.centre.courier_desk, path, self.stick)
                assert outcome.taken, outcome

    def truth(self) -> Told:
        """Return what the centre tells this officer from the beginning."""
        with self.office() as office:
            device = office.device("agus")
            device.follow()
            return {
                CaseId(id_): (case_from(case), [*map(event_from, device.history(id_))])
                for id_, case in device.cases.items()
            }

    def _door(self) -> SignIn:
        return SignIn(
            self.folder / "computer",
            lambda _server: HttpService(self._address),
            FileSecrets(self.folder / "keyring"),
            _now,
            lambda: str(uuid.uuid4()),
        )

    @property
    def _address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def settle(desk: Desk, wait_for_centre: Callable[[], None]) -> None:
    """Exchange until there is nothing more to say."""
    for _ in range(_PATIENCE):
        outcome = run(desk)
        if outcome.failure is not None:
            wait_for_centre()
        elif outcome.exchanges <= 1 and not outcome.settled:
            return
    raise AssertionError("never at rest")


def run(desk: Desk) -> Outcome:
    """Exchange once, as the program does when it is nudged."""
    outcome = desk.synchronizer.run_once(_ignore, lambda _status: None, lambda: False)
    while desk.synchronizer.tend(_ignore):
        pass
    return outcome


def held(desk: Desk) -> Told:
    """Return the cases on this computer as the centre told them."""
    inbox = desk.inbox
    views = (inbox.case(row.id) for row in inbox.rows([CaseId(n) for n in range(1, 200)]))
    return {
        view.case.id: (
            view.confirmed,
            [entry.event for entry in view.entries if entry.delivery is None],
        )
        for view in views
        if view is not None
    }


def _now() -> int:
    return time.time_ns() // 1_000_000


def _ignore(_changes: ChangeSet) -> None:
    pass
