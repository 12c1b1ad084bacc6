# SPDX-License-Identifier: AGPL-3.0-or-later
"""Six weeks without a line, and what becomes of them when a poor one comes back.

A field office answers and attaches while its clock loses the year at some starts, its lease runs
out, its password is changed at the centre and the certificate there does not hold. Then there is a
line that drops all the time. No clock of the machine is waited for. ``TANGGAP_WEEKS=300,60`` plays
it with so many acts and files.
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from sync.cases.case import Attachment
from sync.cases.commands import CommandBody, Note
from sync.cases.ids import CaseId, CommandId
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.engine.status import LinkState
from sync.engine.timekeeping import ClockState, Reading
from sync.errors import SignInFailed, SyncErrorKind
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.services.syncing import Outcome
from sync.transports.http import HttpService
from sync.transports.tus import TusFiles
from tests.integration.files.test_tus_client import port_of
from tests.support.central import PASSWORD, Device, Office
from tests.support.cutting import CuttingProxy
from tests.support.keyring import MemoryKeyring
from tests.support.office_proxy import certified
from tests.support.rawserver import RawServer
from tests.support.uploads import follow_up, sha256_of

_WEEKS_S = 6 * 7 * 86_400
_STARTS = 14
_NEW_PASSWORD = "sandi-yang-baru-sekali"
_A_DROP_BYTES = 20_000
"""What a line of 64 kbit/s carries up in some seconds; then it breaks."""
_LONGEST = 400
"""Rounds after which it would be called hopeless."""


@dataclass(slots=True, kw_only=True)
class Field:
    """The computer of the field office, and what its officer did.

    Attributes:
        server: where the line leads now.
        wall: what its clock says; None for the right time.
    """

    office: Office
    folder: Path
    server: str
    keyring: MemoryKeyring = field(default_factory=MemoryKeyring)
    wall: int | None = None
    contents: list[bytes] = field(default_factory=list)
    acts: list[CommandId] = field(default_factory=list)
    _boots: int = 0
    _booted_at: int = 0

    def clocks(self) -> Reading:
        """Return what the machine's clocks say: the wall may be wrong, the other cannot know."""
        now = self.office.clock()
        wall = now if self.wall is None else self.wall + now - self._booted_at
        return Reading(wall=wall, running=now - self._booted_at, boot=f"boot-{self._boots}")

    def door(self) -> SignIn:
        """Return the way in."""
        return SignIn(
            self.folder,
            lambda _server: HttpService(self.server),
            self.keyring,
            lambda: self.clocks().wall,
            lambda: str(uuid.uuid4()),
            clocks=self.clocks,
        )

    def boot(self, desk: Desk, wall: int | None) -> Desk:
        """Switch off and on again, with a clock that tells this."""
        desk.close()
        self._boots, self._booted_at, self.wall = self._boots + 1, self.office.clock(), wall
        return self.door().open(desk.profile)


@pytest.fixture
def home(office: Office, http: httpx.Client, tmp_path: Path) -> Field:
    """Give the computer, with a good line for now."""
    return Field(
        office=office, folder=tmp_path / "field", server=f"http://127.0.0.1:{port_of(http)}"
    )


def _run(desk: Desk) -> Outcome:
    return desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)


def _attached(home: Field, desk: Desk, chance: random.Random) -> Attachment:
    content = chance.randbytes(chance.randrange(2_000, 9_000))
    home.contents.append(content)
    return desk.attachments.attach_content(f"bukti-{len(home.contents)}.bin", content)


def _work(home: Field, desk: Desk, cases: list[CaseId], file: bool, chance: random.Random) -> None:
    """Let the officer do one thing: at the case, or, once that is withheld, in what was begun."""
    case_id = cases[len(home.acts) % len(cases)]
    words = f"Kunjungan {len(home.acts)}: " + "sudah kami periksa di tempat. " * 4
    body: CommandBody = Note(text=words)
    if file:
        body = replace(follow_up(_attached(home, desk, chance)), text=words)
    view = desk.inbox.case(case_id)
    if view is not None:
        home.acts.append(desk.casework.act(case_id, body, view.confirmed.v)[0])
        return
    kind = "follow_up" if file else "note"
    draft = Draft(case_id=case_id, kind=kind, text=words, base_v=1)
    desk.drafting.save(draft)
    home.acts.append(desk.casework.send_unseen(draft, body)[0])


