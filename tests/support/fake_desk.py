# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk in memory: the contract of the services over an invented office, without files or network.

It decides with the real rules and folds with the real projection; only storing is replaced.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sync.cases.access import Unit, UnitTree
from sync.cases.case import Case, Status
from sync.cases.changes import ChangeSet
from sync.cases.commands import KIND_OF_COMMAND, Command, CommandBody, words_of
from sync.cases.deadlines import (
    Deadline,
    Explanation,
    deadlines,
    explain,
    next_due,
    remaining_working_days,
)
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.flagged import unseen
from sync.cases.ids import CaseId, CommandId, UnitId
from sync.cases.lifecycle import refusal
from sync.cases.policy import POLICY, Choice
from sync.cases.projection import Delivery, PendingCommand, Standing, TimelineEntry, with_pending
from sync.cases.views import (
    Absence,
    CaseRow,
    CaseView,
    Counts,
    Draft,
    LeftWork,
    OutboxItem,
    Person,
    SearchReach,
)
from sync.courier.editions import Template
from sync.engine.status import LinkState, SyncStatus
from sync.errors import Refused
from sync.services.profiles import Profile
from sync.wire.rulebook import load_rulebook
from tests.support.fake_courier import FakeCourier
from tests.support.fake_files import FakeAttachments
from tests.support.fake_line import FakeLine
from tests.support.fake_office import NOW, OFFICER, PEOPLE, UNITS, History, histories

_BUCKETS = {
    Queue.NOT_STARTED: Status.NOT_STARTED,
    Queue.IN_PROGRESS: Status.IN_PROGRESS,
    Queue.AWAITING_REPORTER: Status.AWAITING_REPORTER,
    Queue.DONE: Status.DONE,
}
CONFLICT_CHOICES = (Choice.EDIT, Choice.RESEND, Choice.WITHDRAW)


@dataclass(slots=True)
class Memory:
    """What the services share."""

    cases: dict[CaseId, History] = field(
        default_factory=lambda: {history.case.id: history for history in histories()}
    )
    items: dict[CommandId, OutboxItem] = field(default_factory=dict)
    drafts: dict[tuple[CaseId, str], Draft] = field(default_factory=dict)
    left: list[LeftWork] = field(default_factory=list)
    sent_unseen: list[CommandBody] = field(default_factory=list)
    checked_at: int | None = None
    mended: int = 0
    now: int = NOW
    error: Exception | None = None
    reach: SearchReach = field(default_factory=SearchReach)
    """Raised by the next reads while it is set."""

    def take_from_shelf(self, case_id: CaseId, kind: str) -> None:
        """Let words not be left behind any more."""
        self.left = [item for item in self.left if (item.case_id, item.kind) != (case_id, kind)]

    def pending(self, case_id: CaseId) -> list[PendingCommand]:
        """Return what the outbox has about a case."""
        return [
            PendingCommand(command=item.command, delivery=item.delivery)
            for item in self.items.values()
            if item.command.case_id == case_id and item.delivery is not Delivery.WITHDRAWN
        ]


