# SPDX-License-Identifier: AGPL-3.0-or-later
"""The server as an operator starts it, and the sample world as a demo gets it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from sync.cases.access import Role
from sync.central.sample_office import DEMO_PASSWORD, SampleOffice, build_sample
from sync.wire import codec
from sync.wire.messages import Hello, SignInRequest, SyncReply, SyncRequest
from tests.support.central import CHEAP_HASHER, Office, new_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give an empty centre."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'central.db'}"
    office = new_office(url, populated=False)
    yield office
    office.database.close()


@pytest.fixture(scope="module")
def sample(office: Office) -> SampleOffice:
    """Fill it with the sample world."""
    return build_sample(
        office.database,
        today=date(2026, 11, 24),
        status_map=office.status_map,
        hasher=CHEAP_HASHER,
        count=300,
    )


def first_page(office: Office, username: str) -> SyncReply:
    """Sign a demo officer in and return what the device gets at once."""
    session = office.centre.sign_in(
        SignInRequest(
            username=username,
            password=DEMO_PASSWORD,
            device_id=f"perangkat-{username}",
            device_name="Demo",
        )
    )
    reply = office.centre.sync(session.access_token, SyncRequest(max_bytes=4_000_000))
    return codec.decode(codec.encode(reply), SyncReply)


def test_every_officer_of_the_sample_has_work(office: Office, sample: SampleOffice) -> None:
    """Each demo account signs in and gets cases; who watches the nation gets all of them."""
    for officer in sample.world.officers:
        reply = first_page(office, officer.username)
        assert [] != reply.cases, officer.username
        if officer.role is Role.NATIONAL_ADMIN:
            assert len(sample.world.rows) == len(reply.cases)


def test_the_threads_of_the_sample_are_in_the_ledger(office: Office, sample: SampleOffice) -> None:
    """What officers and citizens wrote in the sample world is in the history of their cases."""
    reply = first_page(office, "agus")
    told = {case.id: sample.world.threads[case.tracking_id] for case in reply.cases}
    written = ("noted", "responded", "followed_up", "citizen", "closed")
    texts = {(event.case_id, event.data["text"]) for event in reply.events if event.kind in written}
    for case_id, thread in told.items():
        for event in thread.events:
            assert (case_id, event.text) in texts


def test_the_server_starts_answers_and_stops(tmp_path: Path) -> None:
    """The program says where it listens, answers there, and ends on a signal."""
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "sync.central.cli"),
            *("--database", f"sqlite:///{tmp_path / 'central.db'}"),
            *("serve", "--port", "0", "--name", "Pusat Uji"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with server:
        assert server.stdout is not None
        address = server.stdout.readline().rpartition(" ")[2].strip()
        hello = httpx.get(f"{address}/v1/hello", trust_env=False).json()
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    assert "Pusat Uji" == hello["name"]
    unset = {"oldest_served"}  # told where it is not the oldest that may deliver
    assert set(Hello.__struct_fields__) - unset == set(hello)
