# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to a cache when nobody writes to it: bits change, rows vanish, and nothing says so.

A device that is at rest compares digests with the centre once in a while, and fetches anew what
differs. The work file has no part in it.
"""

from __future__ import annotations

from sync.cases.projection import Delivery
from sync.store.checks import INTERVAL_MS
from sync.wire.messages import DigestAnswer
from tests.simulation.hazards import Hazard
from tests.simulation.machine import Machine
from tests.simulation.officers import AT, PICK
from tests.simulation.steps import deed, one_of
from tests.simulation.world import World

DAMAGES = {
    "title": "UPDATE cases SET title = title || '.' WHERE id = :id",
    "assignee": "UPDATE cases SET assignee_id = 4711 WHERE id = :id",
    "older": "UPDATE cases SET v = v - 1 WHERE id = :id",
    "newer": "UPDATE cases SET v = v + 1 WHERE id = :id",
    "words": "UPDATE events SET data = replace(data, ' ', '  ')"
    " WHERE case_id = :id AND instr(data, ' ')",
    "a fact": "DELETE FROM events WHERE id = (SELECT max(id) FROM events WHERE case_id = :id)",
    "the case": "DELETE FROM cases WHERE id = :id",
}
"""By what is damaged."""

_WITHOUT_DIGESTS = 1
"""Version of the wire in which nobody compared anything."""

_LOOKS = 3
"""An interval each; mending takes a single run of exchanges."""


@deed(3, at=AT, pick=PICK, what=one_of(*DAMAGES))
def a_cache_rots(world: World, at: int, pick: int, what: str) -> None:
    """A cache is damaged without a sign; within one interval it is found and mended."""
    machine = world.machines[at]
    if not (_is_at_rest(world, machine) and (cases := machine.cases())):
        return
    before = _work(machine)
    case_id = cases[pick % len(cases)]
    with machine.desk.store.files.cache.write() as cache:
        touched = cache.exec_driver_sql(DAMAGES[what], {"id": case_id}).rowcount
    if not touched:
        return
    machine.look_again()
    assert _compared(world, machine) != DigestAnswer(), f"nobody sees that {what} is not the same"
    for _ in range(_LOOKS):  # its clock may be put back meanwhile, as the centre's was
        world.pass_time(INTERVAL_MS)
        machine.sync()
    assert _compared(world, machine) == DigestAnswer(), f"{what} at {machine.name} stays broken"
    assert before == _work(machine), f"mending {what} has touched the work file"
    world.memory.forget_cache(machine.name)
    world.count(Hazard.CACHE_LOST)


def _is_at_rest(world: World, machine: Machine) -> bool:
    """Exchange, and say whether this desk is as far as the centre and has nothing to send."""
    speaks_of_it = machine.link.version > _WITHOUT_DIGESTS
    if world.is_shut_out(machine) or world.centre.upsets.poison or not speaks_of_it:
        return False
    quiet = [machine.sync() for _ in range(2)][-1]
    sent = all(item.delivery is not Delivery.STORED for item in machine.desk.inbox.outbox())
    return quiet.failure is None and sent and _compared(world, machine) == DigestAnswer()


def _compared(world: World, machine: Machine) -> DigestAnswer | None:
    world.truth.read(world.centre.path)
    actor = world.truth.actors[machine.username]
    assert actor is not None
    return world.centre.compared(actor, machine.digest())


def _work(machine: Machine) -> list[tuple[object, ...]]:
    """Return what the work file holds of the officer's."""
    with machine.desk.store.files.work.read() as work:
        return [
            tuple(row)
            for table in ("commands", "drafts", "kept")
            for row in work.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608
        ]