class FakeInbox:
    """Reads."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._rulebook = load_rulebook()
        self._tree = UnitTree(UNITS)

    def today(self) -> date:
        """Return the day of the invented office."""
        return self._rulebook.calendar.day_of(self._memory.now)

    def counts(self) -> Counts:
        """Return the numbers beside the queues."""
        items = self._memory.items.values()
        return Counts(
            queues={queue: len(self.ids(queue, CaseFilter(), Sort.DUE)) for queue in Queue},
            outbox=sum(1 for item in items if item.delivery.is_pending),
            unknown=sum(1 for item in items if item.delivery is Delivery.UNKNOWN),
            decisions=sum(1 for item in items if item.delivery.needs_decision),
            left=len(self._memory.left),
            held=len(self._memory.cases),
            checked_at=self._memory.checked_at,
            mended=self._memory.mended,
        )

    def reach(self) -> SearchReach:
        """Return what the test says."""
        return self._memory.reach

    def ids(self, queue: Queue, narrowed: CaseFilter, sort: Sort) -> Sequence[CaseId]:
        """Return every case of a queue that passes the filter, in order."""
        if self._memory.error is not None:
            raise self._memory.error
        rows = [row for row in map(self._row, self._memory.cases) if self._belongs(row, queue)]
        rows = [row for row in rows if self._passes(row, narrowed)]
        rows.sort(key=lambda row: -row.registered_at)
        if sort is Sort.DUE:
            rows.sort(key=lambda row: row.due_on or date.max)
        elif sort is Sort.OLDEST:
            rows.reverse()
        return [row.id for row in rows]

    def rows(self, ids: Sequence[CaseId]) -> list[CaseRow]:
        """Return the lines of some cases."""
        return [self._row(case_id) for case_id in ids if case_id in self._memory.cases]

    def case(self, case_id: CaseId) -> CaseView | None:
        """Return a whole case with pending work folded in."""
        history = self._memory.cases.get(case_id)
        if history is None:
            return None
        pending = self._memory.pending(case_id)
        case, entries = with_pending(history.case, pending, OFFICER.id, OFFICER.name)
        status = self._rulebook.status_map.status_of(case)
        names = {person.id: person.name for person in PEOPLE}
        return CaseView(
            case=case,
            confirmed=history.case,
            status=status,
            entries=(*(TimelineEntry(event=event) for event in history.events), *entries),
            deadlines=deadlines(case, status, self._rulebook),
            unit_path=self._tree.path(case.unit_id),
            assignee=names.get(case.assignee_id, "") if case.assignee_id is not None else "",
        )

    def outbox(self) -> list[OutboxItem]:
        """Return every act, newest first."""
        return sorted(self._memory.items.values(), key=lambda item: -item.command.n)

    def history(self, text: str) -> list[OutboxItem]:
        """Return what is settled."""
        settled = {Delivery.ACCEPTED, Delivery.WITHDRAWN}
        found = [item for item in self.outbox() if item.delivery in settled]
        return [item for item in found if text.casefold() in item.title.casefold()]

    def decisions(self) -> list[OutboxItem]:
        """Return the acts that wait for a decision, oldest first."""
        return [item for item in reversed(self.outbox()) if item.delivery.needs_decision]

    def absence(self, case_id: CaseId) -> Absence:
        """Return what is known of a case that is gone."""
        left = [item for item in self._memory.left if item.case_id == case_id]
        return Absence(reason=left[0].reason if left else "", left_behind=len(left))

    def left_work(self) -> list[LeftWork]:
        """Return what was left behind."""
        return list(self._memory.left)

    def people(self, unit_id: UnitId) -> list[Person]:
        """Return the colleagues."""
        return [person for person in PEOPLE if person.unit_id == unit_id]

    def units(self) -> list[Unit]:
        """Return the units."""
        return list(UNITS)

    def channels(self) -> list[str]:
        """Return the channels."""
        return sorted({history.case.channel for history in self._memory.cases.values()})

    def explain(self, deadline: Deadline) -> Explanation:
        """Return how a deadline was counted."""
        return explain(deadline, self._rulebook.calendar)

    def _row(self, case_id: CaseId) -> CaseRow:
        history = self._memory.cases[case_id]
        pending = self._memory.pending(case_id)
        case, _entries = with_pending(history.case, pending, OFFICER.id, OFFICER.name)
        status = self._rulebook.status_map.status_of(case)
        due = next_due(case, status, self._rulebook)
        return CaseRow(
            id=case.id,
            tracking_id=case.tracking_id,
            title=case.title,
            channel=case.channel,
            classification=case.classification,
            category=case.category,
            status=status,
            raw_status=case.raw_status,
            registered_at=case.milestones.registered_at,
            unit_id=case.unit_id,
            assignee_id=case.assignee_id,
            secret=case.secret,
            anonymous=case.anonymous,
            due_on=None if due is None else due.due_on,
            clock=None if due is None else due.clock,
            own=tuple(
                Standing(item.delivery)
                for item in pending
                if item.delivery.is_pending or item.delivery.needs_decision
            ),
            has_draft=any(key[0] == case.id for key in self._memory.drafts),
        )

    def _belongs(self, row: CaseRow, queue: Queue) -> bool:
        if queue in _BUCKETS:
            return row.status is _BUCKETS[queue]
        calendar = self._rulebook.calendar
        left = remaining_working_days(row.due_on, self.today(), calendar) if row.due_on else None
        match queue:
            case Queue.DUE_SOON:
                return left is not None and 0 <= left <= 2
            case Queue.OVERDUE:
                return left is not None and left < 0
            case Queue.MINE:
                return row.assignee_id == OFFICER.id
            case Queue.DRAFTS:
                return row.has_draft
            case Queue.FLAGGED:
                view = self.case(row.id)
                return view is not None and bool(unseen(view.entries))
            case _:
                return True

    def _passes(self, row: CaseRow, narrowed: CaseFilter) -> bool:
        case = self._memory.cases[row.id].case
        text = (
            f"{row.tracking_id} {row.title} {case.text} {case.reporter} {case.location}".casefold()
        )
        return (
            all(word in text for word in narrowed.text.casefold().split())
            and (narrowed.classification in {None, row.classification})
            and (not narrowed.secret_only or row.secret)
            and narrowed.channel in {"", row.channel}
            and narrowed.unit_id in {None, row.unit_id}
        )


class FakeCasework:
    """Verbs."""

    def __init__(self, memory: Memory, inbox: FakeInbox) -> None:
        self._memory = memory
        self._inbox = inbox

    def act(
        self,
        case_id: CaseId,
        body: CommandBody,
        base_v: int,
        *,
        from_draft: Draft | None = None,
        resolves: CommandId | None = None,
    ) -> tuple[CommandId, ChangeSet]:
        """Record an act; it stays `STORED` until a test delivers it."""
        view = self._inbox.case(case_id)
        if view is None:
            raise Refused("refused.out-of-scope")
        refused = refusal(view.case, view.status, body, OFFICER)
        if refused is not None:
            raise Refused(refused.code)
        number = len(self._memory.items) + 1
        command = Command(
            id=CommandId(f"perintah-{number}"),
            n=number,
            case_id=case_id,
            base_v=base_v,
            at=self._memory.now,
            body=body,
            resolves=resolves,
        )
        self._memory.items[command.id] = _item(command, view.case, Delivery.STORED)
        if from_draft is not None:
            self._memory.drafts.pop((from_draft.case_id, from_draft.kind), None)
        return command.id, self._changed(case_id)

    def send_unseen(self, draft: Draft, body: CommandBody) -> tuple[CommandId, ChangeSet]:
        """Send a draft on a case that is withheld."""
        self._memory.drafts.pop((draft.case_id, draft.kind))
        self._memory.take_from_shelf(draft.case_id, draft.kind)
        self._memory.sent_unseen.append(body)
        return CommandId("tanpa-laporan-1"), self._changed(draft.case_id)

    def hand_over(self, draft: Draft) -> tuple[CommandId, ChangeSet]:
        """Give a draft away; it is not left behind any more."""
        self._memory.drafts.pop((draft.case_id, draft.kind))
        self._memory.take_from_shelf(draft.case_id, draft.kind)
        return CommandId("serah-1"), self._changed(draft.case_id)

    def withdraw(self, command_id: CommandId) -> ChangeSet:
        """Take back an act that has not left."""
        item = self._memory.items[command_id]
        if item.delivery is not Delivery.STORED:
            raise Refused("withdraw.unknown")
        return self.deliver(command_id, Delivery.WITHDRAWN)

    def decide(
        self, command_id: CommandId, choice: Choice, *, seen_v: int
    ) -> tuple[Draft | None, ChangeSet]:
        """Settle an act that the centre did not accept."""
        item = self._memory.items[command_id]
        if choice not in item.choices:
            raise Refused("decision.not-offered")
        if choice is Choice.RESEND:
            return None, self.deliver(command_id, Delivery.STORED)
        changes = self.deliver(command_id, Delivery.WITHDRAWN)
        if choice is not Choice.EDIT:
            return None, changes
        body = item.command.body
        draft = Draft(
            case_id=item.command.case_id, kind=KIND_OF_COMMAND[type(body)], text=words_of(body)
        )
        self._memory.drafts[draft.case_id, draft.kind] = draft
        return draft, changes

    def decide_all(
        self, choice: Choice, seen: Mapping[CommandId, int]
    ) -> tuple[dict[CommandId, Refused], ChangeSet]:
        """Settle several acts alike."""
        changes = ChangeSet()
        for command_id, seen_v in seen.items():
            changes |= self.decide(command_id, choice, seen_v=seen_v)[1]
        return {}, changes

    def refusal(self, view: CaseView, body_type: type[CommandBody]) -> str | None:
        """Return why a verb is not possible now."""
        statuses = POLICY[body_type].statuses
        if statuses is not None and view.status not in statuses:
            return "refused.status"
        return None

    def refusal_to_look(self, view: CaseView) -> str | None:
        """Return why nothing can be marked as seen."""
        flagged = unseen(view.entries)
        mine = all(event.actor_id == OFFICER.id for event in flagged)
        return "refused.not-flagged" if mine else None

    def deliver(self, command_id: CommandId, delivery: Delivery, *, code: str = "") -> ChangeSet:
        """Let something happen to an act, as the centre would."""
        item = self._memory.items[command_id]
        case = self._memory.cases[item.command.case_id].case
        self._memory.items[command_id] = _item(item.command, case, delivery, code)
        return self._changed(item.command.case_id)

    def _changed(self, case_id: CaseId) -> ChangeSet:
        return ChangeSet(cases=frozenset({case_id}), outbox=True, drafts=True)


class FakeDrafting:
    """Drafts."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def save(self, draft: Draft) -> ChangeSet:
        """Keep a draft; a blank one is removed."""
        if draft.is_blank:
            return self.discard(draft.case_id, draft.kind)
        self._memory.drafts[draft.case_id, draft.kind] = draft
        return ChangeSet(cases=frozenset({draft.case_id}), drafts=True)

    def load(self, case_id: CaseId, kind: str) -> Draft | None:
        """Return a draft."""
        return self._memory.drafts.get((case_id, kind))

    def discard(self, case_id: CaseId, kind: str) -> ChangeSet:
        """Throw a draft away."""
        self._memory.drafts.pop((case_id, kind), None)
        self._memory.take_from_shelf(case_id, kind)
        return ChangeSet(cases=frozenset({case_id}), drafts=True)


