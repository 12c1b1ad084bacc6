# SPDX-License-Identifier: AGPL-3.0-or-later
"""The calls whose bodies are streams, beside the application that takes messages whole.

They go round ``bodies``: a file is neither kept in memory nor compressed on the way.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qs

from sync.cases.access import Actor
from sync.central import problems
from sync.central.bodies import App, Receive, Scope, Send
from sync.central.exchange import Centre
from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec
from sync.wire.messages import Problem

T = TypeVar("T")
Headers = Mapping[str, str]

_log = logging.getLogger("sync.central.access")


class Refused(Exception):
    """A call that is answered with a status of its own."""

    def __init__(self, status: int, code: str, headers: Headers | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


class StreamGone(Exception):
    """The other side has hung up; nobody waits for an answer."""


class StreamSilent(StreamGone):
    """Nothing has come for too long; whoever still is there is told to begin again."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One request, and the way back.

    Attributes:
        headers: by name in lower case.
        path: as it was asked for.
        place: the one thing in it that is not the route's own; empty for none.
        status: what was answered; for the log.
    """

    method: str
    path: str
    place: str
    headers: Headers
    query: Mapping[str, list[str]]
    receive: Receive
    send: Send
    status: int = field(default=0, init=False)
    sent_bytes: int = field(default=0, init=False)

    async def answer(self, status: int, headers: Headers | None = None, body: bytes = b"") -> None:
        """Answer at once."""
        length = {} if status in _WITHOUT_BODY else {"content-length": str(len(body))}
        await self.start(status, {**length, **(headers or {})})
        await self.piece(b"" if self.method == "HEAD" else body, more=False)

    async def start(self, status: int, headers: Headers) -> None:
        """Begin to answer; pieces follow."""
        self.status = status
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": int(status), "headers": raw})

    async def piece(self, body: bytes, *, more: bool) -> None:
        """Send a piece of the answer."""
        self.sent_bytes += len(body)
        await self.send({"type": "http.response.body", "body": body, "more_body": more})

    async def chunks(self, silence_s: float) -> Any:  # noqa: ANN401 - an async iterator of bytes
        """Yield the body as it comes.

        Raises:
            StreamGone: it ended before its end.
            StreamSilent: nothing of it came for so many seconds.
        """
        more = True
        while more:
            try:
                async with asyncio.timeout(silence_s):
                    message = await self.receive()
            except TimeoutError as error:
                raise StreamSilent from error
            if message["type"] == "http.disconnect":
                raise StreamGone
            yield message.get("body", b"")
            more = message.get("more_body", False)


_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
Handler = Callable[[Call], Awaitable[None]]


class Streams:
    """Sends each call to its handler, and everything else to the application."""

    def __init__(
        self, app: App, routes: Mapping[str, Handler], centre: Centre, clock: Callable[[], int]
    ) -> None:
        self._app = app
        self._routes = [(re.compile(pattern), handler) for pattern, handler in routes.items()]
        self._centre = centre
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http":
            for pattern, handler in self._routes:
                found = pattern.fullmatch(scope["path"])
                if found is not None:
                    await self._run(
                        handler, _call(scope, (found.groups() or ("",))[0] or "", receive, send)
                    )
                    return
        await self._app(scope, receive, send)

    async def _run(self, handler: Handler, call: Call) -> None:
        begun = self._clock()
        try:
            await handler(call)
        except StreamSilent:
            silent = Refused(HTTPStatus.REQUEST_TIMEOUT, "silence", {"connection": "close"})
            await self._refuse(call, silent)
        except StreamGone:
            pass
        except asyncio.CancelledError:  # the server ends, and waits no longer
            if call.status:
                raise
            later = {"connection": "close", "retry-after": "5"}
            await self._refuse(call, Refused(HTTPStatus.SERVICE_UNAVAILABLE, "busy", later))
        except Exception as error:
            if call.status:
                raise
            await self._refuse(call, error)
        spent = self._clock() - begun
        _log.info("%s file %d %dB %dms", call.method, call.status, call.sent_bytes, spent)

    async def _refuse(self, call: Call, error: Exception) -> None:
        headers = {"content-type": problems.CONTENT_TYPE}
        if isinstance(error, Refused):
            problem = Problem(
                type=f"tanggap:{error.code}",
                title=error.code.replace("-", " ").capitalize(),
                status=error.status,
                code=error.code,
            )
            headers |= error.headers
        else:
            problem = problems.problem_of(error, self._centre.support_id)
        if problem.retry_after_s is not None:
            headers["retry-after"] = str(int(problem.retry_after_s))
        if problem.code == "token-expired":
            headers["www-authenticate"] = "Bearer"
        await call.answer(problem.status, headers, codec.encode(problem))


async def actor_of(centre: Centre, call: Call) -> Actor:
    """Return who asks.

    Raises:
        SyncError: ``AUTH``, ``REVOKED``.
    """
    return await in_thread(centre.actor, bearer(call))


def bearer(call: Call) -> str:
    """Return the token that a call shows.

    Raises:
        SyncError: ``AUTH``: it shows none.
    """
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SyncError(SyncErrorKind.AUTH)
    return token.strip()


async def in_thread(work: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - the work's own
    """Run blocking work beside the event loop."""
    return await asyncio.to_thread(work, *arguments)


def _call(scope: Scope, place: str, receive: Receive, send: Send) -> Call:
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    return Call(
        method=str(headers.get("x-http-method-override", scope["method"])).upper(),
        path=scope["path"],
        place=place,
        headers=headers,
        query=parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True),
        receive=receive,
        send=send,
    )
