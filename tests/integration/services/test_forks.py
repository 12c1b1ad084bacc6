# SPDX-License-Identifier: AGPL-3.0-or-later
"""A copied or restored profile: nothing is lost, nothing is doubled, and the copies part ways."""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from pathlib import Path

import pytest

from sync.cases.commands import Close, CommandBody, Note, Respond
from sync.cases.events import Responded
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.engine.status import LinkState
from sync.services.session import SignIn
from tests.simulation.link import Fault, Link
from tests.support.central import PASSWORD, Device, Office
from tests.support.desks import Workplace
from tests.support.keyring import MemoryKeyring


def copied(place: Workplace, folder: Path) -> Workplace:
    """Copy the whole profile with its keyring, as an image of the disk does, and open the copy."""
    folder.mkdir()
    profile = place.desk.profile.folder
    place.desk.close()
    shutil.copytree(profile, folder / profile.name)
    place.desk = place.door.open(place.desk.profile)
    keyring = MemoryKeyring()
    keyring.entries = dict(place.keyring.entries)
    return reopened(place, folder, keyring)


def reopened(place: Workplace, folder: Path, keyring: MemoryKeyring) -> Workplace:
    """Open the profile in another data folder."""
    link = Link(place.office.centre)
    door = SignIn(
        folder, lambda _server: link, keyring, place.office.clock, lambda: str(uuid.uuid4())
    )
    known = place.desk.profile
    profile = type(known)(
        id=known.id,
        folder=folder / known.folder.name,
        server=known.server,
        username=known.username,
        display_name=known.display_name,
    )
    desk = door.open(profile)
    return Workplace(office=place.office, link=link, keyring=keyring, door=door, desk=desk)


@pytest.fixture
def copy(place: Workplace, tmp_path: Path) -> Workplace:
    """A second computer with the same profile."""
    return copied(place, tmp_path / "copy")


def told(office: Office, case_id: CaseId) -> Counter[str]:
    """Return the words of the case's history at the centre, with how often they are there."""
    device: Device = office.device("agus")
    device.follow()
    return Counter(event.data.get("text", "") for event in device.history(case_id))


def test_two_copies_lose_nothing_and_double_nothing(
    place: Workplace, copy: Workplace, case_id: CaseId
) -> None:
    """Both work, both send; the second one becomes a device of its own by itself."""
    for machine, name in ((place, "asli"), (copy, "salinan")):
        for number in range(3):
            machine.act(case_id, Note(text=f"{name} {number}"))
    for machine in (place, copy, place, copy):
        assert machine.sync().failure is None
    words = {f"{name} {number}" for name in ("asli", "salinan") for number in range(3)}
    assert dict.fromkeys(words, 1) == told(place.office, case_id)
    assert {Delivery.ACCEPTED} == {item.delivery for item in copy.desk.inbox.outbox()}
    assert place.desk.tokens.device_id != copy.desk.tokens.device_id
    copy.desk.close()


@pytest.mark.parametrize("body", [Respond(text="Jawaban kedua."), Close(text="Selesai.")])
def test_a_copys_answer_does_not_pass_the_originals_unseen(
    place: Workplace, copy: Workplace, case_id: CaseId, body: CommandBody
) -> None:
    """Also when the copy does not use a number twice: what the other did is not its own."""
    skipped = copy.act(case_id, Note(text="Tidak jadi."))
    copy.desk.casework.withdraw(skipped)
    second = copy.act(case_id, body)
    place.act(case_id, Respond(text="Jawaban pertama."))
    place.sync()
    copy.sync()
    assert copy.item(second).delivery is Delivery.CONFLICT
    assert [Responded(text="Jawaban pertama.")] == [event.body for event in copy.item(second).newer]
    copy.desk.close()


@pytest.mark.parametrize("fault", [Fault.OFFLINE, Fault.UNANSWERED])
def test_a_fork_over_a_bad_line_is_made_later(
    place: Workplace, copy: Workplace, case_id: CaseId, fault: Fault
) -> None:
    """Whatever breaks between refusal and new device, the act is delivered once in the end."""
    place.act(case_id, Note(text="Dari aslinya."))
    place.sync()
    copy.act(case_id, Note(text="Dari salinannya."))
    copy.link.fail([])
    copy.sync(Fault.NONE, fault)
    copy.sync()
    copy.sync()
    assert {"Dari aslinya.": 1, "Dari salinannya.": 1} == told(place.office, case_id)
    copy.desk.close()


def test_a_copy_whose_sign_in_ended_asks_for_the_password_first(
    place: Workplace, copy: Workplace, case_id: CaseId
) -> None:
    """The original has renewed the shared token long ago; the copy signs in and delivers."""
    place.act(case_id, Note(text="Dari aslinya."))
    place.sync()
    copy.act(case_id, Note(text="Dari salinannya."))
    for _ in range(2):
        place.office.clock.advance(2 * 3_600)
        place.sync()
    copy.sync()
    assert (LinkState.SIGN_IN_NEEDED, 1) == (
        copy.statuses[-1].link,
        copy.desk.synchronizer.status().undelivered,
    )
    copy.door.renew(copy.desk, PASSWORD)
    assert copy.sync().failure is None
    assert {"Dari aslinya.": 1, "Dari salinannya.": 1} == told(place.office, case_id)
    copy.desk.close()


def test_a_profile_put_back_from_a_backup_goes_on_as_another_device(
    place: Workplace, case_id: CaseId, tmp_path: Path
) -> None:
    """The counter went back; what was delivered since is not repeated, the rest is delivered."""
    profile = place.desk.profile.folder
    place.act(case_id, Note(text="Sebelum cadangan."))
    place.desk.close()
    shutil.copytree(profile, tmp_path / "backup")
    place.desk = place.door.open(place.desk.profile)
    place.act(case_id, Note(text="Sesudah cadangan."))
    place.sync()
    before = place.desk.tokens.device_id
    place.desk.close()
    shutil.rmtree(profile)
    shutil.copytree(tmp_path / "backup", profile)
    place.desk = place.door.open(place.desk.profile)
    place.act(case_id, Note(text="Setelah dipulihkan."))
    assert place.sync().failure is None
    words = ("Sebelum cadangan.", "Sesudah cadangan.", "Setelah dipulihkan.")
    assert dict.fromkeys(words, 1) == told(place.office, case_id)
    assert before != place.desk.tokens.device_id
