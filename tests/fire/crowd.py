# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many devices at work: each remembers what it was promised, and notices what it was not told."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

from sync.cases.commands import Assign, Close, CommandBody, FollowUp, Note, Reopen, Respond
from sync.errors import SyncError
from sync.transports.http import HttpService
from sync.wire.messages import CommandRecord, SyncReply, Verdict
from tests.fire.ground import Worker
from tests.support.casework import instant
from tests.support.central import Device, ManualClock

FINAL = frozenset({"accepted", "conflict", "rejected", "blocked"})
OFFICERS = ("agus", "sari", "wati")
_TOGETHER = 4
_DAY = instant(2026, 11, 23)


@dataclass(slots=True)
class Tally:
    """What happened, over all devices."""

    exchanges: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    put_off: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def answered(self, seconds: float) -> None:
        """Count an exchange that was answered."""
        with self.changed:
            self.exchanges += 1
            self.took_s.append(seconds)
            self.changed.notify_all()

    def failed(self, error: SyncError) -> None:
        """Count one that was not."""
        with self.changed:
            self.failures[error.kind.value] += 1

    def is_wrong(self, what: str) -> None:
        """Remember what must never happen."""
        with self.changed:
            self.wrong.append(what)
            self.changed.notify_all()


class Fighter:
    """One device with an outbox; its memory is what an officer has seen."""

    def __init__(self, number: int, workers: tuple[Worker, ...], tally: Tally) -> None:
        self._random = random.Random(number)
        self._tally = tally
        self._services = [HttpService(worker.address) for worker in workers]
        self.username = OFFICERS[number % len(OFFICERS)]
        self.outbox: list[CommandRecord] = []
        self.verdicts: dict[str, Verdict] = {}
        self.device: Device | None = None

    def turn(self) -> bool:
        """Sign in, or do some work and exchange; say whether it was answered."""
        service = self._random.choice(self._services)
        begun = time.monotonic()
        try:
            if self.device is None:
                self.device = Device.signed_in(service, self.username, ManualClock(_DAY))
            else:
                self._work(self.device)
                self._exchange(self.device, service)
        except SyncError as error:
            self._tally.failed(error)
            return False
        self._tally.answered(time.monotonic() - begun)
        return True

    def is_at_rest(self) -> bool:
        """Deliver and fetch once without new work; say whether there was nothing to do."""
        device, had_work = self.device, bool(self.outbox)
        try:
            if device is None:
                self.turn()
                return False
            reply = self._exchange(device, self._random.choice(self._services))
        except SyncError:
            return False
        return not had_work and not reply.more

    def close(self) -> None:
        """Give the connections back."""
        for service in self._services:
            service.close()

    def _work(self, device: Device) -> None:
        if len(self.outbox) < _TOGETHER and device.cases and self._random.random() < 0.7:
            case_id = self._random.choice(list(device.cases))
            before = [command.id for command in self.outbox if command.case_id == case_id]
            body = self._random.choice(_ACTS)(self._random)
            after = before[-1] if before else None
            self.outbox.append(device.command(case_id, body, after=after))

    def _exchange(self, device: Device, service: HttpService) -> SyncReply:
        device.service = service
        if self.outbox and self._random.random() < 0.2:
            self._send_to_all(device)
        reply = device.exchange(commands=self.outbox[:_TOGETHER], max_bytes=16_384)
        self._hear(reply)
        self._look_for_gaps(device)
        return reply

    def _send_to_all(self, device: Device) -> None:
        """Say the same to every worker at the same time, and hear only what they decided."""
        commands = self.outbox[:_TOGETHER]

        def say(service: HttpService) -> None:
            try:
                copy = Device(
                    service=service,
                    id=device.id,
                    username=device.username,
                    password=device.password,
                    access_token=device.access_token,
                    refresh_token=device.refresh_token,
                    clock=device.clock,
                    cursor=device.cursor,
                )
                self._hear(copy.exchange(commands=commands, max_bytes=4_096))
            except SyncError as error:
                self._tally.failed(error)

        with ThreadPoolExecutor(len(self._services)) as threads:
            list(threads.map(say, self._services))

    def _hear(self, reply: SyncReply) -> None:
        for verdict in reply.verdicts:
            if verdict.verdict not in FINAL:
                self._tally.put_off[verdict.code.partition(".")[0]] += 1
                continue
            known = self.verdicts.setdefault(verdict.id, verdict)
            if _promise(known) != _promise(verdict):
                self._tally.is_wrong(f"two verdicts: {known} and {verdict}")
        self.outbox = [command for command in self.outbox if command.id not in self.verdicts]

    def _look_for_gaps(self, device: Device) -> None:
        for case_id, case in device.cases.items():
            held = device.events.get(case_id, {})
            if missing := set(range(2, case.v + 1)) - held.keys():
                self._tally.is_wrong(f"{self.username} skipped {case_id} {sorted(missing)[:5]}")


def _promise(verdict: Verdict) -> tuple[object, ...]:
    return (verdict.verdict, verdict.receipt, verdict.v, verdict.seq, verdict.code)


def _words(chance: random.Random) -> str:
    return f"Catatan lapangan nomor {chance.randrange(10**9)}."


_ACTS: tuple[Callable[[random.Random], CommandBody], ...] = (
    lambda chance: Note(text=_words(chance)),
    lambda chance: Note(text=_words(chance)),
    lambda chance: Respond(text=_words(chance)),
    lambda chance: FollowUp(text=_words(chance), done_on=date(2026, 11, 23)),
    lambda chance: Close(text=_words(chance)),
    lambda chance: Reopen(text=_words(chance)),
    lambda _chance: Assign(officer_id=None),
)


def by_officer(fighters: list[Fighter]) -> dict[str, list[Fighter]]:
    """Return the devices of each officer."""
    found: dict[str, list[Fighter]] = defaultdict(list)
    for fighter in fighters:
        found[fighter.username].append(fighter)
    return found
