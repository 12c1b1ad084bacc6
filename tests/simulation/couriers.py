# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to courier files: they are carried, lost, cut, copied, and read where they do not
belong, while the network does the same work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sync.courier.envelope import header_of
from sync.errors import CourierRefused, StoreError, SyncError
from sync.services.courier import Exported, Imported
from sync.services.relaying import Carried, Waiting
from tests.simulation.file_line import TROUBLES, Break, Trouble
from tests.simulation.hazards import Hazard
from tests.simulation.link import Fault
from tests.simulation.machine import Machine
from tests.simulation.officers import AT, PICK, act
from tests.simulation.steps import deed, number, one_of, some
from tests.simulation.world import World


@deed(3, at=AT, pick=PICK)
def courier_file_is_written(world: World, at: int, pick: int) -> None:
    """Somebody exports what has no answer yet."""
    machine = world.machines[at]
    act(world, at, [(pick, "note")])
    folder = world.sticks / machine.name
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(CourierRefused, StoreError):
        send_out(world, machine, machine.desk.courier.export(folder))


@deed(4, pick=PICK, fate=one_of("whole", "whole", "twice", "cut", "spoilt", "lost"))
def courier_file_reaches_the_centre(world: World, pick: int, fate: str) -> None:
    """The centre takes a file in, whichever it is; or what is left of it."""
    if not world.outgoing:
        return
    path = world.outgoing[pick % len(world.outgoing)]
    world.say(f"  {path.parent.name}'s file {fate}")
    if fate == "lost":
        world.outgoing.remove(path)
        world.count(Hazard.STICK)
        return
    data = path.read_bytes()
    if fate in {"cut", "spoilt"}:
        world.count(Hazard.STICK)
        there = world.centre.kept().keys()
        world.memory.damaged.add(_bundle(path))
        try:
            taken, _ = world.centre.take_in(_damaged(data, fate, pick))
        except CourierRefused:
            return
        # The words are whole; what is damaged is a content behind them. It is not kept, or it was
        # there before, and is passed over unread.
        is_told = taken.files.refused or there & set(taken.files.held)
        assert is_told, f"the centre took in a {fate} file"
        return
    for _ in range(2 if fate == "twice" else 1):
        with suppress(CourierRefused):
            taken, content = world.centre.take_in(data)
            reply = path.parent / f"{len(world.replies)}-{taken.reply_name}"
            reply.write_bytes(content)
            world.replies.append(reply)


@deed(4, pick=PICK, at=AT, right=one_of(True, True, True, False), again=number(2))
def courier_file_comes_back(world: World, pick: int, at: int, right: bool, again: int) -> None:
    """A reply is taken in where it belongs, perhaps again, perhaps an old one; or elsewhere."""
    if not world.replies:
        return
    path = world.replies[pick % len(world.replies)]
    owner = next(machine for machine in world.machines if machine.name == path.parent.name)
    machine = owner if right else world.machines[at]
    if machine is not owner or again:
        world.count(Hazard.STICK)
    shown = []
    for _ in range(1 + again):
        with suppress(CourierRefused, SyncError, StoreError):
            taken = machine.desk.courier.take(path)
            assert (
                not isinstance(taken, Imported)
                or world.memory.spoilt
                or not (taken.brought.damaged)
            ), f"{machine.name} cannot read what came for it"
        machine.look_again()
        shown.append(machine.seen())
    world.memory.repeats += again
    if shown[0] != shown[-1]:
        world.memory.changed_by_repeats.append(machine.name)


@deed(4, pick=PICK, at=AT, faults=some(one_of("none", "offline", "unanswered")), troubles=TROUBLES)
def a_colleague_carries_a_file(
    world: World, pick: int, at: int, faults: list[str], troubles: list[tuple[str, int]]
) -> None:
    """Somebody takes a colleague's file to the centre over their line, or keeps it for later."""
    if not world.outgoing:
        return
    path, machine = world.outgoing[pick % len(world.outgoing)], world.machines[at]
    relay = machine.desk.courier.relay
    with (
        _over(machine, faults, troubles),
        suppress(CourierRefused, SyncError, StoreError),
    ):
        done = machine.desk.courier.take(path)
        kept = [waiting.name for waiting in relay.waiting()]
        if isinstance(done, Waiting):
            assert path.name in kept, f"{machine.name} has lost the file of a colleague"
        if isinstance(done, Carried):
            world.replies.append(done.reply)


@deed(3, at=AT, troubles=TROUBLES)
def what_waits_is_carried(world: World, at: int, troubles: list[tuple[str, int]]) -> None:
    """Colleagues' files that waited for a line go now, as far as it carries them."""
    machine = world.machines[at]
    relay = machine.desk.courier.relay
    before = relay.waiting()
    with _over(machine, [], troubles), suppress(StoreError):
        done = relay.carry_waiting()
        assert len(before) == len(done) + len(relay.waiting()), f"{machine.name} has lost a file"
        replies = [each.reply for each in done if isinstance(each, Carried)]
        world.replies += [path for path in replies if path.is_relative_to(world.sticks)]


@deed(4, at=AT, pick=PICK, files=one_of(1, 1, 2, 3), again=number(2))
def a_courier_goes_and_comes(world: World, at: int, pick: int, files: int, again: int) -> None:
    """Files go to the centre, of several only the last; its reply comes back, perhaps twice."""
    for _ in range(files):
        courier_file_is_written(world, at, pick)
    mine = world.sticks / world.machines[at].name
    last = [place for place, path in enumerate(world.outgoing) if path.parent == mine][-1:]
    answered = len(world.replies)
    for place in last:
        courier_file_reaches_the_centre(world, place, "whole")
    if len(world.replies) > answered:
        courier_file_comes_back(world, answered, at, right=True, again=again)


@contextmanager
def _over(
    machine: Machine, faults: Sequence[str], troubles: Sequence[tuple[str, int]]
) -> Iterator[None]:
    """Let the line be like this for a while."""
    machine.link.fail(Fault(name) for name in faults)
    machine.link.troubles.extend(Trouble(Break(kind), at) for kind, at in troubles)
    try:
        yield
    finally:
        machine.link.fail(())
        machine.link.troubles.clear()


def send_out(world: World, machine: Machine, exported: Exported) -> None:
    """Remember a file that was written, and whose it is."""
    world.outgoing.append(exported.path)
    world.memory.numbered[_bundle(exported.path)] = machine.desk.tokens.device_id, exported.n


def _bundle(path: Path) -> str:
    with path.open("rb") as file:
        return header_of(file).bundle


def _damaged(data: bytes, fate: str, pick: int) -> bytes:
    if fate == "cut":
        return data[: len(data) * (pick + 1) // 12]
    at = len(data) * (pick + 1) // 12
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
