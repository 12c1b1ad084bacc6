# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands become verdicts here: at most one effect per id, and none at another's expense.

Commands that have nothing to do with each other share a transaction, for what costs is the commit
and the way to the database and back; if that fails, each gets one of its own. What the rules say is
``cases.lifecycle``; this module keeps the order of questions of the protocol (docs/protocol.md,
section 4).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection

from sync.cases.access import Actor
from sync.cases.case import Case, StatusMap
from sync.cases.clocks import SKEW_LIMIT_MS, plausible
from sync.cases.commands import Assign, Command
from sync.cases.events import Event, EventBody
from sync.cases.ids import CaseId
from sync.cases.lifecycle import Accept, Conflict, Refusal, decide, event_of
from sync.cases.policy import CLOCK_ADJUSTED, Choice
from sync.central.database import UNFIT, Database
from sync.central.directory import Directory, Roster
from sync.central.former import had_before
from sync.central.head import Counter, shared_with
from sync.central.holdings import digests_in, note_names
from sync.central.ledger import Change, Found, Ledger, evolved
from sync.central.memory import (
    Memory,
    Sender,
    fingerprint_of,
    recall,
    remember,
    stored_verdict,
)
from sync.errors import SyncError
from sync.wire import codec
from sync.wire.messages import CommandRecord, Verdict
from sync.wire.upcasts import can_read

MOST_TOGETHER = 50
"""Commands in one transaction: few enough that nobody waits long for the cases it holds."""

_WITHDRAW = (Choice.WITHDRAW,)
_EDIT = (Choice.EDIT, Choice.WITHDRAW)
_JAKARTA = timedelta(hours=7)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """All that is known in one transaction before the rules are asked.

    Attributes:
        cases: those that the commands are about, locked.
    """

    connection: Connection
    memory: Memory
    epoch: str
    roster: Roster
    cases: Mapping[int, Found]
    now: int

    @property
    def sender(self) -> Sender:
        """Return whose commands these are."""
        return self.memory.sender


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accepted:
    """What becomes a fact as soon as it has a number; no event where the wish is already so."""

    found: Found
    event: Event | None = None


