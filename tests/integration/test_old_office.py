# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the programs of older releases left, on both ends, goes on with those of today."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from sync.cases.commands import Reopen
from sync.cases.projection import Delivery
from sync.central.courier_files import take_in_file
from sync.services.desk import Desk
from sync.store.engine import WORK_TUNING, Database
from sync.transports.http import HttpService
from sync.wire import versions
from sync.wire.messages import EventRecord
from tests.support.central import Office, running_server
from tests.support.local_store import rows_of
from tests.support.old_office import (
    RELEASES,
    OldComputer,
    of_release,
    old_commands,
    old_computer,
    old_postgres_centre,
    old_sqlite_centre,
)
from tests.support.postgres import postgres_databases

RAW = "SELECT id, n, case_id, base_v, at, kind, data FROM commands ORDER BY n"


@pytest.fixture
def office(tmp_path: Path, release: int) -> Iterator[Office]:
    """Give the old centre, upgraded."""
    office = old_sqlite_centre(tmp_path, release)
    yield office
    office.database.close()


@pytest.fixture
def computer(tmp_path: Path, release: int) -> OldComputer:
    """Give the old computer, not opened yet."""
    return old_computer(tmp_path, release)


each_release = pytest.mark.parametrize("release", RELEASES)
of_version_1 = pytest.mark.parametrize("release", [1])
of_version_2 = pytest.mark.parametrize("release", [2])
of_version_3 = pytest.mark.parametrize("release", [3])


def _sync(desk: Desk) -> None:
    desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)


def _deliveries(desk: Desk) -> dict[str, Delivery]:
    return {item.command.id: item.delivery for item in desk.inbox.outbox()}


@of_version_1
def test_an_old_outbox_is_opened_and_delivered(computer: OldComputer, office: Office) -> None:
    """Nothing is missing after the upgrade; the rest goes out, and what was lost is cleared up."""
    acts = old_commands(1)
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


@each_release
def test_commands_stay_as_they_were_written(computer: OldComputer, office: Office) -> None:
    """The upgrade does not touch a byte of what the officer did."""
    old = Database(computer.folder / "work.db", computer.key, WORK_TUNING)
    before = rows_of(old, RAW)
    old.close()
    desk = computer.open(office)
    assert before == rows_of(desk.store.files.work, RAW)
    desk.close()


@each_release
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


@of_version_2
def test_an_outbox_of_every_kind_is_delivered(computer: OldComputer, office: Office) -> None:
    """Acts of every kind, a chain, a file, words on a case that left, what a courier carries."""
    acts = old_commands(2)
    desk = computer.open(office)
    before = _deliveries(desk)
    stored = ("follow_up", "respond", "note", "assign", "close", "reopen", "hand_over")
    assert {before[acts[name]] for name in stored} == {Delivery.STORED}
    assert {before[acts[name]] for name in ("lost", "carried", "carried_reopen")} == {
        Delivery.UNKNOWN
    }
    assert {"Tanyakan ke vendor soal garansi.", "Kami teruskan ke unit yang berwenang."} == {
        listed.draft.text for listed in desk.store.drafts.all()
    }
    assert [Reopen(text="Pungutan terjadi lagi.")] == [
        item.command.body
        for item in desk.inbox.outbox()
        if item.command.id == acts["carried_reopen"]
    ]

    _sync(desk)
    after = _deliveries(desk)
    went = (*stored, "lost", "carried", "carried_reopen", "done", "closed")
    assert dict.fromkeys(went, Delivery.ACCEPTED) == {name: after[acts[name]] for name in went}
    assert Delivery.CONFLICT is after[acts["conflict"]]
    assert {1} == {_entries_of(office, acts[name]) for name in went if name != "hand_over"}
    desk.close()


@of_version_2
def test_an_old_courier_file_arrives_and_is_answered(
    computer: OldComputer, office: Office, tmp_path: Path
) -> None:
    """A stick that was written before either end was upgraded, and its reply, bring no harm."""
    acts = old_commands(2)
    [stick] = (of_release(2) / "stick").iterdir()
    outcome = take_in_file(office.centre.courier_desk, stick, tmp_path)
    assert outcome.taken
    [reply] = tmp_path.glob("tanggap-balasan-*")
    desk = computer.open(office)
    desk.courier.take(reply)
    after = _deliveries(desk)
    assert [Delivery.ACCEPTED] * 2 == [after[acts[name]] for name in ("carried", "carried_reopen")]
    exported = desk.courier.export(tmp_path)
    assert "-0002-" in exported.path.name
    assert take_in_file(office.centre.courier_desk, exported.path, tmp_path).taken

    _sync(desk)
    assert (0, 0) == (desk.synchronizer.status().undelivered, desk.synchronizer.status().unknown)
    assert 1 == _entries_of(office, acts["carried_reopen"])
    desk.close()


