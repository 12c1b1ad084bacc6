# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invariants that are seen at the officers' desks: their work, their cases, what is shown."""

from __future__ import annotations

from collections import Counter

import msgspec

from sync.cases.access import Actor
from sync.cases.commands import words_of
from sync.cases.events import Event
from sync.cases.ids import UnitId
from sync.cases.projection import Delivery
from sync.wire.codec import case_record, decode, encode, event_record
from sync.wire.messages import CaseRecord, EventRecord
from tests.simulation.invariants import When, invariant
from tests.simulation.machine import Machine, Seen, waits
from tests.simulation.world import World

Told = tuple[CaseRecord, list[EventRecord]]
"""A case and its facts."""

SETTLED = {Delivery.ACCEPTED, Delivery.WITHDRAWN}


@invariant(1, When.STEP)
def no_recorded_work_is_lost(world: World) -> None:
    """Every act is in the outbox once, as it was recorded, until its officer took it back."""
    for machine in world.machines:
        items = machine.items()
        counted = Counter(item.command.id for item in items)
        assert not counted or max(counted.values()) == 1, f"{machine.name} lists an act twice"
        words = {item.command.id: words_of(item.command.body) for item in items}
        for id_, text in machine.typed.items():
            assert words.get(id_) == text, f"{machine.name} lost {id_}: {text}"
        for item in items:
            taken_back = item.command.id in machine.taken_back
            assert taken_back or item.delivery is not Delivery.WITHDRAWN, item.command.id


@invariant(2, When.STEP)
def what_is_shown_is_true(world: World) -> None:
    """Each act stands where it says it stands."""
    truth = world.truth
    for machine in world.machines:
        if machine.seen().epoch != truth.epoch:
            continue  # it has not heard yet that the centre went back
        for item in machine.items():
            settled = truth.settled.get(item.command.id)
            verdict = None if settled is None else settled.verdict.verdict
            match item.delivery:
                case Delivery.ACCEPTED:
                    assert verdict == "accepted", f"{item.command.id} is shown as accepted"
                case Delivery.CONFLICT | Delivery.BLOCKED | Delivery.REJECTED:
                    assert verdict in {item.delivery.value, None}, f"{item.command.id}: {verdict}"
                case Delivery.STORED:
                    assert verdict is None, f"{item.command.id} is {verdict} and shown as stored"
                case Delivery.WITHDRAWN:
                    assert verdict != "accepted", f"{item.command.id} is a fact and shown as gone"
                case Delivery.UNKNOWN | Delivery.SENDING:
                    pass


@invariant(8, When.STEP)
def the_cache_is_the_centre_at_its_cursor(world: World) -> None:
    """Every case here is one of its versions at the centre, whole, as its officer may see it."""
    for machine in world.machines:
        actor, seen = world.truth.actors[machine.username], machine.seen()
        if actor is None or seen.epoch != world.truth.epoch:
            continue
        for id_, (head, facts) in _confirmed(seen).items():
            if (id_, head.v) not in world.truth.heads or id_ in seen.wanted:
                continue
            expected = world.truth.version(actor, id_, head.v)
            known = _as_known(world, machine, actor, id_)
            assert (head, facts) in (expected, known), (
                f"{machine.name} holds another case {id_}: {_difference((head, facts), expected)}"
            )


@invariant(9, When.STEP)
def no_gap(world: World) -> None:
    """Whatever the centre has told of is here, in that version or a newer one."""
    truth = world.truth
    for machine in world.machines:
        actor, seen = truth.actors[machine.username], machine.seen()
        cursor = seen.cursor(truth.secret)
        if actor is None or cursor is None or cursor.loading or seen.epoch != truth.epoch:
            continue
        if machine.desk.officer.scope != actor.scope:
            continue  # what the centre changed since is told with the next answer
        for id_, head in truth.cases.items():
            if truth.seqs[id_, head.v] <= cursor.seq:  # what changed again is told later
                inside = actor.scope.sees(UnitId(head.unit_id))
                _assert_present(machine, seen, id_, head.v if inside else None)


@invariant(10, When.STEP)
def nothing_goes_back(world: World) -> None:
    """Within a history neither a cursor nor a case's version ever falls."""
    memory = world.memory
    for machine in world.machines:
        seen = machine.seen()
        cursor = seen.cursor(world.truth.secret)
        before = memory.cursors.get(machine.name)
        if cursor is None or seen.epoch != world.truth.epoch:
            memory.forget_cache(machine.name)
            continue
        if before is not None and before.access == cursor.access:
            assert cursor.seq >= before.seq, f"the cursor of {machine.name} fell"
        memory.cursors[machine.name] = cursor
        held = {id_: view.confirmed.v for id_, view in seen.views.items()}
        for id_, v in held.items():
            known = memory.versions.get((machine.name, id_), 0)
            assert v >= known, f"case {id_} fell to {v} at {machine.name}"
            memory.versions[machine.name, id_] = v


