# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer's open desk on a computer of its own, with a line to a centre that can fail."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from sync.cases.changes import ChangeSet
from sync.cases.commands import CommandBody
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.views import CaseView, Draft, OutboxItem
from sync.engine.status import SyncStatus
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.services.syncing import Outcome
from tests.simulation.link import Fault, Link
from tests.support.central import PASSWORD, Office
from tests.support.keyring import MemoryKeyring

SERVER = "https://pusat.example.go.id"


@dataclass(slots=True, kw_only=True)
class Workplace:
    """A computer with one officer at it, and what their window was told."""

    office: Office
    link: Link
    keyring: MemoryKeyring
    door: SignIn
    desk: Desk
    changes: list[ChangeSet] = field(default_factory=list)
    statuses: list[SyncStatus] = field(default_factory=list)

    def sync(self, *faults: Fault) -> Outcome:
        """Run once over a line with these faults."""
        self.link.fail(faults)
        outcome = self.desk.synchronizer.run_once(
            self.changes.append, self.statuses.append, lambda: False
        )
        while self.desk.synchronizer.tend(self.changes.append):
            pass
        return outcome

    def case(self, case_id: CaseId) -> CaseView:
        """Return a case that must be here."""
        view = self.desk.inbox.case(case_id)
        assert view is not None
        return view

    def act(self, case_id: CaseId, body: CommandBody) -> CommandId:
        """Do something to a case as it is seen here."""
        base_v = self.case(case_id).confirmed.v
        return self.desk.casework.act(case_id, body, base_v)[0]

    def item(self, command_id: CommandId) -> OutboxItem:
        """Return where an act stands; for one to decide, with what others did meanwhile."""
        items = [*self.desk.inbox.decisions(), *self.desk.inbox.outbox()]
        return next(item for item in items if item.command.id == command_id)

    def decide(self, command_id: CommandId, choice: Choice) -> tuple[Draft | None, ChangeSet]:
        """Settle an act, having looked at everything that is shown about it."""
        seen_v = self.item(command_id).seen_v
        return self.desk.casework.decide(command_id, choice, seen_v=seen_v)


def a_door(
    office: Office, folder: Path, keyring: MemoryKeyring | None, *, skew_ms: int = 0
) -> tuple[SignIn, Link]:
    """Return the door of a computer, whose clock may be ahead, and its line."""
    link = Link(office.centre)
    door = SignIn(
        folder,
        lambda _server: link,
        keyring,
        lambda: office.clock() + skew_ms,
        lambda: str(uuid.uuid4()),
    )
    return door, link


def a_workplace(
    office: Office,
    folder: Path,
    username: str = "agus",
    *,
    synced: bool = True,
    skew_ms: int = 0,
) -> Workplace:
    """Sign an officer in on a new computer and fetch their cases."""
    keyring = MemoryKeyring()
    door, link = a_door(office, folder, keyring, skew_ms=skew_ms)
    desk = door.sign_in(SERVER, username, PASSWORD)
    place = Workplace(office=office, link=link, keyring=keyring, door=door, desk=desk)
    if synced:
        place.sync()
        place.changes.clear()
        place.statuses.clear()
    return place