@of_version_2
def test_an_old_file_of_the_officer_is_uploaded(
    computer: OldComputer, office: Office, tmp_path: Path
) -> None:
    """Words first, files later: also those that an older program kept, under its key."""
    with running_server(office, tmp_path / "files") as address:
        desk = computer.open(office, HttpService(address))
        _sync(desk)
        assert [] == desk.store.own_files.to_send()
        desk.close()
    facts = [event.kind for event in _history(office, 6)]
    assert ["followed_up", "responded", "noted", "files"] == facts


@of_version_3
def test_a_day_of_version_3_goes_on_to_its_end(
    computer: OldComputer, office: Office, tmp_path: Path
) -> None:
    """What was never sent, what was lost on its way, what is to be decided, and half a photo."""
    acts = old_commands(3)
    contents = shutil.copytree(of_release(3) / "contents", tmp_path / "contents")
    stored = ("follow_up", "close", "reopen", "assign", "note", "respond")
    with running_server(office, contents) as address:
        desk = computer.open(office, HttpService(address))
        before = _deliveries(desk)
        assert {Delivery.STORED} == {before[acts[name]] for name in stored}
        assert (Delivery.UNKNOWN, Delivery.CONFLICT, Delivery.WITHDRAWN) == tuple(
            before[acts[name]] for name in ("lost", "conflict", "withdrawn")
        )
        assert {"Tanyakan ke vendor soal garansi.", "Kami teruskan ke unit yang berwenang."} == {
            listed.draft.text for listed in desk.store.drafts.all()
        }
        [photo] = [own for own in desk.store.own_files.to_send() if own.sent]
        assert (60_003, 32_000) == (photo.size, photo.sent)
        place = address + urlsplit(photo.url).path  # the same centre, on a port of this test
        desk.store.own_files.begun(photo.sha256, place, photo.sent)
        _sync(desk)
        after = _deliveries(desk)
        went = (*stored, "lost", "done", "closed", "half_sent")
        assert {Delivery.ACCEPTED} == {after[acts[name]] for name in went}
        assert Delivery.CONFLICT is after[acts["conflict"]]
        assert {1} == {_entries_of(office, acts[name]) for name in went}
        assert [] == desk.store.own_files.to_send()
        assert desk.line.usage().sent_bytes < photo.size, "the half that was there went again"
        desk.close()
    assert ["followed_up", "files"] == [event.kind for event in _history(office, 6)]


@of_version_2
def test_the_sealed_copy_of_an_old_program_is_put_back(
    computer: OldComputer, office: Office
) -> None:
    """Its work file is gone; today's program finds the copy and puts everything back."""
    acts = old_commands(2)
    for path in computer.folder.glob("work*"):
        path.unlink()
    desk = computer.rescue(office)
    _sync(desk)
    after = _deliveries(desk)
    assert {Delivery.ACCEPTED} == {after[acts[name]] for name in ("respond", "reopen", "hand_over")}
    desk.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_office(request: pytest.FixtureRequest, tmp_path: Path, release: int) -> Iterator[Office]:
    """Give the old centre on each of its databases."""
    if request.param == "sqlite":
        office = old_sqlite_centre(tmp_path, release)
        yield office
        office.database.close()
        return
    with postgres_databases() as new_database:
        office = old_postgres_centre(new_database(), release)
        yield office
        office.database.close()


@each_release
def test_an_old_centre_is_upgraded_and_serves_every_version(
    any_office: Office, release: int
) -> None:
    """All of its content is there, for devices of every version alike."""
    device = any_office.device("agus")
    device.follow()
    known = {1, 2, 3, 4, 5, 6}  # of the second office, the seventh case left
    assert known == device.cases.keys()
    assert "responded" in [event.kind for event in device.history(1)]
    spoken = range(versions.OLDEST_ACCEPTED, versions.CURRENT + 1)
    with running_server(any_office) as address:
        told = [_told(address, version, device.access_token)["cases"] for version in spoken]
    assert {len(known)} == {len(cases) for cases in told}
    assert 1 == len({json.dumps([case[:5] for case in cases]) for cases in told})


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


def _history(office: Office, case_id: int) -> list[EventRecord]:
    device = office.device("agus")
    device.follow()
    return device.history(case_id)
