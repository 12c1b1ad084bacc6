# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way of files: the real tus client and the real tus server with a line between them that
breaks at any byte, without sockets and without time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from io import BytesIO
from typing import Any, BinaryIO, Protocol, runtime_checkable
from urllib.parse import urlsplit

import requests
import urllib3
from typing_extensions import override

from sync.central.bodies import App
from sync.central.uploads import announced_in
from sync.errors import SyncError, SyncErrorKind
from sync.transports.http import HttpService
from sync.wire.versions import CURRENT
from tests.simulation.steps import some

Message = MutableMapping[str, Any]


class Break(Enum):
    """What happens to one call about a file."""

    NONE = "none"
    LOST = "lost"
    """It does not arrive."""
    CUT_UP = "cut-up"
    """Some bytes of its body arrive, then the line breaks; the centre sees that."""
    UNANSWERED = "unanswered"
    """It arrives; nothing of the answer comes back."""
    CUT_DOWN = "cut-down"
    """It arrives; the answer breaks off at some byte."""
    TWICE = "twice"
    """It arrives twice; the second answer comes back."""
    PORTAL = "portal"
    """Something else answers."""
    SPOILT = "spoilt"
    """A byte on the way is another one, up or down, as bad memory in a router makes it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A break, and where: at this many bytes, modulo what there is."""

    kind: Break = Break.NONE
    at: int = 0


TROUBLES = some(
    lambda random: [random.choice([kind.value for kind in Break]), random.randrange(200_000)],
    least=1,
    most=5,
)
"""Draws what happens to the next calls about files."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A part of a file that was sent: its size, and how much the centre had of that upload.

    Attributes:
        again: what had arrived of an upload that this one makes useless.
    """

    piece: int
    again: int


@runtime_checkable
class FileCentre(Protocol):
    """The centre, for calls about files."""

    def arrived(self, upload: str) -> int:
        """Return how much of an upload is here that can be continued."""

    def file_app(self) -> App:
        """Return the worker whose turn it is."""


class Way(Protocol):
    """What is known of the line of one desk."""

    begun: dict[str, str]
    spoilt: set[str]
    carried: list[Carried]
    offered: set[str]

    def next_trouble(self) -> Trouble:
        """Return it."""


_WRONG_CONTENT = 460
"""tus: checksum mismatch."""

_NOBODY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}

_PORTAL = (200, {"content-type": "text/html"}, b"<html>Selamat datang di hotspot</html>")


class FileLine(HttpService):
    """Makes calls to the centre's application in this very process, through a bad line."""

    def __init__(self, centre: FileCentre, way: Way) -> None:
        super().__init__("http://127.0.0.1:1")
        self._centre = centre
        self._way = way

    @override
    @contextmanager
    def raw(
        self,
        method: str,
        url: str,
        *,
        token: str,
        headers: Mapping[str, str],
        body: bytes | BinaryIO = b"",
    ) -> Iterator[requests.Response]:
        body = body if isinstance(body, bytes) else body.read()
        trouble = self._way.next_trouble()
        told = {**headers, "Authorization": f"Bearer {token}", "Content-Length": str(len(body))}
        status, answered, content = self._cross(trouble, method, url, told, body)
        if trouble.kind is Break.SPOILT and not body:
            content = _spoilt(content, trouble.at)
        source: BytesIO = BytesIO(content)
        if trouble.kind is Break.CUT_DOWN:
            source = _Breaking(content[: trouble.at % (len(content) + 1)])
        raw = urllib3.HTTPResponse(source, answered, status, preload_content=False)
        response = requests.Response()
        response.status_code, response.raw = status, raw
        response.headers = requests.structures.CaseInsensitiveDict(answered)
        try:
            yield response
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise SyncError(SyncErrorKind.UNANSWERED) from error

    def _cross(
        self, trouble: Trouble, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if trouble.kind is Break.LOST:
            raise SyncError(SyncErrorKind.UNANSWERED)
        if trouble.kind is Break.PORTAL:
            return _PORTAL
        if trouble.kind is Break.SPOILT:
            body = _spoilt(body, trouble.at)
        arrives = trouble.at % (len(body) + 1) if trouble.kind is Break.CUT_UP else None
        announced = headers.get("Upload-Metadata", "") if method == "POST" else ""
        if "/uploads" in url and announced:
            self._way.offered.add(announced_in(announced))
        if body:
            before = self._centre.arrived(self._way.begun.get(announced, ""))
            self._way.carried.append(Carried(len(body), before))
        answer = call(self._centre.file_app(), method, url, headers, body, arrives)
        if trouble.kind is Break.TWICE:
            answer = call(self._centre.file_app(), method, url, headers, body, arrives)
        if trouble.kind is Break.SPOILT and body:
            self._way.spoilt.add(answer[1].get("location", url).rpartition("/")[2])
        if answer[0] == HTTPStatus.NOT_FOUND or answer[0] == _WRONG_CONTENT:
            self._way.begun.clear()  # it has to begin anew
        if announced and "location" in answer[1]:
            self._way.begun[announced] = answer[1]["location"].rpartition("/")[2]
        if trouble.kind in {Break.CUT_UP, Break.UNANSWERED}:
            raise SyncError(SyncErrorKind.UNANSWERED)
        return answer


def call(
    app: App,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    arrives: int | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Make one call to an ASGI application; ``arrives`` bytes of the body, then the line is dead.

    Raises:
        SyncError: (``UNANSWERED``) it broke off before it had said how it ends.
    """
    parts = urlsplit(url)
    scope = {
        "type": "http",
        "method": method,
        "path": parts.path,
        "query_string": parts.query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    coming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    if arrives is not None:
        coming = [
            {"type": "http.request", "body": body[:arrives], "more_body": True},
            {"type": "http.disconnect"},
        ]
    said: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        said.append(message)

    _LOOP.run_until_complete(app(scope, receive, send))
    if not said:
        if arrives is None:
            raise SyncError(SyncErrorKind.UNANSWERED)
        return 0, {}, b""
    headers_in = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], headers_in, b"".join(part["body"] for part in said[1:])


def is_picture(content: bytes) -> bool:
    """Return whether a content is one of which there is a small picture."""
    return content.startswith(b"\x89PNG")


def gives_picture(centre: FileCentre, token: str, sha256: str) -> bool | None:
    """Return whether whoever shows a token gets the small picture of a content; None for nobody."""
    headers = {"Authorization": f"Bearer {token}"}
    url = f"/v{CURRENT}/blobs/{sha256}?thumb"
    status = call(centre.file_app(), "GET", url, headers, b"")[0]
    return None if status in _NOBODY else status == HTTPStatus.OK


def _spoilt(content: bytes, at: int) -> bytes:
    if not content:
        return content
    at %= len(content)
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


class _Breaking(BytesIO):
    """A body that breaks off instead of ending."""

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        if not found:
            raise ConnectionResetError
        return found


_LOOP = asyncio.new_event_loop()
"""Of the centre; all its calls come one after the other."""
