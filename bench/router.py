# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bad line at the level of packets: two network namespaces, and a router in user space between.

The kernel's own TCP runs over it, so that loss, slow start and retransmission are real. The kernel
need not know ``netem``; root and ``/dev/net/tun`` are enough. Run as a program it is a process of
its own: ``python -m bench.router CONDITION NEAR FAR`` says ``up``, answers each line on its input
with the bytes that went through, and routes until its input ends.
"""

from __future__ import annotations

import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bench.meters import next_line, program

NEAR, FAR = "127.77.0.1", "127.77.0.2"
"""Addresses of the officer's computer and of the centre: loopback ones, for the program speaks
unencrypted to nobody else; ``route_localnet`` lets them cross a device."""

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_MOST_WAITING_S = 4.0
"""A modem's buffer; what would wait longer is dropped."""

_TCP = 6


@dataclass(slots=True)
class Traffic:
    """Bytes that were let through, IP headers included, and packets that were not."""

    up: int = 0
    down: int = 0
    lost: int = 0


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """What a line is like.

    Attributes:
        loss: share of packets that vanish, each way.
        break_every_s: how often it goes down; 0 for never. Connections that were open do not
            survive it: their next packet is answered with a reset, as by a router that forgot them.
        down_s: for how long.
    """

    rtt_ms: float = 600.0
    kbit_per_s: float = 64.0
    loss: float = 0.05
    break_every_s: float = 30.0
    down_s: float = 3.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Ends:
    """A running line: the names of the two namespaces, and what went through."""

    near: str
    far: str
    router: subprocess.Popen[str]

    def traffic(self) -> Traffic:
        """Return what went through since the line is up."""
        assert self.router.stdin is not None
        self.router.stdin.write("\n")
        self.router.stdin.flush()
        return msgspec.json.decode(next_line(self.router), type=Traffic)

    def near_command(self, *command: str) -> list[str]:
        """Return a command that runs on the officer's computer."""
        return ["ip", "netns", "exec", self.near, *command]

    def far_command(self, *command: str) -> list[str]:
        """Return a command that runs at the centre."""
        return ["ip", "netns", "exec", self.far, *command]


def is_possible() -> bool:
    """Return whether this machine lets us make namespaces and devices."""
    if os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        return False
    try:
        with poor_line(Condition()):
            return True
    except (OSError, subprocess.CalledProcessError, RuntimeError):
        return False


@contextmanager
def poor_line(condition: Condition) -> Iterator[Ends]:
    """Route between two new namespaces until the end of the block.

    Raises:
        RuntimeError: the machine does not allow it.
    """
    names = [f"near-{os.getpid()}", f"far-{os.getpid()}"]
    try:
        for name in names:
            subprocess.run(["ip", "netns", "add", name], check=True, capture_output=True)
        told = msgspec.json.encode(condition).decode()
        with program("bench.router", told, *names) as process:
            if next_line(process) != "up":
                raise RuntimeError("no router")
            yield Ends(near=names[0], far=names[1], router=process)
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


@dataclass(slots=True, kw_only=True)
class Direction:
    """One way of the line: what waits to be let out, and when the last byte will be through."""

    source: int
    target: int
    is_up: bool
    free_at: float = 0.0


