# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door: who gets in, with which key, and that work survives whatever happens there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import update

from sync.cases.commands import Note
from sync.cases.ids import CaseId
from sync.central import schema
from sync.engine.status import LinkState
from sync.errors import SignInFailed, StoreUnavailable, SyncError, SyncErrorKind
from sync.services.session import profiles
from tests.simulation.link import Fault
from tests.support.central import PASSWORD, Office
from tests.support.desks import SERVER, Workplace, a_door
from tests.support.keyring import MemoryKeyring

PASSPHRASE = "kuda putih lari pagi"
WEEKS_S = 90 * 86_400


def test_the_first_sign_in_makes_a_profile(office: Office, tmp_path: Path) -> None:
    """The officer's folder appears, with the name the centre gave and nothing secret in it."""
    door, _ = a_door(office, tmp_path / "data", MemoryKeyring())
    desk = door.sign_in("Pusat.example.go.id/", " agus ", PASSWORD)
    desk.close()
    (profile,) = profiles(tmp_path / "data")
    assert (SERVER, "agus", "Agus Penghubung") == (
        profile.server,
        profile.username,
        profile.display_name,
    )
    assert PASSWORD not in (profile.folder / "profile.json").read_text()


def test_the_folders_are_closed_to_others(office: Office, tmp_path: Path) -> None:
    """Other users of the computer see neither files nor names."""
    door, _ = a_door(office, tmp_path / "data", MemoryKeyring())
    desk = door.sign_in(SERVER, "agus", PASSWORD)
    desk.close()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "data", desk.profile.folder]}
    assert {0o700} == modes


@pytest.mark.parametrize(
    ("username", "password"), [("agus", "keliru"), ("tidak-ada", PASSWORD), ("agus", "")]
)
def test_a_wrong_first_sign_in_leaves_nothing_behind(
    office: Office, tmp_path: Path, username: str, password: str
) -> None:
    """No folder is made for somebody the centre does not know."""
    door, _ = a_door(office, tmp_path / "data", MemoryKeyring())
    with pytest.raises(SignInFailed) as caught:
        door.sign_in(SERVER, username, password)
    assert ("sign-in.wrong", False) == (caught.value.code, (tmp_path / "data").exists())


def test_the_first_sign_in_needs_the_network(office: Office, tmp_path: Path) -> None:
    """Offline it fails as such, and can be tried again."""
    door, link = a_door(office, tmp_path / "data", MemoryKeyring())
    link.fail([Fault.OFFLINE])
    with pytest.raises(SyncError) as caught:
        door.sign_in(SERVER, "agus", PASSWORD)
    assert caught.value.kind is SyncErrorKind.OFFLINE
    door.sign_in(SERVER, "agus", PASSWORD).close()


def test_without_a_keyring_a_passphrase_is_needed(office: Office, tmp_path: Path) -> None:
    """It is asked for before anything is sent or made."""
    door, _ = a_door(office, tmp_path / "data", None)
    with pytest.raises(SignInFailed) as caught:
        door.sign_in(SERVER, "agus", PASSWORD)
    assert ("sign-in.passphrase-needed", False) == (
        caught.value.code,
        (tmp_path / "data").exists(),
    )


def test_a_passphrase_opens_the_files_offline(office: Office, tmp_path: Path) -> None:
    """Where there is no keyring, the passphrase is all it takes, and only the right one."""
    door, link = a_door(office, tmp_path / "data", None)
    profile = door.sign_in(SERVER, "agus", PASSWORD, PASSPHRASE).profile
    link.fail([Fault.OFFLINE] * 9)
    assert door.needs_passphrase(profile)
    for wrong, code in ((None, "sign-in.passphrase-needed"), ("salah", "sign-in.passphrase-wrong")):
        with pytest.raises(SignInFailed) as caught:
            door.open(profile, wrong)
        assert code == caught.value.code
    desk = door.open(profile, PASSPHRASE)
    assert "Agus Penghubung" == desk.officer.name
    desk.close()


def test_a_keyring_opens_the_files_by_itself(place: Workplace) -> None:
    """With a keyring nothing is asked, online or offline."""
    place.desk.close()
    place.link.fail([Fault.OFFLINE] * 9)
    assert not place.door.needs_passphrase(place.desk.profile)
    place.desk = place.door.open(place.desk.profile)
    assert 1 == place.desk.inbox.counts().held


def test_a_lost_keyring_entry_is_named_as_such(place: Workplace) -> None:
    """The files stay closed, and whole: nothing is thrown away."""
    place.desk.close()
    kept = dict(place.keyring.entries)
    place.keyring.lose()
    with pytest.raises(StoreUnavailable) as caught:
        place.door.open(place.desk.profile)
    assert "store.no-key" == caught.value.code
    place.keyring.entries = kept
    place.desk = place.door.open(place.desk.profile)
    assert 1 == place.desk.inbox.counts().held


def test_two_officers_share_a_computer(office: Office, tmp_path: Path) -> None:
    """Each has a folder and a device; neither sees the other's cases."""
    office.add_case()
    door, _ = a_door(office, tmp_path / "data", MemoryKeyring())
    held = {}
    for username in ("agus", "sari"):
        desk = door.sign_in(SERVER, username, PASSWORD)
        desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
        held[username] = desk.inbox.counts().held
        desk.close()
    assert ({"agus": 1, "sari": 0}, ["sari", "agus"]) == (
        held,
        [profile.username for profile in profiles(tmp_path / "data")],
    )


