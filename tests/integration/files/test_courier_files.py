# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files' contents by stick: out with the words, back with the reply, whole or not at all."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image

from sync.cases.ids import CaseId
from sync.central.blob_files import BlobFiles
from sync.central.uploads import Limits, announcing
from sync.courier.bundle import read_bundle
from sync.courier.keys import keys_from
from sync.courier.parts import PartRecord
from sync.errors import CourierRefused
from sync.services.attachments import Whereabouts
from sync.services.courier import Exported, Freight, Imported
from sync.services.desk import Desk
from tests.integration.files.test_desk_files import (
    Open,
    a_file,
    bent,
    filed,
    on_a_bad_block,
    open_desk,
    run,
    state,
)
from tests.support.central import UNIT_A, Office
from tests.support.courier import take_in
from tests.support.uploads import some_bytes

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


def test_what_is_large_comes_only_when_it_is_wanted(
    office: Office,
    open_desk: Open,
    stick: Stick,
    case_id: CaseId,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Asked for, or pinned; and nothing at all goes to a device that was revoked."""
    monkeypatch.setattr("sync.central.courier_parts.MOST_UNASKED_BYTES", 1_000)
    agus, wati = open_desk("agus"), open_desk("wati")
    sha256 = attached(wati, case_id, tmp_path, CONTENT, "bukti.pdf")
    run(wati)
    assert stick.trip(agus).brought.files == 0
    agus.attachments.fetch(case_id, sha256)
    path = stick.out(agus).path
    office.administration.revoke_device(agus.tokens.device_id, office.clock())
    _, reply = take_in(office.centre.courier_desk, path.read_bytes(), from_revoked=True)
    assert len(reply) < 10_000
    office.administration.restore_device(agus.tokens.device_id)
    assert stick.back(agus, stick.at_centre(path)).brought.files == 1


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
    monkeypatch.setattr("sync.services.courier.stick_room", lambda *_: 200_000)
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
    for doubt in (False, True):
        if doubt:  # an answer that is not known is not with a courier for that
            with agus.store.files.work.write() as work:
                work.exec_driver_sql("UPDATE commands SET delivery = 'unknown'")
        with pytest.raises(CourierRefused, match=r"courier\.stick-full"):
            stick.out(agus)
    assert not list(stick.folder.iterdir())
    assert agus.courier.status().waiting == 0


@pytest.mark.parametrize("spoil", [bent, Path.unlink, on_a_bad_block])
def test_an_own_file_that_is_broken_does_not_hold_up_the_words(
    open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    agus = open_desk("agus")
    attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    (kept,) = [path for path in (agus.profile.folder / "files").iterdir() if path.is_file()]
    spoil(kept)
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


@pytest.mark.parametrize("spoilt", [False, True])
def test_what_a_crash_left_of_a_file_goes_on_or_is_swept(
    office: Office, open_desk: Open, stick: Stick, case_id: CaseId, tmp_path: Path, *, spoilt: bool
) -> None:
    """The next stick makes a whole of half a content, also of one that a line has spoilt; what no
    upload names is deleted.
    """
    agus = open_desk("agus")
    sha256 = attached(agus, case_id, tmp_path, CONTENT, "bukti.pdf")
    files = BlobFiles(tmp_path / "crashed")
    uploads = office.centre.uploads(files, Limits())
    actor = office.centre.actor(office.device("agus").access_token)
    half = uploads.begin(actor, len(CONTENT), announcing(sha256))
    with files.open_part(half.id, 0) as part:
        part.write(bytes(100_000) if spoilt else CONTENT[:100_000])
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
