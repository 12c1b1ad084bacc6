# SPDX-License-Identifier: AGPL-3.0-or-later
"""A modelled line between two loopback ports: it counts, delays, and lets through so much a second.

Run as a program it is a process of its own, so that it shares no interpreter with either end:
``python -m bench.line UPSTREAM_PORT RTT_MS KBIT_PER_S [CUTS...]`` prints the port it listens on,
then answers each line on its standard input with what went through since the last one. The first
connection breaks after so many bytes up as the first cut says, and so on; what was on the line
before the break arrives.

The model: half the round-trip time each way, one token bucket a direction shared by all
connections, and one round trip more before the first byte of a new connection. No loss, slow start
or TLS, so it flatters whoever makes many requests; we make one.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

import msgspec

from bench.meters import next_line, program

_REQUEST = re.compile(rb"(?:GET|POST|PUT|PATCH|HEAD|DELETE) /\S* HTTP/1\.1\r\n")
_SEGMENT = 1_400
"""Bytes handed on at once, about what a packet holds."""


@dataclass(slots=True)
class Traffic:
    """What went through; bytes are those of the streams, HTTP headers included."""

    requests: int = 0
    connections: int = 0
    up: int = 0
    down: int = 0


class LineTo:
    """A running line, seen from outside."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self.port = port

    def take_traffic(self) -> Traffic:
        """Return what went through since the last call."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return msgspec.json.decode(next_line(self._process), type=Traffic)


@contextmanager
def line_to(
    port: int, *, rtt_ms: float = 0, kbit_per_s: float = 0, cuts: Sequence[int] = ()
) -> Iterator[LineTo]:
    """Put a line in front of a port; without limits it only counts."""
    arguments = (str(port), str(rtt_ms), str(kbit_per_s), *map(str, cuts))
    with program("bench.line", *arguments) as process:
        yield LineTo(process, int(next_line(process)))


@dataclass(slots=True)
class Bucket:
    """One direction of the line: when will so many bytes have been put on it?"""

    bytes_per_s: float
    free_at: float = 0.0

    def sent_at(self, size: int, now: float) -> float:
        """Put bytes on the line and return the instant when the last one is."""
        if not self.bytes_per_s:
            return now
        self.free_at = max(self.free_at, now) + size / self.bytes_per_s
        return self.free_at


@dataclass(slots=True, kw_only=True)
class Line:
    """A line to a port; ``kbit_per_s`` of 0 is a line without a limit.

    Attributes:
        cuts: how many bytes the next connections carry up before they break; then none breaks.
    """

    upstream: int
    rtt_s: float = 0.0
    kbit_per_s: float = 0.0
    cuts: list[int] = field(default_factory=list)
    traffic: Traffic = field(default_factory=Traffic)
    up: Bucket = field(init=False)
    down: Bucket = field(init=False)

    def __post_init__(self) -> None:
        """Make both directions equally wide."""
        self.up = Bucket(self.kbit_per_s * 125)
        self.down = Bucket(self.kbit_per_s * 125)

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until both ends have closed it."""
        self.traffic.connections += 1
        opened_at = _now() + self.rtt_s
        most = self.cuts.pop(0) if self.cuts else sys.maxsize
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        await asyncio.gather(
            self._carry(reader, far_writer, self.up, opened_at, most),
            self._carry(far_reader, writer, self.down, 0.0),
        )

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        bucket: Bucket,
        not_before: float,
        most: int = sys.maxsize,
    ) -> None:
        flying: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        landing = asyncio.create_task(_land(flying, writer))
        try:
            while most and (piece := await reader.read(min(_SEGMENT, most))):
                most -= len(piece)
                self._count(piece, bucket)
                sent_at = bucket.sent_at(len(piece), max(_now(), not_before))
                flying.put_nowait((sent_at + self.rtt_s / 2, piece))
        except ConnectionError:
            pass
        flying.put_nowait((0.0, b""))
        await landing

    def _count(self, piece: bytes, bucket: Bucket) -> None:
        if bucket is self.up:
            self.traffic.up += len(piece)
            self.traffic.requests += len(_REQUEST.findall(piece))
        else:
            self.traffic.down += len(piece)


async def _land(flying: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    """Hand bytes over when they arrive; an empty piece ends the stream."""
    try:
        while True:
            arrives_at, piece = await flying.get()
            if not piece:
                break
            await asyncio.sleep(max(0.0, arrives_at - _now()))
            writer.write(piece)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
    except ConnectionError:
        pass


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _serve(line: Line) -> None:
    server = await asyncio.start_server(line.connect, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(msgspec.json.encode(asdict(line.traffic)).decode(), flush=True)
        line.traffic = Traffic()


def main() -> None:
    """Be a line until the standard input ends."""
    upstream, rtt_ms, kbit_per_s, *cuts = sys.argv[1:]
    line = Line(
        upstream=int(upstream),
        rtt_s=float(rtt_ms) / 1000,
        kbit_per_s=float(kbit_per_s),
        cuts=[int(cut) for cut in cuts],
    )
    asyncio.run(_serve(line))


if __name__ == "__main__":
    main()