class FakeSynchronizer:
    """A line that is always down."""

    def __init__(self) -> None:
        self.tries = 0

    def status(self) -> SyncStatus:
        """Say that there is no connection."""
        return SyncStatus(link=LinkState.OFFLINE, since=NOW)

    def run_once(
        self,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Fail to connect."""
        on_status(self.status())

    def tend(self, _on_change: Callable[[ChangeSet], None]) -> bool:
        """Have nothing to do."""
        return False

    def next_wait_s(self) -> float:
        """Wait for a trigger."""
        return math.inf

    def nudge(self) -> None:
        """Do nothing; the line is down."""

    def try_now(self) -> None:
        """Count the wish."""
        self.tries += 1

    def cancel(self) -> None:
        """Do nothing; nothing runs."""


class FakeDesk:
    """The open workplace of the invented officer."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.profile = Profile(
            id="bogor",
            folder=Path("bogor"),
            server="https://tanggap.contoh.go.id",
            username="sari",
            display_name=OFFICER.name,
        )
        self.rulebook = load_rulebook()
        self.inbox = FakeInbox(self.memory)
        self.casework = FakeCasework(self.memory, self.inbox)
        self.drafting = FakeDrafting(self.memory)
        self.synchronizer = FakeSynchronizer()
        self.centre_templates: list[Template] = []
        self.courier = FakeCourier()
        self.attachments = FakeAttachments()
        self.line = FakeLine()
        self.officer = OFFICER
        self.is_closed = False

    def templates(self) -> list[Template]:
        """Return the centre's templates."""
        return self.centre_templates

    def close(self) -> None:
        """Note that it was closed."""
        self.is_closed = True


def _item(command: Command, case: Case, delivery: Delivery, code: str = "") -> OutboxItem:
    return OutboxItem(
        command=command,
        delivery=delivery,
        tracking_id=case.tracking_id,
        title=case.title,
        code=code,
        choices=CONFLICT_CHOICES if delivery.needs_decision else (),
    )
