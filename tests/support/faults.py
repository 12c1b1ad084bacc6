# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bad network on loopback: a proxy that stands before a server and spoils what it is told to.

It understands just enough HTTP to know where a request and its answer end. Each fault is exact,
so a test knows what has arrived and what has not.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self

from tests.support.traffic import Request, listens, parsed

_PATIENCE_S = 30.0
_MOST_THREADS = 32


class Trouble(Enum):
    """What happens to a request."""

    PASS = auto()
    """Nothing: it is carried to the server, and the answer back."""
    CUT_BEFORE = auto()
    """The line breaks when the request is out; the server never sees it."""
    CUT_AFTER = auto()
    """The server has acted and answered; the answer is lost."""
    TRUNCATE = auto()
    """The line breaks after the first ``at`` bytes of the answer."""
    DUPLICATE = auto()
    """The server gets the request twice; the second answer comes back."""
    HOLD = auto()
    """The server has acted; its answer waits until :meth:`FaultProxy.release`."""
    SWALLOW = auto()
    """The request is out and the client waits, but the server never sees it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One trouble; ``at`` is for ``TRUNCATE``."""

    trouble: Trouble
    at: int = 0


PASS = Fault(Trouble.PASS)


class _Gone(EOFError):
    """The other side has closed."""


class FaultProxy:
    """Listens on a port of its own and forwards to the server's port."""

    def __init__(self, upstream_port: int) -> None:
        self._upstream = ("127.0.0.1", upstream_port)
        self._listener: socket.socket | None = _listen(0)
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[Request] = []
        """What the client has sent, in the order of its arrival here."""
        self.delivered = 0
        """Requests that the server has got and answered."""
        self.last_bytes = 0
        """Size of the latest of them with its answer, heads included."""
        self.held = 0
        """Clients that were made to wait, by ``HOLD`` or ``SWALLOW``."""
        self._always = PASS
        self._holds_streams = False
        self._stripped = b""
        self._forgotten: set[socket.socket] = set()
        self._next: list[tuple[Callable[[Request], bool], Fault]] = []
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._connections: set[socket.socket] = set()
        self._threads = ThreadPoolExecutor(_MOST_THREADS)
        self._threads.submit(self._accept, self._listener)

    @property
    def url(self) -> str:
        """The address for the client."""
        return f"http://127.0.0.1:{self.port}"

    def always(self, fault: Fault) -> None:
        """Spoil every request from now on."""
        self._always = fault

    def then(self, *faults: Fault, when: Callable[[Request], bool] = lambda _: True) -> None:
        """Spoil the next requests, one each, whatever :meth:`always` says.

        Args:
            when: only requests of which this is true count.
        """
        with self._lock:
            self._next += [(when, fault) for fault in faults]

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is true of what has gone through here.

        Raises:
            TimeoutError: it did not become true.
        """
        with self._changed:
            if not self._changed.wait_for(condition, _PATIENCE_S):
                raise TimeoutError(f"after {len(self.requests)} requests: {self.requests[-3:]}")

    def hold_streams(self) -> None:
        """Hand on no answer before it is complete, which that of a stream never is."""
        self._holds_streams = True

    def strip(self, header: str) -> None:
        """Take a header out of every request and answer from now on, as some boxes do."""
        self._stripped = header.encode()

    def forget(self) -> None:
        """Lose the connections that there are without a word, as a router does that was restarted.

        Both ends hold them for open; what is sent on them goes nowhere. New ones are as ever.
        """
        with self._lock:
            self._forgotten |= self._connections

    def release(self) -> None:
        """Let go of the answers that are held, and hold no more."""
        self._released.set()

    def refuse(self) -> None:
        """Be a server that is down: nobody listens, open connections end."""
        with self._lock:
            listener, self._listener = self._listener, None
        _end(listener)
        self._hang_up()

    def listen(self) -> None:
        """Be there again, at the same port."""
        with self._lock:
            if self._listener is None:
                self._listener = _listen(self.port)
                self._threads.submit(self._accept, self._listener)

    def close(self) -> None:
        """End everything and wait for the threads."""
        self.refuse()
        self._released.set()
        self._hang_up()
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                self._threads.submit(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with self._open(client), contextlib.suppress(OSError, _Gone):
            while True:
                raw = read_message(client)
                request = parsed(raw)
                if client in self._forgotten or (self._holds_streams and listens(request)):
                    self._hold()
                    return
                if listens(request):
                    self._relay(client, raw)
                    return
                if not self._handle(client, raw, self._fault_for(request)):
                    return

    def _relay(self, client: socket.socket, request: bytes) -> None:
        """Hand a stream of announcements on as it comes; the troubles are not for it."""
        with self._open(socket.create_connection(self._upstream, _PATIENCE_S)) as server:
            server.settimeout(None)
            server.sendall(request)
            while piece := server.recv(65_536):
                if client not in self._forgotten:
                    client.sendall(piece)

    def _fault_for(self, request: Request) -> Fault:
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()
            for at, (when, fault) in enumerate(self._next):
                if when(request):
                    del self._next[at]
                    return fault
        return self._always

    def _handle(self, client: socket.socket, request: bytes, fault: Fault) -> bool:
        """Deal with one request; return whether the connection lives on."""
        if fault.trouble is Trouble.CUT_BEFORE:
            return False
        if fault.trouble is Trouble.SWALLOW:
            self._hold()
            return False
        answer = self._deliver(request)
        match fault.trouble:
            case Trouble.CUT_AFTER:
                return False
            case Trouble.TRUNCATE:
                client.sendall(answer[: fault.at])
                return False
            case Trouble.DUPLICATE:
                answer = self._deliver(request)
            case Trouble.HOLD:
                self._hold()
            case _:
                pass
        client.sendall(answer)
        return True

    def _hold(self) -> None:
        with self._changed:
            self.held += 1
            self._changed.notify_all()
        self._released.wait(_PATIENCE_S)

    def _deliver(self, request: bytes) -> bytes:
        with self._open(socket.create_connection(self._upstream, _PATIENCE_S)) as server:
            server.sendall(self._without(request))
            answer = self._without(read_message(server))
        with self._changed:
            self.delivered += 1
            self.last_bytes = len(request) + len(answer)
            self._changed.notify_all()
        return answer

    def _without(self, message: bytes) -> bytes:
        if not self._stripped:
            return message
        head, _, body = message.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        kept = [each for each in lines if not each.lower().startswith(self._stripped + b":")]
        return b"\r\n".join(kept) + b"\r\n\r\n" + body

    @contextlib.contextmanager
    def _open(self, connection: socket.socket) -> Iterator[socket.socket]:
        with self._lock:
            self._connections.add(connection)
        try:
            yield connection
        finally:
            with self._lock:
                self._connections.discard(connection)
                self._forgotten.discard(connection)
            _end(connection)

    def _hang_up(self) -> None:
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            _end(connection)


def _listen(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))


def _end(connection: socket.socket | None) -> None:
    """Close so that a thread that waits on it wakes up."""
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()


def read_message(source: socket.socket) -> bytes:
    """Return one whole request or answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _receive(source)
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    if length is not None:
        while len(body) < int(length[1]):
            body += _receive(source)
    elif re.search(rb"(?im)^transfer-encoding:\s*chunked", head):
        while not body.endswith(b"0\r\n\r\n"):
            body += _receive(source)
    return head + b"\r\n\r\n" + body


def _receive(source: socket.socket) -> bytes:
    chunk = source.recv(65_536)
    if not chunk:
        raise _Gone
    return chunk
