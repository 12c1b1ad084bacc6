# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wakes an event loop when something may have been committed, by this process or another.

A wake-up carries nothing: whoever is woken looks for itself, at what is visible. So one too many,
one lost or one too early does no harm, and a look now and then makes good what was missed.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import psycopg

from sync.central.database import Database
from sync.central.head import CHANNEL

_LOOK_S = {True: 1.0, False: 5.0}
"""Seconds between looks that nobody asked for, by whether the database is SQLite: it cannot say
that another process has written."""

_RECONNECT_S = 5.0

_log = logging.getLogger(__name__)


class Commits:
    """The commits of one database, as an event loop sees them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._happened = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to wake the running event loop."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(self._happened.set)

        self._database.on_commit = wake
        if not self._database.is_sqlite:
            self._listening = loop.create_task(self._listen())

    def stop(self) -> None:
        """Wake nobody any more."""
        self._database.on_commit = None
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None

    async def wait(self) -> None:
        """Return when there may have been a commit since the last call; or a little later."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S[self._database.is_sqlite]):
                await self._happened.wait()
        self._happened.clear()

    async def _listen(self) -> None:
        """Hear of the commits of other processes (PostgreSQL: LISTEN), through its restarts."""
        url = self._database.url.set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    address, autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}".encode())
                    self._happened.set()
                    async for _ in connection.notifies():
                        self._happened.set()
            except psycopg.Error as error:
                _log.warning("not told of other processes' commits: %s", type(error).__name__)
            await asyncio.sleep(_RECONNECT_S)
