# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever a line drops, what came through stays: outboxes drain and cursors advance.

Invariants 24 and 25 of the sync study, over real sockets, in virtual time.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.cases.commands import Assign, Note, Respond
from sync.cases.ids import CaseId
from sync.errors import SyncErrorKind
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.transports.http import HttpService
from tests.support.central import PASSWORD, Office, running_server
from tests.support.keyring import MemoryKeyring
from tests.support.narrow import NarrowLine

SATELLITE_BYTES_PER_S = 8_000
"""64 kbit/s."""
HALF_A_MINUTE = 30 * SATELLITE_BYTES_PER_S

Connect = Callable[[int], tuple[Desk, NarrowLine]]


@pytest.fixture
def connect(office: Office, tmp_path: Path) -> Iterator[Connect]:
    """Make a desk that loads over a good line, and then works over one that drops."""
    with ExitStack() as stack:
        good = stack.enter_context(running_server(office))
        address = good

        def dropping(passes: int) -> tuple[Desk, NarrowLine]:
            nonlocal address
            line = stack.enter_context(
                NarrowLine(
                    int(good.rpartition(":")[2]),
                    passes=passes,
                    bytes_per_s=SATELLITE_BYTES_PER_S,
                    sleep=office.clock.advance,
                )
            )
            door = SignIn(
                tmp_path / "computer",
                lambda _server: HttpService(address, clock=lambda: office.clock() / 1000),
                MemoryKeyring(),
                office.clock,
                lambda: str(uuid.uuid4()),
            )
            desk = door.sign_in(good, "agus", PASSWORD)
            desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
            profile = desk.profile
            desk.close()
            address = line.url
            desk = door.open(profile)
            stack.callback(desk.close)
            return desk, line

        yield dropping


def _words(seed: int, count: int) -> str:
    """Return words that do not pack as well as the same ones again and again."""
    chance = random.Random(seed)
    return " ".join(
        f"{chance.choice('bcdfgklmnprst')}a{chance.randrange(900)}" for _ in range(count)
    )


def _attempts(desk: Desk, until: Callable[[Desk], bool], at_most: int) -> int:
    """Run until something is so; return how many runs that took."""
    for attempt in range(1, at_most + 1):
        outcome = desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
        assert outcome.failure in {None, SyncErrorKind.UNANSWERED, SyncErrorKind.OFFLINE}, outcome
        if until(desk):
            return attempt
    raise AssertionError(f"no end after {at_most} attempts: {desk.synchronizer.status()}")


def _all_said(desk: Desk) -> bool:
    status = desk.synchronizer.status()
    return status.all_delivered and status.progress is None and not desk.store.journal.wanted()


def test_a_line_that_passes_four_kilobytes_drains_the_outbox_and_brings_the_news(
    office: Office, connect: Connect, expected_logs: list[str]
) -> None:
    """Forty answers go up and eighty cases come down, each once, in drops of 4 KB."""
    expected_logs.append("Failed to parse headers")  # the library's view of half a head
    cases = office.add_cases([{"text": _words(n, 60)} for n in range(80)])
    desk, line = connect(4_096)
    assert 80 == desk.inbox.counts().held
    colleague = office.device("wati")
    colleague.follow()
    for case in cases[40:]:
        colleague.do(case.id, Note(text=_words(case.id, 30)))
    for case in cases[:40]:
        desk.casework.act(case.id, Respond(text=_words(-case.id, 60)), 1)
    line.carried = line.connections = 0
    attempts = _attempts(desk, _all_said, 80)
    assert line.connections <= 2 * attempts + 1
    told = office.device("agus")
    told.follow()
    assert 40 * ["responded"] + 40 * ["noted"] == [
        event.kind for case in cases for event in told.history(case.id)
    ]
    held = [desk.inbox.case(CaseId(case.id)) for case in cases]
    assert [told.cases[case.id].v for case in cases] == [
        view.confirmed.v for view in held if view is not None
    ]


def test_a_backlog_of_a_week_comes_over_a_line_that_drops_every_half_minute(
    office: Office, connect: Connect, expected_logs: list[str]
) -> None:
    """Every attempt brings pages, none is waited for long, and little is carried in vain."""
    expected_logs.append("Failed to parse headers")  # the library's view of half a head
    desk, line = connect(HALF_A_MINUTE)
    _attempts(desk, _all_said, 2)
    office.add_cases([{"text": _words(n, 120)} for n in range(2_500)])
    line.carried = held = waited = 0
    while desk.inbox.counts().held < 2_500:
        outcome = desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
        now_held = desk.inbox.counts().held
        assert now_held > held, outcome
        held = now_held
        wait_s = desk.synchronizer.next_wait_s()
        assert wait_s <= 4 or outcome.failure is None
        waited += 1
    ideal = office_bytes(office)
    assert waited >= 3, "the line is too good for this test"
    assert line.carried <= 1.4 * ideal, (line.carried, ideal)


def office_bytes(office: Office) -> int:
    """Return what the same load takes over a line that does not drop."""
    with running_server(office) as url:
        service = HttpService(url)
        device = office.device("agus", service)
        device.follow(max_bytes=256 * 1024)
        service.close()
    return service.meter.received_bytes + service.meter.sent_bytes


@pytest.mark.parametrize("passes", [4_096, HALF_A_MINUTE], ids=["4 KB", "30 s"])
def test_of_a_backlog_of_a_week_ones_own_cases_come_first(
    office: Office, connect: Connect, passes: int, expected_logs: list[str]
) -> None:
    """A thousand changes, two hundred of them in the officer's own cases, on a line that drops."""
    expected_logs.append("Failed to parse headers")
    cases = office.add_cases([{} for _ in range(1_000)])
    desk, _ = connect(passes)
    assert 1_000 == desk.inbox.counts().held
    agus, hers = office.actor("agus").id, office.actor("wati").id
    wati = office.device("wati")
    own = {case.id for case in cases[::5]}
    for at in range(0, len(cases), 250):
        wati.send(
            *(
                wati.command(case.id, Assign(officer_id=agus if case.id in own else hers))
                for case in cases[at : at + 250]
            )
        )
    told: set[int] = set()
    gained: list[bool] = []
    forecasts: list[int] = []
    while len(told) < 1_000:
        before = len(told)
        outcome = desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
        told = _with_news(desk)
        assert told <= own or own <= told
        gained.append(len(told) > before)
        forecast = outcome.status.forecast
        forecasts.append(0 if forecast is None else forecast.cases)
    assert gained.count(False) <= 2, gained  # until it is known how much comes through
    assert forecasts[gained.index(True)] > 0 or passes > 4_096
    assert 0 == forecasts[-1]


def _with_news(desk: Desk) -> set[int]:
    """Return the cases of which something new is here."""
    with desk.store.files.kept_cache.read() as cache:
        return set(cache.exec_driver_sql("SELECT id FROM cases WHERE v > 1").scalars())
