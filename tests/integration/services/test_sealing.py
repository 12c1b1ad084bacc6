# SPDX-License-Identifier: AGPL-3.0-or-later
"""Unsent work survives a work file that is lost, broken or locked with another key."""

from __future__ import annotations

import shutil
import stat
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import get_ident

import pytest

from sync.cases.commands import Close, FollowUp, Note, Respond
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.errors import StoreUnavailable
from sync.services.desk import Desk
from sync.services.profiles import profiles, profiles_aside
from sync.services.sealing import SealedCopy, Sealer, copy_path
from tests.simulation.link import Fault
from tests.support.central import PASSWORD, Office
from tests.support.courier import take_in
from tests.support.desks import SERVER, Workplace, a_workplace
from tests.support.disks import break_page

WORDS = "Trafo diganti bersama warga Kampung Melati."


@pytest.fixture
def place(office: Office, case_id: CaseId, tmp_path: Path) -> Iterator[Workplace]:
    """Agus's computer with an act and a draft that nobody else has."""
    place = a_workplace(office, tmp_path / "computer")
    place.act(case_id, Respond(text=WORDS))
    place.desk.drafting.save(Draft(case_id=case_id, kind="note", text="Telepon vendor besok."))
    yield place
    place.desk.close()


def work_of(place: Workplace) -> Path:
    return place.desk.profile.folder / "work.db"


def lose(place: Workplace) -> None:
    """Close the desk and delete the work file and its copies."""
    place.desk.close()
    for path in place.desk.profile.folder.glob("work.db*"):
        path.unlink()
    shutil.rmtree(place.desk.profile.folder / "copies", ignore_errors=True)


def spoil(place: Workplace, content: bytes) -> None:
    """Close the desk and overwrite the work file and its copies."""
    place.desk.close()
    for path in [work_of(place), *(place.desk.profile.folder / "copies").glob("*.db")]:
        path.write_bytes(content)


def fault(place: Workplace) -> str:
    with pytest.raises(StoreUnavailable) as caught:
        place.door.open(place.desk.profile)
    return caught.value.code


def check_that_all_is_back(place: Workplace, case_id: CaseId) -> None:
    (item,) = place.desk.inbox.outbox()
    assert item.delivery is Delivery.UNKNOWN
    assert item.title == "Lampu jalan padam"
    draft = place.desk.drafting.load(case_id, "note")
    assert draft is not None
    assert draft.text == "Telepon vendor besok."
    assert place.case(case_id).entries[-1].delivery is Delivery.UNKNOWN
    place.sync()
    (item,) = place.desk.inbox.outbox()
    assert item.delivery is Delivery.ACCEPTED
    assert place.case(case_id).confirmed.v == 2


@pytest.mark.parametrize("damage", ["lost", "noise", "short"])
def test_one_click_brings_everything_back(place: Workplace, case_id: CaseId, damage: str) -> None:
    device = place.desk.tokens.device_id
    place.desk.sealer.write()
    if damage == "lost":
        lose(place)
    else:
        spoil(place, b"x" * (100_000 if damage == "noise" else 10))
    assert fault(place) == "store.work-lost"
    place.desk = place.door.rescue(place.desk.profile)
    assert place.desk.store.opening.put_back == 2
    assert place.desk.tokens.device_id == device
    assert place.desk.officer.name == "Agus Penghubung"
    check_that_all_is_back(place, case_id)
    if damage != "lost":
        assert list(place.desk.profile.folder.glob("work.broken-*.db"))
    place.desk.close()
    place.desk = place.door.open(place.desk.profile)
    assert place.desk.store.opening.put_back == 0


def test_an_older_copy_is_completed_without_asking(place: Workplace, case_id: CaseId) -> None:
    """The copy of the last start lacks what was done since; the sealed copy has it."""
    place.desk.close()
    place.desk = place.door.open(place.desk.profile)
    second = place.act(case_id, Note(text="Satu lagi"))
    place.desk.close()
    work_of(place).write_bytes(b"x" * 50_000)
    place.desk = place.door.open(place.desk.profile)
    assert place.desk.store.opening.work_restored
    assert place.desk.store.opening.put_back == 1
    assert place.item(second).delivery is Delivery.UNKNOWN
    place.sync()
    assert {item.delivery for item in place.desk.inbox.outbox()} == {Delivery.ACCEPTED}


def test_a_work_file_from_a_backup_is_completed(place: Workplace, case_id: CaseId) -> None:
    """Somebody put an old file back; the counter goes on above all numbers given out since."""
    place.desk.close()
    old = work_of(place).read_bytes()
    place.desk = place.door.open(place.desk.profile)
    second = place.act(case_id, Note(text="Satu lagi"))
    place.desk.close()
    work_of(place).write_bytes(old)
    place.desk = place.door.open(place.desk.profile)
    assert place.desk.store.opening.put_back == 1
    third = place.act(case_id, Note(text="Dan lagi"))
    place.sync()
    assert {place.item(each).delivery for each in (second, third)} == {Delivery.ACCEPTED}


