# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files' contents by stick: out with the words, back with the reply, whole or not at all."""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest
from PIL import Image

from sync.cases.ids import CaseId
from sync.central.blob_files import BlobFiles
from sync.central.uploads import Limits, announcing
from sync.courier.bundle import read_bundle
from sync.courier.keys import keys_from
from sync.courier.parts import PartRecord
from sync.errors import CourierRefused, StoreUnavailable, SyncError
from sync.services.attachments import Whereabouts
from sync.services.courier import Exported, Freight, Imported
from sync.services.desk import Desk
from sync.services.relaying import Carried
from sync.transports.courier import carry
from sync.transports.http import HttpService
from sync.wire import codec
from sync.wire.messages import Parcel, Receipt
from tests.integration.files.test_desk_files import Open, a_file, filed, open_desk, run, state
from tests.integration.files.test_tus_client import port_of
from tests.support.central import UNIT_A, Office
from tests.support.courier import take_in
from tests.support.cutting import CuttingProxy
from tests.support.uploads import Hand, sha256_of, some_bytes

__all__ = ["open_desk"]

CONTENT = some_bytes(300_000)
ALL = Freight()
NOTHING = Freight(out_bytes=0, back_bytes=0)


class Stick:
    """A folder between a desk without a line and the centre."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.folder = folder
        folder.mkdir()

    def out(self, desk: Desk, freight: Freight = ALL) -> Exported:
        """Export."""
        return desk.courier.export(self.folder, freight)

    def at_centre(self, path: Path) -> Path:
        """Have a file taken in at the centre; return the reply."""
        taken, content = take_in(self.office.centre.courier_desk, path.read_bytes())
        reply = self.folder / taken.reply_name
        reply.write_bytes(content)
        return reply

    def back(self, desk: Desk, reply: Path) -> Imported:
        """Take a reply in."""
        outcome = desk.courier.take(reply)
        assert isinstance(outcome, Imported)
        return outcome

    def trip(self, desk: Desk, freight: Freight = ALL) -> Imported:
        """Go there and back."""
        return self.back(desk, self.at_centre(self.out(desk, freight).path))


@pytest.fixture
def stick(office: Office, tmp_path: Path) -> Stick:
    return Stick(office, tmp_path / "stick")


@pytest.fixture
def case_id(office: Office) -> CaseId:
    return office.add_case(UNIT_A).id


def a_picture() -> bytes:
    """Return a photo that a small picture can be made of."""
    packed = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(packed, "JPEG", quality=90)
    return packed.getvalue()


def attached(desk: Desk, case_id: CaseId, folder: Path, content: bytes, name: str) -> str:
    """File a content with words; return its name."""
    file = desk.attachments.attach(a_file(folder, content, name))
    filed(desk, case_id, file)
    return file.sha256


def bent_behind_the_words(path: Path, rest: int) -> None:
    """Spoil one byte of what follows the words."""
    data = bytearray(path.read_bytes())
    data[-rest] ^= 1
    path.write_bytes(bytes(data))


def test_own_files_travel_with_their_words(
    office: Office, open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    agus, wati = open_desk("agus"), open_desk("wati")
    sha256 = attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    written = stick.out(agus)
    assert (written.acts, written.files, written.files_left) == (1, 1, 0)
    assert CONTENT[1_000:1_064] not in written.path.read_bytes()
    assert Whereabouts.WAITING is state(agus, case_id, sha256).where
    reply = stick.at_centre(written.path)
    run(wati)
    wati.attachments.fetch(case_id, sha256)
    run(wati)
    assert Whereabouts.HERE is state(wati, case_id, sha256).where
    brought = stick.back(agus, reply)
    assert (brought.settled, brought.brought.at_centre, brought.brought.refused) == (1, 1, 0)
    assert Whereabouts.HERE is state(agus, case_id, sha256).where
    assert (stick.out(agus).files, stick.back(agus, reply).brought.at_centre) == (0, 0)


def test_taking_in_twice_is_harmless(
    open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    agus = open_desk("agus")
    sha256 = attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    path = stick.out(agus).path
    first, second = stick.at_centre(path), stick.at_centre(path)
    for reply in (second, first, second):
        stick.back(agus, reply)
    view = agus.inbox.case(case_id)
    assert view is not None
    kinds = [entry.event.body.__class__.__name__ for entry in view.entries]
    assert kinds.count("FilesArrived") == 1
    assert Whereabouts.HERE is state(agus, case_id, sha256).where


def test_a_reply_brings_small_pictures_and_originals(
    open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    photo = a_picture()
    agus, wati = open_desk("agus"), open_desk("wati")
    sha256 = attached(wati, case_id, tmp_path, photo, "foto.jpg")
    run(wati)
    photo_size = state(wati, case_id, sha256).file.size_bytes
    imported = stick.trip(agus, Freight(back_bytes=20_000))  # the picture has room, the photo not
    assert imported.brought.files == 0
    found = state(agus, case_id, sha256)
    assert (found.where, found.picture is not None) == (Whereabouts.CENTRE, True)
    agus.attachments.pin(case_id, pinned=True)
    imported = stick.trip(agus)
    assert imported.brought.files == 1
    found = state(agus, case_id, sha256)
    assert (found.where, found.can_open) == (Whereabouts.HERE, True)
    agus.attachments.save_as(sha256, tmp_path / "simpan.jpg")
    assert (tmp_path / "simpan.jpg").stat().st_size == photo_size


def test_who_may_not_read_a_case_gets_no_file_of_it(
    office: Office, open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    agus, sari = open_desk("agus"), open_desk("sari")
    attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    run(agus)
    assert sari.inbox.case(case_id) is None
    reply = stick.at_centre(stick.out(sari).path)
    assert reply.stat().st_size < 10_000
    assert stick.back(sari, reply).brought.files == 0


def test_words_are_taken_though_a_file_is_damaged(
    open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    """The first of two contents is spoilt: the words and the other one arrive."""
    agus = open_desk("agus")
    spoilt = attached(agus, case_id, tmp_path, CONTENT, "satu.pdf")
    whole = attached(agus, case_id, tmp_path, some_bytes(200_000, seed=5), "dua.pdf")
    path = stick.out(agus).path
    bent_behind_the_words(path, 250_000)
    imported = stick.back(agus, stick.at_centre(path))
    assert (imported.settled, imported.brought.at_centre, imported.brought.refused) == (2, 1, 1)
    assert Whereabouts.HERE is state(agus, case_id, whole).where
    assert Whereabouts.HERE is not state(agus, case_id, spoilt).where
    assert stick.trip(agus).brought.at_centre == 1
    assert Whereabouts.HERE is state(agus, case_id, spoilt).where


def test_a_damaged_file_in_a_reply_is_not_shown_and_comes_again(
    open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    agus, wati = open_desk("agus"), open_desk("wati")
    sha256 = attached(wati, case_id, tmp_path, CONTENT, "bukti.pdf")
    run(wati)
    reply = stick.at_centre(stick.out(agus).path)
    bent_behind_the_words(reply, 60_000)
    imported = stick.back(agus, reply)
    assert (imported.cases, imported.brought.files, imported.brought.damaged) == (1, 0, 1)
    assert not state(agus, case_id, sha256).can_open
    assert stick.trip(agus).brought.files == 1
    agus.attachments.save_as(sha256, tmp_path / "simpan.pdf")
    assert (tmp_path / "simpan.pdf").read_bytes() == CONTENT


def test_a_half_copied_file_is_refused_wherever_it_was_cut(
    office: Office, open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    agus = open_desk("agus")
    attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    data = stick.out(agus).path.read_bytes()
    for length in range(1_000, len(data), 37_003):
        with pytest.raises(CourierRefused) as caught:
            take_in(office.centre.courier_desk, data[:length])
        assert caught.value.code == "courier.cut"
    with pytest.raises(CourierRefused, match=r"courier\.damaged"):
        take_in(office.centre.courier_desk, data + b"x")


def test_the_officer_chooses_how_much_goes(
    open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    agus = open_desk("agus")
    attached(agus, case_id, tmp_path, CONTENT, "besar.pdf")
    attached(agus, case_id, tmp_path, some_bytes(1_000, seed=3), "kecil.pdf")
    outlook = agus.courier.outlook(stick.folder)
    assert (outlook.acts, outlook.files) == (2, 2)
    assert 301_000 < outlook.bytes < 330_000 < outlook.free_bytes
    some, none = stick.out(agus, Freight(out_bytes=20_000)), stick.out(agus, NOTHING)
    assert (some.files, some.files_left) == (1, 1)
    assert (none.files, none.files_left, none.acts) == (0, 2, 2)
    assert stick.back(agus, stick.at_centre(none.path)).settled == 2


def test_a_stick_without_room_is_told_before_anything_is_written(
    open_desk: Open,
    stick: Stick,
    case_id: CaseId,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agus = open_desk("agus")
    attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    monkeypatch.setattr("sync.services.courier.free_bytes", lambda _folder: 200_000)
    with pytest.raises(CourierRefused) as caught:
        stick.out(agus)
    assert caught.value.code == "courier.no-room"
    assert caught.value.data["free"] == 200_000 < int(str(caught.value.data["need"]))
    assert not list(stick.folder.iterdir())
    assert agus.courier.status().waiting == 0
    assert stick.out(agus, NOTHING).n == 1


def test_a_stick_that_breaks_while_it_is_written_marks_nothing(
    open_desk: Open,
    stick: Stick,
    case_id: CaseId,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Full, or pulled out, in the middle of a content: the libraries below swallow that."""
    agus = open_desk("agus")
    attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")

    def breaking(file: BinaryIO, *_: object) -> None:
        file.write(b"x" * 1_000)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sync.courier.bundle.append_part", breaking)
    with pytest.raises(StoreUnavailable, match=r"store\.disk-full"):
        stick.out(agus)
    assert not list(stick.folder.iterdir())
    assert agus.courier.status().waiting == 0


