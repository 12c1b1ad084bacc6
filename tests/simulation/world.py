# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small world that can be replayed: a centre, officers' devices, bad lines, one clock.

The real store in encrypted files, the real services, engine and centre; only the line, the clock
and the power supply are ours.
"""

from __future__ import annotations

import itertools
import uuid
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from sync.cases.case import Case
from sync.cases.changes import ChangeSet
from sync.cases.commands import COMMAND_KINDS, CommandBody, words_of
from sync.cases.events import Event
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import CaseRow, CaseView, Draft, OutboxItem
from sync.central import schema
from sync.central.head import renew_epoch
from sync.errors import Refused, SyncErrorKind
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.services.syncing import Outcome
from sync.wire.codec import case_from, event_from
from sync.wire.messages import EventRecord
from tests.simulation.crash import PowerCut, PowerSupply
from tests.simulation.link import Fault, Link
from tests.support.central import PASSWORD, Device, Office, new_office
from tests.support.keyring import MemoryKeyring

Told = tuple[Case, list[Event]]
"""A case and its history, as the centre tells them."""

_NEVER_MORE_THAN = 200
"""Runs until a device has nothing more to say; far above any real need."""


@dataclass(slots=True)
class Machine:
    """One officer's computer, and what its officer remembers of having typed there."""

    username: str
    door: SignIn
    link: Link
    power: PowerSupply
    desk: Desk
    typed: dict[CommandId, str] = field(default_factory=dict)
    drafted: dict[tuple[CaseId, str], str] = field(default_factory=dict)

    def act(self, case_id: CaseId, body: CommandBody) -> CommandId | None:
        """Do something to a case as it is seen here; None when the rules say no."""
        view = self.desk.inbox.case(case_id)
        if view is None:
            return None
        with suppress(Refused):
            command_id, _ = self.desk.casework.act(case_id, body, view.confirmed.v)
            self.typed[command_id] = words_of(body)
            return command_id
        return None

    def save_draft(self, draft: Draft) -> None:
        """Type something without sending it."""
        self.desk.drafting.save(draft)
        self.drafted[draft.case_id, draft.kind] = draft.text

    def send_draft(self, case_id: CaseId, kind: str) -> None:
        """Turn what was typed into an act, if the rules allow it; else it stays a draft."""
        draft, view = self.desk.drafting.load(case_id, kind), self.desk.inbox.case(case_id)
        if draft is None or view is None:
            return
        body = COMMAND_KINDS[kind](text=draft.text)  # type: ignore[call-arg]  # kinds with a text
        with suppress(Refused):
            command_id, _ = self.desk.casework.act(
                case_id, body, view.confirmed.v, from_draft=draft
            )
            self.typed[command_id] = draft.text
            del self.drafted[case_id, kind]

    def withdraw(self, item: OutboxItem) -> bool:
        """Try to take an act back; tell whether that worked."""
        with suppress(Refused):
            self.desk.casework.withdraw(item.command.id)
            return True
        return False

    def decide(self, item: OutboxItem, choice: Choice) -> None:
        """Settle an act; the words of a new one are the old ones."""
        draft, _ = self.desk.casework.decide(item.command.id, choice)
        if draft is not None:
            place = (draft.case_id, draft.kind)
            assert self.drafted.get(place, "") in draft.text
            self.drafted[place] = draft.text

    def sync(self, faults: Iterable[Fault] = ()) -> Outcome:
        """Run once over a line with these faults."""
        self.link.fail(faults)
        try:
            return self.desk.synchronizer.run_once(_ignore, lambda _status: None, lambda: False)
        finally:
            self.link.fail(())

    def restart(self) -> None:
        """Close the program and start it again."""
        self.desk.close()
        self.desk = self.door.open(self.desk.profile)

    def sync_until_power_cut(self, writes: int, faults: Iterable[Fault]) -> None:
        """Lose power during an exchange, before some write; then start again."""
        with suppress(PowerCut), self.power.lasting(writes):
            self.sync(faults)
        # What the dead program had open is left as it was; nothing of it is finished.
        self.desk = self.door.open(self.desk.profile)

    def act_until_power_cut(self, writes: int, case_id: CaseId, body: CommandBody) -> None:
        """Lose power while recording an act; it is recorded whole or not at all."""
        with suppress(PowerCut), self.power.lasting(writes):
            self.act(case_id, body)
        self.desk = self.door.open(self.desk.profile)

    def settle(self) -> None:
        """Exchange over a good line until there is nothing more to say."""
        for _ in range(_NEVER_MORE_THAN):
            outcome = self.sync()
            if outcome.failure is SyncErrorKind.AUTH:
                # A renewal whose answer was lost, and a long time offline since: once more, please.
                self.door.renew(self.desk, PASSWORD)
                continue
            if outcome.failure is None and outcome.exchanges <= 1 and not outcome.settled:
                return
        raise AssertionError(f"{self.username} never comes to rest")

    def words_on_disk(self) -> set[str]:
        """Return everything of the officer's that this computer still has."""
        drafts = self.desk.store.drafts
        return {
            *(words_of(item.command.body) for item in self.items()),
            *(kept.text for kept in drafts.kept()),
            *(listed.draft.text for listed in drafts.all()),
        }

    def items(self) -> list[OutboxItem]:
        """Return every act on this computer."""
        return self.desk.inbox.outbox()

    def confirmed(self) -> dict[CaseId, Told]:
        """Return all cases here as the centre told them, with their histories."""
        views = (self.desk.inbox.case(row.id) for row in self.rows())
        return {view.case.id: _told(view) for view in views if view is not None}

    def cases(self) -> list[CaseId]:
        """Return which cases are here."""
        return [row.id for row in self.rows()]

    def rows(self) -> list[CaseRow]:
        """Return every line of the list, as shown."""
        inbox = self.desk.inbox
        return inbox.rows([CaseId(number) for number in range(1, 100)])


