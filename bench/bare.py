# SPDX-License-Identifier: AGPL-3.0-or-later
"""The least that HTTP/1.1 needs: a client and a server that say nothing which could be left out."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_END = b"\r\n\r\n"


class BareClient:
    """One kept-alive connection that posts bodies with a token of usual length."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = self._socket.makefile("rb")
        self._head = (
            f"POST /v1/sync HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {'x' * 43}\r\nContent-Length: "
        ).encode()

    def post(self, body: bytes) -> bytes:
        """Post a body and return the answer's."""
        self._socket.sendall(self._head + str(len(body)).encode() + _END + body)
        return _message(self._reader)

    def close(self) -> None:
        """Give the connection back."""
        self._reader.close()
        self._socket.close()


class BareServer:
    """Answers every request on every connection with :attr:`answer`."""

    def __init__(self) -> None:
        self.answer = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb") as reader:
            while _message(reader):
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.answer)}".encode()
                connection.sendall(head + _END + self.answer)


@contextmanager
def bare_server() -> Iterator[BareServer]:
    """Run a server in this process; it is asleep while bytes are on the line."""
    server = BareServer()
    try:
        yield server
    finally:
        server.close()


def _message(reader: io.BufferedReader) -> bytes:
    """Read one message and return its body; empty at the end of the stream."""
    length = 0
    while (line := reader.readline()) not in {b"\r\n", b""}:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return reader.read(length) if length else b""
