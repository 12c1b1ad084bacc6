# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer's place of work: a computer, the program on it, and what was typed there."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sync.cases.access import Actor
from sync.cases.case import Attachment
from sync.cases.commands import (
    COMMAND_KINDS,
    KIND_OF_COMMAND,
    Command,
    CommandBody,
    FollowUp,
    words_of,
)
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import CaseRow, CaseView, Counts, Draft, OutboxItem
from sync.central.cursor import Cursor, unseal
from sync.errors import Refused, SyncErrorKind
from sync.services.attachments import FileState
from sync.services.desk import Desk
from sync.services.profiles import Profile
from sync.services.session import SignIn
from sync.services.syncing import Outcome
from sync.store.drafts import KeptWords, ListedDraft
from sync.store.engine import CACHE_TUNING
from sync.store.vault import Vault
from sync.wire.messages import DigestRecord
from tests.simulation.link import Fault, Link
from tests.support.central import PASSWORD
from tests.support.keyring import MemoryKeyring
from tools.pages import decrypted

MOST_CASES = 60
MOST_EXCHANGES = 300
"""In one run; far above any real need."""

_LONG_AFTER_MS = 10**14


@dataclass(slots=True)
class Computer:
    """A box under a desk: one disk, one clock, one keyring; perhaps several officers."""

    folder: Path
    keyring: MemoryKeyring
    skew_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything on one desk at one instant."""

    items: tuple[OutboxItem, ...]
    kept: tuple[KeptWords, ...]
    drafts: tuple[ListedDraft, ...]
    counts: Counts
    unsent_files: int
    """Own files that are not at the centre."""
    rows: tuple[CaseRow, ...]
    views: Mapping[int, CaseView]
    wanted: frozenset[int]
    officer: Actor
    withheld: bool
    files: Mapping[int, dict[str, FileState]]
    """Case -> how its files stand, by content."""
    opened: dict[str, bytes]
    """What can be opened here, as it opens."""
    own: frozenset[str]
    """Own files that are here."""
    pictures: frozenset[str]
    """Contents of which there is a small picture in the cache."""
    keys: dict[str, bytes]
    """Content -> the key of the copy of it in the cache."""
    epoch: str | None
    cursor_text: str | None

    def cursor(self, secret: bytes) -> Cursor | None:
        """Return where the cache stands, as the centre understands it."""
        return None if self.cursor_text is None else unseal(self.cursor_text, secret)


@dataclass(slots=True, eq=False)
class Machine:
    """One officer at one computer, and what that officer remembers of having typed there."""

    name: str
    username: str
    computer: Computer
    door: SignIn
    link: Link
    desk: Desk
    typed: dict[CommandId, str] = field(default_factory=dict)
    """Acts whose recording was confirmed, with their words."""
    drafted: dict[tuple[CaseId, str], str] = field(default_factory=dict)
    taken_back: set[CommandId] = field(default_factory=set)
    calm: Outcome | None = None
    """What came of the latest run, if its line was good; until somebody has looked at it."""
    unheard: dict[CommandId, Delivery] | None = None
    """How things stood before the latest run, if that brought no answer; until looked at."""
    shut_out: bool = False
    """Whether the latest run was told that this device may not take part any more."""
    rebuilt: bool = False
    """Whether the lists were computed from the beginning since something was written."""
    _seen: Seen | None = None

    @property
    def profile(self) -> Profile:
        """Where the files of this officer are."""
        return self.desk.profile

    def act(self, case_id: CaseId, body: CommandBody) -> CommandId | None:
        """Do something to a case as it is seen here; None when the rules say no."""
        view = self.desk.inbox.case(case_id)
        if view is None:
            return None
        with suppress(Refused):
            command_id, _ = self.desk.casework.act(case_id, body, view.confirmed.v)
            self.typed[command_id] = words_of(body)
            self.calm = None
            return command_id
        return None

    def note(self, command: Command) -> None:
        """Remember an act that was recorded although the program could not say so."""
        self.typed.setdefault(command.id, words_of(command.body))

    def remember_only_what_is_here(self) -> None:
        """Let the officer know that an older file was put back, and what is in it."""
        items = self.desk.inbox.outbox()
        self.typed = {item.command.id: words_of(item.command.body) for item in items}
        self.taken_back = {item.command.id for item in items if item.delivery is Delivery.WITHDRAWN}
        drafts = [listed.draft for listed in self.desk.store.drafts.all()]
        self.drafted = {(draft.case_id, draft.kind): draft.text for draft in drafts}

    def type(self, case_id: CaseId, kind: str, text: str) -> None:
        """Type something without sending it."""
        self.desk.drafting.save(Draft(case_id=case_id, kind=kind, text=text))
        self.drafted[case_id, kind] = text

    def discard(self, case_id: CaseId, kind: str) -> None:
        """Throw away what was typed; a copy stays."""
        self.desk.drafting.discard(case_id, kind)
        del self.drafted[case_id, kind]

    def send_draft(self, case_id: CaseId, kind: str) -> CommandId | None:
        """Turn what was typed into an act, if the rules allow it; else it stays a draft."""
        draft, view = self.desk.drafting.load(case_id, kind), self.desk.inbox.case(case_id)
        if draft is None or view is None:
            return None
        body = COMMAND_KINDS[kind](text=draft.text)  # type: ignore[call-arg]  # kinds with a text
        with suppress(Refused):
            command_id, _ = self.desk.casework.act(
                case_id, body, view.confirmed.v, from_draft=draft
            )
            self.typed[command_id] = draft.text
            self.calm = None
            del self.drafted[case_id, kind]
            return command_id
        return None

    def withdraw(self, item: OutboxItem) -> bool:
        """Try to take an act back; tell whether that worked."""
        with suppress(Refused):
            self.desk.casework.withdraw(item.command.id)
            self.taken_back.add(item.command.id)
            return True
        return False

    def decide(self, item: OutboxItem, choice: Choice) -> None:
        """Settle an act; the words of a new one are the old ones."""
        draft, _ = self.desk.casework.decide(item.command.id, choice, seen_v=item.seen_v)
        self.taken_back.add(item.command.id)
        if draft is not None:
            place = (draft.case_id, draft.kind)
            assert self.drafted.get(place, "") in draft.text, "what was typed anew is gone"
            self.drafted[place] = draft.text

    def sync(self, faults: Iterable[Fault] = ()) -> Outcome:
        """Run once over a line with these faults."""
        faults = list(faults)
        self.link.fail(faults)
        self.calm = None
        before = {item.command.id: item.delivery for item in self.desk.inbox.outbox()}
        answered = self.link.answered
        try:
            outcome = self.run_once()
        finally:
            self.link.fail(())
        self.calm = None if faults else outcome
        self.shut_out = outcome.failure is SyncErrorKind.REVOKED
        self.unheard = before if self.link.answered == answered else None
        return outcome

    def run_once(self) -> Outcome:
        """Exchange until there is nothing more to say or something fails."""
        patience = itertools.count(1)

        def cancelled() -> bool:
            assert next(patience) < MOST_EXCHANGES, f"{self.name} exchanges for ever"
            return False

        outcome = self.desk.synchronizer.run_once(_ignore, _ignore, cancelled)
        while self.desk.synchronizer.tend(_ignore):
            pass
        return outcome

    def renew(self, password: str = PASSWORD) -> None:
        """Sign in again at the open desk."""
        self.door.renew(self.desk, password)

    def open(self) -> None:
        """Start the program."""
        self.desk = self.door.open(self.desk.profile)
        self.look_again()

    def restart(self) -> None:
        """Close the program and start it again."""
        self.desk.close()
        self.open()

    def look_again(self) -> None:
        """Forget what was seen."""
        self._seen = None
        self.rebuilt = False

    def seen(self) -> Seen:
        """Return everything on this desk."""
        if self._seen is None:
            self._seen = self._look()
        return self._seen

    def rows(self) -> list[CaseRow]:
        """Return every line of the list, as shown."""
        return self.desk.inbox.rows([CaseId(number) for number in range(1, MOST_CASES)])

    def cases(self) -> list[CaseId]:
        """Return which cases are here."""
        return [row.id for row in self.rows()]

    def items(self) -> tuple[OutboxItem, ...]:
        """Return every act on this computer."""
        return self.seen().items

    def plain_cache(self) -> bytes:
        """Return every page of the cache and its log, as plain bytes."""
        key = Vault(self.profile.folder, self.computer.keyring).open()
        return decrypted(self.profile.folder / "cache.db", key, CACHE_TUNING.page_size)

    def digest(self) -> DigestRecord:
        """Return what this desk would tell the centre if a check were due."""
        told = self.desk.store.journal.digest(_LONG_AFTER_MS)
        assert told is not None
        return told

    def words_on_disk(self) -> set[str]:
        """Return everything of the officer's that this computer still has."""
        seen = self.seen()
        return {
            *(words_of(item.command.body) for item in seen.items),
            *(kept.text for kept in seen.kept),
            *(listed.draft.text for listed in seen.drafts),
        }

    def _look(self) -> Seen:
        store, inbox = self.desk.store, self.desk.inbox
        rows = tuple(self.rows())
        shown = (inbox.case(row.id) for row in rows)
        views = {int(view.case.id): view for view in shown if view is not None}
        files = {id_: self.desk.attachments.states(view) for id_, view in views.items()}
        states = [state for found in files.values() for state in found.values()]
        with store.files.cache.read() as cache:
            keys = cache.exec_driver_sql("SELECT sha256, key FROM blobs").all()
            pictures = cache.exec_driver_sql(
                "SELECT sha256 FROM thumbnails WHERE picture IS NOT NULL"
            ).scalars()
            pictured = frozenset(pictures)
        return Seen(
            items=tuple(inbox.outbox()),
            kept=tuple(store.drafts.kept()),
            drafts=tuple(store.drafts.all()),
            counts=inbox.counts(),
            unsent_files=len(store.own_files.to_send()),
            rows=rows,
            views=views,
            files=files,
            opened={state.file.sha256: self._open(state) for state in states if state.can_open},
            own=frozenset(store.own_files.all()),
            pictures=pictured,
            keys={row[0]: row[1] for row in keys},
            wanted=frozenset(store.journal.wanted()),
            officer=self.desk.officer,
            withheld=store.lease.is_over,
            epoch=store.journal.epoch(),
            cursor_text=store.journal.cursor(),
        )

    def _open(self, state: FileState) -> bytes:
        """Return a file as its officer would open it."""
        place = self.computer.folder.with_name("dibuka.bin")
        self.desk.attachments.save_as(state.file.sha256, place)
        return place.read_bytes()


def waits(item: OutboxItem) -> bool:
    """Return whether an act is where the officer, and nobody else, can move it."""
    return item.delivery.needs_decision or (item.delivery is Delivery.STORED and item.waits_for)


def evidence(item: OutboxItem) -> Sequence[Attachment]:
    """Return the files that an act names."""
    return item.command.body.evidence if isinstance(item.command.body, FollowUp) else ()


def kind_of(item: OutboxItem) -> str:
    """Return the kind of an act."""
    return KIND_OF_COMMAND[type(item.command.body)]


def survive(computer: Computer, image: Path) -> None:
    """Let a computer go on from what was on its disk when the power failed."""
    shutil.rmtree(computer.folder)
    image.rename(computer.folder)


def _ignore(_news: object) -> None:
    pass