class World:
    """The centre and the devices around it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._random = Random(folder.name)
        self._numbers = itertools.count(1)
        self.power = PowerSupply()
        self.power.plug_in()
        self.office: Office = new_office(f"sqlite:///{folder / 'central.db'}")
        self.clock = self.office.clock
        self.machines: list[Machine] = []

    def add_machine(self, name: str, username: str, skew_ms: int) -> Machine:
        """Sign an officer in on a new computer whose clock is off by ``skew_ms``."""
        link = Link(self.office.centre)
        door = SignIn(
            self._folder / name,
            lambda _server: link,
            MemoryKeyring(),
            lambda: self.clock() + skew_ms,
            self.new_id,
        )
        desk = door.sign_in("pusat.example.go.id", username, PASSWORD)
        machine = Machine(username=username, door=door, link=link, power=self.power, desk=desk)
        machine.settle()
        self.machines.append(machine)
        return machine

    def new_id(self) -> str:
        """Return a UUID that is the same in every replay."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def words(self, what: str) -> str:
        """Return words that nobody has typed before."""
        return f"{what} nomor {next(self._numbers)}"

    def restore_centre(self) -> None:
        """Let the centre begin another history of the same cases, as after a restored backup."""
        renew_epoch(self.office.database, self._random.randbytes)

    def close(self) -> None:
        """End the world."""
        for machine in self.machines:
            machine.desk.close()
        self.office.database.close()
        self.power.unplug()

    def verdicts(self) -> dict[str, str]:
        """Return the centre's verdict on every command it knows."""
        with self.office.database.read() as connection:
            rows = connection.execute(select(schema.commands.c.id, schema.commands.c.verdict))
            return {row.id: row.verdict["verdict"] for row in rows}

    def applied(self) -> dict[str, int]:
        """Return how often each command became a fact."""
        id_ = schema.events.c.command_id
        with self.office.database.read() as connection:
            rows = connection.execute(
                select(id_, func.count()).where(id_.is_not(None)).group_by(id_)
            )
            return {row[0]: row[1] for row in rows}

    def ledger(self) -> dict[CaseId, dict[str, Event]]:
        """Return all facts of all cases by command, or by number for those that come of none."""
        columns = [schema.events.c[name] for name in EventRecord.__struct_fields__]
        with self.office.database.read() as connection:
            rows = connection.execute(select(*columns)).all()
        facts: dict[CaseId, dict[str, Event]] = defaultdict(dict)
        for row in rows:
            event = event_from(EventRecord(*row))
            facts[event.case_id][event.command_id or str(event.v)] = event
        return facts

    def told(self, username: str) -> dict[CaseId, Told]:
        """Return what the centre tells this officer today, from the beginning."""
        reference: Device = self.office.device(username)
        reference.follow()
        return {
            CaseId(case_id): (case_from(case), [*map(event_from, reference.history(case_id))])
            for case_id, case in reference.cases.items()
        }


def waits(item: OutboxItem) -> bool:
    """Return whether an act is where the officer, and nobody else, can move it."""
    return item.delivery.needs_decision or (item.delivery is Delivery.STORED and item.waits_for)


def _told(view: CaseView) -> Told:
    return view.confirmed, [entry.event for entry in view.entries if entry.delivery is None]


def _ignore(_changes: ChangeSet) -> None:
    pass
