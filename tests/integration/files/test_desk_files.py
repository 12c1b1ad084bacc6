# SPDX-License-Identifier: AGPL-3.0-or-later
"""From one officer's desk to another's: real stores, real HTTP, a real centre, bad lines."""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from sync.cases.case import Attachment
from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.central.uploads import Limits
from sync.errors import Refused
from sync.pictures import cleaned
from sync.services.attachments import FileState, Whereabouts, safe_name
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.store.own_files import MAX_FILE_BYTES
from sync.transports.http import HttpService
from tests.integration.files.test_tus_client import port_of
from tests.support.central import PASSWORD, UNIT_A, UNIT_B, Office
from tests.support.cutting import CuttingProxy
from tests.support.keyring import MemoryKeyring
from tests.support.uploads import a_photo, centre_with_files, follow_up, sha256_of, some_bytes

CONTENT = some_bytes(300_000)
Open = Callable[..., Desk]


@pytest.fixture
def open_desk(office: Office, http: httpx.Client, tmp_path: Path) -> Iterator[Open]:
    """Open desks of officers, each on a computer of its own."""
    desks: list[Desk] = []

    def opened(username: str, server: str = "", computer: str = "") -> Desk:
        door = SignIn(
            tmp_path / (computer or username),
            HttpService,
            MemoryKeyring(),
            office.clock,
            lambda: str(uuid.uuid4()),
        )
        address = server or str(http.base_url).rstrip("/")
        desks.append(door.sign_in(address, username, PASSWORD))
        run(desks[-1])
        return desks[-1]

    yield opened
    for desk in desks:
        desk.close()


def run(desk: Desk) -> list[ChangeSet]:
    """Exchange once, words and files; return what changed."""
    told: list[ChangeSet] = []
    desk.synchronizer.run_once(told.append, lambda _: None, lambda: False)
    return told


def a_file(folder: Path, content: bytes = CONTENT, name: str = "bukti.pdf") -> Path:
    """Put a file on the officer's disk."""
    path = folder / name
    path.write_bytes(content)
    return path


def filed(desk: Desk, case_id: CaseId, *files: Attachment) -> None:
    """Let an officer put files into a case."""
    view = desk.inbox.case(case_id)
    assert view is not None
    desk.casework.act(case_id, follow_up(*files), view.confirmed.v)


def state(desk: Desk, case_id: CaseId, sha256: str) -> FileState:
    """Return how a file stands at a desk."""
    view = desk.inbox.case(case_id)
    assert view is not None
    return desk.attachments.states(view)[sha256]


def test_a_file_goes_from_desk_to_desk(office: Office, open_desk: Open, tmp_path: Path) -> None:
    """Its source may vanish; each desk says truly where it is, all the way."""
    case_id = office.add_case(UNIT_A).id
    agus, wati = open_desk("agus"), open_desk("wati")
    source = a_file(tmp_path)
    file = agus.attachments.attach(source)
    source.unlink()
    filed(agus, case_id, file)
    assert Whereabouts.WAITING is state(agus, case_id, file.sha256).where
    told = run(agus)
    assert any(file.sha256 in change.files for change in told)
    assert Whereabouts.HERE is state(agus, case_id, file.sha256).where
    run(wati)
    assert Whereabouts.CENTRE is state(wati, case_id, file.sha256).where
    with pytest.raises(Refused, match=r"file\.not-here"):
        wati.attachments.open_copy(file, tmp_path / "opened")
    wati.attachments.fetch(case_id, file.sha256)
    run(wati)
    found = state(wati, case_id, file.sha256)
    assert (Whereabouts.HERE, True) == (found.where, found.can_open)
    copy = wati.attachments.open_copy(file, tmp_path / "opened")
    assert CONTENT == copy.read_bytes()
    assert "bukti.pdf" == copy.name
    wati.attachments.clear(tmp_path / "opened")
    assert not copy.exists()
    wati.attachments.save_as(file.sha256, tmp_path / "simpan.pdf")
    assert CONTENT == (tmp_path / "simpan.pdf").read_bytes()


def test_the_words_are_read_while_the_file_is_awaited(
    office: Office, open_desk: Open, http: httpx.Client, tmp_path: Path
) -> None:
    """A colleague sees the entry at once, and that its file follows."""
    case_id = office.add_case(UNIT_A).id
    with CuttingProxy(port_of(http), iter([10**9, *[3_000] * 20])) as proxy:
        agus, wati = open_desk("agus", proxy.url), open_desk("wati")
        file = agus.attachments.attach(a_file(tmp_path))
        filed(agus, case_id, file)
        agus.synchronizer.cancel()  # its connection ends; each of the next carries 3,000 bytes
        run(agus)
        (item,) = agus.inbox.outbox()
        assert Delivery.ACCEPTED is item.delivery
        run(wati)
        assert Whereabouts.AWAITED is state(wati, case_id, file.sha256).where
        assert state(agus, case_id, file.sha256).where in {
            Whereabouts.SENDING,
            Whereabouts.WAITING,
        }


