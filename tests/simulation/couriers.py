# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to courier files: they are carried, lost, cut, copied, and read where they do not
belong, while the network does the same work.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sync.errors import CourierRefused, StoreError, SyncError
from tests.simulation.hazards import Hazard
from tests.simulation.officers import AT, PICK, act
from tests.simulation.steps import deed, number, one_of
from tests.simulation.world import World


@deed(3, at=AT, pick=PICK)
def courier_file_is_written(world: World, at: int, pick: int) -> None:
    """Somebody exports what has no answer yet."""
    machine = world.machines[at]
    act(world, at, [(pick, "note")])
    folder = world.sticks / machine.name
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(CourierRefused, StoreError):
        exported = machine.desk.courier.export(folder)
        world.outgoing.append(exported.path)
        world.memory.numbered[exported.path] = machine.desk.tokens.device_id, exported.n


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
        try:
            taken, _ = world.centre.take_in(_damaged(data, fate, pick))
        except CourierRefused:
            return
        # The words are whole; what is damaged is a content behind them. It is not kept, or it was
        # there before, and is passed over unread.
        is_told = taken.files.refused or there & set(taken.files.held)
        assert is_told, f"the centre took in a {fate} file"
        _note(world, path, list(taken.missing))
        return
    for _ in range(2 if fate == "twice" else 1):
        with suppress(CourierRefused):
            taken, content = world.centre.take_in(data)
            _note(world, path, list(taken.missing))
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
            machine.desk.courier.take(path)
        machine.look_again()
        shown.append(machine.seen())
    world.memory.repeats += again
    if shown[0] != shown[-1]:
        world.memory.changed_by_repeats.append(machine.name)


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


def _note(world: World, path: Path, missing: list[int]) -> None:
    """Remember that a file was taken in; what came before it and did not arrive was told."""
    device, n = world.memory.numbered[path]
    reached = world.memory.reached.setdefault(device, set())
    world.truth.read(world.centre.path)
    world.memory.begin_history(world.truth.epoch)
    if world.memory.histories == 1:
        last = max((number for number in reached if number < n), default=0)
        assert missing == list(range(last + 1, n)), f"file {n} of {device}: {missing} missing"
        world.memory.gaps += len(missing)
    reached.add(n)


def _damaged(data: bytes, fate: str, pick: int) -> bytes:
    if fate == "cut":
        return data[: len(data) * (pick + 1) // 12]
    at = len(data) * (pick + 1) // 12
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
