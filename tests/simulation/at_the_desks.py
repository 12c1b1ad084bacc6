# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invariants that are seen at the officers' desks: their work, their cases, what is shown."""

from __future__ import annotations

from collections import Counter

import msgspec

from sync.cases.commands import words_of
from sync.cases.events import Event
from sync.cases.ids import DeviceId, UnitId
from sync.cases.projection import Delivery
from sync.errors import SyncErrorKind
from sync.wire.codec import case_record, decode, encode, event_record
from sync.wire.messages import AttachmentRecord, CaseRecord, DigestAnswer, EventRecord
from tests.simulation.invariants import Held, When, invariant
from tests.simulation.machine import Machine, Seen, waits
from tests.simulation.world import World

Told = tuple[CaseRecord, list[EventRecord]]
"""A case and its facts."""

_WITHOUT_HASHES = 1
"""Version of the wire in which files had no contents."""

SETTLED = {Delivery.ACCEPTED, Delivery.WITHDRAWN}


@invariant(1, When.STEP)
def no_recorded_work_is_lost(world: World) -> Held:
    """Every act is in the outbox once, as it was recorded, until its officer took it back."""
    for machine in world.machines:
        items = machine.items()
        counted = Counter(item.command.id for item in items)
        assert not counted or max(counted.values()) == 1, f"{machine.name} lists an act twice"
        words = {item.command.id: words_of(item.command.body) for item in items}
        for id_, text in machine.typed.items():
            assert words.get(id_) == text, f"{machine.name} lost {id_}: {text}"
            yield
        for item in items:
            taken_back = item.command.id in machine.taken_back
            assert taken_back or item.delivery is not Delivery.WITHDRAWN, item.command.id
            yield


@invariant(2, When.STEP)
def what_is_shown_is_true(world: World) -> Held:
    """Each act stands where it says it stands."""
    truth = world.truth
    for machine in world.machines:
        if machine.seen().epoch != truth.epoch:
            continue  # it has not heard yet that the centre went back
        elsewhere = world.memory.common_with_a_clone(machine.name)
        for item in machine.items():
            if item.command.id in elsewhere:
                continue  # the other copy may have sent it, and this one cannot know
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
            yield


@invariant(7, When.STEP)
def nothing_blocks_anything_else(world: World) -> Held:
    """After a run over a good line only what waits for a person, or for something sick, is left."""
    sick = set(world.centre.upsets.poison)
    for machine in world.machines:
        outcome, machine.calm = machine.calm, None
        if outcome is None or outcome.failure not in {None, SyncErrorKind.SERVER}:
            continue
        assert outcome.failure is None, f"{machine.name} gets nothing through"
        yield
        behind = set(sick)
        for item in sorted(machine.items(), key=lambda item: item.command.n):
            if item.command.after in behind or waits(item):
                behind.add(item.command.id)
            elif item.delivery.is_pending:
                assert item.command.id in sick, f"{item.command.id} is held up at {machine.name}"
                yield


@invariant(8, When.STEP)
def the_cache_is_the_centre_at_its_cursor(world: World) -> Held:
    """Every case here is one of its versions at the centre, whole, as its officer may see it."""
    for machine in world.machines:
        actor, seen = world.truth.actors[machine.username], machine.seen()
        if actor is None or seen.epoch != world.truth.epoch:
            continue
        for id_, held in _confirmed(machine).items():
            v = held[0].v
            assert (id_, v) in world.truth.heads, f"case {id_} never was as at {machine.name}"
            # as the officer may see it, or might before the centre changed that
            sights = world.truth.sights[machine.username]
            told = (_heard(machine, world.truth.version(sight, id_, v)) for sight in sights)
            if id_ not in seen.wanted and held not in told:
                difference = _difference(held, world.truth.version(actor, id_, v))
                raise AssertionError(f"{machine.name} holds another case {id_}: {difference}")
            yield


@invariant(9, When.STEP)
def no_gap(world: World) -> Held:
    """Whatever the centre has told of is here, in that version or a newer one."""
    truth = world.truth
    for machine in world.machines:
        actor, seen = truth.actors[machine.username], machine.seen()
        cursor = seen.cursor(truth.secret)
        if actor is None or cursor is None or cursor.loading or seen.epoch != truth.epoch:
            continue
        if seen.withheld or seen.officer.scope != actor.scope:
            continue  # what the centre changed since is told with the next answer
        for id_, head in truth.cases.items():
            if truth.seqs[id_, head.v] <= cursor.seq:  # what changed again is told later
                inside = actor.scope.sees(UnitId(head.unit_id))
                _assert_present(machine, seen, id_, head.v if inside else None)
                yield


