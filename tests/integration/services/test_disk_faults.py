# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real disk that is full or read-only at each stage of a day: nothing is lost, all is told."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.cases.commands import Note
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.errors import StoreUnavailable
from sync.services.profiles import profiles
from sync.services.sentences import sentence
from sync.store.upkeep import COPY_EVERY_MS
from tests.support.central import PASSWORD, Office, embedded_centre
from tests.support.desks import SERVER, Workplace, a_door, a_workplace
from tests.support.disks import Disk, small_disk
from tests.support.keyring import MemoryKeyring
from tests.support.old_office import old_computer

CASE = CaseId(1)
LONG = "Sudah kami periksa. " * 900
TOLD = "store.disk-full"
Stage = Callable[[Workplace], None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Give a small disk."""
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give an office whose centre is elsewhere."""
    office = embedded_centre(tmp_path)
    office.add_cases([{"title": f"Lampu padam {number}"} for number in range(20)])
    yield office
    office.database.close()


@pytest.fixture
def place(office: Office, disk: Disk) -> Iterator[Workplace]:
    """Give a desk on that disk with an act that was never sent, and a draft."""
    place = a_workplace(office, disk.path / "tanggap")
    place.act(CASE, Note(text="Sebelum gangguan."))
    place.desk.drafting.save(Draft(case_id=CASE, kind="respond", text="Draf sebelum gangguan."))
    yield place
    place.desk.close()


def _act(place: Workplace) -> None:
    for _ in range(40):
        place.act(CASE, Note(text=LONG))


def _draft(place: Workplace) -> None:
    for number in range(40):
        draft = Draft(case_id=CaseId(1 + number % 20), kind="note", text=f"{number} {LONG}")
        place.desk.drafting.save(draft)


def _page(place: Workplace) -> None:
    for case_id in range(1, 21):
        for _ in range(3):
            place.office.citizen_replies(case_id, LONG)
    place.sync()


def _copy(place: Workplace) -> None:
    place.office.clock.advance(COPY_EVERY_MS / 1000)
    place.sync()


def _quit(place: Workplace) -> None:
    place.desk.close()


def _start(place: Workplace) -> None:
    place.desk.close()
    place.desk = place.door.open(profiles(place.desk.profile.folder.parent)[0])


def _push(place: Workplace) -> None:
    place.sync()


def _attach(place: Workplace) -> None:
    place.desk.attachments.attach_content("bukti.bin", os.urandom(300_000))


def _download(place: Workplace) -> None:
    content = os.urandom(300_000)
    sha256 = hashlib.sha256(content).hexdigest()
    files = place.desk.store.file_cache
    files.take_in(CASE, sha256, len(content), content, place.office.clock())


def _first_load(place: Workplace) -> None:
    computer = place.desk.profile.folder.parent.with_name("komputer-lain")
    door, _link = a_door(place.office, computer, MemoryKeyring())
    door.sign_in(SERVER, "wati", PASSWORD).close()


def _export(place: Workplace) -> None:
    place.desk.courier.export(place.desk.profile.folder.parent.with_name("stik"))


def _seal(place: Workplace) -> None:
    place.desk.sealer.write()


def _rescue(place: Workplace) -> None:
    place.desk.close()
    for path in place.desk.profile.folder.glob("work.db*"):
        path.unlink()
    shutil.rmtree(place.desk.profile.folder / "copies", ignore_errors=True)
    place.desk = place.door.rescue(place.desk.profile)


_ALWAYS, _MAYBE = frozenset({TOLD}), frozenset({None, TOLD})
FULL: dict[Stage, frozenset[str | None]] = {
    **dict.fromkeys([_start, _first_load, _act, _draft, _page, _attach], _ALWAYS),
    **dict.fromkeys([_download, _export, _rescue], _ALWAYS),
    **dict.fromkeys([_push, _copy, _seal, _quit], _MAYBE),
}
"""Stage of a day -> what the officer is told; nothing where all that matters fits all the same."""


def _reopened(place: Workplace) -> None:
    place.desk.close()
    place.desk = place.door.open(profiles(place.desk.profile.folder.parent)[0])


def _everything_is_delivered(place: Workplace) -> None:
    place.sync()
    items = place.desk.inbox.outbox()
    assert "Sebelum gangguan." in {getattr(item.command.body, "text", "") for item in items}
    assert {Delivery.ACCEPTED} == {item.delivery for item in items}
    drafts = {listed.draft.text for listed in place.desk.store.drafts.all()}
    assert "Draf sebelum gangguan." in drafts


@pytest.mark.parametrize("stage", FULL, ids=lambda stage: stage.__name__.strip("_"))
def test_a_disk_that_is_full(
    place: Workplace, disk: Disk, stage: Stage, expected_logs: list[str]
) -> None:
    """What was on the disk stays, what failed says why, and afterwards all goes on."""
    expected_logs.append("No fresh copy of the work file")
    told = None
    place.desk.sealer.write()
    with disk.full():
        before = {item.command.id for item in place.desk.inbox.outbox()}
        try:
            stage(place)
        except StoreUnavailable as error:
            told = error.code
    assert told in FULL[stage]
    assert "free some space" in sentence(TOLD).lower()
    if stage is _rescue:
        place.desk = place.door.rescue(place.desk.profile)
    _reopened(place)
    assert before <= {item.command.id for item in place.desk.inbox.outbox()}
    _everything_is_delivered(place)


def test_an_upgrade_without_room_leaves_the_old_files_as_they_were(
    office: Office, disk: Disk
) -> None:
    """It says why, and goes through once there is room."""
    computer = old_computer(disk.path, 2)
    before = {path.name: path.read_bytes() for path in computer.folder.glob("*.db")}
    with disk.full(), pytest.raises(StoreUnavailable) as caught:
        computer.open(office)
    assert TOLD == caught.value.code
    assert before == {path.name: path.read_bytes() for path in computer.folder.glob("*.db")}
    desk = computer.open(office)
    assert desk.inbox.outbox()
    desk.close()


@pytest.mark.parametrize("stage", [_start, _first_load], ids=["start", "first_load"])
def test_a_disk_that_is_read_only(
    place: Workplace, disk: Disk, stage: Stage, expected_logs: list[str]
) -> None:
    """Opening says what is wrong with the folder; when that is put right, all is there."""
    expected_logs.append("The cache could not be written afresh")
    place.desk.close()
    with disk.read_only(), pytest.raises(StoreUnavailable) as caught:
        stage(place)
    assert "store.read-only" == caught.value.code
    _reopened(place)
    _everything_is_delivered(place)


def test_without_room_for_a_copy_the_desk_opens_all_the_same(place: Workplace, disk: Disk) -> None:
    """The officer is told, works on, and the next start with room makes the copy."""
    _act(place)
    place.desk.close()
    with disk.full(spare_bytes=600 * 1024):
        place.desk = place.door.open(profiles(place.desk.profile.folder.parent)[0])
        assert "store.disk-full" == place.desk.store.opening.copy_failed
        place.act(CASE, Note(text="Di disk yang hampir penuh."))
    _reopened(place)
    assert "" == place.desk.store.opening.copy_failed
    _everything_is_delivered(place)


def test_a_folder_that_vanished_is_told_and_comes_back(place: Workplace, disk: Disk) -> None:
    """A stick that was pulled out, a share that went away: nothing empty is begun in its place."""
    place.desk.close()
    folder = place.desk.profile.folder
    away = folder.rename(folder.with_name("away"))
    with pytest.raises(StoreUnavailable) as caught:
        place.door.open(place.desk.profile)
    assert "store.folder-gone" == caught.value.code
    assert not folder.exists()
    away.rename(folder)
    _reopened(place)
    _everything_is_delivered(place)
