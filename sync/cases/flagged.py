# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which flagged facts still want a look (ADR 0026). No state of its own: the history tells it.

The centre applied them although they were written before something else was seen, or over it.
A second officer who writes on the case afterwards has looked; "seen" alone is a note that says so.
It travels, is dated and signed like every other act, and every version of the program knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sync.cases.commands import Close, CommandBody, FollowUp, Note, Reopen, Respond
from sync.cases.events import Closed, Event, EventBody, FollowedUp, Noted, Reopened, Responded
from sync.cases.policy import CLOCK_ADJUSTED
from sync.cases.projection import Delivery, TimelineEntry

LOOKS: Final[tuple[type[EventBody], ...]] = (Noted, Responded, FollowedUp, Closed, Reopened)
"""Facts that nobody writes without having looked at the case."""

LOOKING: Final[tuple[type[CommandBody], ...]] = (Note, Respond, FollowUp, Close, Reopen)
"""The commands that become them."""


def wants_a_look(flags: Iterable[str]) -> bool:
    """Return whether flags concern what was written; a wrong clock does not."""
    return any(flag != CLOCK_ADJUSTED for flag in flags)


def unseen(entries: Sequence[TimelineEntry]) -> tuple[Event, ...]:
    """Return the flagged facts after which nobody but their author has written.

    Args:
        entries: a whole history in its order, the officer's pending acts included.
    """
    return tuple(
        entry.event
        for place, entry in enumerate(entries)
        if entry.delivery is None
        and wants_a_look(entry.event.flags)
        and not any(_looks(later, entry.event) for later in entries[place + 1 :])
    )


def _looks(entry: TimelineEntry, flagged: Event) -> bool:
    event = entry.event
    holds = entry.delivery is None or entry.delivery.is_pending
    return (
        (holds or entry.delivery is Delivery.ACCEPTED)
        and isinstance(event.body, LOOKS)
        and event.actor_id is not None
        and event.actor_id != flagged.actor_id
    )
