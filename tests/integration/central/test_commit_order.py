# SPDX-License-Identifier: AGPL-3.0-or-later
"""No change is skipped while others are being written: the feed is in commit order.

The same scenario runs with the counter row of the centre and with a plain sequence of the
database. The second one must lose a change, or the scenario proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import Connection, func, select, text
from typing_extensions import override

from sync.cases.commands import Note
from sync.cases.events import Noted
from sync.cases.ids import CaseId
from sync.central import schema
from sync.central.head import Counter, Head, Numbers
from sync.central.recording import Fact
from sync.wire.messages import SyncRequest
from tests.support.central import Device, Office, new_office

pytestmark = pytest.mark.postgres


class Sequence(Counter):
    """What one would use at first: a sequence, whose numbers are not given in commit order."""

    @override
    def take(self, connection: Connection, changes: int, new_cases: int = 0) -> Numbers:
        if new_cases:
            return super().take(connection, changes, new_cases)
        connection.execute(text("CREATE SEQUENCE IF NOT EXISTS changes START 1000"))
        first = connection.execute(text("SELECT nextval('changes')")).scalar_one()
        return Numbers(first_seq=first, first_case_id=0)

    @override
    def read(self, connection: Connection) -> Head:
        head = super().read(connection)
        seq = connection.execute(select(func.max(schema.feed.c.seq))).scalar_one() or 0
        return Head(
            seq=max(seq, head.seq),
            reference_rev=head.reference_rev,
            moves=head.moves,
            epoch=head.epoch,
            secret=head.secret,
        )


@pytest.fixture
def new_ledger(
    new_postgres_database: Callable[[], str],
) -> Iterator[Callable[[Counter], Office]]:
    """Give an office whose ledger takes its numbers from a counter."""
    offices: list[Office] = []

    def new(counter: Counter) -> Office:
        offices.append(new_office(new_postgres_database(), counter=counter))
        return offices[-1]

    yield new
    for office in offices:
        office.database.close()


def changes_missed(office: Office) -> int:
    """Count the notes that a device misses when a slow writer commits after a fast one.

    The slow one takes its number first and commits when the reader has been there. With the
    counter row the fast one has to wait for it; a second waits for it to be done or to wait.
    """
    slow_case, fast_case = (office.add_case().id for _ in range(2))
    with office.database.write() as connection:  # so that both variants have what they need
        Sequence().take(connection, 1)
    device = office.device("agus")
    device.follow()
    has_number, may_commit = Event(), Event()

    def write_slowly() -> None:
        with office.database.write() as connection:
            _note(office, connection, slow_case)
            has_number.set()
            assert may_commit.wait(60)

    def write_fast() -> None:
        with office.database.write() as connection:
            _note(office, connection, fast_case)

    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(write_slowly)
        assert has_number.wait(60)
        fast = threads.submit(write_fast)
        _wait_until_done_or_blocked(office, fast)
        device.follow()
        may_commit.set()
        slow.result()
        fast.result()
    device.follow()
    return sum(not device.history(case_id) for case_id in (slow_case, fast_case))


def _note(office: Office, connection: Connection, case_id: int) -> None:
    fact = Fact(body=Noted(text="Catatan."), at=office.clock())
    office.recorder.record(connection, {CaseId(case_id): [fact]})


def _wait_until_done_or_blocked(office: Office, writing: Future[None]) -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while not writing.done():
        with office.database.read() as connection:
            if connection.execute(waiting).scalar_one():
                return


def test_a_slow_writer_does_not_lose_its_change(new_ledger: Callable[[Counter], Office]) -> None:
    """With the counter row a device that reads between two commits misses neither."""
    assert 0 == changes_missed(new_ledger(Counter()))


def test_a_plain_sequence_would_lose_it(new_ledger: Callable[[Counter], Office]) -> None:
    """With a sequence the same device misses the change that was committed late."""
    assert 1 == changes_missed(new_ledger(Sequence()))


def test_a_reader_among_many_writers_misses_nothing(
    new_ledger: Callable[[Counter], Office],
) -> None:
    """While eight writers record at once, a device that reads in small pages gets every fact."""
    office = new_ledger(Counter())
    cases = office.add_cases([{} for _ in range(20)])
    reader = office.device("agus")
    reader.follow()
    writers = [office.device("wati") for _ in range(8)]
    barrier = Barrier(9)

    def write(number: int, writer: Device) -> None:
        barrier.wait()
        for step in range(15):
            case = cases[(number * 7 + step) % len(cases)]
            request = SyncRequest(
                commands=[writer.command(case.id, Note(text="Catatan."), base_v=1)], max_bytes=1
            )
            reply = office.centre.sync(writer.access_token, request)
            assert ["accepted"] == [verdict.verdict for verdict in reply.verdicts]

    with ThreadPoolExecutor(8) as threads:
        jobs = [threads.submit(write, *numbered) for numbered in enumerate(writers)]
        barrier.wait()
        while not all(job.done() for job in jobs):
            reader.exchange(max_bytes=2_000)
        for job in jobs:
            job.result()
    reader.follow()
    held = [event.v for case in cases for event in reader.history(case.id)]
    assert 8 * 15 == len(held)
    for case in cases:
        assert list(range(2, reader.cases[case.id].v + 1)) == [
            event.v for event in reader.history(case.id)
        ]