def _six_weeks(home: Field, desk: Desk, cases: list[CaseId], acts: int, files: int) -> Desk:
    """Let them pass without a line; some starts are with a clock that lost the year."""
    chance = random.Random(6)
    with_file = set(chance.sample(range(acts), files))
    for start in range(_STARTS):
        home.office.clock.advance(_WEEKS_S / _STARTS)
        desk = home.boot(desk, wall=0 if start % 4 == 2 else None)
        assert _run(desk).failure is SyncErrorKind.OFFLINE
        state = desk.synchronizer.status().clock
        assert (start % 4 == 2) == (state is ClockState.BACK), (start, state)
        for n in range(acts * start // _STARTS, acts * (start + 1) // _STARTS):
            _work(home, desk, cases, n in with_file, chance)
        assert {Delivery.STORED} == {item.delivery for item in desk.inbox.outbox()}
    return desk


def _told_truly(desk: Desk, centre: Device, acts: list[CommandId], cases: list[CaseId]) -> int:
    """Return how many are accepted; what is shown is what the centre has, or admits doubt."""
    centre.follow()
    there = {event.command_id for case_id in cases for event in centre.history(case_id)}
    # What has been accepted for some time is not in the outbox any more.
    shown = dict.fromkeys(acts, Delivery.ACCEPTED)
    shown |= {item.command.id: item.delivery for item in desk.inbox.outbox()}
    for act, delivery in shown.items():
        assert delivery is not Delivery.ACCEPTED or act in there
        assert act not in there or delivery in {Delivery.ACCEPTED, Delivery.UNKNOWN}
    everything = desk.synchronizer.status().all_delivered and not desk.inbox.counts().files
    assert not everything or set(acts) <= there
    return sum(delivery is Delivery.ACCEPTED for delivery in shown.values())


@pytest.fixture
def bad_certificate(tmp_path: Path) -> Iterator[str]:
    """Give the address of a centre whose certificate nobody vouches for any more."""
    context, _trusted = certified(tmp_path, "pusat.invalid")
    with RawServer(None, tls=context) as server:
        yield server.url


def _sizes() -> tuple[int, int]:
    acts, files = os.environ.get("TANGGAP_WEEKS", "28,4").split(",")
    return int(acts), int(files)


def test_six_weeks_of_work_arrive_in_order_over_a_line_that_drops(
    office: Office, http: httpx.Client, home: Field, bad_certificate: str
) -> None:
    """Nothing is lost, nothing is said that is not so, and each hurdle keeps what waits."""
    acts, files = _sizes()
    cases = [office.add_case().id for _ in range(5)]
    desk = home.door().sign_in(home.server, "agus", PASSWORD)
    assert _run(desk).failure is None
    good, home.server = home.server, "http://127.0.0.1:1"
    desk = _six_weeks(home, desk, cases, acts, files)
    assert desk.synchronizer.status().locked
    office.administration.set_password("agus", PasswordHasher().hash(_NEW_PASSWORD))

    home.server = bad_certificate
    desk = home.boot(desk, None)
    assert _run(desk).failure is SyncErrorKind.OFFLINE
    assert "sync.offline.tls" == desk.synchronizer.status().problem

    budgets = repeat(_A_DROP_BYTES)
    with CuttingProxy(port_of(http), budgets) as line:
        home.server = line.url
        desk = home.boot(desk, None)
        assert _run(desk).failure is SyncErrorKind.AUTH
        assert desk.synchronizer.status().link is LinkState.SIGN_IN_NEEDED
        with pytest.raises(SignInFailed):
            home.door().renew(desk, PASSWORD)
        assert {Delivery.STORED} == {item.delivery for item in desk.inbox.outbox()}
        home.door().renew(desk, _NEW_PASSWORD)
        device = office.device("wati")
        accepted = _deliver(home, desk, device, cases)
        cuts = line.cuts
    assert (acts, True) == (accepted, cuts > 0)
    assert not desk.synchronizer.status().locked
    desk.close()
    _everything_is_there(home, device, cases, good)


def _deliver(home: Field, desk: Desk, device: Device, cases: list[CaseId]) -> int:
    """Let the line come and go until all is delivered; return how many acts were accepted."""
    before = 0
    for _round in range(_LONGEST):
        _run(desk)
        accepted = _told_truly(desk, device, home.acts, cases)
        assert before <= accepted
        before = accepted
        if desk.synchronizer.status().all_delivered and not desk.inbox.counts().files:
            return accepted
        home.office.clock.advance(30)
    pytest.fail(f"{before} of {len(home.acts)} after {_LONGEST} rounds")


def _everything_is_there(home: Field, device: Device, cases: list[CaseId], server: str) -> None:
    """Each act once and in its order on its case, and each content whole."""
    for at, case_id in enumerate(cases):
        own = home.acts[at :: len(cases)]
        known = set(own)
        told = [event.command_id for event in device.history(case_id)]
        assert own == [each for each in told if each in known]
    service = HttpService(server)
    files = TusFiles(service)
    for content in home.contents:
        sha256 = sha256_of(content)
        assert content == files.fetch(device.access_token, sha256, 0, len(content))
    service.close()
