# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every released version of the wire, replayed against both halves of today's program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from sync.central.bodies import unpacked
from sync.transports.http import HttpService
from sync.wire import dialects, versions
from sync.wire.messages import CommandRecord, SyncReply, SyncRequest
from sync.wire.upcasts import newest, upcast
from tests.support.central import Office, embedded_centre, running_server
from tests.support.local_store import opened, rows_of
from tests.support.rawserver import RawServer, http
from tests.support.transcripts import FOLDER, READERS, Transcript, at_the_office

REPLIES = {"hello": "Hello", "sign-in": "Session", "refresh": "Session", "sync": "SyncReply"}
_OF_TODAY = {"access_token": "t", "refresh_token": "r", "epoch": "e", "cursor": "c"}
"""What a reply says anew each time; only whether it is there is compared."""


def _lines(version: int) -> list[dict[str, Any]]:
    return Transcript().read(FOLDER / f"v{version}.jsonl").lines


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give the office in which every transcript begins."""
    office = embedded_centre(tmp_path)
    yield office
    office.database.close()


class OldDevice:
    """Says what was recorded, with the tokens and the cursor that today's centre gave it."""

    def __init__(self, address: str, version: int) -> None:
        self._http = httpx.Client(base_url=address, trust_env=False)
        self._reader = READERS[version]
        self._given: dict[str, Any] = {}

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def says(self, line: dict[str, Any]) -> httpx.Response:
        """Send a recorded request."""
        said = {
            name: self._given.get(name, value) if name in _OF_TODAY else value
            for name, value in (line["request"] or {}).items()
        }
        headers = {"content-type": "application/json"}
        if line["signed_in"]:
            headers["authorization"] = f"Bearer {self._given['access_token']}"
        content = json.dumps(said).encode() if line["request"] is not None else b""
        answer = self._http.request(line["method"], line["path"], content=content, headers=headers)
        if answer.status_code == httpx.codes.OK:
            told = answer.json()
            self._given |= {name: told[name] for name in _OF_TODAY if name in told}
        return answer

    def reads(self, line: dict[str, Any], body: bytes) -> dict[str, Any]:
        """Return an answer as a device of that version understands it; raises if it cannot."""
        name = line["path"].rpartition("/")[2]
        kind = REPLIES[name] if line["status"] == httpx.codes.OK else "Problem"
        understood = msgspec.to_builtins(
            msgspec.json.decode(body, type=getattr(self._reader, kind))
        )
        understood.pop("courier", None)  # keys are made anew for every centre
        known = {name: word for name, word in _OF_TODAY.items() if name in understood}
        return {**understood, **known, **({"version": 0} if kind == "Hello" else {})}


@pytest.mark.parametrize("version", READERS)
def test_an_old_device_hears_the_same_from_the_centre_of_today(
    office: Office, version: int
) -> None:
    """Its old requests get answers that it can read and that mean what they meant."""
    with running_server(office) as address:
        device = OldDevice(address, version)
        for line in _lines(version):
            if "office" in line:
                at_the_office(office, *line["office"])
                continue
            answer = device.says(line)
            assert line["status"] == answer.status_code
            recorded = json.dumps(line["reply"]).encode()
            assert device.reads(line, recorded) == device.reads(line, answer.content)
        device.close()


@pytest.mark.parametrize("version", READERS)
def test_an_old_device_that_repeats_itself_gets_the_same_verdicts(
    office: Office, version: int
) -> None:
    """Each exchange is said twice, as after a lost answer; nothing happens twice."""
    with running_server(office) as address:
        device = OldDevice(address, version)
        for line in _lines(version):
            if "office" in line:
                at_the_office(office, *line["office"])
                continue
            first = device.says(line)
            if first.status_code != httpx.codes.OK or not line["path"].endswith("/sync"):
                continue
            again = device.says(line).json().get("verdicts", [])
            for verdict, repeated in zip(first.json().get("verdicts", []), again, strict=True):
                assert verdict | {"duplicate": True} == repeated
        device.close()


