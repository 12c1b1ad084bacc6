# SPDX-License-Identifier: AGPL-3.0-or-later
"""The network between client and centre, which the demo pulls and plugs in again."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Self, TypeVar

T = TypeVar("T")

_CHUNK = 65_536
_PATIENCE_S = 10.0


class Line:
    """Listens on a loopback port of its own and carries everything to the centre's port."""

    def __init__(self, centre_port: int) -> None:
        self._centre_port = centre_port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="line")
        self._thread.submit(self._loop.run_forever)
        self.port: int = self._do(self._listen(0))

    @property
    def url(self) -> str:
        """The centre's address, as the client knows it."""
        return f"http://127.0.0.1:{self.port}"

    def pull(self) -> None:
        """Take the network away: nobody listens any more, open connections break."""
        self._do(self._break())

    def plug(self) -> None:
        """Bring the network back, at the same address."""
        self._do(self._listen(self.port))

    def close(self) -> None:
        """End it all."""
        self.pull()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.shutdown()
        self._loop.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Close."""
        self.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_S)

    async def _listen(self, port: int) -> int:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", port)
        chosen: int = self._server.sockets[0].getsockname()[1]
        return chosen

    async def _break(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._centre_port)
        ends = {writer, back}
        self._writers |= ends
        try:
            await asyncio.gather(_copy(reader, back), _copy(there, writer))
        finally:
            self._writers -= ends
            for end in ends:
                end.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await source.read(_CHUNK):
            target.write(chunk)
            await target.drain()
        target.write_eof()
