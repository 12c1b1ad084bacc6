# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small world that can be replayed: a centre, officers at computers, bad lines, one clock.

The real store in encrypted files, the real services, engine and centre; only lines, disks, clocks
and chance are ours.
"""

from __future__ import annotations

import itertools
import shutil
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec

from sync.cases.ids import UnitId
from sync.engine.exchange import Tokens
from sync.engine.files import FileExchange
from sync.engine.loop import SyncLoop
from sync.services.carrying import Carrying
from sync.services.line_use import LineUse
from sync.services.profiles import find_profile
from sync.services.session import SignIn
from sync.store.local import LocalStore
from sync.transports.tus import TusFiles
from sync.wire.rulebook import load_rulebook
from sync.wire.service import SyncService
from tests.simulation.centre import SimulatedCentre
from tests.simulation.disk import Disks
from tests.simulation.file_line import FileLine
from tests.simulation.hazards import Hazard
from tests.simulation.link import Link
from tests.simulation.machine import Computer, Machine
from tests.simulation.memory import Act, Memory
from tests.simulation.truth import Truth
from tests.support.central import (
    PASSWORD,
    TODAY_MS,
    UNIT_A,
    UNIT_B,
    ManualClock,
    Office,
    new_office,
)
from tests.support.keyring import MemoryKeyring

SERVER = "pusat.example.go.id"
_HOUR_MS = 3_600_000

CAST = (
    ("laptop", "agus", "laptop"),
    ("pc", "agus", "pc"),
    ("desk", "sari", "pc"),
    ("kantor", "joko", "kantor"),
    ("biro", "rina", "biro"),
)
"""Machine, officer, computer: Agus of unit A has two computers and shares one with Sari of unit B;
Joko supervises both units; Rina only watches, from the ministry."""

_CASES: tuple[tuple[UnitId, dict[str, bool]], ...] = (
    (UNIT_A, {}),
    (UNIT_A, {}),
    (UNIT_A, {"anonymous": True}),
    (UNIT_B, {}),
    (UNIT_B, {"secret": True}),
)

_FIRST_NUMBER = 1_000
"""Numbers up to here are those of the template."""

_SKEWS_MS = {"pc": -3 * _HOUR_MS, "biro": 7 * 60_000}


@dataclass(slots=True)
class World:
    """Everything, until :meth:`close`."""

    folder: Path
    random: Random
    centre: SimulatedCentre
    clock: ManualClock
    disks: Disks
    now: int = TODAY_MS
    computers: dict[str, Computer] = field(default_factory=dict)
    machines: list[Machine] = field(default_factory=list)
    truth: Truth = field(default_factory=Truth)
    hazards: Counter[Hazard] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    centre_skew_ms: int = 0
    backed_up_at: int = 0
    outgoing: list[Path] = field(default_factory=list)
    """Courier files on their way to the centre."""
    replies: list[Path] = field(default_factory=list)
    """Courier files on their way back, each in a folder named after its desk."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def office(self) -> Office:
        """The centre as those who work there see it."""
        return self.centre.office()

    @property
    def sticks(self) -> Path:
        """Where courier files are while they travel."""
        return self.folder / "sticks"

    def count(self, hazard: Hazard) -> None:
        """A fault has happened."""
        self.hazards[hazard] += 1

    def say(self, text: str) -> None:
        """Add to the trace."""
        self.trace.append(text)

    def pass_time(self, ms: int) -> None:
        """Let time pass everywhere."""
        self.now += ms
        self.clock.now = self.now + self.centre_skew_ms

    def new_id(self) -> str:
        """Return a UUID that is the same in every replay."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def words(self, what: str) -> str:
        """Return words that nobody has typed before."""
        number = next(self._numbers)
        secret = f"kata{number:04d}{''.join(self.random.choices('bcdfghjk', k=9))}"
        self.memory.secrets.add(secret)
        return f"{what} {secret}"

    def look(self) -> None:
        """See what has changed."""
        self.truth.read(self.centre.path)
        self.memory.named.update(*map(self.truth.named, self.truth.facts))
        for machine in self.machines:
            folder = machine.computer.folder
            if any(path.is_relative_to(folder) for path in self.disks.written):
                machine.look_again()
            self._note_acts(machine)
            keys = machine.seen().keys.items()
            self.memory.keys |= {(machine.name, digest, key) for digest, key in keys}
        self.disks.written.clear()

    def _note_acts(self, machine: Machine) -> None:
        acts, items = self.memory.acts, machine.items()
        for item in items:
            command = item.command
            if command.id not in acts:
                own = frozenset(
                    other.command.id
                    for other in items
                    if other.command.case_id == command.case_id and other.command.n < command.n
                )
                acts[command.id] = Act(kind=type(command.body), base_v=command.base_v, own=own)

    def new_case(self, unit_id: UnitId, **particulars: object) -> int:
        """Let a citizen complain about a unit; every word of it is a new one."""
        case = self.office.add_case(
            unit_id,
            tracking_id=str(8_000_000 + next(self._numbers)),
            title=self.words("Judul"),
            text=self.words("Isi"),
            reporter=self.words("Pelapor"),
            location=self.words("Tempat"),
            **particulars,
        )
        return case.id

    def computer(self, name: str) -> Computer:
        """Return a computer, a new one if there is none of this name."""
        if name not in self.computers:
            keyring, kept = MemoryKeyring(), self.folder / f"{name}.keyring"
            if kept.exists():
                keyring.entries = msgspec.json.decode(kept.read_bytes())
            skew_ms = _SKEWS_MS.get(name, 0)
            self.computers[name] = Computer(self.folder / name, keyring, skew_ms)
        return self.computers[name]

    def door(self, computer: Computer, link: Link) -> SignIn:
        """Return the door to the program on a computer, through a line of its own."""
        return SignIn(
            computer.folder,
            lambda _server: link,
            computer.keyring,
            lambda: self.now + computer.skew_ms,
            self.new_id,
            lambda: SyncLoop(lambda: self.now / 1000, self.random.random),
            new_carrying=lambda *parts: self._carrying(link, *parts),
        )

    def _carrying(
        self,
        link: Link,
        store: LocalStore,
        _service: SyncService,
        tokens: Tokens,
        line: LineUse,
        clock: Callable[[], int],
    ) -> Carrying:
        files = TusFiles(FileLine(self.centre, link))
        exchange = FileExchange(store.transfers, files, tokens, clock, self.random.random)
        return Carrying(store, exchange, line, clock, self.random.random)

    def add_machine(self, name: str, username: str, computer_name: str) -> Machine:
        """Let an officer work at a computer: for the first time, or where they have been before."""
        computer = self.computer(computer_name)
        link = Link(self.centre, self)
        door = self.door(computer, link)
        profile = find_profile(computer.folder, SERVER, username)
        desk = door.sign_in(SERVER, username, PASSWORD) if profile is None else door.open(profile)
        machine = Machine(name, username, computer, door, link, desk)
        self.machines.append(machine)
        return machine

    def clone(self, machine: Machine) -> Machine:
        """Copy a computer as an image of its disk does, and let its officer work at the copy."""
        source = machine.computer
        keyring = MemoryKeyring()
        keyring.entries = dict(source.keyring.entries)
        copy = Computer(self.folder / f"{source.folder.name}-klon", keyring, source.skew_ms)
        neighbours = [other for other in self.machines if other.computer is source]
        for other in neighbours:
            other.desk.close()
        shutil.copytree(source.folder, copy.folder)
        for other in neighbours:
            other.open()
        self.computers[copy.folder.name] = copy
        clone = self.add_machine(f"{machine.name}-klon", machine.username, copy.folder.name)
        clone.link.oldest = machine.link.oldest
        clone.typed = dict(machine.typed)
        clone.drafted = dict(machine.drafted)
        clone.taken_back = set(machine.taken_back)
        return clone

    def is_shut_out(self, machine: Machine) -> bool:
        """Return whether a machine can never exchange again."""
        gone = self.truth.actors[machine.username] is None
        return gone or machine.desk.tokens.device_id in self.truth.revoked

    def close(self) -> None:
        """End the world."""
        for machine in self.machines:
            machine.desk.close()
        self.centre.database.close()
        self.disks.unplug()


def begin(template: Path, folder: Path, seed: int) -> World:
    """Return a world as it is in a template (see :func:`make_template`), under a seed."""
    shutil.copytree(template, folder)
    return _world(folder, Random(f"world {seed}"), first_number=_FIRST_NUMBER)


def make_template(folder: Path) -> None:
    """Make the files every history begins with: officers, cases, and desks that know them."""
    folder.mkdir()
    office = new_office(f"sqlite:///{folder / 'central.db'}")
    office.database.close()
    world = _world(folder, Random("template"))
    for unit, particulars in _CASES:
        world.new_case(unit, **particulars)
    try:
        for place in CAST:
            world.add_machine(*place).sync()
    finally:
        world.close()
    for name, computer in world.computers.items():
        keyring = msgspec.json.encode(computer.keyring.entries)
        (folder / f"{name}.keyring").write_bytes(keyring)


def _world(folder: Path, random: Random, *, first_number: int = 1) -> World:
    clock = ManualClock()
    disks = Disks()
    disks.plug_in()
    centre = SimulatedCentre(folder, clock, random, load_rulebook().status_map)
    world = World(folder, random, centre, clock, disks, _numbers=itertools.count(first_number))
    if first_number == _FIRST_NUMBER:
        for place in CAST:
            world.add_machine(*place)
    world.look()
    return world