@invariant(15, When.STEP)
def drafts_survive(world: World) -> None:
    """Every word typed and not sent lies in a draft or in a copy."""
    for machine in world.machines:
        words = machine.words_on_disk()
        for place, text in machine.drafted.items():
            assert any(text in kept for kept in words), f"{machine.name} lost the draft {place}"
        copies = {kept.text for kept in machine.seen().kept}
        for item in machine.items():
            text = words_of(item.command.body)
            gone = item.delivery is Delivery.WITHDRAWN and text
            assert not gone or text in copies, f"{machine.name} has no copy of {item.command.id}"


@invariant(16, When.STEP)
def officers_read_what_they_wrote(world: World) -> None:
    """An act is in its case's history exactly once from its recording on."""
    for machine in world.machines:
        seen = machine.seen()
        for item in machine.items():
            view = seen.views.get(item.command.case_id)
            if view is None or item.delivery is Delivery.WITHDRAWN:
                continue
            shown = sum(entry.event.command_id == item.command.id for entry in view.entries)
            settled = world.truth.settled.get(item.command.id)
            if item.delivery is Delivery.ACCEPTED and (settled is None or settled.verdict.noop):
                continue
            assert shown == 1, f"{machine.name} shows {item.command.id} {shown} times"


@invariant(17, When.STEP)
def the_lists_are_a_function(world: World) -> None:
    """Increments leave the lists as a computation from the beginning would."""
    for machine in world.machines:
        if not machine.rebuilt:
            shown = machine.rows()
            machine.desk.store.repair.rebuild()
            assert machine.rows() == shown, f"the list of {machine.name} is not what it should be"
            machine.rebuilt = True


@invariant(11, When.REST)
def everybody_agrees(world: World) -> None:
    """Every desk holds what the centre tells its officer; only decisions are left."""
    truth = world.truth
    for machine in world.machines:
        actor = truth.actors[machine.username]
        if actor is None or world.is_shut_out(machine):
            continue
        told, held = truth.told(actor), _confirmed(machine.seen())
        assert told.keys() == held.keys(), f"{machine.name}: {told.keys() ^ held.keys()}"
        for id_, expected in told.items():
            assert held[id_] == expected, f"case {id_} at {machine.name} is not the centre's"
        open_items = [item for item in machine.items() if item.delivery not in SETTLED]
        stuck = [item for item in open_items if not waits(item)]
        assert not stuck, f"{machine.name} still has {stuck}"


@invariant(13, When.REST)
def what_left_is_gone(world: World) -> None:
    """Nothing of a case that may not be seen is legible in the files of a computer."""
    for machine in world.machines:
        actor = world.truth.actors[machine.username]
        if actor is None or world.is_shut_out(machine):
            continue
        plain = machine.plain_cache()
        for id_, head in world.truth.cases.items():
            if not actor.scope.sees(UnitId(head.unit_id)):
                words = [head.title, head.text, head.reporter or ""]
                legible = [word for word in words if word and word[-9:].encode() in plain]
                assert not legible, f"{machine.name} still holds {legible} of case {id_}"


@invariant(1, When.END)
def everything_is_decided(world: World) -> None:
    """When officers have decided, every act is accepted or taken back."""
    for machine in world.machines:
        if not world.is_shut_out(machine):
            left = [item for item in machine.items() if item.delivery not in SETTLED]
            assert not left, f"{machine.name} still has {left}"


def _confirmed(seen: Seen) -> dict[int, Told]:
    """Return the cases on a desk as the centre told them."""
    return {
        id_: (
            decode(encode(case_record(view.confirmed)), CaseRecord),
            [_told(entry.event) for entry in view.entries if entry.delivery is None],
        )
        for id_, view in seen.views.items()
    }


def _told(event: Event) -> EventRecord:
    return decode(encode(event_record(event)), EventRecord)


def _difference(held: Told, told: Told) -> list[object]:
    """Return what is held and what should be, where they differ."""
    heads = zip(msgspec.structs.astuple(held[0]), msgspec.structs.astuple(told[0]), strict=True)
    found: list[object] = [pair for pair in heads if pair[0] != pair[1]]
    found += [fact for fact in held[1] if fact not in told[1]]
    return found + [fact for fact in told[1] if fact not in held[1]]


def _as_known(world: World, machine: Machine, actor: Actor, id_: int) -> Told:
    """Return a case as the officer saw it before the centre changed what they may see."""
    known = machine.desk.officer
    v = machine.seen().views[id_].confirmed.v
    return world.truth.version(known, id_, v)


def _assert_present(machine: Machine, seen: Seen, id_: int, v: int | None) -> None:
    view = seen.views.get(id_)
    if v is None:
        assert view is None, f"{machine.name} still has case {id_}"
    elif id_ not in seen.wanted:
        assert view is not None, f"{machine.name} misses case {id_}"
        assert view.confirmed.v >= v, f"{machine.name} has {id_} at {view.confirmed.v}"
