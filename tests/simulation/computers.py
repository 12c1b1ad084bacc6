# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to computers: exchanges over bad lines, power cuts, full disks, wrong clocks."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sync.cases.commands import CommandBody
from sync.cases.ids import CaseId
from sync.errors import StoreError
from tests.simulation.disk import PowerCut, Refusal, Wire, spoil
from tests.simulation.hazards import Hazard
from tests.simulation.link import Fault
from tests.simulation.machine import Machine, survive
from tests.simulation.officers import (
    AT,
    PICK,
    act,
    body,
    send_what_was_typed,
    sync_somehow,
    type_without_sending,
)
from tests.simulation.steps import deed, number, one_of, some
from tests.simulation.world import World

_FAULT_NAMES = some(one_of(*(fault.value for fault in Fault)))
_DURING = one_of("sync", "sync", "act", "send", "open")


@deed(14, at=AT, faults=_FAULT_NAMES, late=one_of(True, False))
def sync(world: World, at: int, faults: list[str], late: bool) -> None:
    """A device exchanges over a bad line; what was held up may arrive after it."""
    machine = world.machines[at]
    _sync(world, machine, faults)
    if late:
        machine.link.deliver_late()


@deed(4, faults=_FAULT_NAMES)
def everybody_syncs(world: World, faults: list[str]) -> None:
    """All devices exchange, one after the other."""
    for machine in world.machines:
        _sync(world, machine, faults)


@deed(3, at=AT, acts=some(lambda random: [PICK(random), "respond"], least=1), gone=_FAULT_NAMES)
def acts_arrive_unanswered(
    world: World, at: int, acts: list[tuple[int, str]], gone: list[str]
) -> None:
    """Acts arrive, the officer cannot know, and the line goes on as it does."""
    act(world, at, acts)
    _sync(world, world.machines[at], [Fault.UNANSWERED.value])
    _sync(world, world.machines[at], gone)


@deed(3, minutes=one_of(1, 5, 50, 26 * 60, 10 * 24 * 60))
def time_passes(world: World, minutes: int) -> None:
    """Every program exchanges when its own loop says so, until the time is over."""
    end = world.now + minutes * 60_000
    for _ in range(40):
        waits = [machine.desk.synchronizer.next_wait_s() for machine in world.machines]
        wait_s = min(waits)
        if world.now + wait_s * 1000 > end:
            break
        world.pass_time(int(wait_s * 1000))
        sync_somehow(world.machines[waits.index(wait_s)])
    world.pass_time(max(0, end - world.now))


@deed(2, at=AT)
def program_restarts(world: World, at: int) -> None:
    """Somebody closes the program and opens it again."""
    world.machines[at].restart()


@deed(12, at=AT, during=_DURING, writes=number(40), unsynced=one_of(0, 0.3, 1), faults=_FAULT_NAMES)
def power_fails(
    world: World, at: int, during: str, writes: int, unsynced: float, faults: list[str]
) -> None:
    """The power fails at some write; what was not synchronised may be lost, or half of it."""
    machine = world.machines[at]
    wire = Wire(machine.computer.folder, writes, unsynced=unsynced)
    with suppress(PowerCut), world.disks.failing(wire):
        _be_busy(world, machine, during, faults)
    if wire.image is not None:
        world.count(Hazard.POWER_FAILS if unsynced else Hazard.KILLED)
        go_on(world, machine, wire.image)


@deed(3, at=AT, how=one_of(*(refusal.name for refusal in Refusal)), during=_DURING,
      writes=number(30), faults=_FAULT_NAMES)  # fmt: skip
def disk_refuses(
    world: World, at: int, how: str, during: str, writes: int, faults: list[str]
) -> None:
    """The disk does not take a write; whoever asked for it is told, and nothing else is lost."""
    machine = world.machines[at]
    wire = Wire(machine.computer.folder, writes, refusal=Refusal[how])
    with suppress(StoreError), world.disks.failing(wire):
        _be_busy(world, machine, during, faults)
    if wire.tripped:
        world.count(Hazard.DISK_REFUSES)
        machine.restart()  # until then the list may not show what is recorded
    adopt(machine)


@deed(1, at=AT, how=one_of("deleted", "broken", "older"))
def cache_is_lost(world: World, at: int, how: str) -> None:
    """The cache is deleted, spoiled, or replaced by the copy that was made of it last time."""
    machine = world.machines[at]
    path = machine.profile.folder / "cache.db"
    copy = machine.computer.folder.with_name(f"{machine.name}.cache")
    machine.desk.close()
    match how:
        case "older" if copy.exists():
            shutil.copyfile(copy, path)
        case "broken":
            spoil(path, world.random)
        case _:
            shutil.copyfile(path, copy)
            path.unlink()
    world.count(Hazard.CACHE_LOST)
    world.memory.forget_cache(machine.name)
    machine.open()


