# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line on loopback that drops: each connection carries so many bytes up, and then it breaks.

What came through before the break arrives; nothing after it does, in either direction.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Self

_BLOCK = 16_384


class CuttingProxy:
    """Listens on a port of its own and forwards to the server's.

    Args:
        budgets: how many bytes each connection carries up; the last one, and all when there are
            no more, carry everything.
    """

    def __init__(self, upstream_port: int, budgets: Iterator[int]) -> None:
        self._upstream = ("127.0.0.1", upstream_port)
        self._budgets = budgets
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = ThreadPoolExecutor(64)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.bytes_up = 0
        self.cuts = 0
        self._threads.submit(self._accept)

    @property
    def url(self) -> str:
        """The address for the client."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """End everything."""
        with self._lock:
            sockets = [self._listener, *self._open]
        for one in sockets:
            _hang_up(one)
        self._listener.close()
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._threads.submit(self._serve, client, next(self._budgets, None))

    def _serve(self, client: socket.socket, budget: int | None) -> None:
        with client, socket.create_connection(self._upstream) as server:
            with self._lock:
                self._open |= {client, server}
            self._carry(client, server, budget)
            with self._lock:
                self._open -= {client, server}

    def _carry(self, client: socket.socket, server: socket.socket, budget: int | None) -> None:
        down = self._threads.submit(self._pump_down, server, client)
        with contextlib.suppress(OSError):
            while data := client.recv(_BLOCK if budget is None else min(_BLOCK, max(budget, 1))):
                if budget is not None and len(data) > budget:
                    self.cuts += 1
                    break
                self.bytes_up += len(data)
                server.sendall(data)
                if budget is not None:
                    budget -= len(data)
        if budget is not None:  # let what was sent arrive before the line breaks
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_WR)
        _hang_up(client)
        down.result()

    def _pump_down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(_BLOCK):
                client.sendall(data)
        _hang_up(client)


def _hang_up(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
