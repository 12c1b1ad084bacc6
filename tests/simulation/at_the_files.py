# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invariants of files: seen whole or not at all, never sent twice, gone with their case."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sync.cases.projection import Delivery
from sync.services.attachments import Whereabouts
from tests.simulation.file_line import gives_picture, is_picture
from tests.simulation.invariants import Held, When, invariant
from tests.simulation.machine import evidence
from tests.simulation.truth import may_read
from tests.simulation.world import World

_UNWANTED = {Delivery.WITHDRAWN, Delivery.REJECTED}


@invariant(19, When.STEP)
def files_are_whole_at_the_centre(world: World) -> Held:
    """A content is there once, is what its name says, and no case was told of it before."""
    memory, there = world.memory, world.centre.kept()
    memory.spoilt -= {name for name in memory.spoilt & there.keys() if _is_right(there[name])}
    for name, path in there.items():
        if name not in memory.spoilt:
            assert path.read_bytes() == memory.contents[name], f"{name} is not what its name says"
            yield
    for id_, head in world.truth.cases.items():
        for digest in world.truth.arrived(id_, head.v):
            assert digest in there.keys() | memory.spoilt, f"case {id_} was told of {digest}"
            yield


@invariant(1, When.STEP)
def no_unsent_file_is_lost(world: World) -> Held:
    """What an act names stays at its desk until the centre has it, or nobody wants it."""
    there = world.centre.kept().keys() | world.memory.spoilt
    for machine in world.machines:
        for item in machine.items():
            for file in evidence(item) if item.delivery not in _UNWANTED else ():
                is_safe = file.sha256 in machine.seen().own or file.sha256 in there
                assert is_safe, f"{machine.name} lost {file.sha256}"
                yield


@invariant(19, When.STEP)
def no_file_goes_before_its_words(world: World) -> Held:
    """Nobody offers the centre a file by the network that no accepted act has named."""
    for machine in world.machines:
        offered, machine.link.offered = machine.link.offered, set()
        for digest in offered:
            assert digest in world.memory.named, f"{machine.name} sends {digest} for nothing"
            yield


@invariant(19, When.STEP)
def files_are_whole_at_the_desks(world: World) -> Held:
    """What can be opened is what somebody attached; where a file is said to be, it is."""
    for machine in world.machines:
        seen = machine.seen()
        if seen.epoch != world.truth.epoch:
            continue
        by_case = {id_: world.truth.arrived(id_, seen.views[id_].confirmed.v) for id_ in seen.files}
        here = set().union(seen.own, *by_case.values())  # perhaps of another case, as the same
        for id_, states in seen.files.items():
            told = by_case[id_]
            for digest, state in states.items():
                claims = state.where in {Whereabouts.CENTRE, Whereabouts.FETCHING}
                assert digest in told or not claims, f"{digest} is said to be at the centre"
                assert state.can_open <= (digest in here), f"{digest} too early"
                assert 0 <= state.moved <= state.file.size_bytes, f"{digest}: {state.moved}"
                yield
        for digest in seen.pictures:
            assert digest in world.memory.named, f"there is a picture of {digest}"
        for digest, content in seen.opened.items():
            assert content == world.memory.contents[digest], f"{digest} is shown broken"
            yield


@invariant(19, When.REST)
def who_may_see_a_file_can_fetch_it(world: World) -> Held:
    """Whoever may read a case gets the contents it was told of, and nobody else does."""
    everything = world.memory.contents.keys()
    for actor in filter(None, world.truth.actors.values()):
        readable = world.truth.readable(actor)
        given = {name for name in everything if world.centre.gives(actor, name)}
        assert given == readable, f"{actor.name}: {given ^ readable}"
        for name in readable - world.memory.spoilt:
            assert name in world.centre.kept(), f"{name} cannot be fetched"
            yield


@invariant(12, When.REST)
def small_pictures_are_for_who_may_see_the_file(world: World) -> Held:
    """Whoever may not read a case gets not even a small picture of what is in it."""
    memory = world.memory
    pictures = {name for name, content in memory.contents.items() if is_picture(content)}
    for machine in world.machines:
        actor = world.truth.actors[machine.username]
        if actor is None or world.is_shut_out(machine):
            continue
        token = machine.desk.tokens.access_token()
        for name in pictures - memory.spoilt:
            is_given = gives_picture(world.centre, token, name)
            may = name in world.truth.readable(actor)
            assert is_given in {None, may}, f"{machine.name} and the picture of {name}: {is_given}"
            yield


@invariant(19, When.REST)
def evidence_arrives(world: World) -> Held:
    """Every file of an accepted act gets to the centre, and is told of in its case."""
    there = world.centre.kept().keys() | world.memory.spoilt
    for machine in world.machines:
        if world.is_shut_out(machine):
            continue
        own = machine.desk.store.own_files.all()
        for item in machine.items():
            for file in evidence(item) if item.delivery is Delivery.ACCEPTED else ():
                is_stuck = file.sha256 in own and own[file.sha256].problem
                assert file.sha256 in there or is_stuck, f"{machine.name} keeps {file.sha256}"
                yield


@invariant(20, When.STEP)
def uploads_only_grow(world: World) -> Held:
    """What has arrived of an upload is how its file begins, and never becomes less."""
    memory, folder = world.memory, world.centre.files / "parts"
    spoilt = set().union(*(machine.link.spoilt for machine in world.machines))
    for upload, digest in world.truth.uploads.items():
        part = folder / upload
        if not part.exists() or upload in spoilt:
            continue  # found out at its end, or with the next call
        here = part.read_bytes()
        assert memory.contents[digest].startswith(here), f"{upload} is no beginning of its file"
        assert len(here) >= memory.parts.get(upload, 0), f"{upload} became shorter"
        memory.parts[upload] = len(here)
        yield


@invariant(20, When.STEP)
def a_break_costs_one_piece(world: World) -> Held:
    """What had arrived is not sent again, but for one piece at most."""
    for machine in world.machines:
        line, machine.link.carried = machine.link.carried, []
        for sent in line:
            assert sent.again <= sent.piece, f"{machine.name} sent {sent.again} bytes again"
            yield


@invariant(13, When.REST)
def files_of_what_left_are_gone(world: World) -> Held:
    """Nothing can open a copy of a file whose cases have left: its key is nowhere."""
    for machine in world.machines:
        actor = world.truth.actors[machine.username]
        if actor is None or world.is_shut_out(machine):
            continue
        held = {
            digest
            for id_, head in world.truth.cases.items()
            if may_read(actor, head)
            for digest in world.truth.named(id_)
        }
        shown = machine.seen().pictures - held
        assert not shown, f"{machine.name} still shows pictures of {shown}"
        plain = machine.plain_cache()
        for name, digest, key in world.memory.keys:
            if name == machine.name and digest not in held:
                assert key not in plain, f"{name} can still open {digest}"
                yield


def _is_right(path: Path) -> bool:
    return hashlib.sha256(path.read_bytes()).hexdigest() == path.name
