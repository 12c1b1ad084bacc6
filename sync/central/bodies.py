# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies as they travel: limits on what comes in, compression both ways, and the access log.

One ASGI layer around the application, which itself sees plain JSON only. Streams of events pass
through as they are. The log names method, path, status, sizes and time; no query, no address, no
person.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import IO, Any, cast
from urllib.parse import quote

import zstandard

from sync.errors import SyncError, SyncErrorKind
from sync.wire import packing

MAX_PACKED_BYTES = 4 * 1024 * 1024
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
WORTH_COMPRESSING_BYTES = 200
PACKED = "application/zstd"
"""The media type of what is compressed already."""
_IN_A_THREAD_BYTES = 64 * 1024
_MAX_WINDOW_BYTES = 8 * 1024 * 1024

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Refuse = Callable[[Exception], tuple[int, list[tuple[bytes, bytes]], bytes]]
"""Makes the answer to a request that does not reach the application."""

_log = logging.getLogger("sync.central.access")


class Bodies:
    """The layer around the application.

    Args:
        end_streams: lets every stream of events come to its end, on the event loop of the server.
    """

    def __init__(
        self,
        app: App,
        refuse: Refuse,
        clock: Callable[[], int],
        end_streams: Callable[[], None],
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._clock = clock
        self.end_streams = end_streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = self._clock()
        headers = dict(scope["headers"])
        answer = _Answer(send)
        try:
            body = await _body(receive, headers)
        except SyncError as error:
            answer.status, answer.headers, content = self._refuse(error)
            answer.parts.append(content)
        else:
            scope["headers"] = _unpacked_headers(scope["headers"], len(body))
            await self._app(scope, _replay(body, receive), answer.take)
        sent = answer.streamed_bytes
        if not answer.is_stream:
            accepted = headers.get(b"accept-encoding", b"").decode("latin-1")
            sent = await _deliver(answer, accepted, send)
        _log.info(
            "%s %s %d %dB %dms",
            scope["method"],
            quote(scope["path"]),  # or a caller could write lines of their own into the log
            answer.status,
            sent,
            self._clock() - begun,
        )


class _Answer:
    """Collects what the application sends, for its size decides about compression.

    A stream of events is handed on as it comes.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.is_stream = False
        self.streamed_bytes = 0
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.parts: list[bytes] = []

    async def take(self, message: Any) -> None:  # noqa: ANN401 - an ASGI message
        """Take one message of the application."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
            self.is_stream = any(
                name.lower() == b"content-type" and value.startswith(b"text/event-stream")
                for name, value in self.headers
            )
        if self.is_stream:
            self.streamed_bytes += len(message.get("body", b""))
            await self._send(message)
        elif message["type"] == "http.response.body":
            self.parts.append(message.get("body", b""))


async def _body(receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SyncError(SyncErrorKind.MALFORMED, detail="cut off")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_PACKED_BYTES:
            raise SyncError(SyncErrorKind.TOO_LARGE, limit=MAX_PACKED_BYTES)
        more = message.get("more_body", False)
    packed = b"".join(parts)
    encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
    if len(packed) > _IN_A_THREAD_BYTES:
        return await asyncio.to_thread(unpacked, packed, encoding)
    return unpacked(packed, encoding)


def unpacked(packed: bytes, encoding: str) -> bytes:
    """Return a body without its compression, never more than :data:`MAX_UNPACKED_BYTES`.

    Raises:
        SyncError: ``TOO_LARGE``, or ``MALFORMED`` when it is not what its encoding says.
    """
    source: IO[bytes] = BytesIO(packed)
    match encoding:
        case "" | "identity":
            reader = source
        case "gzip":
            reader = cast("IO[bytes]", gzip.GzipFile(fileobj=source, mode="rb"))
        case "zstd":
            unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
            reader = cast("IO[bytes]", unpacker.stream_reader(source))
        case packing.CODING:
            reader = cast("IO[bytes]", packing.unpacker(source, _MAX_WINDOW_BYTES))
        case _:
            raise SyncError(SyncErrorKind.MALFORMED, detail="unknown content encoding")
    try:
        body = reader.read(MAX_UNPACKED_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise SyncError(SyncErrorKind.MALFORMED, detail="broken content encoding") from error
    if len(body) > MAX_UNPACKED_BYTES:
        raise SyncError(SyncErrorKind.TOO_LARGE, limit=MAX_UNPACKED_BYTES)
    return body


def packed_for(accepted: str, body: bytes) -> tuple[bytes, str]:
    """Return a body as the client takes it, and its content encoding (empty for as it is)."""
    if len(body) <= WORTH_COMPRESSING_BYTES:
        return body, ""
    names = {part.partition(";")[0].strip().lower() for part in accepted.split(",")}
    if packing.CODING in names and len(body) <= packing.LARGEST_BYTES:
        return packing.packed(body), packing.CODING
    if "zstd" in names:
        return zstandard.ZstdCompressor(level=3).compress(body), "zstd"
    if "gzip" in names:
        return gzip.compress(body, compresslevel=6, mtime=0), "gzip"
    return body, ""


def _unpacked_headers(headers: list[tuple[bytes, bytes]], size: int) -> list[tuple[bytes, bytes]]:
    dropped = {b"content-encoding", b"content-length", b"transfer-encoding"}
    kept = [(name, value) for name, value in headers if name not in dropped]
    return [*kept, (b"content-length", str(size).encode())] if size else kept


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Any:  # noqa: ANN401 - an ASGI message
        return waiting.pop() if waiting else await receive()

    return next_message


async def _deliver(answer: _Answer, accepted: str, send: Send) -> int:
    body = b"".join(answer.parts)
    if dict(answer.headers).get(b"content-type", b"").decode("latin-1") == PACKED:
        accepted = ""
    if len(body) > _IN_A_THREAD_BYTES:
        content, encoding = await asyncio.to_thread(packed_for, accepted, body)
    else:
        content, encoding = packed_for(accepted, body)
    headers = [(name, value) for name, value in answer.headers if name != b"content-length"]
    if encoding:
        headers += [(b"content-encoding", encoding.encode()), (b"vary", b"accept-encoding")]
    if content or answer.status not in {204, 304}:
        headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
    return len(content)
