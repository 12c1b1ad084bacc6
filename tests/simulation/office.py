# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens at the centre: citizens write, cases move, people come and go, machines fail."""

from __future__ import annotations

from sync.cases.access import Role
from sync.cases.events import Corrected, StatusReported
from sync.cases.ids import CaseId, OfficerId, UnitId
from tests.simulation.centre import CentreDied, Stage, gave_up
from tests.simulation.computers import sync
from tests.simulation.hazards import Hazard
from tests.simulation.link import Fault
from tests.simulation.officers import AT, PICK, act, body
from tests.simulation.steps import deed, number, one_of
from tests.simulation.world import World
from tests.support.central import MINISTRY, UNIT_A, UNIT_B

_BACKUP_AGE_MS = 20 * 86_400_000
_STAGE = one_of(*(stage.value for stage in Stage))
_UNIT = one_of(int(UNIT_A), int(UNIT_B))


@deed(4, pick=PICK, what=one_of("reply", "status", "correct", "anonymous", "secret"))
def the_centre_learns(world: World, pick: int, what: str) -> None:
    """The citizen writes, or the national system speaks."""
    case_id, office = _case(world, pick), world.office
    match what:
        case "reply":
            office.citizen_replies(case_id, world.words("Balasan"))
        case "status":
            office.record(case_id, StatusReported(raw_status="Proses"))
        case "correct":
            office.record(case_id, Corrected(title=world.words("Judul")))
        case "anonymous":
            office.record(case_id, Corrected(anonymous=True))
        case _:
            office.record(case_id, Corrected(secret=True))
            world.count(Hazard.REDACTED)


@deed(3, pick=PICK, unit=_UNIT)
def case_moves(world: World, pick: int, unit: int) -> None:
    """A case goes to another unit."""
    world.office.dispose(_case(world, pick), UnitId(unit))


@deed(2, at=AT, pick=PICK, unit=_UNIT, typed=number(3))
def case_moves_while_it_is_answered(
    world: World, at: int, pick: int, unit: int, typed: int
) -> None:
    """A case goes while words about it are typed, queued or under way."""
    machine = world.machines[at]
    if not (cases := machine.cases()):
        return
    case_id = cases[pick % len(cases)]
    machine.type(case_id, "respond", world.words("Draf"))
    if typed:
        machine.act(case_id, body(world, machine, "note"))
    if typed > 1:
        sync(world, at, [Fault.UNANSWERED.value], late=False)
    world.office.dispose(case_id, UnitId(unit))
    world.count(Hazard.MOVED_WHILE_ANSWERING)


@deed(2, at=AT, pick=PICK, between=number(2))
def case_goes_and_comes_back(world: World, at: int, pick: int, between: int) -> None:
    """A case leaves and returns, perhaps between two pages of somebody's exchange."""
    case_id = _case(world, pick)
    home = UnitId(world.truth.cases[case_id].unit_id)
    world.office.dispose(case_id, UNIT_B if home == UNIT_A else UNIT_A)
    if between:
        sync(world, at, [Fault.SMALL.value, Fault.UNANSWERED.value], late=False)
    world.office.dispose(case_id, home)
    world.count(Hazard.OUT_AND_BACK)


@deed(1, unit=_UNIT, secret=one_of(True, False), anonymous=one_of(True, False))
def citizen_complains(world: World, unit: int, secret: bool, anonymous: bool) -> None:
    """A new case is registered."""
    if len(world.truth.cases) < 12:
        world.new_case(UnitId(unit), secret=secret, anonymous=anonymous)


@deed(1, who=one_of("agus", "sari", "joko"), role=one_of(Role.LIAISON.value, Role.SUPERVISOR.value),
      unit=_UNIT)  # fmt: skip
def officer_moves(world: World, who: str, role: str, unit: int) -> None:
    """An officer goes to another desk, or gets another role."""
    _change(world, who, Role(role), UnitId(unit))
    world.count(Hazard.ACCESS_CHANGES)