def test_words_typed_since_the_newest_copy_take_the_place_of_older_ones(
    place: Workplace, case_id: CaseId
) -> None:
    """The copy of the start has the words of this morning; the sealed copy has all of them."""
    place.desk = reopened(place)
    place.office.clock.advance(60)
    longer = "Telepon vendor besok. Minta berita acara."
    place.desk.drafting.save(Draft(case_id=case_id, kind="note", text=longer))
    place.desk.close()
    work_of(place).write_bytes(b"x" * 50_000)
    place.desk = place.door.open(place.desk.profile)
    assert place.desk.store.opening.work_restored
    draft = place.desk.drafting.load(case_id, "note")
    assert draft is not None
    assert draft.text == longer
    assert ["Telepon vendor besok."] == [each.text for each in place.desk.store.drafts.kept()]


def test_drafts_come_back_too_where_somebody_put_an_old_file_back(
    place: Workplace, case_id: CaseId
) -> None:
    """That it is older shows in the numbers that it gave out."""
    place.desk.close()
    old = work_of(place).read_bytes()
    place.desk = place.door.open(place.desk.profile)
    place.act(case_id, Note(text="Satu lagi"))
    place.desk.drafting.save(Draft(case_id=case_id, kind="respond", text="Baru setengah."))
    place.desk.close()
    work_of(place).write_bytes(old)
    place.desk = place.door.open(place.desk.profile)
    draft = place.desk.drafting.load(case_id, "respond")
    assert draft is not None
    assert draft.text == "Baru setengah."


def test_what_was_settled_is_not_brought_back(place: Workplace, case_id: CaseId) -> None:
    place.desk.sealer.write()
    place.sync()
    first = place.desk.inbox.outbox()[0].command.id
    place.desk.drafting.discard(case_id, "note")
    place.desk = reopened(place)
    assert place.desk.store.opening.put_back == 0
    assert place.item(first).delivery is Delivery.ACCEPTED
    assert place.desk.drafting.load(case_id, "note") is None


def reopened(place: Workplace) -> Desk:
    place.desk.close()
    return place.door.open(place.desk.profile)


def test_what_waits_for_an_accepted_act_can_still_go(place: Workplace, case_id: CaseId) -> None:
    """The act it must come after is in the copy although it is settled."""
    place.sync(Fault.UNANSWERED)
    place.act(case_id, Note(text="Menyusul"))
    place.sync(Fault.OFFLINE)
    lose(place)
    place.desk = place.door.rescue(place.desk.profile)
    place.sync()
    assert {item.delivery for item in place.desk.inbox.outbox()} == {Delivery.ACCEPTED}


def test_decisions_come_back_as_decisions(place: Workplace, case_id: CaseId) -> None:
    place.sync()
    conflict = place.act(case_id, Close(text="Selesai."))
    place.office.citizen_replies(case_id)
    place.sync()
    lose(place)
    place.desk = place.door.rescue(place.desk.profile)
    place.sync()
    assert place.item(conflict).delivery is Delivery.CONFLICT
    assert place.item(conflict).choices


def test_the_copy_can_be_handed_to_the_centre(place: Workplace, case_id: CaseId) -> None:
    place.desk.sealer.write()
    path = copy_path(place.desk.profile.folder)
    taken, _ = take_in(place.office.centre.courier_desk, path.read_bytes())
    assert (taken.n, taken.verdicts) == (0, {"accepted": 1})
    place.sync()
    (item,) = place.desk.inbox.outbox()
    assert item.delivery is Delivery.ACCEPTED


def test_the_copy_reveals_nothing_and_holds_no_titles(place: Workplace) -> None:
    place.desk.sealer.write()
    path = copy_path(place.desk.profile.folder)
    data = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for word in [*WORDS.split(), "agus", "Lampu", "vendor"]:
        assert word.encode() not in data
    copy = SealedCopy(place.desk.profile.folder, place.desk.tokens.installation.keys)
    bundle = copy._open()  # noqa: SLF001 - what a recipient sees
    assert bundle is not None
    assert "Lampu jalan padam" not in str(bundle.messages)
    assert "Budi Pelapor" not in str(bundle.messages)
    assert WORDS in str(bundle.messages)


def test_nothing_is_written_when_nothing_changed(place: Workplace, case_id: CaseId) -> None:
    assert place.desk.sealer.write()
    assert not place.desk.sealer.write()
    place.act(case_id, Note(text="Baru"))
    assert place.desk.sealer.write()


