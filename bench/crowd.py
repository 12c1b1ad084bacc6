# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many devices of many offices at one address, each with a stream of announcements open.

``python -m bench.crowd PLAN``: the plan is JSON, see :class:`Plan`. Acts come at a fixed rate,
whatever the centre can do, by one device after another; whoever is told of something exchanges at
once. Reports how long exchanges took, from when they were due until the last byte of the answer.
"""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from collections.abc import Sequence
from math import ceil
from pathlib import Path

import msgspec

from bench.meters import percentile, report
from bench.sample import NOW
from sync.cases.commands import Note
from sync.wire import codec
from sync.wire.messages import CommandRecord, SyncReply, SyncRequest
from sync.wire.versions import CURRENT

_NOTE = codec.body_data(Note(text="Sudah diperiksa di lapangan, menunggu suku cadang dari gudang."))
_AT_ONCE = 50
_SETTLE_S = 1.0


class Seat(msgspec.Struct):
    """One device: how it shows who it is, where it stands, and the cases that it may act on."""

    token: str
    cursor: str
    case_ids: list[int]
    n: int = 0


class Plan(msgspec.Struct):
    """What the crowd does.

    Attributes:
        acts_per_s: by all of them together.
        told: exchanges that follow each act without an announcement, where nobody announces.
    """

    port: int
    seats: list[Seat]
    acts_per_s: float
    seconds: float
    told: int = 0


class Device:
    """One device of the crowd; connects when it first has something to say."""

    def __init__(self, port: int, seat: Seat, took: list[float]) -> None:
        self._port = port
        self._seat = seat
        self._took = took
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._busy = asyncio.Lock()

    async def listen(self, is_open: asyncio.Event) -> None:
        """Keep the stream open; exchange when something is announced."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(self._head("GET", "changes") + b"Accept: text/event-stream\r\n\r\n")
        answered = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in answered, answered
        is_open.set()
        while line := await reader.readline():
            if line.startswith(b"event: changes"):
                await self.exchange(time.perf_counter())

    async def act(self, due: float) -> None:
        """Send a note, and take in what comes with its verdict."""
        seat = self._seat
        seat.n += 1
        note = CommandRecord(
            id=str(uuid.uuid4()),
            n=seat.n,
            case_id=seat.case_ids[seat.n % len(seat.case_ids)],
            base_v=2,
            at=NOW,
            kind="note",
            data=_NOTE,
        )
        await self.exchange(due, note)

    async def exchange(self, due: float, *commands: CommandRecord) -> None:
        """Exchange until there is nothing more."""
        async with self._busy:
            sent = list(commands)
            while True:
                request = SyncRequest(cursor=self._seat.cursor, commands=sent)
                reply = await self._post(codec.encode(request))
                self._took.append(time.perf_counter() - due)
                assert all(verdict.verdict == "accepted" for verdict in reply.verdicts), reply
                self._seat.cursor = reply.cursor or self._seat.cursor
                if not reply.more:
                    return
                sent, due = [], time.perf_counter()

    async def _post(self, body: bytes) -> SyncReply:
        if self._line is None:
            self._line = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._line
        writer.write(
            self._head("POST", "sync")
            + f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 20"), head
        size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        return msgspec.json.decode(await reader.readexactly(size), type=SyncReply)

    def _head(self, method: str, name: str) -> bytes:
        return (
            f"{method} /v{CURRENT}/{name} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Authorization: Bearer {self._seat.token}\r\n"
        ).encode()


async def live(plan: Plan) -> dict[str, float]:
    """Let the crowd come in, work and leave; return what it found."""
    took: list[float] = []
    devices = [Device(plan.port, seat, took) for seat in plan.seats]
    async with asyncio.TaskGroup() as group:
        streams = await _open_streams(group, devices)
        took.clear()
        begun = time.perf_counter()
        acts = [
            group.create_task(_act_at(begun + number / plan.acts_per_s, devices, number, plan))
            for number in range(ceil(plan.acts_per_s * plan.seconds))
        ]
        await asyncio.gather(*acts)
        busy_s = time.perf_counter() - begun
        await asyncio.sleep(_SETTLE_S)  # what was announced last
        for stream in streams:
            stream.cancel()
    return {
        "exchanges": len(took),
        "seconds": max(busy_s, plan.seconds),
        "p50_ms": 1000 * percentile(took, 0.5),
        "p99_ms": 1000 * percentile(took, 0.99),
    }


async def _open_streams(
    group: asyncio.TaskGroup, devices: Sequence[Device]
) -> list[asyncio.Task[None]]:
    streams = []
    for first in range(0, len(devices), _AT_ONCE):
        some = devices[first : first + _AT_ONCE]
        opened = [asyncio.Event() for _ in some]
        streams += [
            group.create_task(device.listen(is_open))
            for device, is_open in zip(some, opened, strict=True)
        ]
        await asyncio.gather(*(is_open.wait() for is_open in opened))
    return streams


async def _act_at(due: float, devices: Sequence[Device], number: int, plan: Plan) -> None:
    """Let a device act when it is time; a prime step, so that offices take turns."""
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    at = number * 37 % len(devices)
    others = (devices[(at + step) % len(devices)] for step in range(1, plan.told + 1))
    await asyncio.gather(devices[at].act(due), *(other.exchange(due) for other in others))


def main() -> None:
    """Live a plan."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    report(asyncio.run(live(plan)))


if __name__ == "__main__":
    main()
