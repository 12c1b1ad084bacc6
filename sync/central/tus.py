# SPDX-License-Identifier: AGPL-3.0-or-later
"""tus 1.0.0, the protocol of resumable uploads, for any client that speaks it.

Core, creation, creation-with-upload, checksum, expiration and termination
(https://tus.io/protocols/resumable-upload). A request that continues an upload ends an older one
that is still busy with it: that one's line is dead, or its sender would not ask again. One that
another process is busy with cannot be ended; that process notices a dead line by its silence.
"""

from __future__ import annotations

import asyncio
import base64
import errno
import hashlib
import logging
import os
from collections.abc import Mapping
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from typing import Final, Protocol

from sync.cases.access import Actor
from sync.central.blob_files import BlobFiles, PartBusy, PartMoved, flush, write
from sync.central.exchange import Centre
from sync.central.streams import Call, Headers, Refused, StreamGone, actor_of, in_thread
from sync.central.uploads import MAX_FILE_BYTES, Upload, UploadRefused

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,checksum,expiration,termination"
CHECKSUMS: Final = ("sha256", "sha1")
STREAM_TYPE: Final = "application/offset+octet-stream"

_REFUSALS: Final[Mapping[str, tuple[int, str]]] = {
    "upload.too-large": (413, "too-large"),
    "upload.too-many": (429, "busy"),
    "upload.gone": (404, "not-found"),
    "upload.malformed": (400, "malformed"),
    "upload.checksum": (460, "checksum-mismatch"),
    "upload.no-room": (507, "no-room"),
    "upload.quota": (507, "quota"),
}

_COME_LATER: Final = {"retry-after": "900"}
"""For what is not wrong with the file: it waits at its sender's."""

_SILENCE_S: Final = 90.0
"""A line that is silent for so long is dead; its upload may be waited for by another process."""

_DISK_IS_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})

_log = logging.getLogger(__name__)


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class Place(Protocol):
    """Where uploads go; see :class:`sync.central.uploads.Uploads`."""

    def begin(self, actor: Actor, size: int, described: str, *, goes_on: bool = False) -> Upload:
        """Begin one, or go on with it."""

    def find(self, officer_id: int, upload_id: str) -> Upload:
        """Return one as it stands."""

    def finish(self, upload: Upload) -> None:
        """Take in one that is whole."""

    def drop(self, upload_id: str) -> None:
        """Forget one."""


class TusServer:
    """The calls that begin, continue, look at and end uploads."""

    def __init__(
        self, centre: Centre, uploads: Place, files: BlobFiles, silence_s: float = _SILENCE_S
    ) -> None:
        self._centre = centre
        self._uploads = uploads
        self._files = files
        self._silence_s = silence_s
        self._busy: dict[str, asyncio.Task[int]] = {}

    async def __call__(self, call: Call) -> None:
        """Answer one call; ``call.place`` is the upload, empty for the collection."""
        if call.method == "OPTIONS":
            await call.answer(HTTPStatus.NO_CONTENT, _OPTIONS)
            return
        if call.headers.get("tus-resumable") != VERSION:
            raise Refused(HTTPStatus.PRECONDITION_FAILED, "tus-version", {"tus-version": VERSION})
        handlers = _COLLECTION if not call.place else _ONE
        handler = handlers.get(call.method)
        if handler is None:
            allow = {"allow": ", ".join(handlers)}
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", allow)
        try:
            await handler(self, call)
        except UploadRefused as refused:
            status, code = _REFUSALS[refused.code]
            later = _COME_LATER if status == HTTPStatus.INSUFFICIENT_STORAGE else None
            raise Refused(status, code, later) from refused
        except PartBusy as busy:
            raise Refused(HTTPStatus.LOCKED, "upload-taken-over") from busy
        except PartMoved as moved:
            raise Refused(HTTPStatus.CONFLICT, "upload-offset") from moved
        except OSError as error:
            if error.errno not in _DISK_IS_FULL:
                raise
            _log.warning("the disk for the contents of files is full")
            raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, "no-room", _COME_LATER) from error

    async def create(self, call: Call) -> None:
        """Begin an upload, with its first bytes where they came along."""
        actor = await actor_of(self._centre, call)
        size = _number(call, "upload-length")
        described = call.headers.get("upload-metadata", "")
        brings = call.headers.get("content-type", "") == STREAM_TYPE
        begin = partial(self._uploads.begin, goes_on=not brings)
        upload = await in_thread(begin, actor, size, described)
        await self._make_good(upload)
        headers = {"location": f"{call.path.rstrip('/')}/{upload.id}"}
        offset = upload.offset
        if brings and not upload.is_done and not upload.offset:
            offset = await self._take(upload, call)
        await call.answer(HTTPStatus.CREATED, {**headers, **_state(upload, offset)})

    async def look(self, call: Call) -> None:
        """Tell how far an upload is."""
        upload = await self._upload(call)
        described = {"upload-metadata": upload.described} if upload.described else {}
        await call.answer(
            HTTPStatus.OK,
            {
                **_state(upload, upload.offset),
                "upload-length": str(upload.size),
                "cache-control": "no-store",
                **described,
            },
        )

    async def append(self, call: Call) -> None:
        """Take more of an upload."""
        if call.headers.get("content-type", "") != STREAM_TYPE:
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type")
        begins_at = _number(call, "upload-offset")
        upload = await self._upload(call)
        if upload.offset != begins_at:
            raise Refused(HTTPStatus.CONFLICT, "upload-offset")
        offset = upload.size if upload.is_done else await self._take(upload, call)
        await call.answer(HTTPStatus.NO_CONTENT, _state(upload, offset))

    async def end(self, call: Call) -> None:
        """Forget an upload."""
        upload = await self._upload(call)
        await in_thread(self._uploads.drop, upload.id)
        await call.answer(HTTPStatus.NO_CONTENT, {"tus-resumable": VERSION})

    async def _upload(self, call: Call) -> Upload:
        """Return the upload that a call names, with nobody else at it, finished if it is whole."""
        actor = await actor_of(self._centre, call)
        upload = await in_thread(self._uploads.find, actor.id, call.place)
        while (older := self._busy.get(upload.id)) is not None:  # one more may have come meanwhile
            older.cancel()
            await asyncio.wait({older})
            upload = await in_thread(self._uploads.find, actor.id, call.place)
        await self._make_good(upload)
        return upload

    async def _make_good(self, upload: Upload) -> None:
        """Finish an upload that is whole, where the line broke or the centre died just then.

        Nobody may hear that all of it arrived before it is kept.
        """
        if upload.offset == upload.size and not upload.is_done:
            await in_thread(self._uploads.finish, upload)

    async def _take(self, upload: Upload, call: Call) -> int:
        """Write what comes behind what is here; return how far the upload is then."""
        work = asyncio.ensure_future(self._write(upload, call))
        self._busy[upload.id] = work
        try:
            offset = await work
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # the server ends: nobody has taken over
                raise
            raise Refused(HTTPStatus.LOCKED, "upload-taken-over") from error
        finally:
            if self._busy.get(upload.id) is work:
                del self._busy[upload.id]
        if offset == upload.size:
            await in_thread(self._uploads.finish, upload)
        return offset

    async def _write(self, upload: Upload, call: Call) -> int:
        announced = _Checksum.of(call)
        # Opened and written on the loop itself: work in a thread would go on after it was ended,
        # beside that of the request that took over. Flushing may go on: it changes nothing, and
        # has a descriptor of its own, for the part is closed under it.
        with self._files.open_part(upload.id, upload.offset) as part:
            offset = upload.offset
            try:
                async for chunk in call.chunks(self._silence_s):
                    offset += len(chunk)
                    if offset > upload.size:
                        raise UploadRefused("upload.too-large", limit=upload.size)
                    announced.update(chunk)
                    write(part, chunk)
                announced.check()
            except (StreamGone, asyncio.CancelledError, OSError):
                if announced.is_given:  # half a piece cannot be checked
                    part.truncate(upload.offset)
                raise
            except (UploadRefused, Refused):
                part.truncate(upload.offset)
                raise
            finally:
                await _flushed(os.dup(part.fileno()))
        return offset