class Settlement:
    """Decides commands."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        status_map: StatusMap,
        *,
        counter: Counter,
        support_id: Callable[[], str],
        announce: Callable[[Collection[str]], None],
    ) -> None:
        self._database = database
        self._directory = directory
        self._status_map = status_map
        self._counter = counter
        self._ledger = Ledger(status_map)
        self._support_id = support_id
        self._announce = announce

    def settle(self, records: Sequence[CommandRecord], sender: Sender, now: int) -> list[Verdict]:
        """Return a verdict on each command; a failure of ours is ``retry``, never an exception."""
        return [
            verdict
            for group in _unrelated(records)
            for verdict in self._settle_group(group, sender, now)
        ]

    def _settle_group(
        self, records: Sequence[CommandRecord], sender: Sender, now: int
    ) -> list[Verdict]:
        try:
            return self._settle_together(records, sender, now)
        except Exception as error:  # noqa: BLE001 - one poisonous command must not fail the others
            if len(records) == 1:
                return [self._failed(records[0], error)]
        return [
            verdict for record in records for verdict in self._settle_group([record], sender, now)
        ]

    def _settle_together(
        self, records: Sequence[CommandRecord], sender: Sender, now: int
    ) -> list[Verdict]:
        verdicts = self._database.transact(
            lambda connection: self._settle(connection, records, sender, now)
        )
        digests = {
            digest
            for record, verdict in zip(records, verdicts, strict=True)
            if verdict.verdict == "accepted" and record.data.get("evidence")
            for digest in digests_in(event_of(codec.command_from(record).body))
        }
        if digests:
            self._announce(digests)
        return verdicts

    def _failed(self, record: CommandRecord, error: Exception) -> Verdict:
        if isinstance(error, UNFIT):
            return _rejected(record, "refused.malformed", _EDIT)
        support_id = self._support_id()
        _log.error("command %s failed, support id %s", record.id, support_id, exc_info=error)
        return Verdict(id=record.id, verdict="retry", code=f"failed.{support_id}")

    def _settle(
        self,
        connection: Connection,
        records: Sequence[CommandRecord],
        sender: Sender,
        now: int,
    ) -> list[Verdict]:
        memory = recall(connection, records, sender)
        answers = {record.id: _answered(record, memory) for record in records}
        new = [record for record in records if answers[record.id] is None]
        if new:
            head = self._counter.read(connection)
            session = _Session(
                connection=connection,
                memory=memory,
                epoch=head.epoch,
                roster=self._directory.at(connection, head.reference_rev, head.moves),
                cases=self._ledger.find(connection, {record.case_id for record in new}),
                now=now,
            )
            judged = [(record, self._judge(session, record)) for record in new]
            decided = self._number(session, judged)
            remember(connection, decided, sender, now)
            answers |= {record.id: verdict for record, verdict in decided}
        return [verdict for verdict in answers.values() if verdict is not None]

    def _judge(self, session: _Session, record: CommandRecord) -> Verdict | _Accepted:
        earlier = session.memory.verdict(record.after)
        if earlier is not None and earlier.verdict != "accepted":
            return _decided(record, "blocked", "blocked.after", _EDIT, session.now)
        actor = session.roster.actor(session.sender.officer_id)
        found = session.cases.get(record.case_id)
        if found is None or actor is None:
            return _decided(record, "rejected", "refused.out-of-scope", _WITHDRAW, session.now)
        try:
            command = codec.command_from(record)
        except SyncError:
            return _decided(record, "rejected", "refused.malformed", _EDIT, session.now)
        return self._decide(session, record, command, actor, found)

    def _decide(
        self,
        session: _Session,
        record: CommandRecord,
        command: Command,
        actor: Actor,
        found: Found,
    ) -> Verdict | _Accepted:
        case = found.case
        resolved = session.memory.verdict(record.resolves)
        decision = decide(
            case,
            self._status_map.status_of(case),
            command,
            actor,
            newer=self._unseen(session, case, record),
            # What the officer was shown when an earlier command of theirs was not accepted.
            resolved=[] if resolved is None else resolved.flags,
            had_before=not actor.scope.sees(case.unit_id)
            and had_before(session.connection, session.roster, actor, case.id),
        )
        match decision:
            case Conflict():
                asked = _decided(record, "conflict", decision.code, decision.choices, session.now)
                return msgspec.structs.replace(asked, flags=list(decision.flags))
            case Refusal():
                return _decided(record, "rejected", decision.code, decision.choices, session.now)
            case Accept(event=None):
                return _Accepted(found=found)
            case Accept():
                body = _named(session.roster, case, command)
                if body is None:
                    return _decided(record, "rejected", "refused.assignee", _WITHDRAW, session.now)
                event = _event(case, command, body, actor, session, decision.flags)
                return _Accepted(found=found, event=event)

    def _unseen(self, session: _Session, case: Case, record: CommandRecord) -> list[Event]:
        """Return the facts that the officer had not seen when they acted.

        A version of another history covers only what the two histories share. A device id does
        not tell whose facts are its own, for a cloned profile has the same one.
        """
        connection = session.connection
        if record.epoch is None or record.epoch == session.epoch:
            if record.base_v >= case.v:
                return []
            newer = self._ledger.events_after(connection, case.id, record.base_v)
        else:
            shared_seq = shared_with(connection, record.epoch)
            newer = self._ledger.events_after(connection, case.id, record.base_v, shared_seq)
        if record.own is None:  # a client from before the member was there
            return [event for event in newer if event.device != session.sender.device_id]
        return [event for event in newer if event.command_id not in record.own]

    def _number(
        self,
        session: _Session,
        judged: Sequence[tuple[CommandRecord, Verdict | _Accepted]],
    ) -> list[tuple[CommandRecord, Verdict]]:
        """Give what is accepted its numbers, in the order sent, and record it."""
        accepted = sum(isinstance(outcome, _Accepted) for _, outcome in judged)
        following = accepted and self._counter.take(session.connection, accepted).first_seq
        decided, changes = [], []
        for record, outcome in judged:
            if isinstance(outcome, Verdict):
                decided.append((record, outcome))
                continue
            change = _change(outcome, following)
            changes += [] if change is None else [change]
            decided.append((record, _receipt(record, outcome, change, following, session.now)))
            following += 1
        self._ledger.write(session.connection, changes)
        for change in changes:
            _note_names(session.connection, change)
        return decided


def receipt_number(seq: int, at: int) -> str:
    """Return the number an officer may quote: the year in Jakarta and the place in the ledger."""
    year = (datetime.fromtimestamp(at / 1000, tz=UTC) + _JAKARTA).year
    return f"{year}-{seq:07d}"


def _unrelated(records: Sequence[CommandRecord]) -> Iterator[list[CommandRecord]]:
    """Cut commands, in their order, into groups in which none has to do with another.

    Not the same case, id or number, and none names another: so each is decided as if it were alone.
    """
    group: list[CommandRecord] = []
    taken: set[object] = set()
    for record in records:
        named = {record.id, record.after, record.resolves} - {None}
        concerns = {*named, ("case", record.case_id), ("n", record.n)}
        if len(group) == MOST_TOGETHER or not taken.isdisjoint(concerns):
            yield group
            group, taken = [], set()
        group.append(record)
        taken |= concerns
    if group:
        yield group


def _answered(record: CommandRecord, memory: Memory) -> Verdict | None:
    """Return what is said without deciding anything; None where the rules must be asked."""
    if (own := memory.row(record.id)) is not None:
        if own.fingerprint != fingerprint_of(record) or own.officer_id != memory.sender.officer_id:
            return _rejected(record, "refused.id-reused", _WITHDRAW)
        return msgspec.structs.replace(stored_verdict(own), duplicate=True)
    if record.n in memory.numbers:
        return _rejected(record, "refused.device-forked", _WITHDRAW)
    if not can_read(record.kind, record.sv):  # a newer centre may know it: not ours to refuse
        return Verdict(id=record.id, verdict="retry", code="retry.too-new")
    if record.after is not None and memory.verdict(record.after) is None:
        return Verdict(id=record.id, verdict="retry", code="retry.after")
    return None


def _change(accepted: _Accepted, seq: int) -> Change | None:
    case, event = accepted.found.case, accepted.event
    if event is None:
        return None
    return Change(before=case, after=evolved(case, (event,)), events=(event,), seq=seq)


def _receipt(
    record: CommandRecord, accepted: _Accepted, change: Change | None, number: int, now: int
) -> Verdict:
    """Return the verdict on an accepted command.

    A wish that is already so gets a receipt too, and no change to wait for.
    """
    if change is None:
        return Verdict(
            id=record.id,
            verdict="accepted",
            receipt=receipt_number(number, now),
            v=accepted.found.case.v,
            seq=accepted.found.seq,
            at=now,
            noop=True,
        )
    [event] = change.events
    return Verdict(
        id=record.id,
        verdict="accepted",
        receipt=receipt_number(number, event.at),
        v=change.after.v,
        seq=number,
        at=event.at,
        flags=list(event.flags),
    )


def _note_names(connection: Connection, change: Change) -> None:
    [event] = change.events
    digests = digests_in(event.body)
    if digests and event.actor_id is not None:
        note_names(connection, change.after.id, event.actor_id, digests)


def _rejected(record: CommandRecord, code: str, choices: tuple[Choice, ...]) -> Verdict:
    """Refuse without remembering, for the memory under this id or number is another's."""
    return Verdict(
        id=record.id, verdict="rejected", code=code, choices=[choice.value for choice in choices]
    )


