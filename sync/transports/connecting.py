# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening a connection by whichever address of a host answers first (RFC 8305, "happy eyeballs").

A centre with an IPv6 address that leads nowhere would otherwise cost the whole time-out each time.
One thread does it: the sockets do not block, and are waited for together.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import chain, zip_longest
from typing import Any, Self, cast

Address = tuple[socket.AddressFamily, Any]
"""A family, and what :meth:`socket.socket.connect` takes for it."""

SocketOptions = Sequence[tuple[int, int, int | bytes]]

STAGGER_S = 0.25
"""After so long without an answer the next address is tried beside it (RFC 8305, 5)."""

_UNDER_WAY = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0)}


def addresses_of(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, in the order that the operating system prefers.

    Raises:
        socket.gaierror: there are none.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
    return [(family, place) for family, _, _, _, place in found]


class Connector:
    """Opens connections, and remembers which family of addresses worked last.

    Args:
        clock: seconds that never run backwards.
        resolve: gives the addresses of a host and port.
        stagger_s: how long an address is alone.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        resolve: Callable[[str, int], list[Address]] = addresses_of,
        stagger_s: float = STAGGER_S,
    ) -> None:
        self._clock = clock
        self._resolve = resolve
        self._stagger_s = stagger_s
        self._worked: socket.AddressFamily | None = None

    def connect(
        self,
        host: str,
        port: int,
        timeout_s: float,
        *,
        options: SocketOptions = (),
        given_up: Callable[[], bool] = lambda: False,
    ) -> socket.socket:
        """Return a connection that blocks, with a time-out of ``timeout_s``.

        Args:
            timeout_s: for all addresses together.
            given_up: asked now and then; says whether nobody waits for it any more.

        Raises:
            socket.gaierror: the host has no address.
            OSError: no address took the connection, as the last of them said; ``TimeoutError``
                when some did not answer, ``ConnectionAbortedError`` when it was given up.
        """
        addresses = by_turns(self._resolve(host, port), first=self._worked)
        with _Race(options) as race:
            winner = self._run(race, addresses, self._clock() + timeout_s, given_up)
        self._worked = winner.family
        winner.settimeout(timeout_s)
        return winner

    def _run(
        self,
        race: _Race,
        addresses: list[Address],
        ends_s: float,
        given_up: Callable[[], bool],
    ) -> socket.socket:
        waiting = list(reversed(addresses))
        next_s = now = self._clock()
        while waiting or race.is_on:
            if given_up():
                raise ConnectionAbortedError
            if now >= ends_s:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
            if waiting and (now >= next_s or not race.is_on):
                race.enter(waiting.pop())
                next_s = now + self._stagger_s
            failed_before = race.failed
            until_s = min(ends_s, next_s) if waiting else min(ends_s, now + self._stagger_s)
            if (winner := race.winner(max(0.0, until_s - self._clock()))) is not None:
                return winner
            now = self._clock()
            if race.failed > failed_before:
                next_s = now  # nobody waits beside an address that has said no
        raise race.failure


class _Race:
    """Connections that are being opened, side by side; those that did not win are closed."""

    def __init__(self, options: SocketOptions) -> None:
        self._options = options
        self._selector = selectors.DefaultSelector()
        self.failed = 0
        self.failure = OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))

    @property
    def is_on(self) -> bool:
        """Whether any address may still answer."""
        return bool(self._selector.get_map())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        for key in list(self._selector.get_map().values()):
            self._drop(cast("socket.socket", key.fileobj))
        self._selector.close()

    def enter(self, address: Address) -> None:
        """Begin to connect to an address."""
        family, place = address
        with ExitStack() as undo:
            try:
                runner = socket.socket(family, socket.SOCK_STREAM)
                undo.callback(runner.close)
                for option in self._options:
                    runner.setsockopt(*option)
                runner.setblocking(False)
                if (code := runner.connect_ex(place)) not in _UNDER_WAY:
                    raise OSError(code, os.strerror(code))
            except OSError as error:
                self._lost(error)
                return
            undo.pop_all()
        self._selector.register(runner, selectors.EVENT_WRITE)

    def winner(self, wait_s: float) -> socket.socket | None:
        """Return the first that is connected, if one is within this time."""
        for key, _ in self._selector.select(wait_s):
            runner = cast("socket.socket", key.fileobj)
            code = runner.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code == 0:
                self._selector.unregister(runner)
                return runner
            self._drop(runner)
            self._lost(OSError(code, os.strerror(code)))
        return None

    def _lost(self, error: OSError) -> None:
        self.failed += 1
        self.failure = error

    def _drop(self, runner: socket.socket) -> None:
        self._selector.unregister(runner)
        runner.close()


def by_turns(
    addresses: Sequence[Address], *, first: socket.AddressFamily | None = None
) -> list[Address]:
    """Return addresses with the families by turns (RFC 8305, 4), in their order otherwise.

    Args:
        first: the family to begin with; None for that of the first address.
    """
    if not addresses:
        return []
    begin = first if any(family is first for family, _ in addresses) else addresses[0][0]
    ones = [address for address in addresses if address[0] is begin]
    others = [address for address in addresses if address[0] is not begin]
    pairs = chain.from_iterable(zip_longest(ones, others))
    return [address for address in pairs if address is not None]
