# SPDX-License-Identifier: AGPL-3.0-or-later
"""What officers do at their desks, connected or not."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sync.cases.commands import (
    Assign,
    Close,
    CommandBody,
    FollowUp,
    Note,
    Reopen,
    Respond,
)
from sync.cases.ids import CaseId
from sync.errors import SignInFailed, StoreError, SyncError
from tests.simulation.hazards import Hazard
from tests.simulation.link import Fault
from tests.simulation.machine import Machine, kind_of
from tests.simulation.steps import deed, number, one_of, some
from tests.simulation.world import World

AT = number(5)
PICK = number(10)
WORDS_ONLY = ("respond", "note", "close")
"""Kinds that are words and nothing else."""
KIND = one_of("respond", "respond", "follow_up", "note", "assign", "close", "reopen")


@deed(10, at=AT, acts=some(lambda random: [PICK(random), KIND(random)], least=1, most=4))
def act(world: World, at: int, acts: list[tuple[int, str]]) -> None:
    """Somebody does some things."""
    machine = world.machines[at]
    for pick, kind in acts:
        if cases := machine.cases():
            machine.act(cases[pick % len(cases)], body(world, machine, kind))


@deed(4, at=AT, pick=PICK, kind=one_of("respond", "close", "assign"), first=number(2))
def act_while_the_citizen_writes(world: World, at: int, pick: int, kind: str, first: int) -> None:
    """An answer meets a newer message, or a disposal: neither passes the other."""
    machine = world.machines[at]
    if cases := machine.cases():
        case_id = cases[pick % len(cases)]
        machine.act(case_id, body(world, machine, kind))
        for _ in range(first):
            machine.act(case_id, body(world, machine, "note"))
        world.office.citizen_replies(case_id, world.words("Balasan"))
        sync_somehow(machine)
        if any(item.delivery.value == "blocked" for item in machine.desk.inbox.decisions()):
            world.count(Hazard.PARENT_REFUSED)


@deed(3, pick=PICK, kind=one_of("respond", "note", "close"))
def act_on_the_same_case(world: World, pick: int, kind: str) -> None:
    """Whoever sees a case does something to it, all at once."""
    case_id = CaseId(sorted(world.truth.cases)[pick % len(world.truth.cases)])
    acted = [
        machine.name
        for machine in world.machines
        if machine.act(case_id, body(world, machine, kind))
    ]
    if len(acted) > 1:
        world.count(Hazard.SAME_CASE)


@deed(3, at=AT, pick=PICK, kinds=some(one_of(*WORDS_ONLY), least=1))
def type_without_sending(world: World, at: int, pick: int, kinds: list[str]) -> None:
    """Somebody types something and does not send it."""
    machine = world.machines[at]
    if cases := machine.cases():
        for kind in kinds:
            machine.type(cases[pick % len(cases)], kind, world.words("Draf"))


@deed(3, at=AT, pick=PICK)
def send_what_was_typed(world: World, at: int, pick: int) -> None:
    """A draft becomes an act; others stay."""
    machine = world.machines[at]
    if drafts := sorted(place for place in machine.drafted if place[1] in WORDS_ONLY):
        machine.send_draft(*drafts[pick % len(drafts)])


@deed(1, at=AT, pick=PICK)
def discard_what_was_typed(world: World, at: int, pick: int) -> None:
    """A draft is thrown away."""
    machine = world.machines[at]
    if drafts := sorted(machine.drafted):
        machine.discard(*drafts[pick % len(drafts)])


@deed(2, at=AT, pick=PICK)
def withdraw(world: World, at: int, pick: int) -> None:
    """Somebody takes an act back; what may have gone cannot be."""
    machine = world.machines[at]
    if items := machine.desk.inbox.outbox():
        machine.withdraw(items[pick % len(items)])


@deed(4, at=AT, choice=PICK, typing=number(2))
def decide(world: World, at: int, choice: int, typing: int) -> None:
    """Somebody settles what the centre did not take, perhaps having typed anew meanwhile."""
    machine = world.machines[at]
    for item in machine.desk.inbox.decisions():
        if typing:
            machine.type(item.command.case_id, kind_of(item), world.words("Draf"))
        machine.decide(item, item.choices[choice % len(item.choices)])


@deed(1, at=AT, right=one_of(True, True, False))
def sign_in_again(world: World, at: int, right: bool) -> None:
    """Somebody types the password again, perhaps a wrong one."""
    with suppress(SignInFailed, SyncError):
        world.machines[at].renew() if right else world.machines[at].renew("salah")


@deed(1, at=AT)
def leave_for_the_day(world: World, at: int) -> None:
    """Somebody signs out with whatever is in the outbox, and comes back without a password."""
    machine = world.machines[at]
    world.count(Hazard.USER_CHANGES)
    machine.desk.close()
    account = machine.profile.id
    machine.computer.keyring.delete(f"{account}/tokens")
    machine.open()


def sync_somehow(machine: Machine, faults: Iterable[Fault] = ()) -> None:
    """Exchange; a machine that cannot keep what came says so, and that is all."""
    with suppress(StoreError):
        machine.sync(faults)


def body(world: World, machine: Machine, kind: str) -> CommandBody:
    """Return an act of a kind, with words of its own."""
    match kind:
        case "respond":
            return Respond(text=world.words("Tanggapan"))
        case "follow_up":
            today = machine.desk.inbox.today()
            return FollowUp(text=world.words("Tindak lanjut"), done_on=today)
        case "note":
            return Note(text=world.words("Catatan"))
        case "assign":
            return Assign(officer_id=machine.desk.officer.id)
        case "close":
            return Close(text=world.words("Penutup"))
        case _:
            return Reopen(text=world.words("Alasan"))
