# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plays a history: step by step with every invariant held, then rest, then more work, then the end.

A history is a function of its seed: same steps, same numbers, same trace.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

from typing_extensions import override

from sync.errors import SignInFailed, StoreUnavailable, SyncError, SyncErrorKind
from sync.wire.codec import decode, encode
from sync.wire.messages import SyncReply, SyncRequest
from tests.simulation import (
    at_the_centre,
    at_the_desks,
    at_the_files,
    at_the_screen,
    commits,
    computers,
    couriers,
    files,
    freight,
    office,
    officers,
    upgrades,
    versions,
    wear,
)
from tests.simulation.hazards import Hazard
from tests.simulation.invariants import Broken, When, hold
from tests.simulation.machine import Machine
from tests.simulation.memory import Answer
from tests.simulation.steps import DEEDS, Step, history
from tests.simulation.world import World, begin, make_template

T = TypeVar("T")

LENGTH = 40
"""Steps in a history, before the rest."""

_NEVER_MORE_THAN = 60
"""Runs until a device has nothing more to say; far above any real need."""

_HOUR_MS = 3_600_000

_ROOMS = (
    at_the_centre,
    at_the_desks,
    at_the_files,
    at_the_screen,
    commits,
    computers,
    couriers,
    files,
    freight,
    office,
    officers,
    upgrades,
    versions,
    wear,
)
"""Imported for what they put into ``DEEDS`` and ``INVARIANTS``."""


@dataclass(slots=True)
class Report:
    """What came of a history."""

    seed: int
    steps: Sequence[Step]
    failure: str = ""
    trace: list[str] = field(default_factory=list)
    hazards: Counter[Hazard] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)

    @property
    def digest(self) -> str:
        """A fingerprint of everything that happened."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()[:16]


def play(seed: int, steps: Sequence[Step] | None = None) -> Report:
    """Play the history of a seed, or these steps in its world; never raises for what it finds."""
    steps = history(seed, LENGTH) if steps is None else steps
    report = Report(seed, steps)
    folder = Path(tempfile.mkdtemp(prefix="history-", dir=_fast_place()))
    with _silence() as logged, _undisturbed():
        world = begin(template(), folder / "world", seed)
        world.memory.logged = logged
        report.trace, report.hazards = world.trace, world.hazards
        report.checks = world.memory.checks
        try:
            _Play(world, seed).through(steps)
        except Exception as error:  # noqa: BLE001 - whatever a program does not survive is a find
            report.failure = f"{type(error).__name__}: {error}"
            if not isinstance(error, Broken):
                report.failure += _where(error)
        finally:
            with suppress(Exception):
                world.close()
            shutil.rmtree(folder, ignore_errors=True)
    return report


def kind_of_failure(failure: str) -> str:
    """Return which promise a failure is about, without the names of this history."""
    found = re.match(r"Broken: invariant (\d+) \(([^)]*)\)", failure)
    return found.group(0) if found else re.sub(r"[\d'-]+", "", failure)[:200]


class _Play:
    """One history under way."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._random = Random(f"rest {seed}")
        world.centre.witness = self._hear

    def through(self, steps: Sequence[Step]) -> None:
        for number, step in enumerate(steps):
            self._do(step, f"{number:3}")
        self._rest()
        for number in range(4):  # and on with the work, over good lines
            self._do(self._calm_step(), f"r{number}")
        self._rest()
        self._decide_everything()

    def _do(self, step: Step, number: str) -> None:
        world = self._world
        world.say(f"{number} {step}")
        _survive(world, lambda: DEEDS[step.do].run(world, **step.how))
        _survive(world, lambda: self._look(When.STEP))
        world.say(f"    seq {world.truth.seq} {_states(world)}")

    def _look(self, *moments: When) -> None:
        world = self._world
        world.look()
        world.memory.begin_history(world.truth.epoch)
        hold(world, *moments)
        world.disks.written.clear()  # looking has written too

    def _hear(
        self, token: str, request: SyncRequest, reply: SyncReply, before: frozenset[str]
    ) -> None:
        world = self._world
        world.truth.read(world.centre.path)
        world.memory.begin_history(world.truth.epoch)
        device = world.truth.tokens[hashlib.sha256(token.encode()).hexdigest()]
        answer = Answer(
            device=device,
            username=world.truth.owners[device],
            request=request,
            reply=decode(encode(reply), SyncReply),
            settled_before=before,
        )
        world.memory.note_told(device, answer.reply)
        hold(world, When.ANSWER, answer=answer)

    def _calm_step(self) -> Step:
        name = self._random.choice(("act", "the_centre_learns", "act_on_the_same_case", "decide"))
        return Step(name, {n: d(self._random) for n, d in DEEDS[name].draws.items()})

    def _rest(self) -> None:
        world = self._world
        world.centre.heal()
        for machine in world.machines:
            machine.link.deliver_late()
        for _ in range(2):  # the second time brings what the others had to say
            for machine in world.machines:
                settle(world, machine)
                carry_files(world, machine)
        self._look(When.STEP, When.REST)
        world.memory.begin_calm(world.truth.seq)
        world.say(f"rest seq {world.truth.seq} {_states(world)}")

    def _decide_everything(self) -> None:
        for machine in self._world.machines:
            if self._world.is_shut_out(machine):
                continue
            settle(self._world, machine)
            while items := machine.desk.inbox.decisions():
                machine.withdraw(items[0])
                settle(self._world, machine)
        self._look(When.STEP, When.END)


