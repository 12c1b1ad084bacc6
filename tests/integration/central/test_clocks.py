# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clocks do not matter (invariant 26): they change when something is said to be done, no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.cases.commands import Assign, Close, CommandBody, FollowUp, Note, Reopen, Respond
from sync.cases.policy import CLOCK_ADJUSTED
from sync.wire.messages import EventRecord, Verdict
from tests.support.central import TODAY_MS, Device, Office, new_office

HOUR = 3_600_000
TODAY = date(2026, 11, 24)
BODIES: tuple[CommandBody, ...] = (
    Respond(text="Akan kami perbaiki."),
    Note(text="Catatan."),
    FollowUp(text="Sudah diperiksa.", done_on=TODAY),
    Close(text="Selesai."),
    Reopen(text="Belum selesai."),
    Assign(officer_id=None),
)
OFFICERS = ("agus", "wati", "agus")
"""Two officers on three computers."""

Step = tuple[int, int, int, int, int]
"""Computer, case, act, hours that pass, and what the computer's clock says then."""

ANY_CLOCK = st.integers(-(2**53), 2**53) | st.sampled_from(
    [0, 946_684_800_000, TODAY_MS, TODAY_MS + 365 * 24 * HOUR]
)
STEPS = st.lists(
    st.tuples(
        st.integers(0, len(OFFICERS) - 1),
        st.integers(0, 1),
        st.integers(0, len(BODIES) + 1),
        st.integers(0, 30),
        ANY_CLOCK,
    ),
    min_size=1,
    max_size=10,
)


class World:
    """A centre, three computers, and a record of all that the centre said."""

    def __init__(self) -> None:
        self.office: Office = new_office("sqlite://")
        self.cases = [self.office.add_case().id for _ in range(2)]
        self.devices = [self.office.device(name) for name in OFFICERS]
        self.verdicts: list[Verdict] = []
        self.bounds: dict[str, tuple[int, int]] = {}
        self.told: list[list[dict[str, Any]]] = []
        self._idle_at = {device.id: self.office.clock() for device in self.devices}
        for device in self.devices:
            self._follow(device)

    def take(self, step: Step, *, honest: bool) -> None:
        """Let an officer do something, or the citizen write, or a computer catch up."""
        device, case_id = self.devices[step[0]], self.cases[step[1]]
        clock = self.office.clock
        clock.advance(step[3] * 3600)
        device.renew()
        if step[2] == len(BODIES):
            self.office.citizen_replies(case_id)
        elif step[2] > len(BODIES):
            self._follow(device)
        else:
            at = clock() if honest else step[4]
            command = device.command(case_id, BODIES[step[2]], at=at, id=self._name())
            self.bounds[command.id] = (self._idle_at[device.id], clock())
            self.verdicts += device.send(command)

    def histories(self) -> list[list[EventRecord]]:
        """Return what a computer that comes last sees of all cases."""
        last = self.office.device("wati")
        last.follow()
        return [last.history(case_id) for case_id in self.cases]

    def _name(self) -> str:
        return f"act-{len(self.verdicts)}"

    def _follow(self, device: Device) -> None:
        device.follow()
        self._idle_at[device.id] = self.office.clock()


def without_time(told: Verdict | EventRecord) -> dict[str, Any]:
    """Return everything that no clock of a computer may touch."""
    fields = msgspec.structs.asdict(told)
    fields.pop("done_at", None)
    fields.pop("device", None)  # named anew in each world
    fields["flags"] = [flag for flag in told.flags if flag != CLOCK_ADJUSTED]
    return fields


def lived(steps: Sequence[Step], *, honest: bool) -> World:
    """Live through the same days, with honest clocks or with any."""
    world = World()
    try:
        for step in steps:
            world.take(step, honest=honest)
        for history in world.histories():
            for event in history:
                if event.command_id is not None:
                    earliest, latest = world.bounds[event.command_id]
                    assert event.done_at is not None
                    assert earliest <= event.done_at <= latest
        return world
    finally:
        world.told = [[without_time(e) for e in history] for history in world.histories()]
        world.office.database.close()


@settings(max_examples=12)
@given(STEPS)
def test_no_clock_changes_what_happens(steps: Sequence[Step]) -> None:
    """Verdicts, order and content are the same, whatever the computers' clocks say."""
    honest, arbitrary = (lived(steps, honest=each) for each in (True, False))
    assert [without_time(v) for v in honest.verdicts] == [
        without_time(v) for v in arbitrary.verdicts
    ]
    assert honest.told == arbitrary.told


def test_a_time_that_cannot_be_is_flagged() -> None:
    """Who reads the entry learns that its time is an estimate; an honest one is not flagged."""
    world = World()
    for at, hours in ((0, 1), (TODAY_MS + HOUR, 0), (TODAY_MS + 900 * HOUR, 0)):
        world.take((0, 0, 1, hours, at), honest=False)
    world.office.database.close()
    assert [[CLOCK_ADJUSTED], [], [CLOCK_ADJUSTED]] == [v.flags for v in world.verdicts]
