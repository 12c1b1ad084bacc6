# SPDX-License-Identifier: AGPL-3.0-or-later
"""What panes show, as values: rows, a whole case, the outbox, drafts, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sync.cases.access import Role, Unit
from sync.cases.case import Attachment, Case, Classification, Status
from sync.cases.commands import Command
from sync.cases.deadlines import Clock, Deadline
from sync.cases.events import Event
from sync.cases.filters import Queue
from sync.cases.ids import CaseId, CommandId, OfficerId, UnitId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery, Standing, TimelineEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One line of a queue.

    Attributes:
        due_on: the deadline that counts now, None where nothing is owed.
        clock: which clock that deadline is of.
        own: where each own command stands that is not settled, in the order of writing.
    """

    id: CaseId
    tracking_id: str
    title: str
    channel: str
    classification: Classification
    category: str
    status: Status
    raw_status: str
    registered_at: int
    unit_id: UnitId
    assignee_id: OfficerId | None
    secret: bool
    anonymous: bool
    due_on: date | None
    clock: Clock | None
    own: tuple[Standing, ...] = ()
    has_draft: bool = False

    @property
    def pending(self) -> int:
        """How many own commands may still go out by themselves."""
        return sum(standing.delivery.is_pending for standing in self.own)

    @property
    def decisions(self) -> int:
        """How many own commands wait for the officer."""
        return sum(standing.delivery.needs_decision for standing in self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A whole case with the officer's pending work folded in.

    Attributes:
        case: as it will be once everything pending is delivered.
        confirmed: as the centre has it.
        entries: its history, oldest first; pending ones carry their delivery.
        unit_path: from the coordinating body down to the unit.
    """

    case: Case
    confirmed: Case
    status: Status
    entries: tuple[TimelineEntry, ...]
    deadlines: tuple[Deadline, ...]
    unit_path: tuple[Unit, ...]
    assignee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A colleague to whom a case may be assigned."""

    id: OfficerId
    name: str
    role: Role
    unit_id: UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What the officer saw of a case when acting.

    Attributes:
        entry: the newest entry then; None where nobody had written.
        status: how the case stood; None where that cannot be told any more.
    """

    entry: Event | None = None
    status: Status | None = None
    raw_status: str = ""


KEPT_DAYS: Final = 90
"""How long copies of settled acts are kept on the computer that did them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One act of the officer and where it stands.

    Attributes:
        receipt: the centre's number, once accepted.
        receipt_due: its fact came before the verdict; the number is still asked for.
        settled_at: when the centre decided, its clock.
        code: why it was refused or needs a decision.
        why: the same in the centre's words, for who does not know the code; mostly empty.
        waits_for: the earlier act on the same case that must be delivered first.
        label: tracking ID and title as they were when the officer acted; outlives the case.
        courier_at: when it was last written into a courier file, this device's clock.
        flags: what the centre said beside its verdict (names of ``policy.FLAGS``).
        base: what the officer saw when acting; for decisions on a case that is here.
        newer: what others did to the case after the officer looked; the other side of a decision.
        seen_v: how far the case's ledger is shown in ``newer``; what a decision may claim to know.
    """

    command: Command
    delivery: Delivery
    tracking_id: str
    title: str
    receipt: str = ""
    receipt_due: bool = False
    settled_at: int | None = None
    sent_at: int | None = None
    code: str = ""
    why: str = ""
    waits_for: bool = False
    choices: tuple[Choice, ...] = ()
    courier_at: int | None = None
    flags: tuple[str, ...] = ()
    base: Base | None = None
    newer: tuple[Event, ...] = ()
    seen_v: int = 0
    case_present: bool = True

    @property
    def standing(self) -> Standing:
        """Where it stands, as precisely as it is told everywhere."""
        return Standing.of(self.delivery, self.sent_at, self.courier_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Words not sent yet. ``kind`` is a name of ``commands.COMMAND_KINDS``.

    Attributes:
        base_v: the version of the case that the officer saw while writing; None before v is known.
    """

    case_id: CaseId
    kind: str
    text: str = ""
    done_on: date | None = None
    next_step: str = ""
    next_step_on: date | None = None
    evidence: tuple[Attachment, ...] = ()
    base_v: int | None = None
    saved_at: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing worth keeping."""
        return not (self.text.strip() or self.next_step.strip() or self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What is known of a case that is not on this computer.

    Attributes:
        reason: why it left, empty where that is not known; ``to`` is who has it now.
        left_behind: the officer's own drafts and undelivered acts on it.
    """

    reason: str = ""
    to: str = ""
    left_behind: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftWork:
    """A draft or an undelivered act on a case that is not on this computer any more.

    Attributes:
        kind: a name of ``commands.COMMAND_KINDS``.
        words: what the officer typed, and nothing else of the case.
        written_at: this computer's clock.
        reason: why the case left, empty where that is not known; ``to`` is who has it now.
        left_at: the centre's clock; None where only the absence is known.
        command_id: the act; None for a draft.
        choices: what may be done with it besides exporting it.
    """

    case_id: CaseId
    kind: str
    words: str
    written_at: int
    base_v: int
    tracking_id: str
    title: str
    reason: str = ""
    to: str = ""
    left_at: int | None = None
    command_id: CommandId | None = None
    delivery: Delivery | None = None
    by_courier: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def standing(self) -> Standing | None:
        """Where an act stands; None for a draft."""
        if self.delivery is None:
            return None
        return Standing(self.delivery, by_courier=self.by_courier)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchReach:
    """How much a search looks through while the words of a first load are still being gathered.

    Attributes:
        searched: cases that it looks through; 0 where it is all of them.
        held: cases on this computer; 0 where all of them are looked through.
    """

    searched: int = 0
    held: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing that is here is passed over."""
        return self.searched == self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The numbers of the left pane."""

    queues: Mapping[Queue, int] = field(default_factory=dict)
    outbox: int = 0
    """Own acts that may still go out by themselves, those with an unknown answer included."""
    unknown: int = 0
    """Own acts that were sent and whose answer did not come."""
    files: int = 0
    """Own files that accepted words name and that the centre does not have yet."""
    decisions: int = 0
    left: int = 0
    """Own words on cases that are not here any more."""
    held: int = 0
    """Cases on this computer."""
    checked_at: int | None = None
    """When everything was last compared with the centre; None for never."""
    day_verified: bool = True
    """Whether it is sure what day it is; queues of due days may be wrong where it is not."""
    mended: int = 0
    """Cases that were fetched again because such a check found them different, ever."""
