# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gets in: passwords, tokens, devices and their end."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from sync.cases.access import Role
from sync.central import schema
from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.wire.messages import RefreshRequest, SignInRequest, SyncRequest
from tests.support.central import ENTERPRISE, PASSWORD, UNIT_A, Device, Office


def sign_in(office: Office, username: str, password: str, device_id: str = "d1") -> str:
    """Sign in and return the access token."""
    request = SignInRequest(
        username=username, password=password, device_id=device_id, device_name="Laptop"
    )
    return office.centre.sign_in(request).access_token


def refusal(office: Office, username: str, password: str, device_id: str = "d1") -> SignInFailed:
    """Sign in in vain and return why."""
    with pytest.raises(SignInFailed) as failure:
        sign_in(office, username, password, device_id)
    return failure.value


def failed_exchange(office: Office, device: Device) -> SyncErrorKind:
    """Exchange in vain and return why."""
    with pytest.raises(SyncError) as failure:
        office.centre.sync(device.access_token, SyncRequest())
    return failure.value.kind


def test_a_session_tells_who_and_where(office: Office) -> None:
    """The answer to a sign-in names the officer, the epoch and the time."""
    request = SignInRequest(
        username=" Agus ", password=PASSWORD, device_id="d1", device_name="Laptop"
    )
    session = office.centre.sign_in(request)
    assert ("agus", "Agus Penghubung", Role.LIAISON.value, UNIT_A) == (
        session.officer.username,
        session.officer.name,
        session.officer.role,
        session.officer.unit_id,
    )
    assert (office.centre.hello().epoch, office.clock()) == (session.epoch, session.now)
    assert office.clock() + 3_600_000 == session.expires_at
    assert len(session.access_token) <= 64


def test_a_wrong_name_and_a_wrong_password_look_alike(office: Office) -> None:
    """The refusal does not tell whether there is such an officer."""
    assert "sign-in.wrong" == refusal(office, "agus", "salah").code
    assert "sign-in.wrong" == refusal(office, "tidak-ada", PASSWORD).code


def test_too_many_wrong_passwords_close_the_door_for_a_while(office: Office) -> None:
    """After five wrong passwords even the right one has to wait; others are not affected."""
    for _ in range(5):
        refusal(office, "agus", "salah")
        office.clock.advance(10)
    throttled = refusal(office, "AGUS", PASSWORD)
    assert ("sign-in.throttled", 250) == (throttled.code, throttled.data["retry_after_s"])
    sign_in(office, "wati", PASSWORD, "d2")
    office.clock.advance(251)
    sign_in(office, "agus", PASSWORD)


def test_a_right_password_forgives_the_wrong_ones(office: Office) -> None:
    """The count of wrong passwords begins anew after a good sign-in."""
    for _ in range(2):
        for _ in range(4):
            refusal(office, "agus", "salah")
        sign_in(office, "agus", PASSWORD)


def test_secrets_are_not_stored_as_they_are(office: Office) -> None:
    """The database has neither a token nor a password in plain."""
    device = office.device("agus")
    with office.database.read() as connection:
        hashes = connection.execute(select(schema.tokens.c.hash)).scalars().all()
        stored = connection.execute(select(schema.officers.c.password_hash)).scalars().all()
    assert not {device.access_token, device.refresh_token} & set(hashes)
    assert all(text.startswith("$argon2id$") for text in stored)


def test_an_access_token_ends_after_an_hour(office: Office) -> None:
    """An old token is refused; the refresh token gives a new one."""
    device = office.device("agus")
    office.clock.advance(3_600)
    assert SyncErrorKind.AUTH is failed_exchange(office, device)
    device.renew()
    device.exchange()


def test_a_lost_answer_does_not_lock_anybody_out(office: Office) -> None:
    """A refresh token may be shown again, weeks later, until what it gave is first used."""
    device = office.device("agus")
    request = RefreshRequest(refresh_token=device.refresh_token, device_id=device.id)
    office.centre.refresh(request)
    office.clock.advance(30 * 86_400)
    device.renew()
    office.centre.refresh(request)
    device.exchange()
    with pytest.raises(SyncError) as failure:
        office.centre.refresh(request)
    assert SyncErrorKind.AUTH is failure.value.kind
    device.renew()