@invariant(10, When.STEP)
def nothing_goes_back(world: World) -> Held:
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
            yield
        memory.cursors[machine.name] = cursor
        held = {id_: view.confirmed.v for id_, view in seen.views.items()}
        for id_, v in held.items():
            known = memory.versions.get((machine.name, id_), 0)
            assert v >= known, f"case {id_} fell to {v} at {machine.name}"
            memory.versions[machine.name, id_] = v
            yield


@invariant(15, When.STEP)
def drafts_survive(world: World) -> Held:
    """Every word typed and not sent lies in a draft or in a copy."""
    for machine in world.machines:
        words = machine.words_on_disk()
        for place, text in machine.drafted.items():
            assert any(text in kept for kept in words), f"{machine.name} lost the draft {place}"
            yield
        copies = {kept.text for kept in machine.seen().kept}
        for item in machine.items():
            text = words_of(item.command.body)
            if item.delivery is Delivery.WITHDRAWN and text:
                assert text in copies, f"{machine.name} has no copy of {item.command.id}"
                yield


@invariant(16, When.STEP)
def officers_read_what_they_wrote(world: World) -> Held:
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
            yield


@invariant(17, When.STEP)
def the_lists_are_a_function(world: World) -> Held:
    """Increments leave the lists as a computation from the beginning would."""
    for machine in world.machines:
        if not machine.rebuilt:
            shown = machine.seen().rows
            machine.desk.store.repair.rebuild()
            assert tuple(machine.rows()) == shown, (
                f"the list of {machine.name} is not what it should be"
            )
            machine.rebuilt = True
            yield


@invariant(11, When.REST)
def everybody_agrees(world: World) -> Held:
    """Every desk holds what the centre tells its officer; only decisions are left."""
    truth = world.truth
    for machine in world.machines:
        actor = truth.actors[machine.username]
        if actor is None or world.is_shut_out(machine):
            continue
        told, held = truth.told(actor), _confirmed(machine)
        assert told.keys() == held.keys(), f"{machine.name}: {told.keys() ^ held.keys()}"
        for id_, expected in told.items():
            assert held[id_] == _heard(machine, expected), (
                f"case {id_} at {machine.name} is not the centre's"
            )
            yield
        open_items = [item for item in machine.items() if item.delivery not in SETTLED]
        stuck = [item for item in open_items if not waits(item)]
        assert not stuck, f"{machine.name} still has {stuck}"


@invariant(13, When.STEP)
def what_is_withheld_is_not_shown(world: World) -> Held:
    """After the lease, or on a revoked device, no case can be read; only one's own words."""
    for machine in world.machines:
        seen = machine.seen()
        if seen.withheld or machine.shut_out:
            assert not seen.views, f"{machine.name} shows cases"
            assert not seen.rows, f"{machine.name} lists cases"
            yield


@invariant(13, When.REST)
def what_left_is_gone(world: World) -> Held:
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
                yield


@invariant(14, When.REST)
def a_case_is_where_its_last_move_left_it(world: World) -> Held:
    """Out and back, cut anywhere, with any repeats: only the last move counts."""
    for machine in world.machines:
        actor = world.truth.actors[machine.username]
        if actor is not None and not world.is_shut_out(machine):
            for id_, head in world.truth.cases.items():
                here = id_ in machine.seen().views
                assert here == actor.scope.sees(UnitId(head.unit_id)), f"{id_} at {machine.name}"
                yield


@invariant(21, When.STEP)
def trouble_moves_no_act(world: World) -> Held:
    """Without an answer no act gets a verdict, whatever the trouble was."""
    for machine in world.machines:
        before, machine.unheard = machine.unheard, None
        for item in machine.items() if before is not None else ():
            was = (before or {}).get(item.command.id)
            same = was is None or item.delivery.is_pending or item.delivery is was
            assert same, f"{item.command.id} went from {was} to {item.delivery}"
            yield


@invariant(23, When.STEP)
def files_say_what_the_network_says(world: World) -> Held:
    """A courier file that is read again changes nothing; what it brought is true (2, 8, 9)."""
    assert not world.memory.changed_by_repeats, world.memory.changed_by_repeats
    for _ in range(world.memory.repeats):
        yield
    world.memory.repeats = 0


