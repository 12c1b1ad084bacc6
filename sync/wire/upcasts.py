# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every schema of a command that was ever shipped, and how it is said in the others.

An outbox may be a year old, and its commands stay as they were written: they are read anew each
time. An entry takes ``data`` of one schema version to the next, or back; it is never removed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sync.cases.commands import COMMAND_KINDS

Data = dict[str, Any]
Schema = tuple[str, int]
"""Kind and version of its data."""


def _renamed(old: str, new: str) -> Callable[[Data], Data]:
    """Return a change of the name of one member; whatever else there is stays."""

    def rename(data: Data) -> Data:
        others = {name: value for name, value in data.items() if name != old}
        return {new: data[old], **others}

    return rename


UPCASTS: Mapping[Schema, Callable[[Data], Data]] = {
    ("reopen", 1): _renamed("reason", "text"),  # the words of every act have the same name
}
"""How data of a schema is said in the next version."""

DOWNCASTS: Mapping[Schema, Callable[[Data], Data]] = {
    ("reopen", 2): _renamed("text", "reason"),
}
"""How data of a schema is said in the version before, where that can say it all."""


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


def oldest_form(kind: str, sv: int, data: Data) -> tuple[int, Data]:
    """Return data in the oldest schema that says the same, and which that is.

    Data that does not fit its schema stays as it is.
    """
    while (step := DOWNCASTS.get((kind, sv))) is not None:
        try:
            data = step(data)
        except (LookupError, TypeError, AttributeError):
            break
        sv -= 1
    return sv, data
