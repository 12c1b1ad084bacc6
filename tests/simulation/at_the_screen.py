# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screen never lies (invariant 2): what the window would show, in every place, is held against
the centre's own tables, and the places against each other.

The words are made by the window's own view-models; what they should say is decided here.
"""

from __future__ import annotations

from datetime import timedelta, timezone

from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.case_lines import CaseLines
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Mark
from desktop.viewmodels.outbox_lines import OutboxLines
from desktop.viewmodels.sync_status import Light, SyncStatusPresenter
from desktop.viewmodels.timeline import Timeline
from sync.cases.ids import CommandId
from sync.cases.projection import Delivery
from tests.simulation.invariants import Held, When, invariant
from tests.simulation.machine import Machine
from tests.simulation.world import World

_FORMATS = Formats("id", timezone(timedelta(hours=7)))

_TRUE_OF: dict[Mark, set[str | None]] = {
    Mark.PENDING: {None},
    Mark.ACCEPTED: {"accepted"},
    Mark.DECISION: {"conflict", "blocked", None},  # None: the centre came back from a backup
    Mark.REFUSED: {"rejected", None},
    Mark.WITHDRAWN: {"conflict", "blocked", "rejected", None},
    Mark.SENDING: {"accepted", "conflict", "blocked", "rejected", None},
    Mark.UNKNOWN: {"accepted", "conflict", "blocked", "rejected", None},
}
"""What is said of an act -> what the centre may have decided about it."""

_OPEN = {Mark.PENDING, Mark.SENDING, Mark.UNKNOWN, Mark.DECISION, Mark.REFUSED}
"""What is said where there is something left to do."""


@invariant(2, When.STEP)
def every_place_says_the_truth(world: World) -> Held:
    """Outbox, history and list say of each act what the centre has decided, and say the same."""
    for machine in _sure(world):
        elsewhere = world.memory.common_with_a_clone(machine.name)
        said = _outbox(machine)
        for id_, mark in said.items():
            settled = world.truth.settled.get(id_)
            decided = None if settled is None else settled.verdict.verdict
            if id_ not in elsewhere:
                assert decided in _TRUE_OF[mark], f"{id_} is shown as {mark} and is {decided}"
                yield
        for id_, mark in _histories(machine).items():
            assert said[id_] is mark, f"{id_} is {mark} in its case and {said[id_]} in the outbox"
            yield
        open_items = [item for item in machine.items() if said[item.command.id] in _OPEN]
        applied = world.truth.applied()
        # What has arrived although its answer is unknown is part of the case already.
        arrived = {item.command.case_id for item in open_items if item.command.id in applied}
        undone = {item.command.case_id for item in open_items} - arrived
        for case_id, marks in _list(machine).items():
            told = bool(marks & _OPEN)
            assert told == (case_id in undone) or case_id in arrived, f"{case_id} has {marks}"
            yield


@invariant(2, When.STEP)
def what_is_a_fact_here_is_accepted_here(world: World) -> Held:
    """No outbox doubts, offers or takes back what the history beside it shows as done."""
    for machine in world.machines:
        said = {item.command.id: item for item in machine.items()}
        for view in machine.seen().views.values():
            for entry in view.entries:
                item = said.get(entry.event.command_id or CommandId(""))
                if item is None or entry.delivery is not None:
                    continue
                assert item.delivery is Delivery.ACCEPTED, f"{item.command.id} is {item.delivery}"
                yield


@invariant(2, When.STEP)
def receipts_are_the_centres(world: World) -> Held:
    """A receipt has the number and the time that the centre gave it, or no number yet."""
    for machine in _sure(world):
        for item in machine.items():
            settled = world.truth.settled.get(item.command.id)
            if item.delivery is not Delivery.ACCEPTED or settled is None:
                continue
            told = settled.verdict
            assert item.receipt in {"", told.receipt}, f"{item.receipt}, not {told.receipt}"
            assert item.receipt or item.receipt_due, f"{item.command.id} gets no receipt"
            assert item.settled_at == told.at, f"{item.command.id} was accepted at {told.at}"
            yield


@invariant(2, When.STEP)
def green_means_that_everything_is_there(world: World) -> Held:
    """The light is green only if the centre has accepted every act that was not taken back."""
    for machine in _sure(world):
        presenter = SyncStatusPresenter(
            machine.desk.synchronizer, _FORMATS, machine.desk.time.now, MinuteTick()
        )
        presenter.on_status(machine.desk.synchronizer.status())
        presenter.on_counted(machine.seen().counts)
        if presenter.state.light is not Light.IN_ORDER:
            continue
        for item in machine.items():
            settled = world.truth.settled.get(item.command.id)
            there = settled is not None and settled.verdict.verdict == "accepted"
            gone = item.command.id in machine.taken_back
            assert there or gone, f"{machine.name} is green and {item.command.id} is not there"
            yield
        waiting = machine.seen().unsent_files
        assert not waiting, f"{machine.name} is green and {waiting} files are not there"


def _sure(world: World) -> list[Machine]:
    """Return the desks that know in which history the centre is."""
    return [machine for machine in world.machines if machine.seen().epoch == world.truth.epoch]


def _outbox(machine: Machine) -> dict[CommandId, Mark]:
    lines = OutboxLines(_FORMATS, machine.desk.time.now)
    return {item.command.id: lines.line(item).tag.mark for item in machine.items()}


def _histories(machine: Machine) -> dict[CommandId, Mark]:
    seen = machine.seen()
    timeline = Timeline(_FORMATS, seen.officer.id, machine.desk.time.now)
    entries = (entry for view in seen.views.values() for entry in timeline.entries(view))
    return {
        entry.command_id: entry.delivery.mark
        for entry in entries
        if entry.command_id is not None and entry.delivery is not None
    }


def _list(machine: Machine) -> dict[int, set[Mark]]:
    desk = machine.desk
    lines = CaseLines(_FORMATS, desk.rulebook.calendar, desk.time)
    return {row.id: {tag.mark for tag in lines.line(row).tags} for row in machine.seen().rows}