@invariant(24, When.REST)
def only_what_is_new_travels(world: World) -> Held:
    """Once everybody has everything, each change is told to each desk once, and never a reload."""
    memory, truth = world.memory, world.truth
    if not memory.rested_at or memory.begun_anew:
        return
    assert not memory.reloads, "somebody loaded everything again"
    desks = Counter(machine.desk.tokens.device_id for machine in world.machines)
    changes = {(id_, seq) for (id_, _), seq in truth.seqs.items() if seq > memory.rested_at}
    news = Counter(id_ for id_, _ in changes)
    for (device, id_), times in memory.told.items():
        most = news[id_] * max(desks[DeviceId(device)], 1)  # a copy has the same id for a while
        assert times <= most, f"{device} heard {times} times of {news[id_]} changes of case {id_}"
        yield


@invariant(25, When.REST)
def everybody_comes_to_rest(world: World) -> Held:
    """Over a good line every outbox drains and every cursor arrives, soon."""
    assert not world.memory.restless, f"{sorted(world.memory.restless)} exchange for ever"
    yield


@invariant(28, When.STEP)
def clones_part(world: World) -> Held:
    """Two copies of one installation that both had something to say are two devices."""
    machines = {machine.name: machine for machine in world.machines}
    for name, clone, common in world.memory.copies:
        pair = machines[name], machines[clone]
        spoke = [
            any(
                item.command.id not in common and item.command.id in world.truth.settled
                for item in machine.items()
            )
            for machine in pair
        ]
        ids = {machine.desk.tokens.device_id for machine in pair}
        assert len(ids) == len(pair) or not all(spoke), f"{name} and {clone} are one device"
        yield


@invariant(29, When.REST)
def equal_digests_mean_equal_state(world: World) -> Held:
    """Where a desk holds what the centre tells, the digests of both ends say so.

    That they differ where the desk holds something else is shown by caches that rot (``wear``).
    """
    for machine in world.machines:
        actor = world.truth.actors[machine.username]
        knows_hashes = machine.link.oldest > _WITHOUT_HASHES
        if actor is not None and knows_hashes and not world.is_shut_out(machine):
            found = world.centre.compared(actor, machine.digest())
            assert found == DigestAnswer(), f"{machine.name} is at rest and said to differ: {found}"
            yield


@invariant(1, When.END)
def everything_is_decided(world: World) -> Held:
    """When officers have decided, every act is accepted or taken back."""
    for machine in world.machines:
        if not world.is_shut_out(machine):
            left = [item for item in machine.items() if item.delivery not in SETTLED]
            assert not left, f"{machine.name} still has {left}"
            yield


def _confirmed(machine: Machine) -> dict[int, Told]:
    """Return the cases on a desk as the centre told them."""
    found = {
        id_: (
            decode(encode(case_record(view.confirmed)), CaseRecord),
            [_told(entry.event) for entry in view.entries if entry.delivery is None],
        )
        for id_, view in machine.seen().views.items()
    }
    return {id_: _heard(machine, told) for id_, told in found.items()}


def _heard(machine: Machine, told: Told) -> Told:
    """Return what is told as a desk heard it: in version 1 files were a name and a size."""
    if machine.link.oldest > _WITHOUT_HASHES:
        return told
    head, facts = told
    short = [AttachmentRecord(file.name, file.size_bytes) for file in head.attachments]
    return msgspec.structs.replace(head, attachments=short), [_short(fact) for fact in facts]


def _short(fact: EventRecord) -> EventRecord:
    data = {
        name: [{"name": file["name"], "size_bytes": file["size_bytes"]} for file in value]
        if name in {"evidence", "attachments"}
        else value
        for name, value in fact.data.items()
    }
    return msgspec.structs.replace(fact, data=data)


def _told(event: Event) -> EventRecord:
    return decode(encode(event_record(event)), EventRecord)


def _difference(held: Told, told: Told) -> list[object]:
    """Return what is held and what should be, where they differ."""
    heads = zip(msgspec.structs.astuple(held[0]), msgspec.structs.astuple(told[0]), strict=True)
    found: list[object] = [pair for pair in heads if pair[0] != pair[1]]
    found += [fact for fact in held[1] if fact not in told[1]]
    return found + [fact for fact in told[1] if fact not in held[1]]


def _assert_present(machine: Machine, seen: Seen, id_: int, v: int | None) -> None:
    view = seen.views.get(id_)
    if v is None:
        assert view is None, f"{machine.name} still has case {id_}"
    elif id_ not in seen.wanted:
        assert view is not None, f"{machine.name} misses case {id_}"
        assert view.confirmed.v >= v, f"{machine.name} has {id_} at {view.confirmed.v}"