def test_signing_in_again_finds_the_same_files(place: Workplace, case_id: CaseId) -> None:
    """The queue of unsent work and the device stay; no second folder appears."""
    command_id = place.act(case_id, Note(text="Sudah dicek."))
    device = place.desk.tokens.device_id
    place.desk.close()
    place.desk = place.door.sign_in(SERVER, "AGUS", PASSWORD)
    assert (device, command_id) == (
        place.desk.tokens.device_id,
        place.item(command_id).command.id,
    )


@pytest.mark.parametrize("is_device_known", [True, False])
def test_an_account_that_somebody_else_has_now_opens_nobodys_files(
    place: Workplace, case_id: CaseId, *, is_device_known: bool
) -> None:
    """A name is given again when an officer leaves: what waits must not go out as another's."""
    place.act(case_id, Note(text="Sudah dicek."))
    old, sari = place.desk.profile, place.office.officers["sari"]
    _give_name("agus", sari, place.office)
    if not is_device_known:  # as where the new holder was let in by it before
        with place.office.database.write() as connection:
            device = schema.devices.c.id == place.desk.tokens.device_id
            connection.execute(update(schema.devices).where(device).values(officer_id=sari))
    with pytest.raises(SignInFailed):
        place.door.renew(place.desk, PASSWORD)
    assert "Agus Penghubung" == place.desk.officer.name
    place.desk.close()
    place.desk = place.door.sign_in(SERVER, "agus", PASSWORD)
    assert (sari, []) == (place.desk.officer.id, place.desk.inbox.outbox())
    assert old.folder != place.desk.profile.folder
    assert old.folder.exists()


def _give_name(name: str, officer_id: int, office: Office) -> None:
    officers = schema.officers
    with office.database.write() as connection:
        connection.execute(
            update(officers).where(officers.c.username == name).values(username="agus-lama")
        )
        connection.execute(
            update(officers).where(officers.c.id == officer_id).values(username=name)
        )


def test_a_wrong_password_never_touches_work(place: Workplace, case_id: CaseId) -> None:
    """Neither at the door nor for an open desk."""
    command_id = place.act(case_id, Note(text="Sudah dicek."))
    with pytest.raises(SignInFailed):
        place.door.renew(place.desk, "keliru")
    assert "Sudah dicek." == place.item(command_id).command.body.text  # type: ignore[union-attr]
    place.desk.close()
    with pytest.raises(SignInFailed):
        place.door.sign_in(SERVER, "agus", "keliru")
    place.desk = place.door.open(place.desk.profile)
    assert place.item(command_id).delivery.is_pending


def test_an_expired_sign_in_is_renewed_with_the_password(place: Workplace, case_id: CaseId) -> None:
    """After weeks offline the centre wants the password; then the queue goes out."""
    command_id = place.act(case_id, Note(text="Sudah dicek."))
    place.office.clock.advance(WEEKS_S)
    assert place.sync().failure is SyncErrorKind.AUTH
    assert place.desk.synchronizer.status().link is LinkState.SIGN_IN_NEEDED
    place.door.renew(place.desk, PASSWORD)
    assert place.sync().failure is None
    assert place.item(command_id).receipt


def test_a_half_made_folder_is_not_a_profile(office: Office, tmp_path: Path) -> None:
    """What a crash during the first sign-in left is neither listed nor in the way."""
    leftover = tmp_path / "data" / "sisa"
    leftover.mkdir(parents=True)
    (leftover / "profile.json").write_text('{"server":"https://pusat')
    door, _ = a_door(office, tmp_path / "data", MemoryKeyring())
    assert [] == profiles(tmp_path / "data")
    door.sign_in(SERVER, "agus", PASSWORD).close()
    assert ["agus"] == [profile.username for profile in profiles(tmp_path / "data")]


def test_a_program_of_another_age_is_told_before_the_password_is_sent(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No common version: no password crosses the line."""
    monkeypatch.setattr("sync.wire.versions.OLDEST_ACCEPTED", 99)
    monkeypatch.setattr("sync.wire.versions.CURRENT", 99)
    door, _ = a_door(office, tmp_path / "data", MemoryKeyring())
    with pytest.raises(SyncError) as caught:
        door.sign_in(SERVER, "agus", PASSWORD)
    assert caught.value.kind is SyncErrorKind.VERSION


def test_leaving_a_desk_notes_how_much_waits_there(place: Workplace, case_id: CaseId) -> None:
    """For a colleague at the same computer: a count, and none of the words."""
    place.act(case_id, Note(text="Sangat rahasia."))
    place.desk.close()
    (profile,) = profiles(place.desk.profile.folder.parent)
    assert 1 == profile.unsent
    assert "rahasia" not in (profile.folder / "profile.json").read_text()
    place.desk = place.door.open(profile)
    (crashed,) = profiles(place.desk.profile.folder.parent)
    assert crashed.in_use  # whoever looks now, or after a crash, is not told a number
    place.sync()
    place.desk.close()
    (profile,) = profiles(place.desk.profile.folder.parent)
    assert (0, False) == (profile.unsent, profile.in_use)
    place.desk = place.door.open(profile)
