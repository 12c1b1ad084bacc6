# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line that drops after so many bytes, again and again. Time on it is virtual: bytes make it.

On a line of a constant rate a drop every so many seconds is a drop every so many bytes; so nothing
has to be waited for.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

from typing_extensions import override

from tests.support.relay import Relay, cut

_MOST_THREADS = 8
_PIECE = 512


class NarrowLine(Relay):
    """Each connection carries so many bytes and is cut.

    Args:
        passes: bytes that one connection carries, both ways together.
        bytes_per_s: how fast it is.
        sleep: lets so many seconds pass, on whatever clock the two ends go by.
    """

    def __init__(
        self, upstream_port: int, *, passes: int, bytes_per_s: float, sleep: Callable[[float], None]
    ) -> None:
        self._passes = passes
        self._bytes_per_s = bytes_per_s
        self._sleep = sleep
        self.connections = 0
        self.carried = 0
        super().__init__(upstream_port, threads=_MOST_THREADS)

    @override
    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        self.connections += 1
        left = [self._passes]
        other_way = self._threads.submit(self._carry, server, client, left)
        self._carry(client, server, left)
        other_way.result()

    def _carry(self, source: socket.socket, target: socket.socket, left: list[int]) -> None:
        """Carry one way until the connection has carried enough; then both ways end."""
        with contextlib.suppress(OSError):
            while left[0] and (piece := source.recv(_PIECE)):
                with self._lock:
                    piece = piece[: left[0]]
                    left[0] -= len(piece)
                    self.carried += len(piece)
                    self._sleep(len(piece) / self._bytes_per_s)
                target.sendall(piece)
        for end in (source, target):
            cut(end)
