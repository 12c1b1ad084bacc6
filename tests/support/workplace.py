# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer's real workplace for tests of panes: real files, a real centre in this process.

Only threads are missing: lanes do their work at once, and sync runs when the test says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from pathlib import Path
from typing import Final

from typing_extensions import override

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.case_view import CasePresenter, CaseWords
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.timeline import Timeline
from sync.cases.changes import ChangeSet
from sync.cases.commands import CommandBody
from sync.cases.ids import CaseId, CommandId
from sync.cases.views import Draft, OutboxItem
from sync.errors import StoreUnavailable
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.store.secrets import SecretStore
from sync.wire.service import SyncService
from tests.simulation.link import Link
from tests.support.central import PASSWORD, Device, ManualClock, Office, embedded_centre
from tests.support.clockface import Clock
from tests.support.lanes import InlineLane

SERVER = "https://tanggap.contoh.go.id"
WIB = timezone(timedelta(hours=7))


class MemoryKeyring(SecretStore):
    """A keyring in memory."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    @override
    def get(self, name: str) -> str | None:
        """Return a secret."""
        return self._secrets.get(name)

    @override
    def set(self, name: str, value: str) -> None:
        """Keep a secret."""
        self._secrets[name] = value

    @override
    def delete(self, name: str) -> None:
        """Forget a secret."""
        self._secrets.pop(name, None)


class FullDisk:
    """Drafts that cannot be written while the disk is full; otherwise the real ones."""

    def __init__(self, desk: Desk) -> None:
        self._drafting = desk.drafting
        self.is_full = False

    def save(self, draft: Draft) -> ChangeSet:
        """Save, or say that there is no room."""
        if self.is_full:
            raise StoreUnavailable("store.disk-full")
        return self._drafting.save(draft)

    def load(self, case_id: CaseId, kind: str) -> Draft | None:
        """Return a draft."""
        return self._drafting.load(case_id, kind)


_numbers: Final = itertools.count(1)


def new_id() -> str:
    """Return an id that nobody else of this process has."""
    return f"00000000-0000-4000-8000-{next(_numbers):012d}"


def door(
    folder: Path,
    service: SyncService,
    clock: ManualClock,
    keyring: SecretStore | None = None,
) -> SignIn:
    """Return the way in to a centre."""
    return SignIn(folder, lambda _server: Link(service), keyring, clock, new_id)


@dataclass(slots=True, kw_only=True)
class Workplace:
    """The desk of ``agus``, liaison of unit A, and the office around it."""

    office: Office
    desk: Desk
    clock: ManualClock
    lane: Lane
    bus: ChangeBus = field(default_factory=ChangeBus)
    tick: MinuteTick = field(default_factory=MinuteTick)
    formats: Formats = field(default_factory=lambda: Formats("id", WIB))

    @property
    def time(self) -> Clock:
        """The clock of the window."""
        return Clock(self.clock)

    def sync(self) -> None:
        """Exchange with the centre and tell everybody."""
        self.desk.synchronizer.try_now()
        self.desk.synchronizer.run_once(self.bus.announce, lambda _status: None, lambda: False)
        while self.desk.synchronizer.tend(self.bus.announce):
            pass

    def act(self, case_id: CaseId, body: CommandBody) -> CommandId:
        """Let the officer do something, past the window."""
        view = self.desk.inbox.case(case_id)
        assert view is not None
        command_id, changes = self.desk.casework.act(case_id, body, view.confirmed.v)
        self.bus.announce(changes)
        return command_id

    def outbox(self) -> list[OutboxItem]:
        """Return what the outbox has."""
        return self.desk.inbox.outbox()

    def colleague(self, username: str = "wati") -> Device:
        """Sign a colleague in elsewhere, who has followed the centre."""
        device = self.office.device(username)
        device.follow()
        return device

    def timeline(self) -> Timeline:
        """Return the words for histories."""
        return Timeline(self.formats, self.desk.officer.id, self.clock)

    def cases(self) -> CasePresenter:
        """Return a presenter of the open case."""
        words = CaseWords(self.formats, self.timeline(), self.desk.rulebook.calendar, self.time)
        desk = self.desk
        return CasePresenter(
            desk.inbox, desk.attachments, desk.casework, self.lane, self.bus, words, self.tick
        )

    def keeper(self, **timing: int) -> DraftKeeper:
        """Return what brings drafts to the disk."""
        return DraftKeeper(self.desk.drafting, self.lane, self.bus, self.clock, **timing)


@contextmanager
def workplace(
    folder: Path, lane: Lane | None = None, *, username: str = "agus", cases: int = 2
) -> Iterator[Workplace]:
    """Open a workplace that has caught up with a centre of some cases in unit A."""
    office = embedded_centre(folder)
    for _ in range(cases):
        office.add_case()
    entrance = door(folder / "data", office.centre, office.clock, MemoryKeyring())
    desk = entrance.sign_in(SERVER, username, PASSWORD)
    try:
        place = Workplace(
            office=office,
            desk=desk,
            clock=office.clock,
            lane=InlineLane() if lane is None else lane,
        )
        place.sync()
        yield place
    finally:
        desk.close()
        office.database.close()
