# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tokens of one installation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from sync.cases.ids import DeviceId
from sync.courier.keys import Keys
from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.services.tokens import KeptTokens
from sync.store.secrets import FallbackSecrets
from sync.wire.messages import (
    CourierKeys,
    Hello,
    OfficerRecord,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
)
from tests.support.courier import DEVICE
from tests.support.keyring import MemoryKeyring

HOUR_MS = 3_600_000
HERE = 1_764_000_000_000
CENTRE = HERE + 5 * HOUR_MS
"""The centre's clock is far ahead of ours."""


def _session(number: int) -> Session:
    officer = OfficerRecord(
        id=1, username="agus", name="Agus", role="pejabat_penghubung", unit_id=1
    )
    return Session(
        access_token=f"access-{number}",
        refresh_token=f"refresh-{number}",
        expires_at=CENTRE + HOUR_MS,
        officer=officer,
        epoch="e",
        now=CENTRE,
    )


@dataclass
class _Centre:
    """Renews once for each token it gave."""

    refusal: Exception | None = None
    seen: list[RefreshRequest] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def hello(self) -> Hello:
        raise AssertionError

    def sign_in(self, request: SignInRequest) -> Session:
        raise AssertionError(request)

    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        raise AssertionError(request)

    def segment(self, access_token: str, sha256: str, start: int, size: int) -> bytes | None:
        raise AssertionError(sha256)

    def refresh(self, request: RefreshRequest) -> Session:
        self.seen.append(request)
        self.meanwhile()
        if self.refusal is not None:
            raise self.refusal
        return _session(2)


@dataclass
class _Installation:
    """A device id in memory."""

    device_id: DeviceId = field(default=DeviceId("d"))
    keys: Keys = field(default=DEVICE)
    centre: CourierKeys | None = None

    def successor(self) -> DeviceId:
        return DeviceId("d-2")

    def become(self, device_id: DeviceId) -> None:
        self.device_id = device_id

    def meet(self, centre: CourierKeys | None) -> None:
        self.centre = centre


class _World:
    """A keyring, a centre and a clock."""

    def __init__(self) -> None:
        self.keyring, self.centre, self.now = MemoryKeyring(), _Centre(), HERE
        self.installation = _Installation()
        self.tokens = self.reopened()

    def reopened(self) -> KeptTokens:
        """The program after a restart."""
        return KeptTokens(self.keyring, self.centre, self.installation, lambda: self.now)


def _kind(error: pytest.ExceptionInfo[SyncError]) -> SyncErrorKind:
    return error.value.kind


def test_tokens_outlive_the_program() -> None:
    """They are where secrets are kept."""
    world = _World()
    world.tokens.keep(_session(1))
    assert "access-1" == world.reopened().access_token()


def test_without_a_sign_in_there_is_no_token() -> None:
    """Neither to show nor to renew."""
    world = _World()
    for attempt in (world.tokens.access_token, world.tokens.renew):
        with pytest.raises(SyncError) as caught:
            attempt()
        assert _kind(caught) is SyncErrorKind.AUTH


def test_the_life_of_a_token_is_counted_on_this_clock() -> None:
    """However far the two clocks are apart, an hour is an hour."""
    world = _World()
    world.tokens.keep(_session(1))
    world.now += HOUR_MS - 60_000
    assert "access-1" == world.tokens.access_token()
    world.now += 60_000
    with pytest.raises(SyncError) as caught:
        world.tokens.access_token()
    assert _kind(caught) is SyncErrorKind.AUTH


def test_a_renewal_uses_the_kept_token_and_keeps_the_new_ones() -> None:
    """Bound to this device."""
    world = _World()
    world.tokens.keep(_session(1))
    world.tokens.renew()
    asked = RefreshRequest(refresh_token="refresh-1", device_id="d", courier=DEVICE.public)
    assert [asked] == world.centre.seen
    assert "access-2" == world.reopened().access_token()


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (SignInFailed("sign-in.wrong"), SyncErrorKind.AUTH),
        (SyncError(SyncErrorKind.AUTH), SyncErrorKind.AUTH),
        (SyncError(SyncErrorKind.OFFLINE), SyncErrorKind.OFFLINE),
    ],
)
def test_a_refused_renewal_keeps_what_there_was(refusal: Exception, kind: SyncErrorKind) -> None:
    """The old tokens may still be good when the line was the trouble."""
    world = _World()
    world.tokens.keep(_session(1))
    world.centre.refusal = refusal
    with pytest.raises(SyncError) as caught:
        world.tokens.renew()
    assert (kind, "access-1") == (_kind(caught), world.tokens.access_token())


@pytest.mark.parametrize("refusal", [None, SyncError(SyncErrorKind.AUTH)])
def test_a_renewal_gives_way_to_a_newer_sign_in(refusal: Exception | None) -> None:
    """Two programs, or a sign-in meanwhile: the newer tokens stay, whatever the old one got."""
    world = _World()
    world.tokens.keep(_session(1))
    world.centre.refusal = refusal
    world.centre.meanwhile = lambda: world.reopened().keep(_session(3))
    world.tokens.renew()
    assert "access-3" == world.tokens.access_token()


def test_a_copy_becomes_a_device_of_its_own() -> None:
    """The tokens are of the new device, and so is what is renewed later."""
    world = _World()
    world.tokens.keep(_session(1))
    world.tokens.fork()
    assert ("d-2", "access-2") == (world.tokens.device_id, world.reopened().access_token())
    world.tokens.renew()
    assert [("d", "d-2"), ("d-2", None)] == [
        (request.device_id, request.new_device_id) for request in world.centre.seen
    ]


def test_a_fork_that_fails_leaves_everything_as_it_was() -> None:
    """The line may be the trouble: it is tried again, as the same new device."""
    world = _World()
    world.tokens.keep(_session(1))
    world.centre.refusal = SyncError(SyncErrorKind.UNANSWERED)
    with pytest.raises(SyncError):
        world.tokens.fork()
    assert ("d", "access-1") == (world.tokens.device_id, world.tokens.access_token())
    world.centre.refusal = None
    world.tokens.fork()
    assert ["d-2", "d-2"] == [request.new_device_id for request in world.centre.seen]


def test_a_fork_cut_short_by_a_crash_is_finished_without_asking_again() -> None:
    """The tokens were kept and the id was not: only the id is missing."""
    world = _World()
    world.tokens.keep(_session(1))
    world.tokens.fork()
    world.installation.device_id = DeviceId("d")
    world.reopened().fork()
    assert ("d-2", 1) == (world.tokens.device_id, len(world.centre.seen))


def test_tokens_that_cannot_be_read_ask_for_the_password() -> None:
    """A keyring that was replaced is no reason to fail in a way nobody foresaw."""
    world = _World()
    world.keyring.set("tokens", "bukan token")
    with pytest.raises(SyncError) as caught:
        world.tokens.access_token()
    assert _kind(caught) is SyncErrorKind.AUTH


def test_a_keyring_that_breaks_does_not_keep_an_officer_from_delivering() -> None:
    """The renewal has used the old token up: the new ones go where they can be kept."""
    ring, work = MemoryKeyring(), MemoryKeyring()
    secrets = FallbackSecrets(ring, work)
    secrets.set("tokens", "1")
    ring.refuses = True
    secrets.set("tokens", "2")
    assert ("2", "2") == (work.get("tokens"), secrets.get("tokens"))
    ring.refuses = False
    secrets.set("tokens", "3")
    assert ("3", None) == (secrets.get("tokens"), work.get("tokens"))
