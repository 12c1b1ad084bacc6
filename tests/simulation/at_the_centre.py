# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invariants that are seen at the centre: its ledger, its memory, its answers."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from sync.cases.events import EVENT_KINDS
from sync.cases.ids import UnitId
from sync.cases.policy import POLICY, Meeting
from sync.central.cursor import unseal
from sync.wire.as_sent import restored
from tests.simulation.invariants import Held, When, invariant
from tests.simulation.memory import FINAL, UNREMEMBERED, Answer
from tests.simulation.truth import seen_case, seen_fact
from tests.simulation.world import World

_CHANGES_WHO_SEES_IT = {"registered", "disposed", "corrected"}
"""Kinds of facts after which a case may have to be told whole."""


@invariant(2, When.STEP)
def at_most_one_effect(world: World) -> Held:
    """Each command became a fact at most once, and only an accepted one did."""
    truth = world.truth
    applied = truth.applied()
    for id_, fact in applied.items():
        assert id_ in truth.settled, f"{id_} has an effect and no verdict"
        verdict = truth.settled[id_].verdict
        assert verdict.verdict == "accepted", f"{id_} has an effect and is {verdict.verdict}"
        assert (verdict.v, verdict.seq) == (fact.v, truth.seqs[fact.case_id, fact.v]), id_
        yield
    for id_, settled in truth.settled.items():
        real = settled.verdict.verdict == "accepted" and not settled.verdict.noop
        assert not real or id_ in applied, f"{id_} is accepted without an effect"
        yield


@invariant(3, When.ANSWER)
def verdicts_are_stable(world: World, answer: Answer) -> Held:
    """A final word on a command never changes."""
    memory = world.memory
    for verdict in answer.reply.verdicts:
        if verdict.verdict not in FINAL or verdict.code in UNREMEMBERED:
            continue
        said = msgspec.structs.replace(verdict, duplicate=False)
        assert said == memory.verdicts.setdefault(verdict.id, said), f"{said} was another before"
        stored = world.truth.settled.get(verdict.id)
        assert stored is not None, f"{said} is not remembered"
        assert said == stored.verdict, f"{said} is not what is remembered"
        yield


@invariant(4, When.ANSWER)
def identity_is_bound(world: World, answer: Answer) -> Held:
    """A verdict goes only to the officer whose command it is."""
    for verdict in answer.reply.verdicts:
        settled = world.truth.settled.get(verdict.id)
        if settled is None or verdict.code in UNREMEMBERED or verdict.verdict == "retry":
            continue
        actor = world.truth.actors[answer.username]
        assert actor is None or settled.officer_id == actor.id, f"{verdict.id} is another's"
        yield


@invariant(5, When.ANSWER)
def causality(world: World, answer: Answer) -> Held:
    """What waits for another command has an effect only after it."""
    truth = world.truth
    after = {command.id: command.after for command in answer.request.commands}
    for verdict in answer.reply.verdicts:
        named = after.get(verdict.id)
        if verdict.verdict != "accepted" or verdict.duplicate or named is None:
            continue
        earlier = truth.settled.get(named)
        assert earlier is not None, f"{verdict.id} passed {named}"
        assert earlier.verdict.verdict == "accepted", f"{verdict.id} followed a failed {named}"
        assert verdict.noop or earlier.verdict.noop or earlier.verdict.seq < verdict.seq, verdict.id
        yield


@invariant(6, When.STEP)
def device_order(world: World) -> Held:
    """What one device did to a case became facts in the order in which it was done."""
    truth = world.truth
    last: dict[tuple[int, str], int] = defaultdict(int)
    for case_id, facts in truth.facts.items():
        for fact in (facts[v] for v in sorted(facts)):
            if fact.command_id is not None and fact.device is not None:
                n = truth.settled[fact.command_id].n
                assert n > last[case_id, fact.device], f"{fact.command_id} came too late"
                last[case_id, fact.device] = n
                yield


@invariant(12, When.ANSWER)
def the_centre_tells_nobody_too_much(world: World, answer: Answer) -> Held:
    """An answer holds only what its officer may see at that moment, in the form they may."""
    truth, reply = world.truth, restored(answer.reply, answer.request.commands)
    actor = truth.actors[answer.username]
    assert actor is not None, "an answer to a closed account"
    for record in reply.cases:
        assert actor.scope.sees(UnitId(record.unit_id)), f"case {record.id} is not theirs"
        assert record == seen_case(actor, truth.cases[record.id]), f"case {record.id} is unveiled"
        yield
    for fact in reply.events:
        head = truth.cases[fact.case_id]
        assert actor.scope.sees(UnitId(head.unit_id)), f"case {fact.case_id} is not theirs"
        assert fact == seen_fact(actor, head, truth.facts[fact.case_id][fact.v]), "unveiled fact"
        yield


