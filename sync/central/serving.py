# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the centre's application on a socket until it is told to stop.

The socket is bound at once, so that its port is known and no early client is turned away. The
thread to run in is the caller's.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from typing_extensions import override

from sync.central.bodies import App

_KEEP_ALIVE_S = 120
_GRACE_S = 10


class Server:
    """One listening centre. Without a certificate it must stand behind a proxy that has one.

    Args:
        end_streams: lets every stream of events come to its end, on the server's event loop.
    """

    def __init__(
        self,
        app: App,
        *,
        end_streams: Callable[[], None] = lambda: None,
        host: str = "127.0.0.1",
        port: int = 0,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=512)
        self._scheme = "http" if certificate is None else "https"
        self._server = _Server(
            end_streams,
            uvicorn.Config(
                app,
                access_log=False,
                date_header=False,
                server_header=False,
                lifespan="off",
                log_config=None,
                ssl_certfile=None if certificate is None else str(certificate),
                ssl_keyfile=None if key is None else str(key),
                timeout_graceful_shutdown=_GRACE_S,
                timeout_keep_alive=_KEEP_ALIVE_S,
                ws="none",
            ),
        )

    @property
    def address(self) -> str:
        """Return the base address, with the port that was really given."""
        host, port = self._socket.getsockname()[:2]
        return f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    def run(self) -> None:
        """Serve until :meth:`stop`, or a signal in the main thread."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Finish the running requests and return from :meth:`run`; callable from any thread."""
        self._server.should_exit = True


class _Server(uvicorn.Server):
    """Ends the streams of those who listen before it waits for running requests."""

    def __init__(self, end_streams: Callable[[], None], config: uvicorn.Config) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end_streams()
        await super().shutdown(sockets)