def test_a_renewal_alone_shows_that_the_pair_before_arrived(office: Office) -> None:
    """Who renews with the new refresh token has it, so the one before ends."""
    device = office.device("agus")
    request = RefreshRequest(refresh_token=device.refresh_token, device_id=device.id)
    office.clock.advance(3_600)
    device.renew()
    office.clock.advance(3_600)
    device.renew()
    with pytest.raises(SyncError):
        office.centre.refresh(request)


def test_tokens_are_bound_to_their_device_and_purpose(office: Office) -> None:
    """A refresh token of another device, and an access token in its place, are worth nothing."""
    device, other = office.device("agus"), office.device("agus")
    for token, device_id in [
        (device.refresh_token, other.id),
        (device.access_token, device.id),
        ("tidak-ada", device.id),
    ]:
        with pytest.raises(SyncError) as failure:
            office.centre.refresh(RefreshRequest(refresh_token=token, device_id=device_id))
        assert SyncErrorKind.AUTH is failure.value.kind
    with pytest.raises(SyncError):
        office.centre.sync(device.refresh_token, SyncRequest())


def test_signing_out_ends_this_device_only(office: Office) -> None:
    """After a sign-out this device's tokens are void, those of another device are not."""
    device, other = office.device("agus"), office.device("agus")
    office.centre.sign_out(device.access_token)
    assert SyncErrorKind.AUTH is failed_exchange(office, device)
    other.exchange()


def test_a_revoked_device_is_told_so_everywhere(office: Office) -> None:
    """A revoked device can neither exchange nor renew nor sign in again; another one can."""
    device, other = office.device("agus"), office.device("agus")
    assert office.centre.revoke_device(other.access_token, device.id)
    assert SyncErrorKind.REVOKED is failed_exchange(office, device)
    with pytest.raises(SyncError) as failure:
        device.renew()
    assert SyncErrorKind.REVOKED is failure.value.kind
    with pytest.raises(SyncError) as failure:
        sign_in(office, "agus", PASSWORD, device.id)
    assert SyncErrorKind.REVOKED is failure.value.kind
    other.exchange()


@pytest.mark.parametrize(
    ("username", "may"),
    [("agus", True), ("wati", True), ("dewi", True), ("sari", False), ("joko", False)],
)
def test_who_may_revoke_a_device(office: Office, username: str, may: bool) -> None:
    """Officers revoke their own devices, admins those in their units, nobody else any."""
    device, by = office.device("agus"), office.device(username)
    assert may == office.centre.revoke_device(by.access_token, device.id)
    assert not office.centre.revoke_device(by.access_token, "tidak-ada")


def test_a_device_belongs_to_one_officer(office: Office) -> None:
    """A device id that another officer has registered is refused."""
    sign_in(office, "agus", PASSWORD)
    assert "sign-in.device-taken" == refusal(office, "wati", PASSWORD).code


def test_a_closed_account_is_out_at_once(office: Office) -> None:
    """When an account is closed its tokens end, and so does the sign-in."""
    device = office.device("agus")
    office.administration.change_officer(
        office.officers["agus"], role=Role.LIAISON, unit_id=UNIT_A, disabled=True
    )
    assert SyncErrorKind.AUTH is failed_exchange(office, device)
    assert "sign-in.wrong" == refusal(office, "agus", PASSWORD, "d2").code
    with pytest.raises(SyncError):
        device.renew()


def test_a_new_role_counts_at_once(office: Office) -> None:
    """What a token allows is what its officer may now, not what they could when they signed in."""
    case = office.add_case(anonymous=True, reporter="Nama Rahasia")
    device = office.device("agus")
    device.follow()
    assert device.cases[case.id].reporter is None
    office.administration.change_officer(
        office.officers["agus"], role=Role.AGENCY_ADMIN, unit_id=ENTERPRISE
    )
    device.follow()
    assert "Nama Rahasia" == device.cases[case.id].reporter
