# SPDX-License-Identifier: AGPL-3.0-or-later
"""What those who watch a history remember of it, to hold later moments against earlier ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sync.cases.commands import CommandBody
from sync.central.cursor import Cursor
from sync.wire.messages import SyncReply, SyncRequest, Verdict

FINAL = frozenset({"accepted", "conflict", "rejected", "blocked"})

UNREMEMBERED = frozenset({"refused.id-reused", "refused.device-forked"})
"""Said of a command whose id or number belongs to another; no verdict on the command itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One exchange as the centre saw it."""

    device: str
    username: str
    request: SyncRequest
    reply: SyncReply
    settled_before: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What an officer knew when they did something.

    Attributes:
        base_v: the version of the case they saw.
        own: what they had done to the case themselves, at this desk.
    """

    kind: type[CommandBody]
    base_v: int
    own: frozenset[str]


@dataclass(slots=True)
class Memory:
    """Since the centre's history began."""

    epoch: str = ""
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    """The final word on each command, as it was first said."""
    told: Counter[tuple[str, int]] = field(default_factory=Counter)
    """(device, case) -> in how many answers it was told since the last rest."""
    reloads: int = 0
    """Answers since the last rest that were part of a first load."""
    begun_anew: int = 0
    """Caches found broken since the last rest, for which everything had to come again."""
    rested_at: int = 0
    """The newest change at the last rest."""
    numbered: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Courier file, by its own number -> the device that wrote it, and which of its files it is."""
    damaged: set[str] = field(default_factory=set)
    """Courier files of which the centre got a copy that was cut or spoilt."""
    reached: dict[str, set[int]] = field(default_factory=dict)
    """Device -> the numbers of its courier files that the centre has taken in."""
    histories: int = 0
    """How many the centre has had; in another one it may have forgotten files."""
    repeats: int = 0
    """Courier files taken in twice since somebody looked."""
    changed_by_repeats: list[str] = field(default_factory=list)
    """Machines on which the same courier file changed something twice."""
    restless: set[str] = field(default_factory=set)
    """Machines that go on exchanging for ever."""
    copies: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """A machine, its clone, and what both had done before they parted."""
    acts: dict[str, Act] = field(default_factory=dict)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    """Machine -> where its cache stood when last seen."""
    versions: dict[tuple[str, int], int] = field(default_factory=dict)
    """(machine, case) -> version in its cache when last seen."""
    logged: list[str] = field(default_factory=list)
    """What the programs wrote into their logs."""
    named: set[str] = field(default_factory=set)
    """Contents that any accepted act has ever named."""
    contents: dict[str, bytes] = field(default_factory=dict)
    """Every file that anybody attached, by the hash that names it."""
    spoilt: set[str] = field(default_factory=set)
    """Contents that the disk of the centre lost or changed, until they were brought again."""
    parts: dict[str, int] = field(default_factory=dict)
    """Upload -> how far it was when last seen."""
    keys: set[tuple[str, str, bytes]] = field(default_factory=set)
    """Machine, content, and the key under which a copy of it lay there."""
    secrets: set[str] = field(default_factory=set)
    """Words of officers and citizens; none of them may be in a log."""
    checks: Counter[str] = field(default_factory=Counter)
    """How many things each invariant was held against."""

    def begin_history(self, epoch: str) -> None:
        """Forget what belongs to another history of the centre."""
        if epoch != self.epoch:
            self.epoch = epoch
            self.histories += 1
            for known in (self.verdicts, self.cursors, self.versions):
                known.clear()

    def common_with_a_clone(self, machine: str) -> frozenset[str]:
        """Return the acts that a machine and a copy of it both have."""
        found = [common for *pair, common in self.copies if machine in pair]
        return frozenset().union(*found)

    def note_told(self, device: str, reply: SyncReply) -> None:
        """Count what an answer tells a device."""
        heads, facts = (record.id for record in reply.cases), (f.case_id for f in reply.events)
        self.told.update((device, id_) for id_ in {*heads, *facts})
        self.reloads += reply.progress is not None

    def begin_calm(self, seq: int) -> None:
        """From here on only what is new needs to travel."""
        self.told.clear()
        self.reloads = self.begun_anew = 0
        self.rested_at = seq

    def forget_cache(self, machine: str) -> None:
        """A cache was lost or replaced; what it held says nothing about what it will hold."""
        self.cursors.pop(machine, None)
        self.versions = {at: v for at, v in self.versions.items() if at[0] != machine}
