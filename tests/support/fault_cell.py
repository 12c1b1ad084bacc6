# SPDX-License-Identifier: AGPL-3.0-or-later
"""A computer whose disk fails, behind real HTTP from its centre, and all that was typed at it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sync.cases.commands import Note
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.engine.status import SyncStatus
from sync.errors import StoreUnavailable, TanggapError
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.transports.http import HttpService
from tests.support.central import Device, Office
from tests.support.keyring import MemoryKeyring
from tests.support.uploads import evidence, follow_up, sha256_of, some_bytes

PHOTO = some_bytes(40_000, seed=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A centre that all cells share; each has a case and a computer of its own."""

    office: Office
    address: str
    theirs: CaseId


@dataclass(slots=True, kw_only=True)
class Cell:
    """One computer, and all that its officer has typed at it."""

    centre: Centre
    data: Path
    case_id: CaseId
    keyring: MemoryKeyring = field(default_factory=MemoryKeyring)
    acts: list[str] = field(default_factory=list)
    drafts: dict[str, str] = field(default_factory=dict)
    refused: list[Callable[[], None]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    desk: Desk = field(init=False)
    is_open: bool = True

    @property
    def folder(self) -> Path:
        return self.desk.profile.folder

    @property
    def door(self) -> SignIn:
        return SignIn(
            self.data,
            HttpService,
            self.keyring,
            self.centre.office.clock,
            lambda: str(uuid.uuid4()),
        )

    def type_act(self, words: str) -> None:
        """Act; refused words stay in the window, and are tried again when all is well."""
        self._typed(lambda: self._act(words))

    def type_draft(self, kind: str, words: str) -> None:
        self._typed(lambda: self._draft(kind, words))

    def add_photo(self) -> None:
        """Act with a file."""
        self._typed(self._photo)

    def sync(self) -> None:
        """Exchange once; whatever is shown meanwhile must be true."""
        self.tell(lambda: self.desk.synchronizer.run_once(_ignore, self.look, lambda: False))

    def look(self, status: SyncStatus) -> None:
        """Hold what is shown against the centre."""
        if status.problem:
            self.told.add(status.problem)
        if status.all_delivered:
            assert set(self.acts) <= set(self.at_centre())

    def check_light(self) -> None:
        """Look at light and outbox as they would be shown just now, if a desk is open."""
        if not self.is_open:
            return
        self.look(self.desk.synchronizer.status())
        with suppress(StoreUnavailable):
            for item in self.desk.inbox.outbox():
                if item.delivery is Delivery.ACCEPTED:
                    assert words_of(item.command.body) in self.at_centre()

    def tell(self, work: Callable[[], object]) -> bool:
        """Do something and note what is told; say whether it was done."""
        try:
            work()
        except TanggapError as error:
            self.told.add(error.code)
            return False
        return True

    def read_reports(self) -> None:
        """Note what the window tells of after a start."""
        self.told.update(self.desk.store.opening.reports)

    def at_centre(self) -> list[str]:
        """Return what the centre has of the acts on the case."""
        device = Device.signed_in(self.centre.office.centre, "joko", self.centre.office.clock)
        device.follow(max_bytes=4_000_000)
        return [str(event.data.get("text")) for event in device.history(self.case_id)]

    def _typed(self, work: Callable[[], None]) -> None:
        if not self.tell(work):
            self.refused.append(work)
            return
        with suppress(StoreUnavailable):  # the window does it within a second
            self.desk.sealer.write()

    def _act(self, words: str) -> None:
        self.desk.casework.act(self.case_id, Note(text=words), self._version())
        self.acts.append(words)

    def _draft(self, kind: str, words: str) -> None:
        self.drafts[kind] = words
        self.desk.drafting.save(Draft(case_id=self.case_id, kind=kind, text=words))

    def _photo(self) -> None:
        body = follow_up(evidence(PHOTO))
        file = self.desk.attachments.attach_content("bukti.pdf", PHOTO)
        assert file.sha256 == sha256_of(PHOTO)
        self.desk.casework.act(self.case_id, body, self._version())
        self.acts.append(body.text)

    def _version(self) -> int:
        view = self.desk.inbox.case(self.case_id)
        return 1 if view is None else view.confirmed.v


def words_of(body: object) -> str:
    return str(getattr(body, "text", ""))


def _ignore(_: object) -> None:
    """The window would read again."""