def bent(path: Path) -> None:
    """Change a byte of a file."""
    raw = bytearray(path.read_bytes())
    raw[20_000] ^= 1
    path.write_bytes(raw)


def on_a_bad_block(path: Path) -> None:
    """Make a file one whose reading ends with EIO."""
    path.unlink()
    path.symlink_to("/proc/self/mem")


@pytest.mark.parametrize("spoil", [bent, Path.unlink, on_a_bad_block])
def test_one_bad_file_holds_nothing_up(
    office: Office, open_desk: Open, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    """It waits by itself and says why; words and the other file go."""
    case_id = office.add_case(UNIT_A).id
    agus = open_desk("agus")
    bad = agus.attachments.attach(a_file(tmp_path, some_bytes(50_000, seed=5), "rusak.pdf"))
    (path,) = (agus.profile.folder / "files").iterdir()
    spoil(path)
    good = agus.attachments.attach(a_file(tmp_path))
    filed(agus, case_id, bad, good)
    run(agus)
    assert Delivery.ACCEPTED is agus.inbox.outbox()[0].delivery
    assert Whereabouts.HERE is state(agus, case_id, good.sha256).where
    assert "file.damaged" == state(agus, case_id, bad.sha256).problem
    again = agus.attachments.attach(a_file(tmp_path, some_bytes(50_000, seed=5), "rusak.pdf"))
    assert again.sha256 == bad.sha256
    agus.attachments.try_again(case_id, bad.sha256)
    run(agus)
    assert Whereabouts.HERE is state(agus, case_id, bad.sha256).where


def test_a_share_that_is_used_up_keeps_words_and_smaller_files_going(
    office: Office, open_desk: Open, tmp_path: Path
) -> None:
    """What waits says so, and goes by itself when the day is over."""
    first, second = office.add_case(UNIT_A).id, office.add_case(UNIT_A).id
    with centre_with_files(office, tmp_path / "tight", Limits(daily_bytes=350_000)) as http:
        agus = open_desk("agus", server=str(http.base_url).rstrip("/"))
        for case_id in (first, second):  # the same content in two cases goes up once
            filed(agus, case_id, agus.attachments.attach(a_file(tmp_path)))
        large = agus.attachments.attach(a_file(tmp_path, some_bytes(100_000, seed=3), "peta.pdf"))
        small = agus.attachments.attach(a_file(tmp_path, some_bytes(10_000, seed=4), "nota.pdf"))
        filed(agus, second, large, small)
        run(agus)
        assert {Delivery.ACCEPTED} == {item.delivery for item in agus.inbox.outbox()}
        digest = sha256_of(CONTENT)
        assert [state(agus, each, digest).where for each in (first, second)] == [
            Whereabouts.HERE
        ] * 2
        assert Whereabouts.HERE is state(agus, second, small.sha256).where
        waits = state(agus, second, large.sha256)
        assert (waits.where, waits.problem) == (Whereabouts.WAITING, "file.quota")
        office.clock.advance(86_400 + 3_600)
        run(agus)
        assert Whereabouts.HERE is state(agus, second, large.sha256).where


def test_a_photo_goes_without_place_and_person(
    office: Office, open_desk: Open, tmp_path: Path
) -> None:
    """GPS, owner and time are taken away before anything leaves; the picture stays upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "Agus Pemilik"
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 30.0)
    agus = open_desk("agus")
    photo = agus.attachments.attach(
        a_file(tmp_path, a_photo(2400, 1800, exif=exif, comment=b"rahasia"), "foto.jpg"),
        shrink=True,
    )
    kept = b"".join(agus.store.own_files.pieces(photo.sha256))
    assert b"Agus Pemilik" not in kept
    assert b"rahasia" not in kept
    image = Image.open(io.BytesIO(kept))
    assert (1200, 1600) == image.size
    assert not image.getexif()
    assert "image/jpeg" == photo.media_type


def test_a_phones_photo_with_more_pictures_in_it_tells_no_place() -> None:
    """Phones put previews and depth maps behind the first picture of a JPEG; only that one goes."""
    exif = Image.Exif()
    exif[0x013B] = "Agus Pemilik"
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 30.0)
    first, second = (Image.new("RGB", (640, 480), colour) for colour in ("navy", "red"))
    file = io.BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[second], exif=exif)
    kept = cleaned(file.getvalue(), shrink=False)
    assert b"Agus Pemilik" in file.getvalue()
    assert b"Agus Pemilik" not in kept
    image = Image.open(io.BytesIO(kept))
    assert ("JPEG", (640, 480), 0) == (image.format, image.size, len(image.getexif()))


@pytest.mark.parametrize(
    "content", [a_photo(), CONTENT, b"\xff\xd8\xff broken", b"\x89PNG\r\n\x1a\n"]
)
def test_what_has_nothing_to_hide_is_kept_byte_for_byte(
    open_desk: Open, tmp_path: Path, content: bytes
) -> None:
    """No picture is made worse without need, and no file is lost for being odd."""
    file = open_desk("agus").attachments.attach(a_file(tmp_path, content, "a.jpg"))
    assert sha256_of(content) == file.sha256


def test_pictures_come_small_first_and_pinned_cases_come_whole(
    office: Office, open_desk: Open, tmp_path: Path
) -> None:
    """What is looked at gets small pictures; what is pinned is ready without a line."""
    case_id = office.add_case(UNIT_A, registered_at=office.clock() + 1).id
    agus, wati = open_desk("agus"), open_desk("wati")
    photo = agus.attachments.attach(a_file(tmp_path, a_photo(1600, 1200), "foto.jpg"))
    filed(agus, case_id, photo)
    run(agus)
    wati.attachments.show(case_id)
    run(wati)
    seen = state(wati, case_id, photo.sha256)
    assert seen.picture is not None
    assert not seen.can_open
    wati.attachments.pin(case_id, pinned=True)
    run(wati)
    assert state(wati, case_id, photo.sha256).can_open
    assert wati.attachments.is_pinned(case_id)


def test_a_case_that_leaves_takes_its_files_from_the_disk(
    office: Office, open_desk: Open, tmp_path: Path
) -> None:
    """At the next contact nothing of a colleague's file is left here; one's own stays safe."""
    case_id = office.add_case(UNIT_A).id
    agus, wati = open_desk("agus"), open_desk("wati", computer="c2")
    file = wati.attachments.attach(a_file(tmp_path))
    filed(wati, case_id, file)
    run(wati)
    run(agus)
    agus.attachments.fetch(case_id, file.sha256)
    run(agus)
    assert state(agus, case_id, file.sha256).can_open
    office.dispose(case_id, UNIT_B)
    run(agus)
    agus.store.file_cache.sweep()
    assert not list((agus.profile.folder / "files-cache").iterdir())
    assert agus.store.file_cache.find(file.sha256) is None


def test_the_small_picture_of_an_own_photo_is_made_once(open_desk: Open) -> None:
    """Lists are told afresh at every change; nobody waits for the same photo each time."""
    desk = open_desk("agus")
    file = desk.attachments.attach_content("foto.jpg", a_photo())
    (before,) = desk.attachments.own_states([file])
    for path in (desk.profile.folder / "files").iterdir():
        path.write_bytes(b"")  # whoever reads it now gets nothing
    (after,) = desk.attachments.own_states([file])
    assert before.picture
    assert before.picture == after.picture


@pytest.mark.parametrize("name", ["laporan.pdf.EXE", "laporan.exe ", "laporan.exe.", "a.sh. . "])
def test_a_program_that_runs_when_opened_is_only_saved(
    open_desk: Open, tmp_path: Path, name: str
) -> None:
    """Whoever sent it, and however its name is dressed up: a click does not start it."""
    desk = open_desk("agus")
    file = desk.attachments.attach_content(name, b"MZ...")
    with pytest.raises(Refused, match=r"file\.risky"):
        desk.attachments.open_copy(file, tmp_path / "opened")
    desk.attachments.save_as(file.sha256, tmp_path / "x")
    longest = tmp_path / ("x" * 251 + ".exe")
    desk.attachments.save_as(file.sha256, longest)
    assert b"MZ..." == longest.read_bytes()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\a.txt", "C__Windows_a.txt"),
        ("  .. ", "berkas"),
        ("a\x00b\n.pdf", "a_b_.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ("雨" * 100 + ".pdf", "雨" * 66 + ".pdf"),
    ],
)
def test_names_are_names_only(name: str, safe: str) -> None:
    """Whatever a sender called a file, it stays in the folder it is put into."""
    assert safe == safe_name(name)


def test_files_that_cannot_be_read_are_refused(open_desk: Open, tmp_path: Path) -> None:
    """The officer is told at once, and nothing is kept."""
    desk = open_desk("agus")
    large = tmp_path / "besar.mp4"
    with large.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    os.mkfifo(tmp_path / "pipa")  # reading it would wait for ever
    for path, code in (
        (tmp_path / "none.pdf", "file.vanished"),
        (a_file(tmp_path, b""), "file.empty"),
        (large, "file.too-large"),
        (tmp_path, "file.folder"),
        (tmp_path / "pipa", "file.unreadable"),
    ):
        with pytest.raises(Refused) as refused:
            desk.attachments.attach(path)
        assert code == refused.value.code
    assert {} == desk.store.own_files.all()
