# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rebuilding gives what increments left, whatever happened before; and the search index agrees."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)
from typing_extensions import override

from sync.cases.case import Case
from sync.cases.commands import Command, CommandBody
from sync.cases.events import Event, Responded, StatusReported, evolve
from sync.cases.ids import CaseId, CommandId
from sync.cases.lifecycle import event_of
from sync.cases.views import Draft
from sync.errors import Refused
from sync.store.local import LocalStore
from sync.store.records import json_text
from sync.wire.codec import body_data, case_record, command_from, event_record
from sync.wire.messages import CommandRecord, Verdict
from tests.support.casework import FOREIGN_DEVICE, OFFICER, STATUS_MAP, a_case, command_bodies
from tests.support.local_store import NOW, a_reply, a_scope, accepted, open_store, shown_rows

TODAY = date(2026, 11, 24)
CASES = 4
numbers = st.integers(1, CASES)


class LocalLife(RuleBasedStateMachine):
    """One computer, and a centre that is the truth."""

    commands = Bundle("commands")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp()) / "profil"
        self.ids = (CommandId(f"c-{number}") for number in itertools.count(1))
        self.truth: dict[int, tuple[Case, list[Event]]] = {}
        self.told: dict[int, int] = {}
        self.words: dict[str, str] = {}
        self.store: LocalStore = open_store(self.folder)

    @initialize()
    def first_load(self) -> None:
        """The centre has a few cases, and they come."""
        for number in range(1, CASES + 1):
            case = a_case(id=CaseId(number), tracking_id=f"{9_000_000 + number}", v=1)
            self.truth[number] = (case, [])
        self.store.journal.absorb(a_reply(*self.heads(self.truth), scope=a_scope()), NOW)

    # the officer

    @rule(target=commands, number=numbers, body=command_bodies)
    def act(self, number: int, body: CommandBody) -> CommandId:
        """The officer acts on a case, here or not."""
        return self.record(number, body)

    @rule(number=numbers, text=st.sampled_from(["", "Konsep surat"]))
    def draft(self, number: int, text: str) -> None:
        """The officer types, or deletes what was typed."""
        self.store.drafts.save(Draft(case_id=CaseId(number), kind="note", text=text))

    @rule(number=numbers)
    def discard(self, number: int) -> None:
        """The officer throws a draft away."""
        self.store.drafts.discard(CaseId(number), "note", NOW)

    @rule(id_=commands)
    def withdraw(self, id_: CommandId) -> None:
        """The officer takes an act back, if that is still possible."""
        try:
            self.store.outbox.withdraw(id_, NOW)
        except Refused:
            return

    @rule(target=commands, data=st.data(), body=command_bodies)
    def decide(self, data: st.DataObject, body: CommandBody) -> Any:
        """The officer decides about an act that was not accepted."""
        waiting = self.store.outbox.decisions()
        if not waiting:
            return multiple()
        item = data.draw(st.sampled_from(waiting))
        return self.record(item.command.case_id, body, resolves=item.command.id)

    # the centre

    @rule(number=numbers, raw_status=st.sampled_from(list(STATUS_MAP.buckets)))
    def others_act(self, number: int, raw_status: str) -> None:
        """Somebody else does something; it is not told yet."""
        self.record_fact(number, StatusReported(raw_status=raw_status))
        self.record_fact(number, Responded(text="Jawaban rekan"))

    @rule(numbers_told=st.sets(numbers, min_size=1), whole=st.booleans())
    def pull(self, numbers_told: set[int], whole: bool) -> None:
        """The centre tells of some cases."""
        self.store.journal.absorb(self.page(numbers_told, whole=whole), NOW)

    @rule(number=numbers)
    def leave(self, number: int) -> None:
        """A case leaves this officer."""
        self.told.pop(number, None)
        self.store.journal.absorb(a_reply(left=[number]), NOW)

    @rule(
        answer=st.sampled_from(["accepted", "conflict", "rejected", "retry", "none", "lost"]),
        told_too=st.booleans(),
    )
    def exchange(self, answer: str, told_too: bool) -> None:
        """Acts are sent; the centre decides, or the line breaks before or after it did."""
        sent = self.store.journal.outgoing(1_000_000, NOW)
        ids = [CommandId(record.id) for record in sent]
        if answer == "none":
            self.store.journal.not_sent(ids)
            return
        verdicts = [self.verdict(record, answer) for record in sent]
        if answer == "lost":
            self.store.journal.unanswered(ids)
            return
        numbers_told = {record.case_id for record in sent} if told_too else set()
        page = self.page(numbers_told, whole=False, verdicts=verdicts)
        self.store.journal.absorb(page, NOW)

    @rule()
    def restart(self) -> None:
        """The program ends and starts again."""
        self.store.close()
        self.store = open_store(self.folder)

    # the truths

    @invariant()
    def rebuilding_changes_nothing(self) -> None:
        """Increments and a rebuild from scratch agree, row by row."""
        before = shown_rows(self.store)
        self.store.repair.rebuild()
        assert before == shown_rows(self.store)

    @invariant()
    def the_index_agrees_with_the_rows(self) -> None:
        """Word for word."""
        with self.store.files.cache.write() as cache:
            for index in ("case_words", "entry_words"):
                cache.exec_driver_sql(
                    f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
                )

    @invariant()
    def nothing_typed_is_lost(self) -> None:
        """Every act is in the outbox, with its words."""
        with self.store.files.work.read() as work:
            rows = work.exec_driver_sql("SELECT id, data FROM commands")
            assert self.words == {row[0]: row[1] for row in rows}

    @invariant()
    def numbers_match_the_outbox(self) -> None:
        """The left pane and the lists count the same acts."""
        items = self.store.outbox.items()
        pending = sum(item.delivery.is_pending for item in items)
        decisions = [item for item in items if item.delivery.needs_decision]
        counts = self.store.queue.counts(TODAY)
        assert (pending, len(decisions)) == (counts.outbox, counts.decisions)
        assert decisions == [
            replace(item, base=None, newer=(), seen_v=0) for item in self.store.outbox.decisions()
        ]

    @override
    def teardown(self) -> None:
        """Close and remove the files."""
        self.store.close()
        shutil.rmtree(self.folder.parent)

    # helpers

    def record(self, number: int, body: CommandBody, **changes: Any) -> CommandId:
        """Record an act on a case as the officer sees it."""
        view = self.store.cases.view(CaseId(number))
        id_, _ = self.store.outbox.record(
            body,
            case_id=CaseId(number),
            base_v=0 if view is None else view.confirmed.v,
            now=NOW,
            command_id=next(self.ids),
            from_draft="note",
            **changes,
        )
        self.words[id_] = json_text(body_data(body))
        return id_

    def record_fact(self, number: int, body: Any, **changes: Any) -> Event:
        """Let the centre record a fact."""
        case, events = self.truth[number]
        known = {"device": FOREIGN_DEVICE} | changes
        event = Event(case_id=CaseId(number), v=case.v + 1, at=NOW + case.v, body=body, **known)
        self.truth[number] = (evolve(case, event), [*events, event])
        return event

    def verdict(self, record: CommandRecord, answer: str) -> Verdict:
        """Decide about a command at the centre, and remember it for ever."""
        case, events = self.truth[record.case_id]
        for event in events:
            if event.command_id == record.id:
                return accepted(record.id, event.v, duplicate=True)
        if answer in {"accepted", "lost"}:
            command: Command = command_from(record)
            fact = self.record_fact(
                record.case_id, event_of(command.body), command_id=command.id, actor_id=OFFICER
            )
            return accepted(record.id, fact.v)
        return Verdict(id=record.id, verdict=answer, v=case.v, choices=["edit", "withdraw"])

    def heads(self, numbers_told: Iterable[int]) -> list[Any]:
        """Return the heads of cases as the centre has them."""
        return [case_record(self.truth[number][0]) for number in sorted(numbers_told)]

    def page(self, numbers_told: set[int], *, whole: bool, **changes: Any) -> Any:
        """Return a page about cases: all their facts, or those not told before."""
        news = [
            event
            for number in sorted(numbers_told)
            for event in self.truth[number][1]
            if whole or event.v > self.told.get(number, 0)
        ]
        for number in numbers_told:
            self.told[number] = self.truth[number][0].v
        return a_reply(*self.heads(numbers_told), events=list(map(event_record, news)), **changes)


TestLocalLife = LocalLife.TestCase
TestLocalLife.settings = settings(deadline=None, stateful_step_count=20)
