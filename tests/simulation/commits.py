# SPDX-License-Identifier: AGPL-3.0-or-later
"""What lies between a number, its commit and the word that there is news: writers that are slow,
readers in between, and announcements that are lost, doubled, late, for nothing, or of one's own.

The announcements are what the centre's newsroom finds, and go through the real listener.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sync.cases.events import CitizenReplied
from sync.cases.ids import CaseId, UnitId
from sync.central.head import Head
from sync.central.news import Admission, News
from sync.central.recording import Fact
from sync.errors import SyncError, SyncErrorKind
from sync.services.line_use import POLL_WHILE_TOLD_S
from sync.wire.service import CHANGES
from tests.simulation.computers import sync
from tests.simulation.hazards import Hazard
from tests.simulation.machine import Machine
from tests.simulation.officers import AT, PICK, act
from tests.simulation.steps import deed, one_of, some
from tests.simulation.world import World

_BEAT = "heartbeat"
_LONGEST_POLL_S = 1.1 * POLL_WHILE_TOLD_S

_NEWS = ("told", "lost", "twice", "late", "for nothing", "early", "rolled back", "own")


class _RolledBack(Exception):
    """A writer gives up."""


@deed(3, at=AT, pick=PICK, news=some(one_of(*_NEWS), least=1, most=4),
      ends=one_of("ends", "breaks"))  # fmt: skip
def somebody_listens(world: World, at: int, pick: int, news: list[str], ends: str) -> None:
    """A device hears that there is something, or does not: it misses nothing and never loops."""
    machine = world.machines[at]
    if machine.desk.listener.next_wait_s() is None or not _is_well(world, machine):
        return
    world.count(Hazard.POKE_MISLEADS)
    stream = _Stream(world, machine, pick)
    machine.link.announced = stream.names(news, ends)
    machine.desk.listener.listen(stream.hear, lambda: False)
    machine.link.announced = ()
    assert stream.is_through, f"{machine.name} left a stream that was open"


@deed(3, at=AT, reader=AT, pick=PICK, ends=one_of("commits", "commits", "rolls back"))
def a_writer_is_slow(world: World, at: int, reader: int, pick: int, ends: str) -> None:
    """A writer has its number, and others read and want to write before it commits."""
    world.count(Hazard.COMMITS_OUT_OF_ORDER)
    for place in (reader, at):  # who was here a moment ago only reads, and can while others write
        sync(world, place, [], late=False)
    with suppress(_RolledBack), _writing(world, pick):
        sync(world, reader, [], late=False)
        act(world, at, [(pick, "note")])
        sync(world, at, [], late=False)
        if ends == "rolls back":
            raise _RolledBack
    sync(world, at, [], late=False)
    sync(world, reader, [], late=False)


@dataclass(slots=True)
class _Stream:
    """One stream of announcements, and the story around it."""

    world: World
    machine: Machine
    pick: int
    is_through: bool = False
    _told: Admission = field(init=False)
    _head: Head = field(init=False)

    def __post_init__(self) -> None:
        token = self.machine.desk.tokens.access_token()
        self._told = self.world.centre.newsroom().admit(token)
        self._head = self._told.head

    def names(self, news: Sequence[str], ends: str) -> Iterator[str]:
        """Yield what comes down the line."""
        yield ""
        yield _BEAT  # what came before this was announced to nobody, so the device looks
        for what in news:
            yield from self._after(what)
        self._hold_still()
        self.is_through = True
        if ends == "breaks":
            raise SyncError(SyncErrorKind.UNANSWERED)

    def hear(self) -> None:
        """Do what the window does at an announcement."""
        synchronizer = self.machine.desk.synchronizer
        synchronizer.nudge()
        assert not synchronizer.next_wait_s(), f"{self.machine.name} puts news off"
        self.machine.sync()

    def _after(self, what: str) -> Iterator[str]:
        match what:
            case "for nothing":
                yield CHANGES
                return
            case "early" | "rolled back":
                self._write_slowly(gives_up=what != "early")
            case "own":
                act(self.world, self.world.machines.index(self.machine), [(self.pick, "note")])
                self.machine.sync()
            case _:
                self._write()
        is_told = self._look().concern(self._told)
        if what == "late":
            self._write()
            is_told |= self._look().concern(self._told)
        assert is_told or what in {"rolled back", "own"}, f"nobody tells {self.machine.name}"
        if what == "lost":
            self._ask()
        elif is_told:
            yield CHANGES
            if what == "twice":
                yield CHANGES
        self._be_there()

    def _write(self) -> None:
        with _writing(self.world, self.pick, self.machine):
            pass

    def _write_slowly(self, *, gives_up: bool) -> None:
        with suppress(_RolledBack), _writing(self.world, self.pick, self.machine):
            assert not self._look().concern(self._told), "news before it can be seen"
            if gives_up:
                raise _RolledBack

    def _ask(self) -> None:
        """Exchange when the loop says so, for nobody has told of what is new."""
        wait_s = self.machine.desk.synchronizer.next_wait_s()
        assert wait_s <= _LONGEST_POLL_S, f"{self.machine.name} waits {wait_s} s to be told"
        self.world.pass_time(int(wait_s * 1000) + 1)
        self.machine.sync()

    def _be_there(self) -> None:
        """Hold the device to knowing all that was announced; its own files may have come since."""
        self.machine.look_again()
        self.world.truth.read(self.world.centre.path)
        truth, views = self.world.truth, self.machine.seen().views
        for id_, head in truth.cases.items():
            is_news = truth.seqs[id_, head.v] <= self._head.seq
            if is_news and self._told.scope.sees(UnitId(head.unit_id)):
                is_here = id_ in views and views[id_].confirmed.v >= head.v
                assert is_here, f"{self.machine.name} has missed what is new of {id_}"

    def _hold_still(self) -> None:
        """Hold the exchange to announcing nothing itself, or it would go round for ever."""
        self.machine.sync()
        self._look()
        self.machine.sync()
        assert not self._look().concern(self._told), f"{self.machine.name} calls itself"

    def _look(self) -> News:
        news = self.world.centre.newsroom().since(self._head)
        self._head = news.head
        return news


@contextmanager
def _writing(world: World, pick: int, machine: Machine | None = None) -> Iterator[None]:
    """Write what a citizen says, of a case that is here; committed when the block ends."""
    cases = sorted(world.truth.cases) if machine is None else machine.cases()
    case_id = CaseId(cases[pick % len(cases)])
    fact = Fact(body=CitizenReplied(text=world.words("Balasan")), at=world.clock())
    with world.centre.database.write() as connection:
        world.office.recorder.record(connection, {case_id: [fact]})
        yield


def _is_well(world: World, machine: Machine) -> bool:
    """Exchange, and say whether this desk has all there is and nothing holds it up."""
    if world.is_shut_out(machine) or world.centre.upsets.poison:
        return False
    quiet = [machine.sync() for _ in range(2)][-1]
    return quiet.failure is None and bool(machine.cases())
