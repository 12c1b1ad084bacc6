# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands between a client and a server on loopback; how it carries is others' business."""

from __future__ import annotations

import contextlib
import socket
import threading
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from typing import Self


class Relay(ABC):
    """Listens on a port of its own and opens a connection to the server for each that comes."""

    def __init__(self, upstream_port: int, *, threads: int) -> None:
        self._upstream = ("127.0.0.1", upstream_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = ThreadPoolExecutor(threads)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
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
            cut(end)
        self._listener.close()
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @abstractmethod
    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        """Carry bytes between the two until one of them has ended."""

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        """Open the other side, and let the two be served by a thread of their own."""
        server = socket.create_connection(self._upstream)
        with self._lock:
            self._open |= {client, server}
        self._threads.submit(self._served, client, server)

    def _served(self, client: socket.socket, server: socket.socket) -> None:
        try:
            self._serve(client, server)
        finally:
            with self._lock:
                self._open -= {client, server}
            for end in (client, server):
                cut(end)
                end.close()


def cut(end: socket.socket) -> None:
    """End both directions of a connection, if it has not ended by itself."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
