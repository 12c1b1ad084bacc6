# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sticks on a bad day: what cannot be written or read is said so, and everything stays true."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import pytest

from sync.cases.commands import Note
from sync.cases.ids import CaseId, CommandId
from sync.cases.projection import Delivery
from sync.errors import CourierRefused
from sync.services.courier import Imported
from tests.support.courier import take_in
from tests.support.desks import Workplace, a_door
from tests.support.disks import Disk, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "stick", megabytes=1) as disk:
        yield disk


FAULTS: dict[str, tuple[str, Callable[[Disk], AbstractContextManager[None]]]] = {
    "nearly full": ("courier.no-room", lambda disk: disk.full(spare_bytes=20_000)),
    "full": ("courier.no-room", Disk.full),
    "locked": ("courier.stick-locked", Disk.read_only),
}


def test_a_stick_that_takes_nothing_marks_nothing(
    place: Workplace, case_id: CaseId, disk: Disk
) -> None:
    """The act has never left: it can be taken back, and the next export is the first one."""
    act = place.act(case_id, Note(text="Satu"))
    for fault, (code, broken) in FAULTS.items():
        with broken(disk), pytest.raises(CourierRefused) as caught:
            place.desk.courier.export(disk.path)
        assert (code, []) == (caught.value.code, list(disk.path.iterdir())), fault
        assert untouched(place, act), fault
    written = place.desk.courier.export(disk.path)
    assert (1, 0o044) == (written.n, written.path.stat().st_mode & 0o044)  # for whoever reads it


def test_a_stick_that_is_not_there_is_not_made_up(
    place: Workplace, case_id: CaseId, tmp_path: Path
) -> None:
    """A folder in its place on this computer would be taken for it."""
    act = place.act(case_id, Note(text="Satu"))
    folder = tmp_path / "dicabut"
    for attempt in (place.desk.courier.outlook, place.desk.courier.export):
        with pytest.raises(CourierRefused, match=r"courier\.stick-gone"):
            attempt(folder)
    assert not folder.exists()
    assert untouched(place, act)


def untouched(place: Workplace, act: CommandId) -> bool:
    """Say whether nothing tells of a file that was handed over."""
    item, status = place.item(act), place.desk.courier.status()
    return (item.delivery, item.courier_at, status.sent, status.waiting) == (
        Delivery.STORED,
        None,
        0,
        0,
    )


@pytest.mark.parametrize("error", [errno.EIO, errno.EFBIG])
def test_a_stick_that_breaks_in_the_middle_leaves_nothing_that_looks_whole(
    place: Workplace,
    case_id: CaseId,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: int,
) -> None:
    """Pulled out, it keeps an unfinished file; the next export takes that one's place."""
    act = place.act(case_id, Note(text="Satu"))

    def breaking(*_: object, file: BinaryIO, **__: object) -> None:
        file.write(b"half")
        file.flush()
        raise OSError(error, "")

    with monkeypatch.context() as patch:
        patch.setattr("sync.services.courier.write_bundle", breaking)
        patch.setattr(Path, "unlink", lambda *_, **__: None)  # a stick that is not there
        with pytest.raises(CourierRefused, match=r"courier\.stick-(gone|full)"):
            place.desk.courier.export(tmp_path)
    assert untouched(place, act)
    assert not list(tmp_path.glob("*.kurir"))
    [left] = tmp_path.glob(".tanggap-*")
    place.desk.courier.outlook(tmp_path)
    assert not left.exists()
    assert 1 == place.desk.courier.export(tmp_path).n


def test_a_reply_that_cannot_be_read_changes_nothing(place: Workplace, tmp_path: Path) -> None:
    """The kernel gives EIO for it, as for a stick with a fault."""
    reply = tmp_path / "tanggap-balasan-0001-0191f0aa.kurir"
    reply.symlink_to("/proc/self/mem")
    with pytest.raises(CourierRefused, match=r"courier\.stick-gone"):
        place.desk.courier.take(reply)


def test_words_count_though_the_stick_is_pulled_out_behind_them(
    place: Workplace, case_id: CaseId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contents of files follow; taken in once more they come, and nothing comes twice."""
    act = place.act(case_id, Note(text="Satu"))
    reply = answered(place, tmp_path)

    def pulled(*_: object) -> None:
        raise OSError(errno.EIO, "")

    with monkeypatch.context() as patch:
        patch.setattr("sync.services.courier.CourierFiles.take", pulled)
        with pytest.raises(CourierRefused, match=r"courier\.stick-gone"):
            place.desk.courier.take(reply)
    assert place.item(act).delivery is Delivery.ACCEPTED
    again = place.desk.courier.take(reply)
    assert isinstance(again, Imported)
    assert (again.settled, again.is_old) == (0, True)


def answered(place: Workplace, folder: Path) -> Path:
    """Export, have the centre take the file in, and return the reply."""
    written = place.desk.courier.export(folder).path.read_bytes()
    taken, content = take_in(place.office.centre.courier_desk, written)
    reply = folder / taken.reply_name
    reply.write_bytes(content)
    return reply


@pytest.mark.parametrize(("years", "is_locked"), [(-16, False), (3, True)])
def test_a_clock_that_is_years_off_costs_nothing(
    place: Workplace, case_id: CaseId, tmp_path: Path, years: int, *, is_locked: bool
) -> None:
    """What was written arrives. A leap ahead is taken for years in a cupboard (ADR 21)."""
    office, act = place.office, place.act(case_id, Note(text="Satu"))

    def restarted(skew_ms: int) -> None:
        place.desk.close()
        door, place.link = a_door(office, tmp_path, place.keyring, skew_ms=skew_ms)
        place.desk = door.open(place.desk.profile)

    restarted(years * 365 * 86_400_000)
    assert not place.desk.time.is_verified()
    brought = place.desk.courier.take(answered(place, tmp_path))
    assert isinstance(brought, Imported)
    assert (brought.settled, place.item(act).delivery) == (1, Delivery.ACCEPTED)
    assert is_locked is (place.desk.inbox.case(case_id) is None)
    restarted(0)
    assert is_locked is (place.desk.inbox.case(case_id) is None)
    place.sync()
    assert place.case(case_id).confirmed.v == 2
