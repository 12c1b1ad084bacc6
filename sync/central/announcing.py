# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells those who listen that there is something for them; never what (docs/protocol.md, 5.8).

All of it runs on the event loop of the server; the database is looked at in threads, and only
while somebody listens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.exc import DBAPIError

from sync.central.commits import Commits
from sync.central.head import Head
from sync.central.news import Admission, News, Newsroom
from sync.errors import SyncError, SyncErrorKind

HEARTBEAT_S = 20.0
MOST_LISTENERS = 5_000
_GATHER_S = 0.05
"""Commits that follow each other within this time are told at once."""

_log = logging.getLogger(__name__)


class Signal(StrEnum):
    """What a listener hears."""

    CHANGES = "changes"
    """There is something: exchange."""
    HEARTBEAT = "heartbeat"
    """The line is alive."""


@dataclass(eq=False, slots=True)
class _Listener:
    token: str = field(repr=False)
    admission: Admission
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def end(self) -> None:
        self.ended = True
        self.woken.set()


class Announcer:
    """Everybody who listens at this process."""

    def __init__(self, newsroom: Newsroom, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._newsroom = newsroom
        self._heartbeat_s = heartbeat_s
        self._commits = Commits(newsroom.database)
        self._listeners: dict[str, _Listener] = {}
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    async def admit(self, access_token: str) -> Admission:
        """Return who listens under a token.

        Raises:
            SyncError: ``AUTH``, ``REVOKED``; ``BUSY`` when too many listen.
        """
        if self._closed or len(self._listeners) >= MOST_LISTENERS:
            raise SyncError(SyncErrorKind.BUSY)
        return await asyncio.to_thread(self._newsroom.admit, access_token)

    async def signals(
        self, access_token: str, admission: Admission
    ) -> AsyncGenerator[Signal, None]:
        """Yield what a device hears, until its access ends or another stream takes its place."""
        listener = _Listener(access_token, admission)
        self._take(listener)
        try:
            yield Signal.HEARTBEAT  # so that the device knows that nothing holds the stream back
            while not listener.ended:
                try:
                    async with asyncio.timeout(self._heartbeat_s):
                        await listener.woken.wait()
                except TimeoutError:
                    yield Signal.HEARTBEAT
                    continue
                listener.woken.clear()
                if not listener.ended:
                    yield Signal.CHANGES
        finally:
            self._leave(listener)

    def close(self) -> None:
        """End all streams; called on the event loop, when the server stops."""
        self._closed = True
        for listener in self._listeners.values():
            listener.end()

    def _take(self, listener: _Listener) -> None:
        device_id = listener.admission.device_id
        if (before := self._listeners.get(device_id)) is not None:
            before.end()  # half-open, or an older program of the same device
        self._listeners[device_id] = listener
        if self._closed:
            listener.end()
        elif self._watching is None:
            head = listener.admission.head
            self._watching = asyncio.get_running_loop().create_task(self._watch(head))

    def _leave(self, listener: _Listener) -> None:
        device_id = listener.admission.device_id
        if self._listeners.get(device_id) is listener:
            del self._listeners[device_id]
        if not self._listeners and self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def _watch(self, head: Head) -> None:
        """Look after every commit while somebody listens."""
        loop = asyncio.get_running_loop()
        self._commits.start()
        try:
            checked_at = loop.time()
            while True:
                try:
                    news = await asyncio.to_thread(self._newsroom.since, head)
                    head = news.head
                    self._tell(news)
                    if news.everybody or loop.time() - checked_at > self._heartbeat_s:
                        await self._check_access()
                        checked_at = loop.time()
                except DBAPIError as error:
                    _log.warning("could not look for news: %s", type(error).__name__)
                except Exception:  # noqa: BLE001 - or nobody would be told anything until a restart
                    _log.exception("could not look for news")
                await asyncio.sleep(_GATHER_S)
                await self._commits.wait()
        finally:
            self._commits.stop()

    def _tell(self, news: News) -> None:
        for listener in self._listeners.values():
            if news.concern(listener.admission):
                listener.woken.set()

    async def _check_access(self) -> None:
        listeners = list(self._listeners.values())
        tokens = [listener.token for listener in listeners]
        admitted = await asyncio.to_thread(self._newsroom.admitted, tokens)
        for listener in listeners:
            admission = admitted.get(listener.token)
            if admission is None:
                listener.end()
            else:
                listener.admission = admission
