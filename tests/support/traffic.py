# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes over the line, as a test wants to know it: which call, with which message."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from sync.transports.bodies import unpacked

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it left the client.

    Attributes:
        path: without query; ``/v1/sync`` and so on.
        message: its JSON, empty for none and for files.
    """

    path: str
    message: dict[str, Any]

    @property
    def commands(self) -> list[dict[str, Any]]:
        """The officer's acts in it."""
        return list(self.message.get("commands", []))

    @property
    def cursor(self) -> str | None:
        """Where the device says it stands."""
        cursor: str | None = self.message.get("cursor")
        return cursor


def parsed(raw: bytes) -> Request:
    """Return what a raw HTTP request says."""
    head, _, body = raw.partition(b"\r\n\r\n")
    path = head.split(b" ", 2)[1].partition(b"?")[0].decode()
    if coding := re.search(rb"(?im)^content-encoding:\s*(\w+)", head):
        body = unpacked(io.BytesIO(body), coding[1].decode(), _LARGEST)
    is_message = body and re.search(rb"(?im)^content-type:\s*application/json", head)
    return Request(path=path, message=msgspec.json.decode(body) if is_message else {})


def pushes(request: Request) -> bool:
    """Return whether a request carries acts of an officer."""
    return bool(request.commands)


def pulls(request: Request) -> bool:
    """Return whether a request is an exchange without any act in it."""
    return request.path.endswith("/sync") and not request.commands


def listens(request: Request) -> bool:
    """Return whether a request asks to be told of changes."""
    return request.path.endswith("/changes")