@deed(1, who=one_of("agus", "sari"), grows=one_of(True, False))
def scope_grows(world: World, who: str, grows: bool) -> None:
    """An officer may suddenly see everything, or only their own unit again."""
    role, unit = (Role.NATIONAL_ADMIN, MINISTRY) if grows else (Role.LIAISON, UNIT_A)
    _change(world, who, role, unit)
    world.count(Hazard.SCOPE_GROWS)


@deed(1, at=one_of(1, 2, 4), pick=PICK)
def device_is_revoked(world: World, at: int, pick: int) -> None:
    """A device may not take part any more, whatever its officer still has on it."""
    machine = world.machines[at]
    if len(world.truth.revoked) < 1:
        act(world, at, [(pick, "note")])
        world.office.administration.revoke_device(machine.desk.tokens.device_id, world.clock())
        world.count(Hazard.ACCESS_CHANGES)


@deed(2)
def the_centre_restarts(world: World) -> None:
    """The centre forgets what it had in memory."""
    world.centre.restart()
    world.count(Hazard.CENTRE_CRASHES)


@deed(4, at=AT, pick=PICK, stage=_STAGE, how=one_of("dies", "dies", "gives up"))
def the_centre_comes_to_grief(world: World, at: int, pick: int, stage: str, how: str) -> None:
    """The centre dies, or its database gives up, around the commit of a command."""
    act(world, at, [(pick, "respond"), (pick, "note")])
    dies = how == "dies"
    world.centre.upset_next(pick, Stage(stage), CentreDied() if dies else gave_up())
    sync(world, at, [], late=False)
    world.count(Hazard.CENTRE_CRASHES if dies else Hazard.DEADLOCK)


@deed(2, at=AT, pick=PICK, stage=_STAGE)
def the_centre_stumbles(world: World, at: int, pick: int, stage: str) -> None:
    """There is a command on which the centre fails each time."""
    act(world, at, [(pick, "note"), (pick + 1, "respond")])
    items = [item for item in world.machines[at].desk.inbox.outbox() if item.delivery.is_pending]
    if items:
        world.centre.upsets.poison[items[pick % len(items)].command.id] = Stage(stage)
        world.count(Hazard.POISON)
    sync(world, at, [], late=False)


@deed(1)
def the_centre_is_mended(world: World) -> None:
    """Somebody mends what made it stumble."""
    world.centre.heal()


@deed(2)
def the_centre_is_backed_up(world: World) -> None:
    """The database is copied."""
    world.centre.back_up()
    world.backed_up_at = world.now


@deed(1)
def the_centre_is_restored(world: World) -> None:
    """The centre goes back to its last backup; newer cursors and verdicts are out there."""
    if world.centre.has_backup and world.now - world.backed_up_at < _BACKUP_AGE_MS:
        world.centre.restore()
        world.count(Hazard.CENTRE_RESTORED)


@deed(1)
def cursors_expire(world: World) -> None:
    """The centre does not know the cursors any more that it has given out."""
    world.centre.forget_cursors()
    world.count(Hazard.PRUNED)


@deed(1, ms=one_of(-3_600_000, -60_000, 60_000, 3_600_000))
def the_clock_of_the_centre_is_set(world: World, ms: int) -> None:
    """The clock of the centre jumps."""
    world.centre_skew_ms += ms
    world.pass_time(0)
    world.count(Hazard.CENTRE_CLOCK)


@deed(2, at=AT, request=PICK)
def line_is_cut_for_a_while(world: World, at: int, request: int) -> None:
    """Requests get through and no answer does, for several attempts."""
    act(world, at, [(request, "note")])
    world.count(Hazard.PARTITION)
    for _ in range(3):
        sync(world, at, [Fault.UNANSWERED.value] * 3, late=False)
        world.pass_time(60_000)


def _case(world: World, pick: int) -> CaseId:
    return CaseId(sorted(world.truth.cases)[pick % len(world.truth.cases)])


def _change(world: World, who: str, role: Role, unit: UnitId) -> None:
    actor = world.truth.actors[who]
    if actor is not None:
        world.office.administration.change_officer(OfficerId(actor.id), role=role, unit_id=unit)