@pytest.mark.parametrize("version", READERS)
def test_the_client_of_today_understands_an_old_centre(tmp_path: Path, version: int) -> None:
    """Old answers, over HTTP into the real store: what was told is here, with every verdict."""
    exchanges = [
        line
        for line in _lines(version)
        if line.get("path", "").endswith("/sync") and line["status"] == httpx.codes.OK
    ]
    answers = [http(_body(line)) for line in exchanges]
    meeting = [] if version == versions.CURRENT else [_refusing_newer(), _greeting(version)]
    with RawServer(*meeting, *answers) as server:
        service = HttpService(server.url)
        with opened(tmp_path / "profil") as store:
            for line in exchanges:
                request = _as_of_today(line["request"], version)
                _queue(store, request.commands)
                store.journal.absorb(service.sync("t", request), 0)
            held = dict(rows_of(store.files.cache, "SELECT id, v FROM cases"))
            decided = dict(rows_of(store.files.work, "SELECT id, delivery FROM commands"))
            shown = {id_: store.cases.view(id_) for id_ in held}
        service.close()

    replies = [msgspec.convert(line["reply"], SyncReply) for line in exchanges]
    told = [(case.id, case.v) for reply in replies for case in reply.cases]
    told += [(event.case_id, event.v) for reply in replies for event in reply.events]
    heads = dict(sorted(told))
    gone = {leave.case_id for reply in replies for leave in reply.left}
    assert {id_: v for id_, v in heads.items() if id_ not in gone} == held
    assert {
        verdict.id: verdict.verdict for reply in replies for verdict in reply.verdicts
    } == decided
    assert all(view is not None and view.entries is not None for view in shown.values())
    assert {f"/v{version}/sync"} == {
        request.split(b" ", 2)[1].decode() for request in server.requests[len(meeting) :]
    }
    spoken = READERS[version].SyncRequest
    assert [msgspec.convert(line["request"], spoken) for line in exchanges] == [
        msgspec.json.decode(_said(request), type=spoken)
        for request in server.requests[len(meeting) :]
    ]


def _as_of_today(request: dict[str, Any], version: int) -> SyncRequest:
    """Return what was asked as today's device has it: its commands in their newest schema."""
    told = dialects.decode(json.dumps(request).encode(), SyncRequest, version)
    commands = [
        msgspec.structs.replace(
            record, data=upcast(record.kind, record.sv, record.data), sv=newest(record.kind)
        )
        for record in told.commands
    ]
    return msgspec.structs.replace(told, commands=commands)


def _said(request: bytes) -> bytes:
    """Return the body of a raw request, unpacked."""
    head, _, body = request.partition(b"\r\n\r\n")
    return unpacked(body, "zstd" if b"content-encoding: zstd" in head.lower() else "")


def _refusing_newer() -> bytes | None:
    problem = {"type": "tanggap:too-old", "title": "", "status": 426, "code": "too-old"}
    body = json.dumps(problem).encode()
    return http(body, status="426 Upgrade Required", content_type="application/problem+json")


def _greeting(version: int) -> bytes:
    line = next(
        line for line in _lines(version) if line.get("path") == f"/v{versions.GREETING}/hello"
    )
    return http(_body(line))


def _body(line: dict[str, Any]) -> bytes:
    return json.dumps(line["reply"]).encode()


def _queue(store: Any, commands: list[CommandRecord]) -> None:
    """Put commands into the outbox as they were there when they went out."""
    with store.files.work.write() as work:
        for command in commands:
            work.exec_driver_sql(
                "INSERT OR IGNORE INTO commands (id, n, case_id, base_v, at, kind, data, delivery,"
                " sv, label_tracking_id, label_title)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'sending', ?, '', '')",
                (
                    command.id,
                    command.n,
                    command.case_id,
                    command.base_v,
                    command.at,
                    command.kind,
                    json.dumps(command.data),
                    command.sv,
                ),
            )
