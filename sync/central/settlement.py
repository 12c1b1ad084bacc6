# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands become verdicts here: each in its own transaction, at most one effect per id.

The whole verdict is stored in the transaction of its effect, so an answer that got lost can be
given again. What the rules say is ``cases.lifecycle``; this module keeps the order of questions
of the protocol (docs/protocol.md, section 4).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, Row, Text, bindparam, insert, or_, select

from sync.cases.access import Actor
from sync.cases.case import Case, StatusMap
from sync.cases.clocks import SKEW_LIMIT_MS, plausible
from sync.cases.commands import Assign, Command
from sync.cases.events import Event, EventBody
from sync.cases.ids import CaseId, DeviceId
from sync.cases.lifecycle import Accept, Conflict, Refusal, decide, event_of
from sync.cases.policy import CLOCK_ADJUSTED, Choice
from sync.central import schema
from sync.central.database import UNFIT, Database
from sync.central.directory import Directory, Roster
from sync.central.former import had_before
from sync.central.head import Counter, shared_with
from sync.central.holdings import digests_in, note_names
from sync.central.ledger import Change, Ledger, evolved
from sync.errors import SyncError
from sync.wire import codec
from sync.wire.messages import CommandRecord, Verdict
from sync.wire.upcasts import can_read

_WITHDRAW = (Choice.WITHDRAW,)
_EDIT = (Choice.EDIT, Choice.WITHDRAW)
_JAKARTA = timedelta(hours=7)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose commands these are.

    Attributes:
        idle_at: when the device last had nothing to deliver; all it sends was done after that.
    """

    officer_id: int
    device_id: DeviceId
    idle_at: int


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

    def settle(self, record: CommandRecord, sender: Sender, now: int) -> Verdict:
        """Return the verdict on one command; a failure of ours is ``retry``, never an exception."""
        try:
            verdict = self._database.transact(
                lambda connection: self._settle(connection, record, sender, now)
            )
            if verdict.verdict == "accepted" and record.data.get("evidence"):
                self._announce(digests_in(event_of(codec.command_from(record).body)))
        except UNFIT:
            return _rejected(record, "refused.malformed", _EDIT)
        except Exception:  # noqa: BLE001 - one poisonous command must not fail the others
            support_id = self._support_id()
            _log.exception("command %s failed, support id %s", record.id, support_id)
            return Verdict(id=record.id, verdict="retry", code=f"failed.{support_id}")
        return verdict

    def _settle(
        self, connection: Connection, record: CommandRecord, sender: Sender, now: int
    ) -> Verdict:
        fingerprint = fingerprint_of(record)
        known = _related(connection, record, sender)
        if (own := known.by_id) is not None:
            if own.fingerprint != fingerprint or own.officer_id != sender.officer_id:
                return _rejected(record, "refused.id-reused", _WITHDRAW)
            return msgspec.structs.replace(_stored(own), duplicate=True)
        if known.n_is_taken:
            return _rejected(record, "refused.device-forked", _WITHDRAW)
        if not can_read(record.kind, record.sv):  # a newer centre may know it: not ours to refuse
            return Verdict(id=record.id, verdict="retry", code="retry.too-new")
        if record.after is not None:
            if known.predecessor is None or known.predecessor.officer_id != sender.officer_id:
                return Verdict(id=record.id, verdict="retry", code="retry.after")
            if _stored(known.predecessor).verdict != "accepted":
                verdict = _decided(record, "blocked", "blocked.after", _EDIT, now)
                return _remember(connection, record, sender, fingerprint, verdict, now)
        verdict = self._judge(connection, record, known, sender, now)
        return _remember(connection, record, sender, fingerprint, verdict, now)

    def _judge(
        self,
        connection: Connection,
        record: CommandRecord,
        known: _Related,
        sender: Sender,
        now: int,
    ) -> Verdict:
        head = self._counter.read(connection)
        roster = self._directory.at(connection, head.reference_rev, head.moves)
        actor = roster.actor(sender.officer_id)
        found = self._ledger.find(connection, record.case_id)
        if found is None or actor is None:
            return _decided(record, "rejected", "refused.out-of-scope", _WITHDRAW, now)
        try:
            command = codec.command_from(record)
        except SyncError:
            return _decided(record, "rejected", "refused.malformed", _EDIT, now)
        case, case_seq = found
        decision = decide(
            case,
            self._status_map.status_of(case),
            command,
            actor,
            newer=self._unseen(connection, case, record, sender, head.epoch),
            resolved=_resolved(known.resolved, sender),
            had_before=not actor.scope.sees(case.unit_id)
            and had_before(connection, roster, actor, case.id),
        )
        match decision:
            case Conflict():
                asked = _decided(record, "conflict", decision.code, decision.choices, now)
                return msgspec.structs.replace(asked, flags=list(decision.flags))
            case Refusal():
                return _decided(record, "rejected", decision.code, decision.choices, now)
            case Accept(event=None):
                return self._accept_as_is(connection, case, case_seq, record, now)
            case Accept():
                body = _named(roster, case, command)
                if body is None:
                    return _decided(record, "rejected", "refused.assignee", _WITHDRAW, now)
                event = _event(case, command, body, actor, sender, now, decision.flags)
                return self._accept(connection, case, event, record)

    def _unseen(
        self,
        connection: Connection,
        case: Case,
        record: CommandRecord,
        sender: Sender,
        epoch: str,
    ) -> list[Event]:
        """Return the facts that the officer had not seen when they acted.

        A version of another history covers only what the two histories share. A device id does
        not tell whose facts are its own, for a cloned profile has the same one.
        """
        if record.epoch is None or record.epoch == epoch:
            if record.base_v >= case.v:
                return []
            newer = self._ledger.events_after(connection, case.id, record.base_v)
        else:
            shared_seq = shared_with(connection, record.epoch)
            newer = self._ledger.events_after(connection, case.id, record.base_v, shared_seq)
        if record.own is None:  # a client from before the member was there
            return [event for event in newer if event.device != sender.device_id]
        return [event for event in newer if event.command_id not in record.own]

    def _accept(
        self, connection: Connection, case: Case, event: Event, record: CommandRecord
    ) -> Verdict:
        seq = self._counter.take(connection, 1).first_seq
        after = evolved(case, (event,))
        self._ledger.write(connection, [Change(before=case, after=after, events=(event,), seq=seq)])
        if event.actor_id is not None:
            note_names(connection, case.id, event.actor_id, digests_in(event.body))
        return Verdict(
            id=record.id,
            verdict="accepted",
            receipt=receipt_number(seq, event.at),
            v=after.v,
            seq=seq,
            at=event.at,
            flags=list(event.flags),
        )

    def _accept_as_is(
        self, connection: Connection, case: Case, case_seq: int, record: CommandRecord, now: int
    ) -> Verdict:
        """Accept a wish that is already so: a receipt, and no change to wait for."""
        number = self._counter.take(connection, 1).first_seq
        return Verdict(
            id=record.id,
            verdict="accepted",
            receipt=receipt_number(number, now),
            v=case.v,
            seq=case_seq,
            at=now,
            noop=True,
        )


def receipt_number(seq: int, at: int) -> str:
    """Return the number an officer may quote: the year in Jakarta and the place in the ledger."""
    year = (datetime.fromtimestamp(at / 1000, tz=UTC) + _JAKARTA).year
    return f"{year}-{seq:07d}"


def fingerprint_of(record: CommandRecord) -> str:
    """Return what a command says, shortened.

    Neither ``n`` nor ``after`` belongs to it: a device that was cloned numbers its commands anew.
    """
    said = (record.case_id, record.base_v, record.at, record.kind, record.resolves, record.data)
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Related:
    by_id: Row[Any] | None
    predecessor: Row[Any] | None
    resolved: Row[Any] | None
    n_is_taken: bool


_RELATED = select(schema.commands).where(
    or_(
        schema.commands.c.id == bindparam("of_id", type_=Text),
        schema.commands.c.id == bindparam("of_predecessor", type_=Text),
        schema.commands.c.id == bindparam("of_resolved", type_=Text),
        (schema.commands.c.device == bindparam("of_device", type_=Text))
        & (schema.commands.c.n == bindparam("of_n", type_=BigInteger)),
    )
)
_REMEMBER = insert(schema.commands)


def _related(connection: Connection, record: CommandRecord, sender: Sender) -> _Related:
    """Return what the memory holds about a command: itself, those it names, its number."""
    rows = connection.execute(
        _RELATED,
        {
            "of_id": record.id,
            "of_predecessor": record.after,
            "of_resolved": record.resolves,
            "of_device": sender.device_id,
            "of_n": record.n,
        },
    ).all()
    by_id = {row.id: row for row in rows}
    return _Related(
        by_id=by_id.get(record.id),
        predecessor=None if record.after is None else by_id.get(record.after),
        resolved=None if record.resolves is None else by_id.get(record.resolves),
        n_is_taken=any(row.device == sender.device_id and row.n == record.n for row in rows),
    )


def _stored(row: Row[Any]) -> Verdict:
    return msgspec.convert(row.verdict, Verdict)


def _resolved(row: Row[Any] | None, sender: Sender) -> list[str]:
    """Return what the officer was shown when an earlier command of theirs was not accepted."""
    return [] if row is None or row.officer_id != sender.officer_id else _stored(row).flags


def _remember(
    connection: Connection,
    record: CommandRecord,
    sender: Sender,
    fingerprint: str,
    verdict: Verdict,
    now: int,
) -> Verdict:
    connection.execute(
        _REMEMBER,
        {
            "id": record.id,
            "device": sender.device_id,
            "n": record.n,
            "officer_id": sender.officer_id,
            "case_id": record.case_id,
            "fingerprint": fingerprint,
            "verdict": msgspec.to_builtins(verdict),
            "seq": verdict.seq or None,
            "received_at": now,
        },
    )
    return verdict


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
    sender: Sender,
    now: int,
    flags: tuple[str, ...],
) -> Event:
    done_at = plausible(command.at, not_before=sender.idle_at, now=now)
    if abs(command.at - done_at) > SKEW_LIMIT_MS:
        flags += (CLOCK_ADJUSTED,)
    return Event(
        case_id=CaseId(case.id),
        v=case.v + 1,
        at=now,
        body=body,
        done_at=done_at,
        actor_id=actor.id,
        actor=actor.name,
        device=sender.device_id,
        command_id=command.id,
        flags=flags,
    )
