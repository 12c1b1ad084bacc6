# SPDX-License-Identifier: AGPL-3.0-or-later
"""``POST /v3/courier/file``: courier files of any size, as they are, and the reply likewise."""

from __future__ import annotations

from http import HTTPStatus
from typing import IO, Final

from sync.central.blob_files import BlobFiles, write
from sync.central.exchange import Centre
from sync.central.streams import Call, Refused, actor_of, bearer, in_thread
from sync.central.uploads import Limits
from sync.courier.envelope import MOST_BYTES, MOST_CARRIED_BYTES
from sync.errors import CourierRefused
from sync.wire import codec
from sync.wire.service import CARRIED, RECEIPT

_SILENCE_S: Final = 90.0
_PIECE: Final = 64 * 1024


class CourierCounter:
    """Takes files in over the network; they are kept on the disk meanwhile, not in memory."""

    def __init__(self, centre: Centre, files: BlobFiles, limits: Limits) -> None:
        self._centre = centre
        self._files = files
        self._kept_free_bytes = limits.kept_free_bytes

    async def __call__(self, call: Call) -> None:
        """Answer one call."""
        if call.method != "POST":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", {"allow": "POST"})
        await actor_of(self._centre, call)
        if call.headers.get("content-type", "") != CARRIED:
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type")
        announced = call.headers.get("content-length", "")
        size = int(announced) if announced.isascii() and announced.isdigit() else MOST_BYTES
        self._check_room(size)
        with self._files.scratch() as file, self._files.scratch() as reply:
            taken = 0
            async for piece in call.chunks(_SILENCE_S):
                taken += len(piece)
                self._check_room(max(taken - size, 0), taken)
                await in_thread(write, file, piece)
            receipt = await in_thread(self._centre.carry, bearer(call), file, reply)
            await _send(call, reply, codec.encode(receipt).decode())

    def _check_room(self, size: int, taken: int = 0) -> None:
        if max(size, taken) > MOST_CARRIED_BYTES:
            raise CourierRefused("courier.too-large", limit=MOST_CARRIED_BYTES)
        kept_free = self._kept_free_bytes
        if size and kept_free is not None and not self._files.has_room(size, kept_free):
            raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, "no-room", {"retry-after": "900"})


async def _send(call: Call, reply: IO[bytes], receipt: str) -> None:
    size = reply.seek(0, 2)
    reply.seek(0)
    headers = {"content-type": CARRIED, "content-length": str(size), RECEIPT.lower(): receipt}
    await call.start(HTTPStatus.OK, headers)
    left = size
    while left > 0:
        piece = await in_thread(reply.read, min(_PIECE, left))
        left -= len(piece)
        await call.piece(piece, more=left > 0)
