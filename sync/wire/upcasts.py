# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every schema of a command that was ever shipped, and how an old one is read today.

An outbox may be a year old, and its commands stay as they were written: they are read anew each
time. An entry takes ``data`` of one schema version to the next; it is never removed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sync.cases.commands import COMMAND_KINDS

Data = dict[str, Any]

UPCASTS: Mapping[tuple[str, int], Callable[[Data], Data]] = {}
"""(Kind, schema version) -> how its data is said in the next version."""


def newest(kind: str) -> int:
    """Return the version of a kind's schema that this program writes."""
    return 1 + sum(known == kind for known, _ in UPCASTS)


def can_read(kind: str, sv: int) -> bool:
    """Return whether this program knows such a schema; if not, a newer one has written it."""
    return kind in COMMAND_KINDS and 1 <= sv <= newest(kind)


def upcast(kind: str, sv: int, data: Data) -> Data:
    """Return data of a schema version as the newest one says it."""
    for version in range(sv, newest(kind)):
        data = UPCASTS[kind, version](data)
    return data
