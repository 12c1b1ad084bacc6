# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files' contents by stick: out with the words, back with the reply; sticks get lost, are copied
in half, taken in twice, and mixed up. The network may bring the same meanwhile.
"""

from __future__ import annotations

from contextlib import suppress

from sync.cases.commands import FollowUp
from sync.errors import CourierRefused, StoreError
from sync.services.courier import Freight
from tests.simulation.couriers import (
    courier_file_comes_back,
    courier_file_reaches_the_centre,
    send_out,
)
from tests.simulation.files import SAME, SIZE, attached, new_content
from tests.simulation.officers import AT, PICK
from tests.simulation.steps import deed, one_of
from tests.simulation.world import World

_ROOM = one_of(0, 6_000, 400_000, 400_000)
"""Bytes: nothing, a small file, everything."""


@deed(4, at=AT, pick=PICK, size=SIZE, same=SAME, out=_ROOM, back=_ROOM,
      fate=one_of("whole", "whole", "twice", "cut", "spoilt", "lost"),
      to=one_of("home", "home", "elsewhere"))  # fmt: skip
def evidence_goes_by_stick(
    world: World, at: int, pick: int, size: int, same: int, out: int, back: int, fate: str, to: str
) -> None:  # fmt: skip
    """Somebody without a line adds evidence and exports it; what comes back may be another's."""
    machine = world.machines[at]
    if not (cases := machine.cases()):
        return
    _, file = attached(world, machine, new_content(world, size, same))
    today = machine.desk.inbox.today()
    body = FollowUp(text=world.words("Bukti"), done_on=today, evidence=(file,))
    machine.act(cases[pick % len(cases)], body)
    folder = world.sticks / machine.name
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(CourierRefused, StoreError):
        freight = Freight(out_bytes=out, back_bytes=back)
        send_out(world, machine, machine.desk.courier.export(folder, freight))
        answered, elsewhere = len(world.replies), (at + 1) % len(world.machines)
        courier_file_reaches_the_centre(world, len(world.outgoing) - 1, fate)
        for place in range(answered, len(world.replies)):
            courier_file_comes_back(world, place, elsewhere, right=to == "home", again=pick % 2)