def test_an_own_file_that_is_broken_does_not_hold_up_the_words(
    open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    agus = open_desk("agus")
    attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    (kept,) = [path for path in (agus.profile.folder / "files").iterdir() if path.is_file()]
    data = bytearray(kept.read_bytes())
    data[150_000] ^= 1
    kept.write_bytes(bytes(data))
    imported = stick.trip(agus)
    assert (imported.settled, imported.brought.refused) == (1, 1)


def test_what_is_half_here_by_the_network_is_completed_by_stick(
    open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    agus, wati = open_desk("agus"), open_desk("wati")
    sha256 = attached(wati, case_id, tmp_path, CONTENT, "bukti.pdf")
    run(wati)
    run(agus)
    cache, now = agus.store.file_cache, agus.time.now()
    assert not cache.take_in(case_id, sha256, len(CONTENT), CONTENT[:100_000], now)
    assert stick.trip(agus).brought.files == 1
    assert b"".join(cache.pieces(sha256, now)) == CONTENT


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


@pytest.mark.parametrize(
    ("limits", "fitting"), [(Limits(daily_bytes=350_000), 1), (Limits(kept_free_bytes=10**18), 0)]
)
def test_what_comes_by_stick_counts_like_an_upload(
    office: Office,
    open_desk: Open,
    stick: Stick,
    case_id: CaseId,
    tmp_path: Path,
    limits: Limits,
    fitting: int,
) -> None:
    """What the officer's day or the disk has no room for waits at the computer, and is not lost."""
    agus = open_desk("agus")
    attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    attached(agus, case_id, tmp_path, some_bytes(100_000, seed=9), "lagi.pdf")
    files = BlobFiles(tmp_path / "limited")
    uploads = office.centre.uploads(files, limits)
    brought = stick.trip(agus).brought
    assert (brought.at_centre, brought.refused) == (fitting, 2 - fitting)
    office.clock.advance(86_400 + 60)
    assert 2 - fitting == stick.out(agus).files
    assert 0 == len(list((tmp_path / "limited" / "parts").iterdir()))
    office.centre.uploads(files, Limits())
    assert 2 - fitting == stick.trip(agus).brought.at_centre
    uploads.sweep()


def test_what_a_crash_left_of_a_file_goes_on_or_is_swept(
    office: Office, open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path
) -> None:
    """Half of a content is continued by the next stick; what no upload names is deleted."""
    agus = open_desk("agus")
    sha256 = attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    files = BlobFiles(tmp_path / "crashed")
    uploads = office.centre.uploads(files, Limits())
    actor = office.centre.actor(office.device("agus").access_token)
    half = uploads.begin(actor, len(CONTENT), announcing(sha256))
    with files.open_part(half.id, 0) as part:
        part.write(CONTENT[:100_000])
    for name in ("courier-1-abcdef", "put-abcdef"):  # as the release before left them
        files.begin(name)
        long_ago = office.clock() / 1000 - 40 * 86_400
        os.utime(tmp_path / "crashed" / "parts" / name, (long_ago, long_ago))
    assert 1 == stick.trip(agus).brought.at_centre
    assert files.is_sound(sha256)
    uploads.sweep()
    assert [] == list((tmp_path / "crashed" / "parts").iterdir())


def test_only_signed_words_name_files(office: Office, open_desk: Open, stick: Stick) -> None:
    """What follows the words is opened by nobody but the recipient."""
    path = stick.out(open_desk("agus")).path
    with path.open("rb") as file, pytest.raises(CourierRefused):
        read_bundle(file, keys_from(b"x" * 32), lambda _: None).all(PartRecord)


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


def test_a_carrier_goes_on_where_the_line_broke(
    office: Office,
    open_desk: Open,
    http: httpx.Client,
    stick: Stick,
    case_id: CaseId,
    tmp_path: Path,
) -> None:
    """Of a megabyte no more is sent twice than one piece for each time that the line breaks."""
    agus = open_desk("agus")
    attached(agus, case_id, tmp_path, some_bytes(1_000_000, seed=8), "video.bin")
    content, token = stick.out(agus).path.read_bytes(), office.device("sari").access_token
    with CuttingProxy(port_of(http), iter([300_000, 100_000, 500_000, 50_000])) as proxy:
        reply, receipt, service = io.BytesIO(), None, HttpService(proxy.url)
        failures = 0
        while receipt is None:
            try:
                receipt = carry(service, token, io.BytesIO(content), reply)
            except SyncError:
                failures += 1
        service.close()
    assert failures >= proxy.cuts > 1
    assert not receipt.repeated
    assert proxy.bytes_up < len(content) + (failures + 1) * 270_000
    back = stick.folder / receipt.name
    back.write_bytes(reply.getvalue())
    assert 1 == stick.back(agus, back).brought.at_centre


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


def _began(carrier: Hand, content: bytes) -> httpx.Response:
    described = base64.b64encode(sha256_of(content).encode()).decode()
    answer: httpx.Response = carrier(
        "POST",
        "/v3/courier/files",
        Upload_Length=str(len(content)),
        Upload_Metadata=f"sha256 {described}",
    )
    return answer


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
