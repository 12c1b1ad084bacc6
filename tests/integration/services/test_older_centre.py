# SPDX-License-Identifier: AGPL-3.0-or-later
"""Today's program at a centre that is not upgraded yet: all goes on, in the centre's own words."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.cases.commands import Close, Note, Reopen
from sync.cases.ids import CaseId
from sync.central.app import create_app
from sync.central.bodies import unpacked
from sync.central.serving import Server
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.transports.http import HttpService
from sync.wire import versions
from tests.support import wire_v2
from tests.support.central import PASSWORD, Office, embedded_centre, running
from tests.support.keyring import MemoryKeyring

REFUSED = json.dumps({"type": "tanggap:too-old", "title": "", "status": 426, "code": "too-old"})


@dataclass(slots=True)
class OlderDoor:
    """Lets nothing through that the centre of version 2 would not have understood.

    Attributes:
        upgraded: the centre is one of today by now.
        said: the requests of the round trip that came through, as it understood them.
    """

    app: Any
    upgraded: bool = False
    said: list[wire_v2.SyncRequest] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one request."""
        path = scope.get("path", "")
        self.paths.append(path)
        if self.upgraded or scope["type"] != "http":
            await self.app(scope, receive, send)
        elif path.startswith(f"/v{versions.CURRENT}/"):
            await _answer(send, 426, REFUSED.encode(), b"application/problem+json")
        elif path.endswith("/hello"):
            hello = {"name": "Pusat", "epoch": self._epoch, "now": 1, "version": 2}
            greeting = json.dumps(hello | {"oldest_version": 1})
            await _answer(send, 200, greeting.encode(), b"application/json")
        else:
            request = await receive()
            if path == "/v2/sync":
                packing = dict(scope["headers"]).get(b"content-encoding", b"").decode()
                body = unpacked(request["body"], packing)
                self.said.append(msgspec.json.decode(body, type=wire_v2.SyncRequest))

            async def again() -> Any:
                return request

            await self.app(scope, again, send)

    _epoch: str = ""


async def _answer(send: Any, status: int, body: bytes, media_type: bytes) -> None:
    headers = [(b"content-type", media_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@dataclass(slots=True)
class Place:
    """An office behind an older door, and an officer's computer."""

    office: Office
    door: OlderDoor
    sign_in: SignIn
    address: str


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Give an office with cases."""
    office = embedded_centre(tmp_path)
    office.add_cases([{"title": f"Laporan {number}"} for number in range(5)])
    app = create_app(office.centre, office.clock)
    door = OlderDoor(app, _epoch=office.centre.hello().epoch)
    signing = SignIn(
        tmp_path / "laptop", HttpService, MemoryKeyring(), office.clock, lambda: str(uuid.uuid4())
    )
    with running(Server(door, end_streams=app.end_streams)) as address:
        yield Place(office, door, signing, address)
    office.database.close()


def _sync(desk: Desk) -> None:
    desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)


def _act(desk: Desk, *bodies: Close | Note | Reopen) -> None:
    for body in bodies:
        view = desk.inbox.case(CaseId(1))
        assert view is not None
        desk.casework.act(CaseId(1), body, view.confirmed.v)


def test_a_day_of_work_at_an_older_centre(place: Place) -> None:
    """Sign-in, load, acts and their receipts; acts are told in the schemas of then."""
    desk = place.sign_in.sign_in(place.address, "agus", PASSWORD)
    _sync(desk)
    assert 5 == len(desk.inbox.rows([CaseId(n) for n in range(1, 9)]))
    _act(desk, Close(text="Selesai."), Reopen(text="Padam lagi."), Note(text="Ditelepon."))
    _sync(desk)
    assert {"accepted"} == {item.delivery.value for item in desk.inbox.outbox()}
    told = [command for request in place.door.said for command in request.commands]
    assert {("close", 1), ("reopen", 1), ("note", 1)} == {(each.kind, each.sv) for each in told}
    assert all(request.grows for request in place.door.said)
    desk.close()


def test_an_answer_lost_before_the_upgrade_is_found_after_it(place: Place) -> None:
    """The older centre has done it; the upgraded one knows it, told in another schema."""
    desk = place.sign_in.sign_in(place.address, "agus", PASSWORD)
    _sync(desk)
    _act(desk, Close(text="Selesai."), Reopen(text="Padam lagi."))
    _sync(desk)
    with desk.store.files.work.write() as work:  # as if that answer had been lost
        work.exec_driver_sql("UPDATE commands SET delivery = 'unknown', receipt = ''")
    profile = desk.profile
    desk.close()
    place.door.upgraded = True
    desk = place.sign_in.open(profile)
    _sync(desk)

    assert f"/v{versions.CURRENT}/sync" == place.door.paths[-1]
    assert {("accepted", True)} == {
        (item.delivery.value, bool(item.receipt)) for item in desk.inbox.outbox()
    }
    follower = place.office.device("wati")
    follower.follow()
    assert ["closed", "reopened"] == [event.kind for event in follower.history(1)]
    desk.close()
