# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line that drops after so many bytes, again and again. Time on it is virtual: bytes make it.

On a line of a constant rate a drop every so many seconds is a drop every so many bytes; so nothing
has to be waited for.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Self

_MOST_THREADS = 8
_PIECE = 512


class NarrowLine:
    """Listens on a port of its own; each connection carries so many bytes and is cut.

    Args:
        passes: bytes that one connection carries, both ways together.
        bytes_per_s: how fast it is.
        sleep: lets so many seconds pass, on whatever clock the two ends go by.
    """

    def __init__(
        self, upstream_port: int, *, passes: int, bytes_per_s: float, sleep: Callable[[float], None]
    ) -> None:
        self._upstream = ("127.0.0.1", upstream_port)
        self._passes = passes
        self._bytes_per_s = bytes_per_s
        self._sleep = sleep
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = ThreadPoolExecutor(_MOST_THREADS)
        self.connections = 0
        self.carried = 0
        self._threads.submit(self._accept)

    @property
    def url(self) -> str:
        """The address for the client."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """End everything and wait for the threads."""
        with self._lock:
            ends = [self._listener, *self._open]
        for end in ends:
            _cut(end)
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                server = socket.create_connection(self._upstream)
                with self._lock:
                    self._open |= {client, server}
                left = [self._passes]
                ways = ((client, server), (server, client))
                for done in [self._threads.submit(self._carry, *way, left) for way in ways]:
                    done.add_done_callback(partial(self._hang_up, (client, server)))

    def _carry(self, source: socket.socket, target: socket.socket, left: list[int]) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                with self._lock:
                    piece = piece[: left[0]]
                    left[0] -= len(piece)
                    self.carried += len(piece)
                    self._sleep(len(piece) / self._bytes_per_s)
                target.sendall(piece)
                if not left[0]:
                    return

    def _hang_up(self, ends: tuple[socket.socket, socket.socket], _done: object) -> None:
        with self._lock:
            self._open -= set(ends)
        for end in ends:
            _cut(end)


def _cut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
