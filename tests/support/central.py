# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small centre for tests: an office with officers and cases, and a device that follows it.

The office: a ministry (1) with a unit (2); a state enterprise (10) that the ministry coordinates,
with two units (11, 12). Everybody's password is :data:`PASSWORD`.
"""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from sync.cases.access import Actor, Role, Unit
from sync.cases.case import Case, Classification, Milestones, StatusMap
from sync.cases.commands import KIND_OF_COMMAND, CommandBody
from sync.cases.events import CitizenReplied, Disposed, EventBody, Registered
from sync.cases.ids import CaseId, CommandId, OfficerId, UnitId
from sync.central.administration import Administration
from sync.central.app import create_app
from sync.central.bodies import App
from sync.central.database import Database
from sync.central.directory import Directory
from sync.central.exchange import Centre
from sync.central.file_calls import with_files
from sync.central.head import Counter, renew_epoch
from sync.central.recording import Fact, Opening, Recorder
from sync.central.segments import Cutting
from sync.central.serving import Server
from sync.central.uploads import Limits
from sync.wire import codec
from sync.wire.as_sent import restored
from sync.wire.messages import (
    CaseRecord,
    CommandRecord,
    EventRecord,
    LeaveRecord,
    RefreshRequest,
    ScopeRecord,
    SignInRequest,
    SyncReply,
    SyncRequest,
    Verdict,
)
from sync.wire.rulebook import load_rulebook
from sync.wire.service import SyncService
from sync.wire.upcasts import newest

PASSWORD = "rahasia-contoh"
TODAY_MS = 1_795_500_000_000
"""2026-11-24 in the morning, Jakarta."""

MINISTRY, MINISTRY_UNIT, ENTERPRISE, UNIT_A, UNIT_B = (UnitId(n) for n in (1, 2, 10, 11, 12))

UNITS = (
    Unit(id=MINISTRY, name="Kementerian Contoh", kind="kementerian"),
    Unit(id=MINISTRY_UNIT, name="Biro Contoh", parent_id=MINISTRY),
    Unit(id=ENTERPRISE, name="PT Contoh (Persero)", kind="bumn", coordinated_by=MINISTRY),
    Unit(id=UNIT_A, name="Divisi A", parent_id=ENTERPRISE),
    Unit(id=UNIT_B, name="Divisi B", parent_id=ENTERPRISE),
)

CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until a test moves it."""

    now: int = TODAY_MS

    def __call__(self) -> int:
        """Return the time, UTC milliseconds."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += int(seconds * 1000)


@dataclass(slots=True, kw_only=True)
class Office:
    """A centre with an office in it; ``centre`` is the service that devices talk to."""

    database: Database
    centre: Centre
    clock: ManualClock
    status_map: StatusMap
    administration: Administration
    recorder: Recorder
    officers: dict[str, OfficerId] = field(default_factory=dict)
    _tracking_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(7_000_001))

    def add_officer(
        self, username: str, role: Role, unit_id: UnitId, *, name: str = ""
    ) -> OfficerId:
        """Open an account with :data:`PASSWORD`."""
        self.officers[username] = self.administration.add_officer(
            username,
            password_hash=CHEAP_HASHER.hash(PASSWORD),
            name=name or username.title(),
            role=role,
            unit_id=unit_id,
        )
        return self.officers[username]

    def add_case(self, unit_id: UnitId = UNIT_A, **particulars: Any) -> Case:
        """Register a complaint in a unit; particulars are fields of :class:`Case`."""
        return self.add_cases([particulars], unit_id)[0]

    def add_cases(
        self, particulars: Sequence[dict[str, Any]], unit_id: UnitId = UNIT_A
    ) -> list[Case]:
        """Register several complaints in one transaction."""
        openings = [self._opening(unit_id, fields) for fields in particulars]
        reported = {opening.case.tracking_id: opening for opening in openings}
        with self.database.write() as connection:
            changes = self.recorder.reconcile(
                connection, reported, lambda _opening, _case: (), lambda opening: opening
            )
        return [changes[tracking_id].after for tracking_id in reported]

    def record(self, case_id: int, *bodies: EventBody) -> Case:
        """Let the system or the citizen do something to a case."""
        facts = [Fact(body=body, at=self.clock()) for body in bodies]
        with self.database.write() as connection:
            return self.recorder.record(connection, {CaseId(case_id): facts})[CaseId(case_id)]

    def dispose(self, case_id: int, unit_id: UnitId) -> Case:
        """Send a case to another unit."""
        name = next(unit.name for unit in UNITS if unit.id == unit_id)
        return self.record(case_id, Disposed(unit_id=unit_id, unit_name=name))

    def citizen_replies(self, case_id: int, text: str = "Sampai sekarang belum ada.") -> Case:
        """Let the citizen write again."""
        return self.record(case_id, CitizenReplied(text=text))

    def actor(self, username: str) -> Actor:
        """Return an officer at work."""
        with self.database.read() as connection:
            head = Counter().read(connection)
            roster = Directory().at(connection, head.reference_rev, head.moves)
        actor = roster.actor(self.officers[username])
        assert actor is not None
        return actor

    def renew_epoch(self) -> str:
        """Begin another history, as after a restored backup."""
        return renew_epoch(self.database, random.Random(len(self.officers)).randbytes)

    def device(self, username: str, service: SyncService | None = None) -> Device:
        """Sign an officer in on a new device."""
        return Device.signed_in(service or self.centre, username, self.clock)

    def _opening(self, unit_id: UnitId, fields: dict[str, Any]) -> Opening:
        registered_at = fields.pop("registered_at", self.clock())
        values: dict[str, Any] = {
            "tracking_id": str(next(self._tracking_ids)),
            "institution": "PT Contoh (Persero)",
            "title": "Lampu jalan padam",
            "text": "Lampu jalan di depan kantor padam sejak pekan lalu.",
            "classification": Classification.COMPLAINT,
            "category": "Perhubungan",
            "channel": "Website",
            "reporter": "Budi Pelapor",
            "raw_status": "Terverifikasi",
        }
        case = Case(
            id=CaseId(0),
            unit_id=unit_id,
            milestones=Milestones(registered_at=registered_at, disposed_at=registered_at),
            **(values | fields),
        )
        registered = Registered(particulars={"Nama Pelapor": case.reporter or ""})
        return Opening(case=case, facts=[Fact(body=registered, at=self.clock())])


def new_office(
    url: str,
    *,
    seed: int = 1,
    counter: Counter | None = None,
    clock: ManualClock | None = None,
    cutting: Cutting | None = None,
    populated: bool = True,
) -> Office:
    """Set up the office in an empty database: ``agus`` and ``sari`` (liaisons of unit A and B),
    ``wati`` (agency admin of the enterprise), ``joko`` (supervisor of the enterprise), ``rina``
    (coordinator in the ministry) and ``dewi`` (national admin); nobody when not ``populated``.
    """
    clock = clock or ManualClock()
    database = Database(url)
    status_map = load_rulebook().status_map
    counter = counter or Counter()
    centre = Centre(
        database,
        clock=clock,
        randomness=random.Random(seed).randbytes,
        status_map=status_map,
        hasher=CHEAP_HASHER,
        counter=counter,
        cutting=cutting,
    )
    office = Office(
        database=database,
        centre=centre,
        clock=clock,
        status_map=status_map,
        administration=Administration(database),
        recorder=Recorder(status_map, counter),
    )
    if populated:
        _populate(office)
    return office


def _populate(office: Office) -> None:
    office.administration.add_units(UNITS)
    office.add_officer("agus", Role.LIAISON, UNIT_A, name="Agus Penghubung")
    office.add_officer("sari", Role.LIAISON, UNIT_B, name="Sari Penghubung")
    office.add_officer("wati", Role.AGENCY_ADMIN, ENTERPRISE, name="Wati Admin")
    office.add_officer("joko", Role.SUPERVISOR, ENTERPRISE, name="Joko Penyelia")
    office.add_officer("rina", Role.COORDINATOR, MINISTRY, name="Rina Koordinator")
    office.add_officer("dewi", Role.NATIONAL_ADMIN, MINISTRY, name="Dewi Nasional")


def embedded_centre(directory: Path) -> Office:
    """Return an office on an embedded database in a directory; close its ``database`` after."""
    return new_office(f"sqlite:///{directory / 'central.db'}")


@dataclass(slots=True, kw_only=True)
class Device:
    """One installation that follows the centre as the protocol says, in memory."""

    service: SyncService
    id: str
    username: str
    password: str
    access_token: str
    refresh_token: str
    clock: ManualClock
    cursor: str | None = None
    cases: dict[int, CaseRecord] = field(default_factory=dict)
    events: dict[int, dict[int, EventRecord]] = field(default_factory=dict)
    left: list[LeaveRecord] = field(default_factory=list)
    scope: ScopeRecord | None = None
    n: int = 0

    @classmethod
    def signed_in(cls, service: SyncService, username: str, clock: ManualClock) -> Device:
        """Sign in on a new device."""
        device_id = str(uuid.uuid4())
        session = service.sign_in(
            SignInRequest(
                username=username, password=PASSWORD, device_id=device_id, device_name="Laptop"
            )
        )
        return cls(
            service=service,
            id=device_id,
            username=username,
            password=PASSWORD,
            access_token=session.access_token,
            refresh_token=session.refresh_token,
            clock=clock,
        )

    def command(
        self, case_id: int, body: CommandBody, *, base_v: int | None = None, **fields: Any
    ) -> CommandRecord:
        """Do something to a case as it is known here."""
        self.n += 1
        seen = self.cases[case_id].v if case_id in self.cases else 0
        values: dict[str, Any] = {"id": str(uuid.uuid4()), "n": self.n, "at": self.clock()}
        kind = KIND_OF_COMMAND[type(body)]
        values |= {"kind": kind, "data": codec.body_data(body), "sv": newest(kind)}
        return CommandRecord(
            case_id=case_id,
            base_v=seen if base_v is None else base_v,
            **values | fields,
        )

    def send(self, *commands: CommandRecord) -> list[Verdict]:
        """Send commands and take in what comes back with the verdicts."""
        return self.exchange(commands=list(commands)).verdicts

    def do(self, case_id: int, body: CommandBody, **fields: Any) -> Verdict:
        """Do something to a case and send it at once."""
        return self.send(self.command(case_id, body, **fields))[0]

    def exchange(
        self,
        *,
        commands: list[CommandRecord] | None = None,
        max_bytes: int = 65_536,
        want: list[int] | None = None,
        brief: bool = False,
    ) -> SyncReply:
        """Make one round trip; return what was said in it."""
        request = SyncRequest(
            cursor=self.cursor,
            max_bytes=max_bytes,
            commands=commands or [],
            want=want or [],
            plain=True,
            brief=brief,
        )
        answer = codec.encode(self.service.sync(self.access_token, request))
        reply = codec.decode(answer, SyncReply)
        self._take_in(restored(reply, request.commands))
        return reply

    def follow(self, *, max_bytes: int = 65_536) -> int:
        """Exchange until there is nothing more; return the number of round trips."""
        trips = 1
        while self.exchange(max_bytes=max_bytes).more:
            trips += 1
        return trips

    def renew(self) -> None:
        """Renew the access token."""
        session = self.service.refresh(
            RefreshRequest(refresh_token=self.refresh_token, device_id=self.id)
        )
        self.access_token, self.refresh_token = session.access_token, session.refresh_token

    def history(self, case_id: int) -> list[EventRecord]:
        """Return the facts of a case held here, oldest first."""
        return [event for _, event in sorted(self.events.get(case_id, {}).items())]

    def _take_in(self, reply: SyncReply) -> None:
        if reply.scope is not None:
            self.scope = reply.scope
            seen = {*reply.scope.handles, *reply.scope.watches}
            for case in list(self.cases.values()):
                if not reply.scope.everything and case.unit_id not in seen:
                    self._drop(case.id)
        for leave in reply.left:
            self._drop(leave.case_id)
        self.left += reply.left
        self.cases |= {case.id: case for case in reply.cases}
        for event in reply.events:
            self.events.setdefault(event.case_id, {})[event.v] = event
        self.cursor = reply.cursor or self.cursor

    def _drop(self, case_id: int) -> None:
        self.cases.pop(case_id, None)
        self.events.pop(case_id, None)


def command_id() -> CommandId:
    """Return a fresh command id."""
    return CommandId(str(uuid.uuid4()))


@contextmanager
def running_server(
    office: Office, files: Path | None = None, limits: Limits | None = None
) -> Iterator[str]:
    """Serve an office on a loopback port and yield the base address.

    Args:
        files: the folder for files' contents; without one the centre takes none.
    """
    app = create_app(office.centre, office.clock)
    whole: App = app
    if files is not None:
        whole = with_files(app, office.centre, office.clock, files, limits or Limits())
    with running(Server(whole, end_streams=app.end_streams)) as address:
        yield address


@contextmanager
def running(server: Server) -> Iterator[str]:
    """Run a server beside the block and yield its address."""
    with ThreadPoolExecutor(1, thread_name_prefix="central") as threads:
        served = threads.submit(server.run)
        try:
            yield server.address
        finally:
            server.stop()
            served.result()
