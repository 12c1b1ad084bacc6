# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a peer's client, a process in an environment of its own, is told what to do next.

It does one step for each line on its standard input and answers with ``{"seconds": ...}``. Steps
that only prepare the next one are not measured, and go beside the line.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.line import LineTo

MEASURED = ("first-load", "nothing-new", "changes-down", "changes-up")
"""The same four works for everybody."""

_PREPARED_BY = {
    "nothing-new": "meet",  # opens connections and leaves checkpoints, as at everybody else's
    "changes-down": "change-there",
    "changes-up": "change-here",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one work took; ``requests`` and ``kilobytes`` are those of the slow line."""

    seconds: float
    requests: int = 0
    kilobytes: float = 0.0


class Client:
    """A running client of a peer."""

    def __init__(self, process: subprocess.Popen[str], line: LineTo) -> None:
        self._process = process
        self._line = line

    def measure(self) -> dict[str, Work]:
        """Do the four works in their order."""
        return {name: self._measured(name) for name in MEASURED}

    def step(self, name: str) -> float:
        """Do one step; return its seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(name + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith('{"seconds"'):
                seconds = msgspec.json.decode(line, type=dict[str, float])["seconds"]
                print(f"  {name} {seconds:.2f} s", file=sys.stderr, flush=True)
                return seconds
        raise RuntimeError(f"the client ended during {name}")

    def _measured(self, name: str) -> Work:
        if name in _PREPARED_BY:
            self.step(_PREPARED_BY[name])
        self._line.take_traffic()
        seconds = self.step(name)
        traffic = self._line.take_traffic()
        return Work(
            seconds=seconds,
            requests=traffic.requests,
            kilobytes=(traffic.up + traffic.down) / 1000,
        )


@contextmanager
def client(
    command: Sequence[str | Path], line: LineTo, environment: Mapping[str, str]
) -> Iterator[Client]:
    """Start a peer's client and end it with the block."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(environment)
    ) as process:
        try:
            yield Client(process, line)
        finally:
            process.kill()