class _Checksum:
    """The checksum extension: of one piece, when its sender gave one."""

    def __init__(self, hash_: _Hash | None, expected: bytes) -> None:
        self._hash = hash_
        self._expected = expected

    @classmethod
    def of(cls, call: Call) -> _Checksum:
        given = call.headers.get("upload-checksum", "")
        if not given:
            return cls(None, b"")
        algorithm, _, encoded = given.partition(" ")
        if algorithm not in CHECKSUMS:
            raise Refused(HTTPStatus.BAD_REQUEST, "checksum-algorithm")
        try:
            expected = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "malformed") from error
        return cls(hashlib.new(algorithm, usedforsecurity=False), expected)

    @property
    def is_given(self) -> bool:
        return self._hash is not None

    def update(self, chunk: bytes) -> None:
        if self._hash is not None:
            self._hash.update(chunk)

    def check(self) -> None:
        if self._hash is not None and self._hash.digest() != self._expected:
            raise UploadRefused("upload.checksum")


_COLLECTION: Final = {"POST": TusServer.create}
_ONE: Final = {"HEAD": TusServer.look, "PATCH": TusServer.append, "DELETE": TusServer.end}

_OPTIONS: Final[Headers] = {
    "tus-resumable": VERSION,
    "tus-version": VERSION,
    "tus-extension": EXTENSIONS,
    "tus-checksum-algorithm": ",".join(CHECKSUMS),
    "tus-max-size": str(MAX_FILE_BYTES),
}


def _state(upload: Upload, offset: int) -> Headers:
    return {
        "tus-resumable": VERSION,
        "upload-offset": str(offset),
        "upload-expires": formatdate(upload.expires_at / 1000, usegmt=True),
    }


def _number(call: Call, name: str) -> int:
    text = call.headers.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):  # noqa: PLR2004 - a petabyte
        raise Refused(HTTPStatus.BAD_REQUEST, "malformed")
    return int(text)


async def _flushed(descriptor: int) -> None:
    """Put a part on the disk; that goes on when whoever waits for it is ended."""
    flushing = asyncio.ensure_future(in_thread(_flush_and_close, descriptor))
    flushing.add_done_callback(_heard)
    await asyncio.shield(flushing)


def _heard(flushing: asyncio.Future[None]) -> None:
    """Ask for its failure where nobody waits any more: what came was not acknowledged."""
    if not flushing.cancelled():
        flushing.exception()


def _flush_and_close(descriptor: int) -> None:
    with open(descriptor, "r+b", buffering=0) as part:
        flush(part)
