# SPDX-License-Identifier: AGPL-3.0-or-later
"""Desk, HTTP and centre with a proxy in between that breaks the line at exact places."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.cases.commands import Respond
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.engine.status import LinkState
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.transports.http import HttpService
from tests.support.central import PASSWORD, Office, running_server
from tests.support.faults import Fault, FaultProxy, Trouble
from tests.support.keyring import MemoryKeyring

WORDS = "Lampu sudah diganti."


@pytest.fixture
def proxy(office: Office) -> Iterator[FaultProxy]:
    """A bad line before a real server."""
    with running_server(office) as url, FaultProxy(int(url.rpartition(":")[2])) as proxy:
        yield proxy


@pytest.fixture
def desk(proxy: FaultProxy, office: Office, case_id: CaseId, tmp_path: Path) -> Iterator[Desk]:
    """Agus's desk behind it, with his case fetched."""
    door = SignIn(
        tmp_path / "computer", HttpService, MemoryKeyring(), office.clock, lambda: str(uuid.uuid4())
    )
    desk = door.sign_in(proxy.url, "agus", PASSWORD)
    _run(desk)
    yield desk
    desk.close()


def _run(desk: Desk) -> LinkState:
    outcome = desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
    return outcome.status.link


def _answer_once(desk: Desk, case_id: CaseId) -> None:
    desk.casework.act(case_id, Respond(text=WORDS), 1)


def _delivery(desk: Desk) -> Delivery:
    (item,) = desk.inbox.outbox()
    return item.delivery


def _answers(desk: Desk, case_id: CaseId) -> int:
    view = desk.inbox.case(case_id)
    assert view is not None
    return sum(entry.delivery is None for entry in view.entries)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Trouble.CUT_BEFORE),
        Fault(Trouble.CUT_AFTER),
        *(Fault(Trouble.TRUNCATE, at) for at in (0, 1, 20, 60, 100, 150, 200)),
    ],
    ids=lambda fault: f"{fault.trouble.name} {fault.at}",
)
def test_a_line_that_breaks_anywhere_delivers_once_in_the_end(
    proxy: FaultProxy, desk: Desk, case_id: CaseId, fault: Fault, expected_logs: list[str]
) -> None:
    """Wherever it breaks, the officer is told that the answer is missing, and it heals."""
    expected_logs.append("Failed to parse headers")  # the library's view of half a head
    _answer_once(desk, case_id)
    proxy.then(fault)
    assert (LinkState.OFFLINE, Delivery.UNKNOWN) == (_run(desk), _delivery(desk))
    assert (LinkState.ONLINE, Delivery.ACCEPTED) == (_run(desk), _delivery(desk))
    assert 1 == _answers(desk, case_id)


def test_a_request_that_arrives_twice_is_done_once(
    proxy: FaultProxy, desk: Desk, case_id: CaseId
) -> None:
    """The second verdict is the first one."""
    _answer_once(desk, case_id)
    proxy.then(Fault(Trouble.DUPLICATE))
    assert (LinkState.ONLINE, Delivery.ACCEPTED) == (_run(desk), _delivery(desk))
    assert 1 == _answers(desk, case_id)


def test_a_server_that_is_down_is_surely_not_reached(
    proxy: FaultProxy, desk: Desk, case_id: CaseId
) -> None:
    """Also over a connection that was open before."""
    _answer_once(desk, case_id)
    proxy.refuse()
    assert (LinkState.OFFLINE, Delivery.STORED) == (_run(desk), _delivery(desk))
    proxy.listen()
    assert (LinkState.ONLINE, Delivery.ACCEPTED) == (_run(desk), _delivery(desk))


@pytest.mark.parametrize("header", ["content-encoding", "accept-encoding"])
def test_a_box_that_takes_a_head_away_is_spoken_to_plainly(
    proxy: FaultProxy, desk: Desk, case_id: CaseId, header: str
) -> None:
    """Packed words that nobody can unpack any more would wait for ever; the next try is plain."""
    proxy.strip(header)
    desk.casework.act(case_id, Respond(text=WORDS * 40), 1)
    links = [_run(desk) for _ in range(2)]
    assert (LinkState.ONLINE, Delivery.ACCEPTED) == (links[-1], _delivery(desk))
    assert 1 == _answers(desk, case_id)


def test_a_look_at_a_quiet_centre_costs_400_bytes(proxy: FaultProxy, desk: Desk) -> None:
    """One request, token and cursor included, both ways (protocol, decision 1)."""
    _run(desk)
    before = proxy.delivered
    _run(desk)
    assert 1 == proxy.delivered - before
    assert proxy.last_bytes <= 400
