# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre under fire: devices work while workers are killed and PostgreSQL is restarted."""

from __future__ import annotations

import itertools
import queue
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from sync.central import schema
from tests.fire.crowd import Fighter, Tally, by_officer
from tests.fire.ground import PROGRAM, Ground, ground
from tests.support.central import UNIT_A, UNIT_B, ManualClock, Office, new_office

_THREADS = 16
_REST_ROUNDS = 500
_BETWEEN_FAULTS = 60
"""Exchanges, beside one for each device, between two faults."""


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of a battle; ``wrong`` must be empty."""

    devices: int
    seconds: float
    tally: Tally
    faults: list[str] = field(default_factory=list)
    accepted: int = 0
    decided: int = 0
    moved: int = 0
    rest_rounds: int = 0

    @property
    def wrong(self) -> list[str]:
        """Return what must never happen and did."""
        return self.tally.wrong

    def lines(self) -> Iterator[str]:
        """Say it in figures."""
        took = sorted(self.tally.took_s)
        kills = len(self.faults) - self.faults.count("database")
        yield f"{self.devices} devices, {self.seconds:.0f} s under fire"
        yield f"{kills} workers killed, {self.faults.count('database')} restarts of PostgreSQL"
        yield (
            f"{self.tally.exchanges} exchanges answered ({self.tally.exchanges / self.seconds:.0f}"
            f"/s), p50 {statistics.median(took) * 1e3:.0f} ms,"
            f" p99 {took[int(len(took) * 0.99)] * 1e3:.0f} ms"
        )
        yield f"not answered: {dict(self.tally.failures)}; put off: {dict(self.tally.put_off)}"
        yield f"{self.decided} acts decided, {self.accepted} accepted, {self.moved} cases moved"
        yield f"at rest after {self.rest_rounds} rounds"
        yield f"lost, doubled, skipped or contradicted: {len(self.wrong)}"
        yield from self.wrong[:20]


def fight(
    *,
    devices: int,
    seconds: float,
    cases: int = 120,
    seed: int = 1,
    program: Sequence[str] = PROGRAM,
) -> Report:
    """Let so many devices work for so long under fire, then heal, come to rest and look."""
    with ground(program=program) as place:
        office = new_office(place.url, clock=ManualClock(time.time_ns() // 1_000_000))
        for unit_id in (UNIT_A, UNIT_B):
            office.add_cases([{} for _ in range(cases // 2)], unit_id)
        tally = Tally()
        report = Report(devices=devices, seconds=seconds, tally=tally)
        fighters = [Fighter(number, place.workers, tally) for number in range(devices)]
        for worker in place.workers:
            worker.start()
        _under_fire(place, office, fighters, report, random.Random(seed))
        report.rest_rounds = _come_to_rest(fighters, tally)
        _look(office, fighters, report)
        for fighter in fighters:
            fighter.close()
        office.database.close()
    return report


def _under_fire(
    place: Ground,
    office: Office,
    fighters: list[Fighter],
    report: Report,
    chance: random.Random,
) -> None:
    over = threading.Event()
    turns: queue.SimpleQueue[Fighter] = queue.SimpleQueue()
    for fighter in fighters:
        turns.put(fighter)

    def work() -> None:
        while not over.is_set():
            fighter = turns.get()
            if not fighter.turn():
                over.wait(0.02)  # as a device that backs off, only faster
            turns.put(fighter)

    def move() -> None:
        while not over.wait(0.2):
            with suppress(DBAPIError):
                _move(office, chance)
                report.moved += 1

    deadline = time.monotonic() + report.seconds
    faults = itertools.cycle(_faults(place))
    with ThreadPoolExecutor(_THREADS + 1) as threads:
        running = [threads.submit(work) for _ in range(_THREADS)] + [threads.submit(move)]
        try:
            while (left := deadline - time.monotonic()) > 0:
                goal = report.tally.exchanges + len(fighters) + _BETWEEN_FAULTS
                if _waited(report.tally, goal, left):
                    name, fault = next(faults)
                    report.faults.append(name)
                    fault()
        finally:
            over.set()
        for task in running:
            task.result()


def _waited(tally: Tally, goal: int, seconds: float) -> bool:
    with tally.changed:
        return tally.changed.wait_for(lambda: tally.exchanges >= goal or bool(tally.wrong), seconds)


def _faults(place: Ground) -> list[tuple[str, Callable[[], None]]]:
    def kill(*numbers: int) -> Callable[[], None]:
        def fault() -> None:
            for number in numbers:
                place.workers[number].kill()
            for number in numbers:
                place.workers[number].start()

        return fault

    return [
        ("database", place.restart_database),  # first, so that a slow machine has one too
        ("worker 0", kill(0)),
        ("database", place.restart_database),
        ("worker 1", kill(1)),
        ("both workers", kill(0, 1)),
    ]


def _move(office: Office, chance: random.Random) -> None:
    """Let the system send a case elsewhere, or the citizen write again."""
    with office.database.read() as connection:
        known = connection.execute(select(schema.cases.c.id, schema.cases.c.unit_id)).all()
    row = chance.choice(known)
    if chance.random() < 0.5:
        office.citizen_replies(row.id)
    else:
        office.dispose(row.id, UNIT_B if row.unit_id == UNIT_A else UNIT_A)


def _come_to_rest(fighters: list[Fighter], tally: Tally) -> int:
    """Let every device deliver and fetch what is left; return how many rounds it took.

    The last one is a round in which nobody had anything to do: whoever delivers makes news for
    those who had been at rest before.
    """
    for rounds in range(1, _REST_ROUNDS):
        with ThreadPoolExecutor(_THREADS) as threads:
            if all(list(threads.map(Fighter.is_at_rest, fighters))) or tally.wrong:
                return rounds
    tally.is_wrong("the devices do not come to rest")
    return _REST_ROUNDS


def _look(office: Office, fighters: list[Fighter], report: Report) -> None:
    """Compare what devices were promised with what the centre has, and devices with each other."""
    tally = report.tally
    with office.database.read() as connection:
        stored = {
            row.id: row.verdict
            for row in connection.execute(select(schema.commands.c.id, schema.commands.c.verdict))
        }
        effects: dict[str, list[tuple[int, int]]] = {}
        of = schema.events.c
        query = select(of.command_id, of.case_id, of.v).where(of.command_id.is_not(None))
        for row in connection.execute(query):
            effects.setdefault(row.command_id, []).append((row.case_id, row.v))
    for id_, found in effects.items():
        if len(found) > 1:
            tally.is_wrong(f"{id_} was applied {len(found)} times")
    for fighter in fighters:
        for id_, verdict in fighter.verdicts.items():
            report.decided += 1
            if id_ not in stored:
                tally.is_wrong(f"{verdict} was promised and is not there")
            elif stored[id_]["verdict"] != verdict.verdict:
                tally.is_wrong(f"{verdict} was promised, {stored[id_]} is there")
            if verdict.verdict == "accepted":
                report.accepted += 1
                if not verdict.noop and [v for _, v in effects.get(id_, [])] != [verdict.v]:
                    tally.is_wrong(f"{verdict} has the effects {effects.get(id_)}")
    _compare(office, fighters, tally)


def _compare(office: Office, fighters: list[Fighter], tally: Tally) -> None:
    """Every device must hold exactly what a new one of the same officer gets."""
    for username, devices in by_officer(fighters).items():
        fresh = office.device(username)
        fresh.follow()
        for fighter in devices:
            if (device := fighter.device) is None:
                continue
            heads = _differing(device.cases, fresh.cases)
            facts = _differing(device.events, fresh.events)
            if heads or facts:
                tally.is_wrong(f"a device of {username} has other {heads=} {facts=}")


def _differing(held: Mapping[int, object], expected: Mapping[int, object]) -> list[int]:
    """Return the first cases that are not as they should be."""
    return [id_ for id_ in {*held, *expected} if held.get(id_) != expected.get(id_)][:5]
