# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the centre takes from a stick: the same as from the network, and only from whom it knows."""

from __future__ import annotations

import hashlib
import os
import uuid
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from sync.cases.commands import Note, Respond
from sync.central.courier import CourierDesk
from sync.central.courier_files import sweep_unfinished, take_in_file
from sync.courier.bundle import Direction, Manifest, read_bundle
from sync.courier.envelope import seal
from sync.courier.keys import keys_from
from sync.courier.lines import packed
from sync.errors import CourierRefused
from sync.wire import codec
from sync.wire.messages import (
    RefreshRequest,
    SyncReply,
    SyncRequest,
)
from tests.support.central import UNIT_B, Office
from tests.support.courier import STRANGER, FieldOffice, take_in
from tests.support.disks import small_disk


@pytest.fixture
def desk(office: Office) -> CourierDesk:
    return office.centre.courier_desk


@pytest.fixture
def field_office(office: Office) -> FieldOffice:
    return FieldOffice(office)


def refusal(desk: CourierDesk, data: bytes) -> str:
    with pytest.raises(CourierRefused) as caught:
        take_in(desk, data)
    return caught.value.code


def test_a_file_brings_receipts_and_changes(
    office: Office, desk: CourierDesk, field_office: FieldOffice
) -> None:
    case = office.add_case()
    taken, answer = take_in(
        desk,
        field_office.export(field_office.device.command(case.id, Respond(text="Baik."), base_v=1)),
    )
    assert (taken.n, taken.repeated, taken.missing) == (1, False, [])
    assert taken.verdicts == {"accepted": 1}
    reply = field_office.open(answer)
    assert reply.manifest.direction is Direction.DOWN
    assert (reply.manifest.n, reply.manifest.answers) == (1, 1)
    pages = reply.all(SyncReply)
    assert [verdict.receipt[:5] for verdict in pages[0].verdicts] == ["2026-"]
    assert [record.id for page in pages for record in page.cases] == [case.id]
    assert not pages[-1].more


def test_the_same_file_twice_does_nothing_twice(
    office: Office, desk: CourierDesk, field_office: FieldOffice
) -> None:
    case = office.add_case()
    data = field_office.export(field_office.device.command(case.id, Note(text="A"), base_v=1))
    first, second = take_in(desk, data), take_in(desk, data)
    assert second[0].repeated
    before, again = (field_office.verdicts(reply)[0] for _, reply in (first, second))
    assert again == msgspec.structs.replace(before, duplicate=True)
    assert field_office.device.exchange().cases[0].v == 2


def test_a_gap_is_noticed_once(
    office: Office, desk: CourierDesk, field_office: FieldOffice
) -> None:
    files = [field_office.export() for _ in range(6)]
    assert take_in(desk, files[0])[0].missing == []
    assert take_in(desk, files[3])[0].missing == [2, 3]
    assert take_in(desk, files[4])[0].missing == []
    late, _ = take_in(desk, files[1])
    assert (late.missing, late.repeated) == ([], False)


def test_the_network_and_the_stick_may_race(
    office: Office, desk: CourierDesk, field_office: FieldOffice
) -> None:
    case = office.add_case()
    command = field_office.device.command(case.id, Note(text="A"), base_v=1)
    data = field_office.export(command)
    online = field_office.device.send(command)[0]
    assert field_office.verdicts(take_in(desk, data)[1]) == [
        msgspec.structs.replace(online, duplicate=True)
    ]


def test_a_colleague_carries_what_they_cannot_read(
    office: Office, field_office: FieldOffice
) -> None:
    case = office.add_case()
    carrier = office.device("sari")
    data = field_office.export(field_office.device.command(case.id, Note(text="A"), base_v=1))
    reply = BytesIO()
    office.centre.carry(carrier.access_token, BytesIO(data), reply)
    assert field_office.verdicts(reply.getvalue())[0].verdict == "accepted"
    event = field_office.device.exchange().events[-1]
    assert (event.actor, event.device) == ("Agus Penghubung", field_office.device.id)
    with pytest.raises(CourierRefused):
        read_bundle(reply, keys_from(b"x" * 32), lambda _: None)


def test_strangers_and_strange_files_are_refused(
    office: Office, desk: CourierDesk, field_office: FieldOffice
) -> None:
    good = field_office.export()
    assert refusal(desk, good[:-1]) == "courier.cut"
    assert refusal(desk, good[:-1] + bytes([good[-1] ^ 1])) == "courier.damaged"
    assert refusal(desk, take_in(desk, good)[1]) == "courier.wrong-recipient"
    assert refusal(desk, field_office.export(device="laptop-lain")) == "courier.unknown-sender"
    assert refusal(desk, field_office.export(direction=Direction.DOWN)) == "courier.wrong-direction"
    field_office.keys = STRANGER
    assert refusal(desk, field_office.export()) == "courier.unknown-sender"