def _survive(world: World, run: Callable[[], T]) -> T | None:
    """Run something; start a program again that finds its cache broken, as it tells its officer.

    Returns:
        What came of it; None where somebody had to begin anew.
    """
    result: T | None = None
    try:
        result = run()
    except StoreUnavailable as error:
        if error.code != "store.corrupt":
            raise
    for machine in world.machines:
        if machine.desk.store.files.cache.is_known_broken():
            machine.restart()
            world.memory.forget_cache(machine.name)
            world.memory.begun_anew += 1
            result = None  # whoever began anew is not through
    return result


def settle(world: World, machine: Machine) -> None:
    """Exchange over a good line until there is nothing more to say."""
    for _ in range(_NEVER_MORE_THAN):
        outcome = _survive(world, machine.sync)
        if outcome is None:
            continue
        match outcome.failure:
            case None if outcome.exchanges <= 1 and not outcome.settled:
                return
            case SyncErrorKind.REVOKED:
                return
            case SyncErrorKind.AUTH:
                try:
                    machine.renew()
                except SyncError:
                    return  # the device was revoked
                except SignInFailed as error:
                    if error.code != "sign-in.throttled":
                        return  # the account was closed
                    world.pass_time(300_000)
            case _:
                pass
    world.memory.restless.add(machine.name)


def carry_files(world: World, machine: Machine) -> None:
    """Let time pass until the files have gone that go by themselves."""
    for _ in range(_NEVER_MORE_THAN):
        if world.is_shut_out(machine) or not machine.desk.store.own_files.to_send():
            return
        world.pass_time(_HOUR_MS)
        settle(world, machine)


def _states(world: World) -> str:
    """Say where every act stands, as one short text."""
    return " ".join(
        machine.name + ":" + ",".join(f"{n}{state}" for state, n in sorted(_tally(machine).items()))
        for machine in world.machines
    )


def _tally(machine: Machine) -> Counter[str]:
    return Counter(item.delivery.value for item in machine.items())


@cache
def template() -> Path:
    """Return the files that every history begins with, made once in a process.

    Whoever plants a bug makes them before, for later histories begin with them too.
    """
    folder = Path(tempfile.mkdtemp(prefix="template-", dir=_fast_place())) / "template"
    make_template(folder)
    return folder


def _fast_place() -> str | None:
    """Return a place in memory where there is one: what reaches the disk is decided here."""
    memory = Path("/dev/shm")  # noqa: S108 - folders of our own, with names nobody can guess
    return str(memory) if memory.is_dir() else None


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(message)s"))

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def _silence() -> Iterator[list[str]]:
    """Collect what our programs log, and let nobody else hear it."""
    logger, collector = logging.getLogger("sync"), _Collector()
    before = logger.propagate, logger.level
    logger.addHandler(collector)
    logger.propagate = False
    logger.setLevel(logging.INFO)  # as the centre does
    try:
        yield collector.lines
    finally:
        logger.propagate, level = before
        logger.setLevel(level)
        logger.removeHandler(collector)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let nobody look for garbage meanwhile: it costs a tenth, and comes at another moment in
    every replay.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _where(error: BaseException) -> str:
    """Return where in the program an exception came from."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return "\n  at " + "\n  at ".join(frames[-8:])