@dataclass(slots=True)
class Router:
    """Carries packets between two devices under a condition."""

    condition: Condition
    directions: list[Direction]
    begun: float = field(default_factory=time.monotonic)
    traffic: Traffic = field(default_factory=Traffic)
    _waiting: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _flows: dict[tuple[int, int], int] = field(default_factory=dict)

    def run(self) -> None:
        """Route until the standard input ends."""
        chance = random.Random(self.condition.seed)
        by_source = {direction.source: direction for direction in self.directions}
        while True:
            now = time.monotonic()
            self._let_out(now)
            wait = self._waiting[0][0] - now if self._waiting else 1.0
            ready, _, _ = select.select([*by_source, sys.stdin], [], [], max(0.0, wait))
            if sys.stdin in ready:
                if not sys.stdin.readline():
                    return
                print(msgspec.json.encode(self.traffic).decode(), flush=True)
            for source in by_source.keys() & set(ready):
                packet = os.read(source, 65_536)
                self._take(packet, by_source[source], time.monotonic(), chance)

    def _take(self, packet: bytes, way: Direction, now: float, chance: random.Random) -> None:
        if self._is_down(now) or chance.random() < self.condition.loss:
            self.traffic.lost += 1
            return
        if self._is_forgotten(packet, now):
            self._schedule(_reset(packet), way.source, now)
            return
        free_at = max(way.free_at, now) + len(packet) * 8 / (self.condition.kbit_per_s * 1000)
        if free_at - now > _MOST_WAITING_S:
            self.traffic.lost += 1
            return
        way.free_at = free_at
        if way.is_up:
            self.traffic.up += len(packet)
        else:
            self.traffic.down += len(packet)
        self._schedule(packet, way.target, way.free_at + self.condition.rtt_ms / 2000)

    def _schedule(self, packet: bytes, target: int, at: float) -> None:
        heapq.heappush(self._waiting, (at, next(self._numbers), target, packet))

    def _let_out(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now:
            _, _, target, packet = heapq.heappop(self._waiting)
            os.write(target, packet)

    def _is_down(self, now: float) -> bool:
        every = self.condition.break_every_s
        return every > 0 and (now - self.begun) % every < self.condition.down_s < now - self.begun

    def _is_forgotten(self, packet: bytes, now: float) -> bool:
        """Return whether a connection is older than the last break."""
        if packet[9] != _TCP or not self.condition.break_every_s:
            return False
        head = (packet[0] & 15) * 4
        ports: tuple[int, int] = struct.unpack_from("!HH", packet, head)
        flow = (min(ports), max(ports))
        breaks = int((now - self.begun) // self.condition.break_every_s)
        if packet[head + 13] & 2:  # SYN: a new one
            self._flows[flow] = breaks
        return self._flows.get(flow, breaks) < breaks


def _reset(packet: bytes) -> bytes:
    """Return what tells the sender of this packet that nobody knows its connection."""
    head = (packet[0] & 15) * 4
    source_port, target_port, _, acknowledged = struct.unpack_from("!HHII", packet, head)
    source, target = packet[16:20], packet[12:16]
    tcp = struct.pack("!HHIIBBHHH", target_port, source_port, acknowledged, 0, 5 << 4, 4, 0, 0, 0)
    pseudo = source + target + struct.pack("!BBH", 0, _TCP, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", _checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, _TCP, 0) + source + target
    return ip[:10] + struct.pack("!H", _checksum(ip)) + ip[12:] + tcp


def _checksum(data: bytes) -> int:
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _device(name: str, namespace: str, own: str, other: str) -> int:
    """Make one end of the line in a namespace; return what its packets are read from."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
    request = struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI)
    fcntl.ioctl(device, _TUNSETIFF, request)
    inside = ["ip", "-n", namespace]
    for command in (
        ["ip", "link", "set", name, "netns", namespace],
        [*inside, "address", "add", own, "peer", other, "dev", name],
        [*inside, "link", "set", name, "up"],
        [
            *("ip", "netns", "exec", namespace, "sh", "-c"),
            f"echo 1 > /proc/sys/net/ipv4/conf/{name}/route_localnet",
        ],
    ):
        subprocess.run(command, check=True)
    return device


def main() -> None:
    """Be the line until the standard input ends."""
    condition = msgspec.json.decode(sys.argv[1], type=Condition)
    near, far = sys.argv[2:]
    near_device = _device(f"tn{os.getpid()}", near, NEAR, FAR)
    far_device = _device(f"tf{os.getpid()}", far, FAR, NEAR)
    print("up", flush=True)
    Router(
        condition,
        [
            Direction(source=near_device, target=far_device, is_up=True),
            Direction(source=far_device, target=near_device, is_up=False),
        ],
    ).run()


if __name__ == "__main__":
    main()
