# SPDX-License-Identifier: AGPL-3.0-or-later
"""``GET /v1/blobs/{sha256}``: contents by range (RFC 9110, section 14), and their small pictures.

Only for an officer who may read a case that the content belongs to; to everybody else there is no
such content. Nothing here may be shown by a browser as a page of ours.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final

from sync.central import ranges
from sync.central.blob_files import BlobFiles
from sync.central.exchange import Centre
from sync.central.small_pictures import small_picture
from sync.central.streams import Call, Refused, actor_of, in_thread

_PIECE: Final = 64 * 1024


class Downloads:
    """The calls that fetch contents."""

    def __init__(self, centre: Centre, files: BlobFiles) -> None:
        self._centre = centre
        self._files = files
        self._making = asyncio.Lock()
        """One picture at a time: unpacked, the largest take hundreds of megabytes."""

    async def __call__(self, call: Call) -> None:
        """Answer one call; ``call.place`` is the content's SHA-256."""
        if call.method not in {"GET", "HEAD"}:
            allow = {"allow": "GET, HEAD"}
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", allow)
        actor = await actor_of(self._centre, call)
        size = await in_thread(self._centre.file_size, actor, call.place)
        if size is None:
            raise Refused(HTTPStatus.NOT_FOUND, "not-found")
        if await in_thread(self._files.size_of, call.place) != size:
            # The disk lost it, or a part of it; whoever has it may bring it again.
            raise Refused(HTTPStatus.NOT_FOUND, "content-lost")
        if "thumb" in call.query:
            await self._send_thumbnail(call)
        else:
            path, tag = self._files.path_of(call.place), f'"sha256:{call.place}"'
            await send_file(call, path, size, tag=tag, content_type="application/octet-stream")

    async def _send_thumbnail(self, call: Call) -> None:
        async with self._making:
            picture = await in_thread(small_picture, self._files, call.place)
        if not picture:
            raise Refused(HTTPStatus.NOT_FOUND, "no-thumbnail")
        await call.answer(HTTPStatus.OK, {"content-type": "image/jpeg", **_COMMON}, picture)


_COMMON: Final = {
    "cache-control": "private, no-store",
    "content-disposition": "attachment",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
}


async def send_file(call: Call, path: Path, size: int, *, tag: str, content_type: str) -> None:
    """Answer with a file that never changes, whole or the range that was asked for."""
    headers = {"content-type": content_type, "accept-ranges": "bytes", "etag": tag, **_COMMON}
    if tag in call.headers.get("if-none-match", ""):
        await call.answer(HTTPStatus.NOT_MODIFIED, headers)
        return
    span = _asked(call, tag, size)
    status = HTTPStatus.OK
    if span is None:
        span = range(size)
    else:
        status = HTTPStatus.PARTIAL_CONTENT
        headers["content-range"] = ranges.content_range(span, size)
    headers["content-length"] = str(len(span))
    await _stream(call, path, span, (status, headers))


async def _stream(call: Call, path: Path, span: range, head: tuple[int, dict[str, str]]) -> None:
    try:
        file: IO[bytes] = await in_thread(path.open, "rb")
    except FileNotFoundError as error:  # the disk lost it; whoever has it may bring it again
        raise Refused(HTTPStatus.NOT_FOUND, "content-lost") from error
    with file:
        file.seek(span.start)
        await call.start(*head)
        left = 0 if call.method == "HEAD" else len(span)
        while left > 0:
            piece = await in_thread(file.read, min(_PIECE, left))
            if not piece:
                raise EOFError(path.name)
            left -= len(piece)
            await call.piece(piece, more=left > 0)
        if not span or call.method == "HEAD":
            await call.piece(b"", more=False)


def _asked(call: Call, tag: str, size: int) -> range | None:
    """Return the one range that was asked for; None for the whole."""
    wanted, only_if = (call.headers.get(name, "") for name in ("range", "if-range"))
    try:
        return ranges.requested(wanted, only_if, tag=tag, size=size)
    except ranges.NotSatisfiable as error:
        unsatisfied = {"content-range": f"bytes */{size}"}
        status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        raise Refused(status, "range", unsatisfied) from error