def test_a_copy_that_cannot_be_read_changes_nothing(place: Workplace, case_id: CaseId) -> None:
    place.desk.close()
    copy_path(place.desk.profile.folder).write_bytes(b"not a copy")
    place.desk = place.door.open(place.desk.profile)
    assert place.desk.store.opening.put_back == 0


@pytest.mark.parametrize(
    ("loss", "code"),
    [(lose, "store.work-gone"), (lambda place: spoil(place, b"x" * 100_000), "store.wrong-key")],
)
def test_with_nothing_left_that_opens_an_officer_begins_beside_it(
    place: Workplace, loss: Callable[[Workplace], None], code: str
) -> None:
    """No empty file takes the place of lost work unseen; after signing in it all stays there."""
    loss(place)
    shut = place.desk.profile
    copy_path(shut.folder).write_bytes(b"not a copy")
    before = {path.name for path in shut.folder.iterdir()}
    assert fault(place) == code
    with pytest.raises(StoreUnavailable, match=r"store\.no-copy"):
        place.door.rescue(shut)
    place.desk = place.door.sign_in(SERVER, "agus", PASSWORD)
    place.sync()
    assert place.desk.inbox.outbox() == []
    assert place.desk.inbox.counts().held == 1
    assert before - {path.name for path in shut.folder.iterdir()} <= {"profile.json"}
    assert copy_path(shut.folder).read_bytes() == b"not a copy"
    assert [place.desk.profile.id] == [each.id for each in profiles(shut.folder.parent)]
    assert [shut.id] == [each.id for each in profiles_aside(shut.folder.parent)]


def test_what_a_broken_file_took_while_nothing_could_be_sealed_is_read_from_it(
    place: Workplace, case_id: CaseId
) -> None:
    """One page of the acts is broken: drafts still go to the disk, but no copy can be made."""
    place.desk = reopened(place)
    key = bytes.fromhex(place.keyring.entries[place.desk.profile.id])
    break_page(work_of(place), key, "commands")
    place.desk.drafting.save(Draft(case_id=case_id, kind="respond", text="Baru setengah."))
    place.desk = reopened(place)
    assert place.desk.store.opening.work_restored
    draft = place.desk.drafting.load(case_id, "respond")
    assert draft is not None
    assert draft.text == "Baru setengah."


def test_words_that_arrived_are_kept_for_the_files_that_follow_them(
    place: Workplace, case_id: CaseId
) -> None:
    """A file that no words name would never go, and be tidied away after a day."""
    photo = place.desk.attachments.attach_content("bukti.pdf", b"x" * 9_000)
    place.act(case_id, FollowUp(text="Foto.", done_on=date(2026, 11, 24), evidence=(photo,)))
    place.sync()
    lose(place)
    place.desk = place.door.rescue(place.desk.profile)
    [file] = place.desk.store.own_files.to_send()
    assert file.sha256 == photo.sha256


def test_a_disk_that_refuses_leaves_the_older_copy(place: Workplace, case_id: CaseId) -> None:
    place.desk.sealer.write()
    path = copy_path(place.desk.profile.folder)
    before = path.read_bytes()
    path.with_name(f"{path.name}.new").mkdir()
    place.act(case_id, Note(text="Baru"))
    with pytest.raises(StoreUnavailable):
        place.desk.sealer.write()
    assert path.read_bytes() == before


def test_an_older_copy_never_lands_upon_a_newer_one(place: Workplace, case_id: CaseId) -> None:
    """The window seals behind the officer's back, and once more when it is closed."""
    seconds: list[Future[bool]] = []

    def overtaken() -> int:
        if not seconds:  # the first writer has read what it will write: another act comes now
            place.act(case_id, Note(text="Warga menelepon lagi."))
            seconds.append(pool.submit(sealer.write))
            _wait_until_it_waits_or_is_done(seconds[0], ident)
        return place.office.clock()

    keys = place.desk.tokens.installation.keys
    copy = SealedCopy(place.desk.profile.folder, keys)
    sealer = Sealer(place.desk.store, copy, keys, overtaken, lambda: str(uuid.uuid4()))
    with ThreadPoolExecutor(max_workers=1) as pool:
        ident = pool.submit(get_ident).result()
        sealer.write()
        assert seconds[0].result()
    copied = copy.look()
    assert copied is not None
    assert 2 == copied.acts


def _wait_until_it_waits_or_is_done(writing: Future[bool], thread: int) -> None:
    """Return once a thread stands in ``Sealer.write`` itself, which is where it waits."""
    while not writing.done():
        frame = sys._current_frames()[thread]  # noqa: SLF001 - the only way to see where it is
        if frame.f_code is Sealer.write.__code__:
            return
