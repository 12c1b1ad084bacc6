# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to files: attached, carried in pieces over lines that break at any byte, opened,
kept, thrown out; their originals are edited and deleted, and disks lose and change contents.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from io import BytesIO
from math import isqrt
from pathlib import Path
from random import Random

from PIL import Image

from sync.cases.case import Attachment
from sync.cases.commands import FollowUp
from sync.cases.ids import CaseId
from sync.errors import StoreError
from sync.store.file_space import DEFAULT_BYTES
from tests.simulation.file_line import TROUBLES, Break, Trouble, is_picture
from tests.simulation.hazards import Hazard
from tests.simulation.machine import Machine
from tests.simulation.officers import AT, PICK, sync_somehow
from tests.simulation.steps import deed, number, one_of
from tests.simulation.world import World
from tests.support.central import UNIT_B

SIZE = one_of(1, 4_096, 5_000, 70_000, 150_000)
"""Less than a block, a block, more, and several pieces of an unmeasured line."""

SAME = number(4)
_KNOWN, PICTURE = 0, 3


@deed(6, at=AT, pick=PICK, size=SIZE, same=SAME, then=one_of("kept", "edited", "deleted"),
      troubles=TROUBLES)  # fmt: skip
def a_file_is_attached(
    world: World, at: int, pick: int, size: int, same: int, then: str,
    troubles: list[tuple[str, int]],
) -> None:  # fmt: skip
    """Somebody adds evidence; its original is edited or deleted before it has gone."""
    machine = world.machines[at]
    if not (cases := machine.cases()):
        return
    content = new_content(world, size, same)
    original, file = attached(world, machine, content)
    if then == "edited":
        original.write_bytes(content[::-1] + b"!")
    if then != "kept":
        world.count(Hazard.FILE_EDITED)
        original.unlink() if then == "deleted" else None
    today = machine.desk.inbox.today()
    body = FollowUp(text=world.words("Bukti"), done_on=today, evidence=(file,))
    machine.act(cases[pick % len(cases)], body)
    _sync(machine, troubles)


@deed(6, at=AT, troubles=TROUBLES)
def files_travel(world: World, at: int, troubles: list[tuple[str, int]]) -> None:
    """A device exchanges; words go well, files do not."""
    _sync(world.machines[at], troubles)


@deed(4, at=AT, pick=PICK, troubles=TROUBLES)
def a_file_is_opened(world: World, at: int, pick: int, troubles: list[tuple[str, int]]) -> None:
    """Somebody wants to see a file, whether or not it is here."""
    machine = world.machines[at]
    if files := _named(machine):
        case_id, file = files[pick % len(files)]
        machine.desk.attachments.show(case_id)
        machine.desk.attachments.fetch(case_id, file.sha256)
        _sync(machine, troubles)


@deed(2, at=AT, pick=PICK, pinned=one_of(True, True, False))
def a_case_is_pinned(world: World, at: int, pick: int, pinned: bool) -> None:
    """Somebody wants a case with its files when there is no line."""
    machine = world.machines[at]
    if files := _named(machine):
        machine.desk.attachments.pin(files[pick % len(files)][0], pinned=pinned)
        _sync(machine, [])


@deed(2, at=AT, budget=one_of(0, 5_000, 100_000))
def files_make_room(world: World, at: int, budget: int) -> None:
    """There is less room for files than there was; what is pinned stays."""
    machine = world.machines[at]
    pinned = machine.desk.store.pins.all()
    kept = _complete_in(machine, pinned)
    machine.desk.store.file_space.choose(budget)
    machine.desk.store.file_space.choose(DEFAULT_BYTES)
    assert kept <= _complete_in(machine, pinned), f"{machine.name} threw out what is pinned"


@deed(2, pick=PICK, how=one_of("lost", "cut", "changed"))
def the_centre_loses_a_content(world: World, pick: int, how: str) -> None:
    """The disk of the centre loses a file, or changes it."""
    blobs = sorted((world.centre.files / "blobs").glob("*/*"))
    if not blobs:
        return
    blob = blobs[pick % len(blobs)]
    content = bytearray(blob.read_bytes())
    world.count(Hazard.BLOB_LOST)
    world.memory.spoilt.add(blob.name)
    match how:
        case "lost":
            blob.unlink()
        case "cut":
            blob.write_bytes(content[: len(content) // 2])
        case _:
            content[pick * len(content) // 10] ^= 1
            blob.write_bytes(content)


@deed(1, at=AT, pick=PICK)
def a_file_is_sent_again(world: World, at: int, pick: int) -> None:
    """Somebody sends an own file again, from its beginning."""
    machine = world.machines[at]
    own = machine.desk.store.own_files.all()
    if files := [found for found in _named(machine) if found[1].sha256 in own]:
        case_id, file = files[pick % len(files)]
        machine.desk.attachments.try_again(case_id, file.sha256)
        machine.link.begun.clear()  # from its beginning, as the officer wants it
        _sync(machine, [])


@deed(3, pick=PICK, size=SIZE, opened=one_of(True, True, False))
def a_case_leaves_with_its_files(world: World, pick: int, size: int, opened: bool) -> None:
    """Evidence of a case was looked at elsewhere when the case goes to another unit."""
    laptop, other = world.machines[:2]
    if not (cases := laptop.cases()):
        return
    case_id = cases[pick % len(cases)]
    a_file_is_attached(world, 0, pick, size, 1, "kept", [])
    _sync(other, [])
    world.look()
    for found, file in _named(other) if opened else ():
        if found == case_id:
            other.desk.attachments.fetch(case_id, file.sha256)
    _sync(other, [])
    world.look()
    world.office.dispose(case_id, UNIT_B)
    _sync(other, [])


def _sync(machine: Machine, troubles: list[tuple[str, int]]) -> None:
    machine.link.troubles.extend(Trouble(Break(kind), at) for kind, at in troubles)
    with suppress(StoreError):
        sync_somehow(machine)
    machine.link.troubles.clear()


def attached(world: World, machine: Machine, content: bytes) -> tuple[Path, Attachment]:
    """Attach a file with this content; return where its original is, too."""
    original = world.folder / ("bukti.png" if is_picture(content) else "bukti.bin")
    original.write_bytes(content)
    return original, machine.desk.attachments.attach(original)


def new_content(world: World, size: int, same: int) -> bytes:
    """Return bytes that nobody has seen, now and then a picture, or some that were sent before."""
    known = list(world.memory.contents.values())
    if same == _KNOWN and known:
        return known[size % len(known)]
    content = Random(world.random.getrandbits(32)).randbytes(size)
    if same == PICTURE:
        content = _picture(content)
    world.memory.contents[hashlib.sha256(content).hexdigest()] = content
    return content


def _picture(noise: bytes) -> bytes:
    side = max(1, isqrt(len(noise) // 3))
    file = BytesIO()
    Image.frombytes("RGB", (side, side), noise[: 3 * side * side].ljust(3)).save(file, "PNG")
    return file.getvalue()


def _named(machine: Machine) -> list[tuple[CaseId, Attachment]]:
    """Return the files of the cases at a desk."""
    views = machine.seen().views.values()
    return [
        (view.case.id, state.file)
        for view in views
        for state in machine.desk.attachments.states(view).values()
    ]


def _complete_in(machine: Machine, cases: frozenset[CaseId]) -> set[str]:
    here = {name for name, file in machine.desk.store.file_cache.all().items() if file.is_complete}
    return {file.sha256 for case_id, file in _named(machine) if case_id in cases} & here
