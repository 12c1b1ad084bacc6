# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line on loopback that drops: each connection carries so many bytes up, and then it breaks.

What came through before the break arrives; nothing after it does, in either direction.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from typing_extensions import override

from tests.support.relay import Relay, cut

_BLOCK = 16_384
_MOST_THREADS = 64


class CuttingProxy(Relay):
    """Breaks every connection in its turn.

    Args:
        budgets: how many bytes each connection carries up; the last one, and all when there are
            no more, carry everything.
    """

    def __init__(self, upstream_port: int, budgets: Iterator[int]) -> None:
        self._budgets = budgets
        self.bytes_up = 0
        self.cuts = 0
        super().__init__(upstream_port, threads=_MOST_THREADS)

    @override
    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        with self._lock:
            budget = next(self._budgets, None)
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
        cut(client)
        down.result()

    def _pump_down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(_BLOCK):
                client.sendall(data)
        cut(client)
