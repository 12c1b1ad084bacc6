# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real disk that is full or read-only at each stage of a day: nothing is lost, all is told."""

from __future__ import annotations

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
from sync.store.engine import WORK_TUNING, Database
from sync.store.upgrade import WORK, migrate
from sync.store.upkeep import COPY_EVERY_MS
from tests.support.central import Office, embedded_centre
from tests.support.desks import Workplace, a_workplace
from tests.support.disks import Disk, small_disk

CASE = CaseId(1)
LONG = "Sudah kami periksa. " * 900


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


def _migrate(place: Workplace) -> None:
    place.desk.close()
    work = Database(place.desk.profile.folder / "work.db", _key(place), WORK_TUNING)
    try:
        migrate(work, WORK, "head")
    finally:
        work.close()
    _start(place)


STAGES = [_act, _draft, _page, _copy, _quit, _start]


def _key(place: Workplace) -> bytes:
    return bytes.fromhex(place.keyring.entries[place.desk.profile.folder.name])


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


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__.strip("_"))
def test_a_disk_that_is_full(
    place: Workplace, disk: Disk, stage: Callable[[Workplace], None], expected_logs: list[str]
) -> None:
    """What was on the disk stays, what failed says why, and afterwards all goes on."""
    expected_logs.append("No fresh copy of the work file")
    told = None
    with disk.full():
        before = {item.command.id for item in place.desk.inbox.outbox()}
        try:
            stage(place)
        except StoreUnavailable as error:
            told = error.code
    if stage in {_act, _draft, _page, _start}:
        assert "store.disk-full" == told
        assert "free some space" in sentence("store.disk-full").lower()
    else:
        assert told in {None, "store.disk-full"}
    _reopened(place)
    assert before <= {item.command.id for item in place.desk.inbox.outbox()}
    _everything_is_delivered(place)


def test_a_disk_that_is_read_only(place: Workplace, disk: Disk, expected_logs: list[str]) -> None:
    """Opening says what is wrong with the folder; when that is put right, all is there."""
    expected_logs.append("The cache could not be written afresh")
    place.desk.close()
    with disk.read_only(), pytest.raises(StoreUnavailable) as caught:
        _reopened(place)
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
