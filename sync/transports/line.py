# SPDX-License-Identifier: AGPL-3.0-or-later
"""The socket below the HTTP client: has a request begun to leave, how large, and cutting it off.

The client libraries do not tell whether a failure came before or after the first byte of a
request went out, and they cannot be interrupted while they wait. Both are known to the socket.
"""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, parse_headers
from typing import Any

from requests.adapters import HTTPAdapter
from requests.utils import get_auth_from_url
from typing_extensions import override
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.timeout import Timeout

from sync.transports.connecting import Connector
from sync.transports.proxies import TunnelRefused

_PROBES = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 6}
"""Seconds of silence before the first, seconds between, and how many. A router that has forgotten
the connection answers the first with a reset; one that drops everything is the time-out's business.
"""


_PATIENT_S = 120.0
"""For a connection that says nothing of a time-out; ours do."""


class Line:
    """What is known about the request that is under way.

    Attributes:
        begun: its first byte has been handed to the operating system.
        begun_s: when that was.

    Args:
        clock: seconds that never run backwards.
        connector: opens the way; by default to whatever the name of the host leads to.
    """

    def __init__(self, clock: Callable[[], float], connector: Connector | None = None) -> None:
        self._clock = clock
        self.connector = connector or Connector(clock)
        self.begun = False
        self.begun_s = clock()
        self.sent_bytes = 0
        self._socket: socket.socket | None = None
        self._is_cut = False
        self._is_watched = False

    def begin(self, *, watch: bool = True) -> None:
        """A new request: none of it has left.

        Args:
            watch: ask the other end now and then whether the connection is still there, until
                :meth:`answered`. One that waits for an answer would not notice otherwise.
        """
        self._is_cut = False
        self._is_watched = watch
        self.begun = False
        self.sent_bytes = 0

    def connected(self) -> None:
        """The way is open: whatever was written for that (a proxy's) was not the request."""
        self.begun = False
        self.sent_bytes = 0

    @property
    def is_cut(self) -> bool:
        """Whether nobody waits for the request any more."""
        return self._is_cut

    def writing(self, connection: HTTPConnection, size_bytes: int) -> None:
        """So many bytes are about to be handed to the operating system.

        Raises:
            ConnectionAbortedError: the line was cut while the way was being opened.
        """
        if self._is_cut:
            raise ConnectionAbortedError
        if not self.begun:
            self.begun, self.begun_s = True, self._clock()
            _probe(connection.sock, on=self._is_watched)
        self.sent_bytes += size_bytes
        self._socket = connection.sock

    def answered(self) -> None:
        """The answer is here; a connection that rests costs nothing."""
        if self._socket is not None:
            _probe(self._socket, on=False)

    def cut(self) -> None:
        """End both directions at once; the thread that waits on it gets an error."""
        self._is_cut = True
        if self._socket is not None:
            with suppress(OSError):  # it has ended by itself
                self._socket.shutdown(socket.SHUT_RDWR)


def _probe(connection: socket.socket, *, on: bool) -> None:
    """Let the operating system ask whether the other end is there, or stop that."""
    with suppress(OSError):  # it has ended by itself
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, on)
        for name, value in _PROBES.items():
            if on and hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class LineAdapter(HTTPAdapter):
    """Makes connections that report to a line; tries each request once."""

    def __init__(self, line: Line) -> None:
        self._pools = _pools_of(line)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    @override
    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """Say who we are to a proxy, in UTF-8 (RFC 7617): names are not all of Latin letters."""
        username, password = get_auth_from_url(proxy)
        if not username:
            return {}
        told = base64.b64encode(f"{username}:{password}".encode()).decode()
        return {"Proxy-Authorization": f"Basic {told}"}

    @override
    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _open(connection: HTTPConnection, line: Line) -> socket.socket:
    """Open what a connection runs on, and say why not in the words of the library."""
    timeout_s = Timeout.resolve_default_timeout(connection.timeout)
    try:
        return line.connector.connect(
            connection.host,
            connection.port,
            _PATIENT_S if timeout_s is None else timeout_s,
            options=connection.socket_options or (),
            given_up=lambda: line.is_cut,
        )
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, str(error)) from error
    except OSError as error:
        raise NewConnectionError(connection, str(error)) from error


class _TunnelAnswer(HTTPResponse):
    """What a proxy answers to CONNECT; the library would say the status only, in words."""

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        if status == HTTPStatus.OK:
            return version, status, reason
        wanted: list[str] = []
        with suppress(OSError, HTTPException):  # the head need not have come whole
            wanted = parse_headers(self.fp).get_all("Proxy-Authenticate", [])
        raise TunnelRefused(status, ", ".join(wanted))


def _pools_of(line: Line) -> dict[str, type[HTTPConnectionPool]]:
    class Reporting(HTTPConnection):
        @override
        def _new_conn(self) -> socket.socket:
            return _open(self, line)

        @override
        def connect(self) -> None:
            self.response_class = _TunnelAnswer
            try:
                super().connect()
            finally:
                del self.response_class
                line.connected()

        @override
        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            line.writing(self, len(data))
            super().send(data)

    class ReportingSecurely(Reporting, HTTPSConnection):
        pass

    class Pool(HTTPConnectionPool):
        ConnectionCls = Reporting

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = ReportingSecurely

    return {"http": Pool, "https": SecurePool}
