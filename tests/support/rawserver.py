# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server on loopback that says exactly the bytes it is told to, also impossible ones."""

from __future__ import annotations

import contextlib
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from tests.support.faults import read_message


def http(
    body: bytes,
    *,
    status: str = "200 OK",
    content_type: str = "application/json",
    headers: str = "",
) -> bytes:
    """Return an answer with its length told."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\n{headers}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


class RawServer:
    """Answers each request with the next of its answers; the last one stays.

    ``None`` closes the connection without an answer. An answer that says ``connection: close``
    is the last one on its connection.

    Args:
        tls: how it proves who it is; None for plain HTTP.
    """

    def __init__(self, *answers: bytes | None, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._answers = list(answers)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: socket.socket | None = None
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self._serve)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """The address for the client."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def close(self) -> None:
        """End the server and its connection."""
        for each in (self._listener, self._open):
            if each is not None:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        self._thread.shutdown()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._open, _ = self._listener.accept()
                self.connections += 1
                self._prove()
                with self._open, contextlib.suppress(OSError, EOFError):
                    self._converse(self._open)

    def _prove(self) -> None:
        if self._tls is not None and self._open is not None:
            self._open = self._tls.wrap_socket(self._open, server_side=True)

    def _converse(self, client: socket.socket) -> None:
        while True:
            self.requests.append(read_message(client))
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            if answer is None:
                return
            client.sendall(answer)
            if b"connection: close" in answer:
                return
