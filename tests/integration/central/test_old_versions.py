# SPDX-License-Identifier: AGPL-3.0-or-later
"""Versions side by side at one centre, and programs that are too old to be told of changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from sync.cases.commands import Close, Note, Reopen
from sync.central.app import create_app
from sync.central.serving import Server
from sync.errors import SyncError, SyncErrorKind
from sync.transports.http import HttpService
from sync.wire import versions
from sync.wire.messages import SyncRequest
from tests.support.central import Device, Office, embedded_centre, running

JSON = {"content-type": "application/json"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give an office with a case."""
    office = embedded_centre(tmp_path)
    office.add_case()
    yield office
    office.database.close()


@contextmanager
def _serving(office: Office, oldest_served: int) -> Iterator[str]:
    server = Server(create_app(office.centre, office.clock, oldest_served=oldest_served))
    with running(server) as address:
        yield address


def _sync(address: str, version: int, device: Device, **message: Any) -> httpx.Response:
    return httpx.post(
        f"{address}/v{version}/sync",
        content=msgspec.json.encode(message),
        headers=JSON | {"authorization": f"Bearer {device.access_token}"},
        trust_env=False,
    )


def test_words_of_a_program_that_is_too_old_are_still_taken(office: Office) -> None:
    """It gets its verdicts and nothing else; without commands it is told to update."""
    device = office.device("agus")
    command = msgspec.to_builtins(device.command(1, Note(text="Dari program lama."), base_v=1))
    with _serving(office, versions.CURRENT) as address:
        delivered = _sync(address, versions.OLDEST_ACCEPTED, device, commands=[command])
        empty = _sync(address, versions.OLDEST_ACCEPTED, device)
        newest = _sync(address, versions.CURRENT, device)

    assert ["accepted"] == [verdict["verdict"] for verdict in delivered.json()["verdicts"]]
    assert {"now", "verdicts"} == delivered.json().keys()
    assert (426, "too-old") == (empty.status_code, empty.json()["code"])
    assert newest.json()["cases"]


def test_hello_says_who_is_told_of_changes(office: Office) -> None:
    """A program learns that it is too old before it signs in."""
    with _serving(office, versions.CURRENT) as address:
        hello = httpx.get(f"{address}/v{versions.GREETING}/hello", trust_env=False).json()
    assert versions.CURRENT == hello["oldest_served"]
    assert versions.OLDEST_ACCEPTED == hello["oldest_version"]


def test_every_accepted_version_is_served_beside_the_others(office: Office) -> None:
    """The same act, told in one version, is read in each of them."""
    device = office.device("agus")
    device.do(1, Note(text="Terlihat di semua versi."), base_v=1)
    with _serving(office, versions.OLDEST_SERVED) as address:
        for version in range(versions.OLDEST_ACCEPTED, versions.CURRENT + 1):
            told = _sync(address, version, device).json()
            assert [1] == [case[0] for case in told["cases"]]
            assert ["Terlihat di semua versi."] == [event[4]["text"] for event in told["events"]]


def test_the_client_understands_that_it_is_too_old(office: Office) -> None:
    """It does not fall back to a version that is not served either."""
    device = office.device("agus")
    with _serving(office, versions.CURRENT + 1) as address:
        service = HttpService(address)
        with pytest.raises(SyncError) as caught:
            service.sync(device.access_token, SyncRequest())
        service.close()
    assert SyncErrorKind.VERSION is caught.value.kind


@pytest.mark.parametrize("first", [1, 2])
def test_an_act_is_the_same_in_each_of_its_schemas(office: Office, first: int) -> None:
    """Told to an older centre and again after an upgrade, or the other way: done once."""
    device = office.device("agus")
    device.do(1, Close(text="Selesai."), base_v=1)
    today = device.command(1, Reopen(text="Padam lagi."), base_v=2)
    old = msgspec.structs.replace(today, data={"reason": "Padam lagi."}, sv=1)
    told, again = (old, today) if first == 1 else (today, old)
    accepted, repeated = device.send(told)[0], device.send(again)[0]
    [fact] = [event for event in device.history(1) if event.kind == "reopened"]

    assert "accepted" == accepted.verdict
    assert msgspec.structs.replace(accepted, duplicate=True) == repeated
    assert {"reason": "Padam lagi."} == fact.data


def test_other_words_under_an_id_are_another_act(office: Office) -> None:
    """Whichever schema they are in."""
    device = office.device("agus")
    device.do(1, Close(text="Selesai."), base_v=1)
    today = device.command(1, Reopen(text="Padam lagi."), base_v=2)
    device.send(today)
    other = msgspec.structs.replace(today, data={"reason": "Tetap padam."}, sv=1)
    assert "refused.id-reused" == device.send(other)[0].code
