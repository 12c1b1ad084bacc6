# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which of several addresses a connection is made to, over real sockets; no test waits a while.

Addresses are of the loopback network, so that they can be had without IPv6 too. One whose queue of
connections is full answers nothing to whoever knocks: a black hole.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sync.errors import SyncError, SyncErrorKind
from sync.transports.connecting import Address, Connector, by_turns
from sync.transports.http import HttpService
from sync.wire.messages import SyncReply, SyncRequest
from tests.support.rawserver import RawServer, http

LONG_S = 60.0
NEVER_S = 1_000_000.0
SOON_S = 0.01
V4, V6 = socket.AF_INET, socket.AF_INET6


def _address(of: socket.socket) -> Address:
    return V4, of.getsockname()


@contextmanager
def _listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@contextmanager
def _black_hole() -> Iterator[Address]:
    """Yield an address that drops what comes, for nobody takes the one connection of its queue."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        select.select([listener], [], [])  # it is in the queue
        yield _address(listener)


def _refusing() -> Address:
    """Return an address where nobody listens."""
    with _listener() as listener:
        return _address(listener)


def _connector(*addresses: Address, stagger_s: float = SOON_S) -> Connector:
    return Connector(time.monotonic, lambda _host, _port: list(addresses), stagger_s)


def test_a_black_hole_does_not_hold_up_the_address_that_answers() -> None:
    """The second address wins while the first is still silent."""
    with _black_hole() as hole, _listener() as good:
        connector = _connector(hole, _address(good))
        with connector.connect("pusat.invalid", 443, LONG_S) as connection:
            assert good.getsockname() == connection.getpeername()
            assert LONG_S == connection.gettimeout()


def test_an_address_that_refuses_is_followed_by_the_next_at_once() -> None:
    """Whoever says no need not be waited for."""
    with _listener() as good:
        connector = _connector(_refusing(), _refusing(), _address(good), stagger_s=NEVER_S)
        with connector.connect("pusat.invalid", 443, LONG_S) as connection:
            assert good.getsockname() == connection.getpeername()


def test_an_address_that_answers_is_the_only_one_that_is_asked() -> None:
    """The others see nothing of it."""
    with _listener() as first, _listener() as second:
        connector = _connector(_address(first), _address(second), stagger_s=NEVER_S)
        connector.connect("pusat.invalid", 443, LONG_S).close()
        second.setblocking(False)
        with pytest.raises(BlockingIOError):
            second.accept()


def test_silence_everywhere_ends_with_the_time() -> None:
    """All addresses share one time-out."""
    with _black_hole() as one, _black_hole() as other, pytest.raises(TimeoutError):
        _connector(one, other).connect("pusat.invalid", 443, 0.05)


def test_refusal_everywhere_is_said_as_it_was() -> None:
    """The reason of the last address."""
    with pytest.raises(ConnectionRefusedError):
        _connector(_refusing(), _refusing()).connect("pusat.invalid", 443, LONG_S)


def test_nobody_waits_for_a_connection_that_was_given_up() -> None:
    """Closing the program does not take the time-out."""
    with _black_hole() as hole, pytest.raises(ConnectionAbortedError):
        _connector(hole).connect(
            "pusat.invalid", 443, NEVER_S, given_up=iter([False, True]).__next__
        )


def test_the_family_that_worked_last_begins() -> None:
    """What did not work the first time is not tried at all the second time."""
    with _listener() as good:
        found: list[Address] = [(V6, ("::1", _refusing()[1][1], 0, 0)), _address(good)]
        connector = Connector(time.monotonic, lambda _host, _port: list(found), NEVER_S)
        for _ in range(2):
            with connector.connect("pusat.invalid", 443, LONG_S) as connection:
                assert good.getsockname() == connection.getpeername()
            found[0] = (V6, "whoever tries this gets a TypeError")


@pytest.mark.parametrize(
    ("first", "expected"),
    [(None, "6a 4a 6b 4b 6c"), (V4, "4a 6a 4b 6b 6c"), (V6, "6a 4a 6b 4b 6c")],
)
def test_families_take_turns(first: socket.AddressFamily | None, expected: str) -> None:
    """Within a family the order of the operating system stays."""
    found: list[Address] = [(V6, "6a"), (V6, "6b"), (V6, "6c"), (V4, "4a"), (V4, "4b")]
    assert expected.split() == [name for _, name in by_turns(found, first=first)]


def test_an_exchange_goes_round_a_black_hole() -> None:
    """The whole client: the answer comes, and the connection is kept."""
    with _black_hole() as hole, RawServer(http(b'{"now":1}')) as server:
        port = int(server.url.rpartition(":")[2])
        connector = _connector(hole, (V4, ("127.0.0.1", port)))
        service = HttpService(server.url, connector=connector)
        for _ in range(2):
            assert SyncReply(now=1) == service.sync("t" * 43, SyncRequest())
        service.close()
        assert 1 == server.connections


def test_an_exchange_with_nobody_there_is_offline() -> None:
    """Nothing has left this computer."""
    service = HttpService("http://127.0.0.1", connector=_connector(_refusing(), _refusing()))
    with pytest.raises(SyncError) as caught:
        service.sync("t" * 43, SyncRequest())
    assert SyncErrorKind.OFFLINE is caught.value.kind