@invariant(18, When.STEP)
def no_silent_merge(world: World) -> Held:
    """No answer, closure or assignment became a fact over something its officer had not seen."""
    truth = world.truth
    for id_, fact in truth.applied().items():
        act = world.memory.acts.get(id_)
        if act is None:
            continue
        overlooked = {
            EVENT_KINDS[other.kind]
            for v, other in truth.facts[fact.case_id].items()
            if act.base_v < v < fact.v and other.command_id not in act.own
        }
        passed = overlooked & POLICY[act.kind].kinds(Meeting.ASK)
        assert not passed, f"{id_} passed {sorted(kind.__name__ for kind in passed)}"
        yield


@invariant(22, When.ANSWER)
def old_duplicates_have_no_effect(_world: World, answer: Answer) -> Held:
    """A command that was decided before is not decided again."""
    seen: set[str] = set(answer.settled_before)
    for verdict in answer.reply.verdicts:
        if verdict.verdict in FINAL and verdict.code not in UNREMEMBERED:
            assert verdict.duplicate or verdict.id not in seen, f"{verdict.id} was decided anew"
            seen.add(verdict.id)
            yield


@invariant(23, When.STEP)
def gaps_in_courier_files_are_told(world: World) -> Held:
    """Whoever brings a courier file hears which ones before it never came, and no others."""
    memory, taken_in = world.memory, world.centre.taken_in
    world.centre.taken_in = []
    for taken in taken_in:
        device, n = memory.numbered[taken.bundle_id]
        reached = memory.reached.setdefault(device, set())
        if memory.histories == 1:
            last = max((number for number in reached if number < n), default=0)
            told = list(taken.missing)
            assert told == list(range(last + 1, n)), f"file {n} of {device}: {told} missing"
        assert taken.bundle_id in memory.damaged or "damaged" not in taken.files.refused.values(), (
            f"the centre cannot read what is in file {n} of {device}"
        )
        reached.add(n)
        yield


@invariant(24, When.ANSWER)
def an_answer_tells_only_what_is_new(world: World, answer: Answer) -> Held:
    """Whoever has a cursor hears of what changed after it, or was asked for, and no fact again."""
    truth, reply = world.truth, answer.reply
    cursor = unseal(answer.request.cursor or "", truth.secret)
    if cursor is None or cursor.loading is not None or reply.progress is not None:
        return  # a first load
    for id_ in {record.id for record in reply.cases} | {fact.case_id for fact in reply.events}:
        if id_ in answer.request.want:
            continue
        seqs = {v: truth.seqs[id_, v] for v in truth.facts[id_]}
        assert max(seqs.values()) > cursor.seq, f"case {id_} is told again without a change"
        if not any(
            fact.kind in _CHANGES_WHO_SEES_IT and seqs[v] > cursor.base
            for v, fact in truth.facts[id_].items()
        ):
            again = [fact.v for fact in reply.events if fact.case_id == id_]
            again = [v for v in again if seqs[v] <= cursor.base]
            assert not again, f"facts {again} of case {id_} are told again"
        yield


@invariant(26, When.STEP)
def clocks_do_not_matter(world: World) -> Held:
    """When something was done is never after it was received, nor a device's to choose."""
    for facts in world.truth.facts.values():
        for fact in facts.values():
            if fact.done_at is not None and fact.command_id is not None:
                assert fact.done_at <= fact.at, fact
                yield


@invariant(30, When.STEP)
def every_fact_has_an_author(world: World) -> Held:
    """A fact comes of a command of its officer, or of nobody's; no log tells what was written."""
    truth = world.truth
    for id_, fact in truth.applied().items():
        settled = truth.settled[id_]
        assert settled.officer_id == fact.actor_id, f"{id_} is another officer's"
        assert settled.device == fact.device, f"{id_} is another device's"
        yield
    for line in world.memory.logged:
        told = sorted(word for word in world.memory.secrets if word in line)
        assert not told, f"a log line tells {told}: {line}"
        yield
    world.memory.logged.clear()
