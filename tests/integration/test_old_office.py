# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the programs of version 1 left, on both ends, goes on with those of today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sync.cases.projection import Delivery
from sync.services.desk import Desk
from sync.store.engine import WORK_TUNING, Database
from sync.transports.http import HttpService
from tests.support.central import Office, running_server
from tests.support.local_store import rows_of
from tests.support.old_office import (
    OldComputer,
    old_commands,
    old_computer,
    old_postgres_centre,
    old_sqlite_centre,
)
from tests.support.postgres import postgres_databases

RAW = "SELECT id, n, case_id, base_v, at, kind, data FROM commands ORDER BY n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give the old centre, upgraded."""
    office = old_sqlite_centre(tmp_path)
    yield office
    office.database.close()


@pytest.fixture
def computer(tmp_path: Path) -> OldComputer:
    """Give the old computer, not opened yet."""
    return old_computer(tmp_path)


def _sync(desk: Desk) -> None:
    desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)


def _deliveries(desk: Desk) -> dict[str, Delivery]:
    return {item.command.id: item.delivery for item in desk.inbox.outbox()}


def test_an_old_outbox_is_opened_and_delivered(computer: OldComputer, office: Office) -> None:
    """Nothing is missing after the upgrade; the rest goes out, and what was lost is cleared up."""
    acts = old_commands()
    desk = computer.open(office)
    before = _deliveries(desk)
    assert {
        "done": Delivery.ACCEPTED,
        "conflict": Delivery.CONFLICT,
        "lost": Delivery.UNKNOWN,
        "never": Delivery.STORED,
        "chained": Delivery.STORED,
        "assign": Delivery.STORED,
        "close": Delivery.STORED,
        "withdrawn": Delivery.WITHDRAWN,
    } == {name: before[id_] for name, id_ in acts.items()}
    assert ["Tanyakan ke vendor soal garansi."] == [
        listed.draft.text for listed in desk.store.drafts.all()
    ]

    _sync(desk)
    after = _deliveries(desk)
    assert {
        name: after[id_] for name, id_ in acts.items() if name not in {"conflict", "withdrawn"}
    } == dict.fromkeys(("done", "lost", "never", "chained", "assign", "close"), Delivery.ACCEPTED)
    assert 1 == _entries_of(office, acts["lost"])
    desk.close()


def test_commands_stay_as_they_were_written(computer: OldComputer, office: Office) -> None:
    """The upgrade does not touch a byte of what the officer did."""
    old = Database(computer.folder / "work.db", computer.key, WORK_TUNING)
    before = rows_of(old, RAW)
    old.close()
    desk = computer.open(office)
    assert before == rows_of(desk.store.files.work, RAW)
    desk.close()


def test_an_old_computer_and_an_old_centre_meet_over_http(
    computer: OldComputer, office: Office
) -> None:
    """Both upgraded, over the real line: everything that was promised is delivered."""
    with running_server(office) as address:
        service = HttpService(address)
        desk = computer.open(office, service)
        _sync(desk)
        status = desk.synchronizer.status()
        assert (0, 0, 1) == (status.undelivered, status.unknown, status.decisions)
        desk.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Give the old centre on each of its databases."""
    if request.param == "sqlite":
        office = old_sqlite_centre(tmp_path)
        yield office
        office.database.close()
        return
    with postgres_databases() as new_database:
        office = old_postgres_centre(new_database())
        yield office
        office.database.close()


def test_an_old_centre_is_upgraded_and_serves_every_version(any_office: Office) -> None:
    """All of its content is there, for devices of both versions alike."""
    device = any_office.device("agus")
    device.follow()
    assert {1, 2, 3, 4, 5, 6} == device.cases.keys()
    assert ["responded"] == [event.kind for event in device.history(1)]
    with running_server(any_office) as address:
        told = [_told(address, version, device.access_token) for version in (1, 2)]
    assert 6 == len(told[0]["cases"])
    assert [case[:5] for case in told[0]["cases"]] == [case[:5] for case in told[1]["cases"]]


def _told(address: str, version: int, token: str) -> dict[str, list[list[object]]]:
    answer = httpx.post(
        f"{address}/v{version}/sync",
        content=b"{}",
        headers={"content-type": "application/json", "authorization": f"Bearer {token}"},
        trust_env=False,
    )
    reply: dict[str, list[list[object]]] = json.loads(answer.content)
    return reply


def _entries_of(office: Office, command_id: str) -> int:
    device = office.device("agus")
    device.follow()
    return sum(
        event.command_id == command_id
        for events in device.events.values()
        for event in events.values()
    )