def _decided(
    record: CommandRecord, verdict: str, code: str, choices: tuple[Choice, ...], now: int
) -> Verdict:
    return Verdict(
        id=record.id,
        verdict=verdict,
        at=now,
        code=code,
        choices=[choice.value for choice in choices],
    )


def _named(roster: Roster, case: Case, command: Command) -> EventBody | None:
    """Return the fact with the assignee's name, None where that one cannot work on the case."""
    if not isinstance(command.body, Assign) or command.body.officer_id is None:
        return event_of(command.body)
    assignee = roster.actor(command.body.officer_id)
    if assignee is None or case.unit_id not in assignee.scope.handles:
        return None
    return event_of(command.body, assignee_name=assignee.name)


def _event(
    case: Case,
    command: Command,
    body: EventBody,
    actor: Actor,
    session: _Session,
    flags: tuple[str, ...],
) -> Event:
    done_at = plausible(command.at, not_before=session.sender.idle_at, now=session.now)
    if abs(command.at - done_at) > SKEW_LIMIT_MS:
        flags += (CLOCK_ADJUSTED,)
    return Event(
        case_id=CaseId(case.id),
        v=case.v + 1,
        at=session.now,
        body=body,
        done_at=done_at,
        actor_id=actor.id,
        actor=actor.name,
        device=session.sender.device_id,
        command_id=command.id,
        flags=flags,
    )
