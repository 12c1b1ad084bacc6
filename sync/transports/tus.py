# SPDX-License-Identifier: AGPL-3.0-or-later
"""Uploads by tus 1.0.0 to whatever server speaks it, and downloads by range from our centre."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final
from urllib.parse import urljoin

import requests
from typing_extensions import override

from sync.engine.files import FileService, Transfer
from sync.errors import FileRefused, SyncError, SyncErrorKind
from sync.transports.answers import content_type_of, refusal_of
from sync.transports.failing import foreign_answer
from sync.transports.http import HttpService

_VERSION: Final = {"Tus-Resumable": "1.0.0"}
_STREAM: Final = "application/offset+octet-stream"
_MAX_THUMBNAIL_BYTES: Final = 64 * 1024

_REFUSALS: Final[Mapping[int, str]] = {
    404: "file.gone",
    409: "file.offset",
    410: "file.gone",
    413: "file.too-large",
    415: "file.refused",
    416: "file.gone",
    460: "file.checksum",
}
_BUSY: Final = frozenset({408, 423})
"""The server gave up waiting for us, or another request is at this upload: we wait."""

_NO_ROOM: Final = 507
_PAGE: Final = "text/html"


class TusFiles(FileService):
    """Files at a server.

    Args:
        collection: path of the uploads below the server's address; None for our centre's.
        name: of the uploads at our centre.
        takes_first: the server takes the first bytes with the request that begins an upload
            (extension creation-with-upload); None to ask it.
    """

    def __init__(
        self,
        http: HttpService,
        collection: str | None = None,
        *,
        name: str = "uploads",
        takes_first: bool | None = True,
    ) -> None:
        self._http = http
        self._name = name
        self._collection = collection
        self._takes_first = takes_first

    @override
    def begin(self, token: str, transfer: Transfer, first: bytes) -> tuple[str, int]:
        sends_first = bool(first) and self._server_takes_first(token)
        headers = {
            "Upload-Length": str(transfer.size),
            "Upload-Metadata": _described(transfer),
        } | ({"Content-Type": _STREAM} if sends_first else {})
        place = self._uploads()
        answer = self._call("POST", place, token, headers, first if sends_first else b"")
        location = answer.headers.get("Location")
        if not location:
            raise SyncError(SyncErrorKind.MALFORMED, reason="foreign", missing="Location")
        arrived = answer.headers.get("Upload-Offset")
        return urljoin(place, location), 0 if arrived is None else _number(answer, "Upload-Offset")

    @override
    def arrived(self, token: str, url: str) -> int:
        try:
            return _number(self._call("HEAD", url, token, {}), "Upload-Offset")
        except FileRefused as refused:
            raise FileRefused("file.gone") from refused

    @override
    def append(self, token: str, url: str, at: int, piece: bytes) -> int:
        headers = {"Upload-Offset": str(at), "Content-Type": _STREAM}
        return _number(self._call("PATCH", url, token, headers, piece), "Upload-Offset")

    def end(self, token: str, url: str) -> None:
        """Have an upload forgotten."""
        self._call("DELETE", url, token, {})

    @override
    def fetch(self, token: str, sha256: str, at: int, size: int) -> bytes:
        headers = {
            "Range": f"bytes={at}-{at + size - 1}",
            "If-Range": f'"sha256:{sha256}"',
            "Accept-Encoding": "identity",
        }
        url = self._http.url_of(f"blobs/{sha256}")
        with self._http.raw("GET", url, token=token, headers=headers) as answer:
            _check(answer)
            if answer.status_code != requests.codes.partial_content and at:
                raise FileRefused("file.refused")  # the whole again: not what was asked for
            return _received(answer, size)

    @override
    def thumbnail(self, token: str, sha256: str) -> bytes:
        headers = {"Accept-Encoding": "identity"}
        url = self._http.url_of(f"blobs/{sha256}?thumb")
        with self._http.raw("GET", url, token=token, headers=headers) as answer:
            _check(answer)
            return _received(answer, _MAX_THUMBNAIL_BYTES)

    def _server_takes_first(self, token: str) -> bool:
        if self._takes_first is None:
            with self._http.raw("OPTIONS", self._uploads(), token=token, headers={}) as answer:
                extensions = answer.headers.get("Tus-Extension", "").split(",")
            self._takes_first = "creation-with-upload" in [name.strip() for name in extensions]
        return self._takes_first

    def _uploads(self) -> str:
        return self._http.url_of(self._name, self._collection)

    def _call(
        self, method: str, url: str, token: str, headers: Mapping[str, str], body: bytes = b""
    ) -> requests.Response:
        with self._http.raw(
            method, url, token=token, headers=_VERSION | dict(headers), body=body
        ) as answer:
            _check(answer)
            return answer


def _check(answer: requests.Response) -> None:
    status = answer.status_code
    if status in range(200, 300):
        return
    if status in _REFUSALS:
        raise FileRefused(_REFUSALS[status])
    if status in _BUSY:
        raise SyncError(SyncErrorKind.BUSY, status=status)
    refusal = refusal_of(answer)
    if status == _NO_ROOM:
        is_quota = refusal.data.get("problem") == "quota"
        raise FileRefused("file.quota" if is_quota else "file.no-room")
    raise refusal


def _received(answer: requests.Response, most: int) -> bytes:
    """Return the body; what came before the line broke is worth keeping too.

    Our centre gives no content as a page: that is some network's own.
    """
    if content_type_of(answer) == _PAGE:
        raise foreign_answer(answer.status_code, _PAGE, None)
    parts: list[bytes] = []
    size = 0
    try:
        while size < most and (part := answer.raw.read(min(16_384, most - size))):
            parts.append(part)
            size += len(part)
    except Exception:
        if not parts:
            raise
    return b"".join(parts)


def _number(answer: requests.Response, name: str) -> int:
    text = answer.headers.get(name, "")
    if not (text.isascii() and text.isdecimal()):
        raise SyncError(SyncErrorKind.MALFORMED, reason="foreign", missing=name)
    return int(text)


def _described(transfer: Transfer) -> str:
    """Return what the server may know of a file: never its name, which may name a citizen.

    Some servers want one all the same; they get the content's.
    """
    facts = {
        "sha256": transfer.sha256,
        "filename": transfer.sha256,
        "filetype": transfer.media_type,
    }
    return ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}"
        for name, value in facts.items()
        if value
    )