@deed(1, at=AT, work=one_of("kept", "restored", "restored", "broken"))
def work_file_is_restored(world: World, at: int, work: str) -> None:
    """Somebody copies the work file, and later puts the copy back; or it breaks."""
    machine = world.machines[at]
    path = machine.profile.folder / "work.db"
    copy = machine.computer.folder.with_name(f"{machine.name}.work")
    machine.desk.close()
    match work:
        case "restored" if copy.exists():
            shutil.copyfile(copy, path)
        case "broken":
            spoil(path, world.random)
        case _:
            shutil.copyfile(path, copy)
    machine.open()
    if work != "kept":
        world.count(Hazard.WORK_RESTORED)
        machine.remember_only_what_is_here()
        machine.link.begun.clear()  # an older file may not know how far an upload was
        machine.sync()  # nothing may be taken back before the centre was asked about it


@deed(1, at=number(4))
def profile_is_cloned(world: World, at: int) -> None:
    """The disk of a computer is copied to another one, and both go on."""
    machine = world.machines[at]
    if world.memory.copies or world.is_shut_out(machine):
        return
    clone = world.clone(machine)
    common = frozenset(item.command.id for item in machine.desk.inbox.outbox())
    world.memory.copies.append((machine.name, clone.name, common))
    world.count(Hazard.PROFILE_CLONED)
    for pick in (0, 1):
        machine.act(*_note(world, machine, pick))
        clone.act(*_note(world, clone, pick))


@deed(2, computer=number(4), ms=one_of(-7_200_000, -60_000, 60_000, 86_400_000, -1_795_000_000_000))
def clock_jumps(world: World, computer: int, ms: int) -> None:
    """A computer's clock is set, or its battery dies and it wakes in 1970."""
    chosen = sorted(world.computers.items())[computer % len(world.computers)][1]
    chosen.skew_ms = chosen.skew_ms + ms if abs(chosen.skew_ms) < 10**9 else 0
    world.count(Hazard.CLOCK_JUMPS)


@deed(1, at=AT)
def keyring_loses_tokens(world: World, at: int) -> None:
    """The keyring keeps the key and has lost the proof of sign-in."""
    machine = world.machines[at]
    machine.computer.keyring.delete(f"{machine.profile.id}/tokens")
    world.count(Hazard.KEYRING_LOST)


@deed(2, at=AT, pick=PICK, faults=_FAULT_NAMES)
def program_runs_twice(world: World, at: int, pick: int, faults: list[str]) -> None:
    """Somebody starts the program again while it runs, and works and exchanges in both."""
    machine = world.machines[at]
    first = machine.desk
    act(world, at, [(pick, "note")])
    machine.open()
    act(world, at, [(pick, "respond")])
    _sync(world, machine, faults)
    second, machine.desk = machine.desk, first
    act(world, at, [(pick, "note")])
    _sync(world, machine, ())
    second.close()
    world.count(Hazard.TWO_INSTANCES)


def adopt(machine: Machine) -> None:
    """Let the officer remember what was recorded although the program could not say so."""
    for item in machine.desk.inbox.outbox():
        machine.note(item.command)


def _sync(world: World, machine: Machine, faults: Iterable[str]) -> None:
    with suppress(StoreError):
        outcome = machine.sync([Fault(name) for name in faults])
        world.say(f"  {machine.name}: {outcome.exchanges} exchanges, {outcome.failure}")


def _note(world: World, machine: Machine, pick: int) -> tuple[CaseId, CommandBody]:
    cases = machine.cases() or [CaseId(1)]
    return cases[pick % len(cases)], body(world, machine, "note")


def _be_busy(world: World, machine: Machine, during: str, faults: Iterable[str]) -> None:
    at = world.machines.index(machine)
    if during == "open":
        machine.restart()
        return
    act(world, at, [(0, "note"), (1, "respond")])
    if during == "send":
        type_without_sending(world, at, 0, ["note"])
        send_what_was_typed(world, at, 0)
    if during == "sync":
        machine.sync([Fault(name) for name in faults])


def go_on(world: World, machine: Machine, image: Path) -> None:
    """Start every program of a computer again, on what its disk still has."""
    neighbours = [other for other in world.machines if other.computer is machine.computer]
    for other in neighbours:
        other.desk.close()
    survive(machine.computer, image)
    for other in neighbours:
        other.open()
        world.memory.forget_cache(other.name)
        adopt(other)
