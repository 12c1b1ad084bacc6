# SPDX-License-Identifier: AGPL-3.0-or-later
"""Acts that wait for their officer, grouped by what they are and why they wait.

After a week without a line dozens of acts may have met something new. Those of one kind and one
cause are decided alike, one by one or together, as far as that is safe.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sync.cases.commands import Close, Respond, kind_of
from sync.cases.events import (
    Assigned,
    CitizenReplied,
    Closed,
    Disposed,
    FollowedUp,
    Noted,
    Reopened,
    Responded,
)
from sync.cases.policy import INSISTED, Choice, flag_of
from sync.cases.views import OutboxItem

_WEIGHT: Final = (
    flag_of(CitizenReplied),
    INSISTED,
    flag_of(Disposed),
    flag_of(Closed),
    flag_of(Reopened),
    flag_of(Responded),
    flag_of(FollowedUp),
    flag_of(Assigned),
    flag_of(Noted),
)
"""Of several new entries the one that names the cause; the citizen weighs most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionGroup:
    """Acts of one kind that wait for one cause, oldest first.

    Attributes:
        kind: a name of ``commands.COMMAND_KINDS``.
        cause: a flag of ``policy.FLAGS`` for conflicts, otherwise the verdict's code.
    """

    kind: str
    cause: str
    items: tuple[OutboxItem, ...]


def cause_of(item: OutboxItem) -> str:
    """Return why an act waits: the weightiest new entry, or the code where there is none."""
    named = (flag for flag in _WEIGHT if flag in item.flags)
    return next(named, item.code)


def grouped(items: Iterable[OutboxItem]) -> tuple[DecisionGroup, ...]:
    """Return acts by kind and cause; groups stand in the order of their oldest act."""
    found: dict[tuple[str, str], list[OutboxItem]] = {}
    for item in items:
        key = (kind_of(item.command.body), cause_of(item))
        found.setdefault(key, []).append(item)
    return tuple(
        DecisionGroup(kind=kind, cause=cause, items=tuple(members))
        for (kind, cause), members in found.items()
    )


def releases_words(item: OutboxItem, choice: Choice) -> bool:
    """Return whether this way sends older words to the citizen as they are.

    Only who has looked at what arrived may do that, so never for a whole group at once.
    """
    public = isinstance(item.command.body, (Respond, Close))
    return public and choice in {Choice.RESEND, Choice.AS_RESPONSE}
