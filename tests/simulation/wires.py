# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs of every version say and hear, as bytes, held to the types that they had then."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from sync.wire import codec, dialects
from sync.wire.messages import SyncReply
from tests.support import wire_v1, wire_v2

M = TypeVar("M")

_FROZEN: dict[int, Any] = {1: wire_v1, 2: wire_v2}


def said(message: object, version: int) -> bytes:
    """Return what a program of a version says: nothing that its types did not have."""
    body = dialects.encode(message, version)
    return body if version not in _FROZEN else codec.encode(_read(body, type(message), version))


def heard(message: object, version: int) -> bytes:
    """Return what such a program is told; raises when it could not read that.

    A program of version 1 read less of files than it was told since; what it kept of them would be
    no content of ours to compare, so facts are handed over whole (see ``tests/unit/wire``).
    """
    body = dialects.encode(message, version)
    if version not in _FROZEN:
        return body
    _read(body, type(message), version)
    if version == 1 and isinstance(message, SyncReply):
        told = dialects.decode(body, SyncReply, version)
        return codec.encode(
            msgspec.structs.replace(told, cases=message.cases, events=message.events)
        )
    return body


def _read(body: bytes, kind: type, version: int) -> object:
    known: type = getattr(_FROZEN[version], kind.__name__)
    return msgspec.json.decode(body, type=known)
