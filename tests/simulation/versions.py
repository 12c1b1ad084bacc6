# SPDX-License-Identifier: AGPL-3.0-or-later
"""Offices whose computers are upgraded over months: three versions of the program side by side."""

from __future__ import annotations

import msgspec

from sync.cases.ids import CaseId
from sync.wire.upcasts import oldest_form
from sync.wire.versions import CURRENT
from tests.simulation.hazards import Hazard
from tests.simulation.link import Fault
from tests.simulation.machine import Machine
from tests.simulation.officers import AT, PICK, body, sync_somehow
from tests.simulation.steps import deed, number, one_of
from tests.simulation.world import World

_NEVER_SENT = "SELECT id, kind, sv, data FROM commands WHERE delivery = 'stored' AND doubtful = 0"


@deed(3, at=AT, version=one_of(1, 2, 2))
def an_older_program_is_used(world: World, at: int, version: int) -> None:
    """A computer speaks an older version of the wire from now on."""
    world.machines[at].link.version = version


@deed(3, at=AT, version=one_of(1, 2), pick=PICK, of_then=number(2), goes=number(2),
      upgraded=number(3))  # fmt: skip
def an_older_version_is_worked_in(
    world: World, at: int, version: int, pick: int, of_then: int, goes: int, upgraded: int
) -> None:
    """A case is closed and opened again, by a program of then, or by one of today at an old centre.

    Perhaps it goes out and the answer is lost; perhaps the next thing is an upgrade.
    """
    machine = world.machines[at]
    machine.link.version = version
    if cases := machine.cases():
        case_id = CaseId(cases[pick % len(cases)])
        for kind in ("close", "reopen", "note"):
            machine.act(case_id, body(world, machine, kind))
        if of_then and _as_recorded_then(machine):
            world.count(Hazard.SCHEMA_RETIRED)
        if goes:
            sync_somehow(machine, [Fault.UNANSWERED])
    if upgraded:
        the_program_is_upgraded(world, at)


@deed(2, at=AT)
def the_program_is_upgraded(world: World, at: int) -> None:
    """A computer gets the program of today, with whatever is in its outbox."""
    machine = world.machines[at]
    machine.link.version = CURRENT
    machine.restart()


def _as_recorded_then(machine: Machine) -> int:
    """Write what was never sent as a program of the first schemas did; return how many differ."""
    with machine.desk.store.files.work.write() as work:
        rows = work.exec_driver_sql(_NEVER_SENT).all()
        old = [
            (*oldest_form(row.kind, row.sv, msgspec.json.decode(row.data)), row.id)
            for row in rows
            if row.sv > 1
        ]
        for sv, data, id_ in old:
            work.exec_driver_sql(
                "UPDATE commands SET sv = ?, data = ? WHERE id = ?",
                (sv, msgspec.json.encode(data).decode(), id_),
            )
    return len(old)
