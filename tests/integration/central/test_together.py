# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands that share a transaction fare as if each had one of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from sync.cases.commands import Assign, Close, CommandBody, Note, Respond, kind_of
from sync.cases.ids import CaseId
from sync.central import schema, settlement
from sync.wire import codec
from sync.wire.messages import CommandRecord, SyncRequest, Verdict
from sync.wire.upcasts import newest
from tests.support.central import Device, Office, new_office

CASES = 6
BROKEN, UNKNOWN = CASES, CASES + 1
BODIES: tuple[CommandBody, ...] = (
    Note(text="Sudah ditelepon."),
    Respond(text="Lampu sudah diganti."),
    Close(text="Selesai."),
    Assign(officer_id=None),
    Respond(text=""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is done to a case, with whatever else may be odd about it.

    Attributes:
        unseen: how much less of the case's ledger than everything the officer saw.
        same_as, same_n, after, resolves: how many commands further back the other one is.
    """

    case: int
    body: CommandBody
    unseen: int
    same_as: int
    same_n: int
    after: int
    resolves: int


deeds = st.builds(
    Deed,
    case=st.integers(0, UNKNOWN),
    body=st.sampled_from(BODIES),
    unseen=st.sampled_from([0, 0, 0, 1]),
    same_as=st.sampled_from([0] * 9 + [1, 3]),
    same_n=st.sampled_from([0] * 9 + [2]),
    after=st.sampled_from([0] * 5 + [1, 2]),
    resolves=st.sampled_from([0] * 5 + [1, 4]),
)


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """Give two centres that are the same."""
    first, second = (new_office(f"sqlite:///{tmp_path / name}.db") for name in ("a", "b"))
    yield first, second
    first.database.close()
    second.database.close()


def same_cases(office: Office) -> list[int]:
    """Register some cases; of the first ones the citizen has written again, the last is broken."""
    cases = [case.id for case in office.add_cases([{} for _ in range(CASES + 1)])]
    for case_id in cases[:2]:
        office.citizen_replies(case_id)
    with office.database.write() as connection:
        broken = schema.cases.c.id == cases[BROKEN]
        connection.execute(update(schema.cases).where(broken).values(next_step_on="rusak"))
    return [*cases, 999_999]


def commands(plan: list[Deed], cases: list[int], first_n: int) -> list[CommandRecord]:
    """Write a plan down as an outbox would."""
    made: list[CommandRecord] = []

    def back(steps: int) -> CommandRecord | None:
        return made[-steps] if 0 < steps <= len(made) else None

    for at, deed in enumerate(plan):
        after, resolves, twin = back(deed.after), back(deed.resolves), back(deed.same_n)
        record = CommandRecord(
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{first_n + at}")),
            n=first_n + at if twin is None else twin.n,
            case_id=CaseId(cases[deed.case]),
            base_v=(2 if deed.case < 2 else 1) - deed.unseen,
            at=0,
            kind=kind_of(deed.body),
            data=codec.body_data(deed.body),
            sv=newest(kind_of(deed.body)),
            after=None if after is None else after.id,
            resolves=None if resolves is None else resolves.id,
            own=[],
        )
        made.append(back(deed.same_as) or record)
    return made


def told(verdicts: list[Verdict]) -> list[Verdict]:
    """Return verdicts without the numbers for support, which are random."""
    return [
        msgspec.structs.replace(each, code="failed") if each.code.startswith("failed.") else each
        for each in verdicts
    ]


def ledger(office: Office) -> list[tuple[object, ...]]:
    """Return all facts, all places in the feed, and all that is remembered."""
    events, feed, memory = schema.events.c, schema.feed.c, schema.commands.c
    with office.database.read() as connection:
        return [
            tuple(row)
            for query in (
                select(events.seq, events.case_id, events.v, events.command_id),
                select(feed.case_id, feed.seq),
                select(memory.id, memory.n, memory.verdict, memory.seq, memory.fingerprint),
            )
            for row in connection.execute(query.order_by(*query.selected_columns))
        ]


def test_together_is_as_good_as_alone(
    twins: tuple[Office, Office], expected_logs: list[str]
) -> None:
    """Whatever an outbox holds: the same verdicts, receipts and ledger as one after another."""
    expected_logs.append("failed, support id")
    devices: list[Device] = [office.device("agus") for office in twins]
    sent = [1]

    @given(plan=st.lists(deeds, min_size=1, max_size=12))
    @settings(max_examples=40, deadline=None)
    def run(plan: list[Deed]) -> None:
        together, alone = devices
        cases = [same_cases(office) for office in twins]
        outbox = commands(plan, cases[0], sent[0])
        sent[0] += len(plan)
        assert cases[0] == cases[1]
        at_once = told(together.send(*outbox))
        one_by_one = told([alone.send(record)[0] for record in outbox])
        assert one_by_one == at_once
        assert ledger(twins[1]) == ledger(twins[0])

    run()


def test_they_do_share_a_transaction(office: Office) -> None:
    """Fifty commands on fifty cases are one commit; two on one case are two."""
    cases = office.add_cases([{} for _ in range(settlement.MOST_TOGETHER)])
    device = office.device("agus")
    device.follow()
    commits: list[None] = []
    office.database.on_commit = lambda: commits.append(None)

    def commits_for(*records: CommandRecord) -> int:
        commits.clear()
        request = SyncRequest(commands=list(records), max_bytes=0)
        verdicts = office.centre.sync(device.access_token, request).verdicts
        assert {"accepted"} == {verdict.verdict for verdict in verdicts}
        return len(commits)

    many = [device.command(case.id, Note(text="Catatan.")) for case in cases]
    chain = [device.command(cases[0].id, Note(text="Lagi."), base_v=2) for _ in range(2)]
    assert [1, 2] == [commits_for(*many), commits_for(*chain)]


def test_one_poisonous_command_among_many_fails_alone(
    office: Office, expected_logs: list[str]
) -> None:
    """Whatever it is that the centre stumbles over, all others are accepted, in their order."""
    expected_logs.append("failed, support id")
    cases = office.add_cases([{} for _ in range(20)])
    with office.database.write() as connection:
        broken = schema.cases.c.id == cases[13].id
        connection.execute(update(schema.cases).where(broken).values(next_step_on="rusak"))
    device = office.device("agus")
    records = [device.command(case.id, Note(text="Catatan."), base_v=1) for case in cases]
    records[4] = msgspec.structs.replace(records[4], n=2**70)
    verdicts = device.send(*records)
    odd = {at: each.verdict for at, each in enumerate(verdicts) if each.verdict != "accepted"}
    seqs = [each.seq for each in verdicts if each.seq]
    assert {4: "rejected", 13: "retry"} == odd
    assert list(range(seqs[0], seqs[0] + 18)) == seqs
