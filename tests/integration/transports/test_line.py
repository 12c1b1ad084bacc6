# SPDX-License-Identifier: AGPL-3.0-or-later
"""A connection that waits for an answer asks whether it is still there; one that rests does not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from sync.transports.line import Line


@pytest.fixture
def connection() -> Iterator[Any]:
    """Open a connection over loopback, as ``urllib3`` would hold it."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as near,
    ):
        yield SimpleNamespace(sock=near)


def _is_watched(connection: Any) -> bool:
    return bool(connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))


def test_it_is_watched_while_it_waits_and_not_after(connection: Any) -> None:
    """A router that forgot the connection is found out before the time-out."""
    line = Line(lambda: 0.0)
    line.begin()
    line.writing(connection, 10)
    assert _is_watched(connection)
    assert 5 == connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
    line.answered()
    assert not _is_watched(connection)


def test_what_has_a_heartbeat_is_left_alone(connection: Any) -> None:
    """A stream of events costs nothing beyond its own beats."""
    line = Line(lambda: 0.0)
    line.begin()
    line.writing(connection, 10)
    line.answered()
    line.begin(watch=False)
    line.writing(connection, 10)
    assert not _is_watched(connection)
