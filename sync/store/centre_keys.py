# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose keys the centre has, as the work file remembers it."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from sync.store import meta
from sync.wire.messages import CourierKeys

_PINNED = "centre_keys"
_OFFERED = "centre_keys_offered"


def pinned(work: sa.Connection) -> CourierKeys | None:
    """Return the keys that the centre had when it was first met."""
    return _keys(work, _PINNED)


def pin(work: sa.Connection, keys: CourierKeys) -> None:
    """Take keys for the centre's from now on."""
    meta.put(work, **{_PINNED: msgspec.json.encode(keys).decode(), _OFFERED: None})


def offered(work: sa.Connection) -> CourierKeys | None:
    """Return other keys that the centre told since, if it did."""
    return _keys(work, _OFFERED)


def offer(work: sa.Connection, keys: CourierKeys) -> None:
    """Keep other keys apart, to be shown."""
    meta.put(work, **{_OFFERED: msgspec.json.encode(keys).decode()})


def _keys(work: sa.Connection, name: str) -> CourierKeys | None:
    text = meta.get(work, name)
    return None if text is None else msgspec.json.decode(text, type=CourierKeys)