@pytest.mark.parametrize("wire", [0, -1])
def test_a_file_of_no_version_is_refused(
    desk: CourierDesk, field_office: FieldOffice, wire: int
) -> None:
    """Signed by a real device all the same: a refusal, not a failure of the centre."""
    lines = [codec.encode(("request", SyncRequest()))]
    manifest = Manifest(
        direction=Direction.UP,
        device=field_office.device.id,
        n=1,
        made_at=1,
        epoch=field_office.epoch,
        wire=wire,
        counts={"request": 1},
        sha256=hashlib.sha256(lines[0] + b"\n").hexdigest(),
    )
    file = BytesIO()
    seal(
        packed([codec.encode(manifest), *lines]),
        bundle_id=str(uuid.uuid4()),
        recipients=[field_office.centre_keys.recipient],
        keys=field_office.keys,
        file=file,
    )
    assert "courier.unreadable" == refusal(desk, file.getvalue())


def test_another_centre_refuses(office: Office, field_office: FieldOffice) -> None:
    field_office.centre_keys = STRANGER.public
    assert refusal(office.centre.courier_desk, field_office.export()) == "courier.wrong-recipient"


def test_a_revoked_device_gets_receipts_and_no_content(
    office: Office, desk: CourierDesk, field_office: FieldOffice
) -> None:
    case = office.add_case()
    device = field_office.device
    before = device.command(case.id, Note(text="Sebelum"), base_v=1)
    office.clock.advance(60)
    office.administration.revoke_device(device.id, office.clock())
    office.clock.advance(60)
    after = device.command(case.id, Note(text="Sesudah"), base_v=1)
    data = field_office.export(before, after)
    assert refusal(desk, data) == "courier.revoked"
    taken, answer = take_in(desk, data, from_revoked=True)
    assert (taken.verdicts, taken.held_back) == ({"accepted": 1}, 1)
    (page,) = field_office.open(answer).all(SyncReply)
    assert page == SyncReply(now=office.clock(), verdicts=page.verdicts)


def test_a_closed_account_is_not_served(
    office: Office, desk: CourierDesk, field_office: FieldOffice
) -> None:
    office.administration.close_account("agus")
    assert refusal(desk, field_office.export()) == "courier.account-closed"


def test_another_history_is_told_from_the_beginning(
    office: Office, desk: CourierDesk, field_office: FieldOffice
) -> None:
    office.add_case()
    field_office.device.follow()
    epoch = office.renew_epoch()
    reply = field_office.open(take_in(desk, field_office.export())[1])
    assert (reply.manifest.epoch, reply.manifest.since) == (epoch, None)
    assert reply.manifest.of_epoch != epoch
    assert sum(len(page.cases) for page in reply.all(SyncReply)) == 1


def test_only_what_the_sender_may_see_goes_back(
    office: Office, desk: CourierDesk, field_office: FieldOffice
) -> None:
    office.add_case(UNIT_B)
    assert not [
        record
        for page in field_office.open(take_in(desk, field_office.export())[1]).all(SyncReply)
        for record in page.cases
    ]


def test_keys_are_registered_with_a_renewal_too(office: Office, desk: CourierDesk) -> None:
    """Devices that signed in before there were keys need not do it again."""
    field_office = FieldOffice(office)
    field_office.keys = keys_from(b"n" * 32)
    office.centre.refresh(
        RefreshRequest(
            refresh_token=field_office.device.refresh_token,
            device_id=field_office.device.id,
            courier=field_office.keys.public,
        )
    )
    assert take_in(desk, field_office.export())[0].n == 1


def test_a_stick_that_takes_no_reply_is_told_and_nothing_is_lost(
    office: Office, desk: CourierDesk, field_office: FieldOffice, tmp_path: Path
) -> None:
    """The words are settled by then; taking the file in once more gives the reply."""
    case, path = office.add_case(), tmp_path / "ke-pusat.kurir"
    command = field_office.device.command(case.id, Respond(text="Baik."), base_v=1)
    path.write_bytes(field_office.export(command))
    with small_disk(tmp_path / "stick") as stick:
        for fault, words in (("full", "tidak ada tempat lagi"), ("read_only", "terkunci")):
            with ExitStack() as held:
                held.enter_context(getattr(stick, fault)())
                outcome = take_in_file(desk, path, stick.path)
            assert not outcome.taken
            assert words in outcome.lines[0]
            assert "tidak menggandakan" in outcome.lines[0]
            assert not list(stick.path.iterdir())
        assert take_in_file(desk, path, stick.path).taken
        (reply,) = stick.path.iterdir()
        assert "accepted" == field_office.verdicts(reply.read_bytes())[0].verdict
    missing = take_in_file(desk, tmp_path / "dicabut.kurir", tmp_path)
    assert "sudah dicabut" in missing.lines[0]


def test_what_a_power_cut_left_of_a_reply_is_swept(tmp_path: Path) -> None:
    """Only what this program began, and not what another one is writing just now."""
    for name in (".tanggap-old.new", ".tanggap-fresh.new", ".other.new", "foto.jpg"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1_000, 1_000) if "fresh" not in name else (400_000, 400_000))
    sweep_unfinished(tmp_path, 500_000)
    assert {".tanggap-fresh.new", ".other.new", "foto.jpg"} == {
        path.name for path in tmp_path.iterdir()
    }
    sweep_unfinished(tmp_path / "not-there", 500_000)
