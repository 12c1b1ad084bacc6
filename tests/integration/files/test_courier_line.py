# SPDX-License-Identifier: AGPL-3.0-or-later
"""Couriers' files over a line: of others, up and back, whatever the line does meanwhile."""

from __future__ import annotations

import base64
import math
import os
from pathlib import Path

import httpx
import pytest
from msgspec import structs

from sync.cases.ids import CaseId
from sync.central.courier_inbox import CourierInbox
from sync.central.uploads import Limits, announcing
from sync.errors import CourierRefused
from sync.services.attachments import Whereabouts
from sync.services.relaying import Carried, Waiting, WaitsFor
from sync.wire import codec
from sync.wire.messages import Parcel, Receipt
from tests.integration.files.test_courier_files import Stick, attached, case_id, stick
from tests.integration.files.test_desk_files import Open, open_desk, run, state
from tests.integration.files.test_tus_client import port_of
from tests.support.central import Office
from tests.support.narrow import NarrowLine
from tests.support.uploads import Hand, sha256_of, some_bytes

__all__ = ["case_id", "open_desk", "stick"]


def test_a_district_office_carries_files_over_its_line(
    open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    """More than one message may hold goes as a stream, and so does the reply."""
    agus, wati, sari = open_desk("agus"), open_desk("wati"), open_desk("sari")
    theirs = some_bytes(5_000_000, seed=7)
    wanted = attached(wati, case_id, tmp_path, theirs, "peta.pdf")
    run(wati)
    own = attached(agus, case_id, tmp_path, some_bytes(6_000_000, seed=8), "video.bin")
    path = stick.out(agus).path
    assert path.stat().st_size > 6_000_000
    carried = sari.courier.take(path)
    assert isinstance(carried, Carried)
    assert carried.reply.stat().st_size > 5_000_000
    assert not list(stick.folder.glob("*.new"))
    imported = stick.back(agus, carried.reply)
    assert (imported.brought.at_centre, imported.brought.files) == (1, 1)
    assert Whereabouts.HERE is state(agus, case_id, own).where
    assert sha256_of(b"".join(agus.store.file_cache.pieces(wanted, 0))) == wanted


def test_an_older_program_carries_small_files_as_a_message(
    office: Office, open_desk: Open, http: httpx.Client, stick: Stick
) -> None:
    """What the last release does goes on working."""
    path, sari = stick.out(open_desk("agus")).path, office.device("sari")
    headers = {"authorization": f"Bearer {sari.access_token}", "content-type": "application/json"}
    parcel = codec.encode(Parcel(file=path.read_bytes()))
    answer = http.post("/v2/courier", content=parcel, headers=headers)
    assert answer.status_code == 200
    receipt = codec.decode(answer.content, Receipt)
    assert receipt.reply.startswith(b'{"format":"tanggap-courier","version":1,')
    large = codec.encode(Parcel(file=bytes(3_200_000)))  # in Base64 more than 4 MiB
    assert 413 == http.post("/v2/courier", content=large, headers=headers).status_code


def test_the_centre_forgets_what_nobody_goes_on_with(office: Office, tmp_path: Path) -> None:
    """After seven days, with its reply, its receipt and its place in the officer's share."""
    inbox = CourierInbox(tmp_path, office.clock, Limits())
    actor = office.centre.actor(office.device("sari").access_token)
    place = inbox.begin(actor, 5, announcing("0" * 64)).id
    for name in (f"{place}.reply", f"{place}.receipt"):
        inbox.files.begin(name)
    for days, left in ((6, 4), (8, 0)):
        for path in (tmp_path / "parts").iterdir():
            then = office.clock() / 1000 - days * 86_400
            os.utime(path, (then, then))
        inbox.sweep()
        assert left == len(inbox.files.parts("*"))


def test_a_line_that_breaks_costs_nothing_that_arrived(
    office: Office, open_desk: Open, http: httpx.Client, stick: Stick, tmp_path: Path
) -> None:
    """What came of a file and of its reply stays; the receipt is the same one when asked again."""
    path = stick.out(open_desk("agus")).path
    content, sari = path.read_bytes(), Hand(http=http, device=office.device("sari"))
    opened = [_began(sari, content) for _ in range(2)]
    place = opened[0].headers["location"]
    assert [place, place] == [each.headers["location"] for each in opened]
    assert 404 == sari("POST", f"{place}/reply").status_code  # not whole yet
    assert 204 == sari.append(place, 0, content[:100]).status_code
    again = _began(sari, content)
    assert "100" == again.headers["upload-offset"]
    assert 204 == sari.append(place, 100, content[100:]).status_code
    receipts = [codec.decode(sari("POST", f"{place}/reply").content, Receipt) for _ in range(2)]
    assert receipts[0] == receipts[1]
    whole = sari("GET", f"{place}/reply").content
    rest = sari("GET", f"{place}/reply", Range="bytes=50-")
    assert (206, whole[50:]) == (rest.status_code, rest.content)
    assert 204 == sari("DELETE", place).status_code
    assert 404 == sari("GET", f"{place}/reply").status_code


class DyingLine:
    """A line that carries so many bytes, and then nothing until it is there again."""

    def __init__(self) -> None:
        self.left = math.inf

    def pass_bytes(self, count: float) -> None:
        """Let some through, or none."""
        self.left -= count
        if self.left < 0:
            raise ConnectionError


def test_a_carrier_goes_on_where_the_line_died(
    open_desk: Open, http: httpx.Client, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    """A megabyte up and one down on a line of 300 KB at a time: what came, need not come again."""
    agus, wati = open_desk("agus"), open_desk("wati")
    wanted = attached(wati, case_id, tmp_path, some_bytes(1_000_000, seed=7), "peta.pdf")
    run(wati)
    attached(agus, case_id, tmp_path, some_bytes(1_000_000, seed=8), "video.bin")
    path, life = stick.out(agus).path, DyingLine()
    with NarrowLine(port_of(http), passes=2**40, bytes_per_s=1, sleep=life.pass_bytes) as line:
        sari = open_desk("sari", server=line.url)
        life.left, attempts = 300_000, 1
        outcome: object = sari.courier.take(path)
        assert outcome == Waiting(name=path.name)
        while attempts < 40 and not (done := sari.courier.relay.carry_waiting()):
            life.left, attempts = 300_000, attempts + 1
    [carried] = done
    assert isinstance(carried, Carried)
    assert (6 < attempts < 20, carried.is_aside, carried.is_repeated) == (True, False, False)
    assert not any((sari.profile.folder / "relay").rglob("*.*"))
    imported = stick.back(agus, carried.reply)
    assert (imported.brought.at_centre, imported.brought.files) == (1, 1)
    assert sha256_of(b"".join(agus.store.file_cache.pieces(wanted, 0))) == wanted


def test_a_file_that_arrived_spoilt_is_brought_anew(
    office: Office, open_desk: Open, http: httpx.Client, stick: Stick
) -> None:
    """A power cut at the centre may leave a part that is long enough and wrong."""
    content = stick.out(open_desk("agus")).path.read_bytes()
    sari = Hand(http=http, device=office.device("sari"))
    place = _began(sari, content).headers["location"]
    sari.append(place, 0, bytes(len(content)))
    assert 404 == sari("POST", f"{place}/reply").status_code
    assert "0" == _began(sari, content).headers["upload-offset"]


@pytest.mark.parametrize("tells_hash", [True, False])
def test_a_half_that_a_power_cut_spoilt_is_fetched_anew(
    office: Office,
    open_desk: Open,
    http: httpx.Client,
    folder: Path,
    stick: Stick,
    tells_hash: bool,
) -> None:
    """Also where an older centre tells no hash of its reply: it is sealed, so nobody else can."""
    agus, sari = open_desk("agus"), open_desk("sari")
    path = stick.out(agus).path
    content, hand = path.read_bytes(), Hand(http=http, device=office.device("sari"))
    place = _began(hand, content).headers["location"]
    hand.append(place, 0, content)
    receipt = codec.decode(hand("POST", f"{place}/reply").content, Receipt)
    if not tells_hash:
        [kept] = folder.rglob("*.receipt")
        kept.write_bytes(codec.encode(structs.replace(receipt, sha256="")))
    halves = sari.profile.folder / "relay" / "halves"
    halves.mkdir(parents=True)
    (halves / receipt.name).write_bytes(bytes(50))
    outcome: object = sari.courier.take(path)
    if tells_hash:
        assert outcome == Waiting(name=path.name)
        [outcome] = sari.courier.relay.carry_waiting()
    assert isinstance(outcome, Carried)
    assert stick.back(agus, outcome.reply).n == 1


def _began(carrier: Hand, content: bytes) -> httpx.Response:
    described = base64.b64encode(sha256_of(content).encode()).decode()
    answer: httpx.Response = carrier(
        "POST",
        "/v3/courier/files",
        Upload_Length=str(len(content)),
        Upload_Metadata=f"sha256 {described}",
    )
    return answer


def test_one_carrier_cannot_fill_the_centre(
    office: Office,
    open_desk: Open,
    http: httpx.Client,
    stick: Stick,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Too many files or bytes without their replies fetched: they wait, and others go on."""
    monkeypatch.setattr("sync.central.courier_inbox.MOST_FILES", 2)
    path, sari = stick.out(open_desk("agus")).path, open_desk("sari")
    hand = Hand(http=http, device=office.device("sari"))
    places = [_began(hand, bytes([n])).headers["location"] for n in range(2)]
    outcome: object = sari.courier.take(path)
    assert outcome == Waiting(name=path.name, waits_for=WaitsFor.CENTRE)
    assert [] == sari.courier.relay.carry_waiting()
    assert isinstance(open_desk("wati").courier.take(path), Carried)
    hand("DELETE", places[0])
    office.clock.advance(5 * 60_000)
    [carried] = sari.courier.relay.carry_waiting()
    assert isinstance(carried, Carried)
    monkeypatch.setattr("sync.central.courier_inbox.MOST_FILES_BYTES", 3)
    refused = _began(Hand(http=http, device=office.device("sari")), b"four")
    assert (507, "quota") == (refused.status_code, refused.json()["code"])


@pytest.mark.parametrize(
    ("described", "size", "status"),
    [("", 10, 400), ("sha256 " + "x" * 8, 10, 400), (None, 2 * 1024**3, 413)],
)
def test_what_cannot_be_carried_is_refused_before_it_is_kept(
    office: Office, http: httpx.Client, described: str | None, size: int, status: int
) -> None:
    known = base64.b64encode(b"0" * 64).decode()
    sari = Hand(http=http, device=office.device("sari"))
    metadata = f"sha256 {known}" if described is None else described
    answer = sari("POST", "/v3/courier/files", Upload_Length=str(size), Upload_Metadata=metadata)
    assert status == answer.status_code


def test_more_than_a_line_can_carry_is_refused(
    open_desk: Open, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the desk before anything is sent."""
    path, sari = stick.out(open_desk("agus")).path, open_desk("sari")
    monkeypatch.setattr("sync.services.relaying.MOST_CARRIED_BYTES", 200)
    with pytest.raises(CourierRefused, match=r"courier\.too-long-for-line"):
        sari.courier.take(path)
