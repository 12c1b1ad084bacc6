# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published rule table: what becomes of an act when the case changed in the meantime.

One structure for both ends: the centre decides by it, the client warns by it, the documentation
prints it (docs/protocol.md, section 4) and a test proves each of its cells at a real centre.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sync.cases.case import Status
from sync.cases.commands import (
    Assign,
    Close,
    CommandBody,
    FollowUp,
    HandOver,
    Note,
    Reopen,
    Respond,
)
from sync.cases.events import (
    KIND_OF_EVENT,
    Assigned,
    CitizenReplied,
    Closed,
    Corrected,
    Disposed,
    EventBody,
    FollowedUp,
    Noted,
    Reopened,
    Responded,
    StatusReported,
)


class Choice(StrEnum):
    """What an officer may do with a command that the centre did not simply accept."""

    RESEND = "resend"
    """Send it as it is, now knowing what changed."""
    AS_RESPONSE = "as_response"
    """Send the last word of a closure as an answer and leave the case open."""
    EDIT = "edit"
    """Put the words back into a draft beside the newer entries."""
    WITHDRAW = "withdraw"
    """Do not send it; a copy is kept."""
    HAND_OVER = "hand_over"
    """Give the words to whoever has the case now, as an internal note."""


class Meeting(StrEnum):
    """What comes of a command that meets an entry which its officer had not seen."""

    APPLY = "apply"
    """Record it; the two have nothing to do with each other."""
    FLAG = "flag"
    """Record it, and tell everybody that it was written before that entry."""
    ASK = "ask"
    """Record nothing; the officer sees what is new and decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a kind of command meets a case that changed meanwhile.

    Attributes:
        statuses: where the case may stand; None for anywhere.
        meetings: what comes of meeting an entry of this kind; absent kinds are applied.
        code: the conflict's code when the officer must be asked.
        choices: what the officer may then do; the first is suggested.
    """

    statuses: frozenset[Status] | None
    meetings: Mapping[type[EventBody], Meeting] = field(default_factory=dict)
    code: str = ""
    choices: tuple[Choice, ...] = ()

    def meeting(self, kind: type[EventBody]) -> Meeting:
        """Return what comes of meeting an unseen entry of this kind."""
        return self.meetings.get(kind, Meeting.APPLY)

    def kinds(self, meeting: Meeting) -> frozenset[type[EventBody]]:
        """Return the kinds of entries that lead to this."""
        return frozenset(kind for kind, met in self.meetings.items() if met is meeting)


def flag_of(kind: type[EventBody]) -> str:
    """Return the flag that says: written before an entry of this kind was seen."""
    return f"meanwhile.{KIND_OF_EVENT[kind]}"


INSISTED = "insisted.citizen"
"""The officer saw a newer message of the citizen and released the older words all the same."""

CLOCK_ADJUSTED = "clock.adjusted"
"""The time that the device gave cannot be; the centre put the nearest that can."""

FLAGS: frozenset[str] = frozenset({flag_of(kind) for kind in KIND_OF_EVENT}) | {
    INSISTED,
    CLOCK_ADJUSTED,
}
"""Every flag that an accepted act may carry."""

_OPEN = frozenset(status for status in Status if status.is_open)
_CLOSED = frozenset(status for status in Status if not status.is_open)


def _ask(*kinds: type[EventBody]) -> dict[type[EventBody], Meeting]:
    return dict.fromkeys(kinds, Meeting.ASK)


def _flag(*kinds: type[EventBody]) -> dict[type[EventBody], Meeting]:
    return dict.fromkeys(kinds, Meeting.FLAG)


_ENTRIES = (CitizenReplied, Responded, FollowedUp, Noted, Closed, Reopened, Disposed)
"""What somebody wrote or did; an answer to the citizen is never released past one unseen."""

_FRAME = (Assigned, Corrected, StatusReported)
"""What changed around the words: who is in charge, the particulars, the national status."""

POLICY: dict[type[CommandBody], Policy] = {
    Note: Policy(statuses=None, meetings=_flag(CitizenReplied, Closed, Disposed)),
    FollowUp: Policy(
        statuses=None,
        meetings=_flag(CitizenReplied, Closed, Disposed, FollowedUp, Reopened, StatusReported),
    ),
    Respond: Policy(
        statuses=None,
        meetings=_ask(*_ENTRIES) | _flag(*_FRAME),
        code="conflict.newer-entry",
        choices=(Choice.EDIT, Choice.RESEND, Choice.WITHDRAW),
    ),
    Close: Policy(
        statuses=_OPEN,
        meetings=_ask(*_ENTRIES) | _flag(*_FRAME),
        code="conflict.newer-entry",
        choices=(Choice.AS_RESPONSE, Choice.RESEND, Choice.EDIT, Choice.WITHDRAW),
    ),
    Assign: Policy(
        statuses=_OPEN,
        meetings=_ask(Assigned, Disposed),
        code="conflict.reassigned",
        choices=(Choice.WITHDRAW, Choice.RESEND),
    ),
    Reopen: Policy(
        statuses=_CLOSED,
        meetings=_ask(Closed, Reopened) | _flag(Disposed, StatusReported),
        code="conflict.status-changed",
        choices=(Choice.WITHDRAW, Choice.RESEND),
    ),
    HandOver: Policy(statuses=None),
}
"""Appends never conflict; what reaches a citizen is never released past something unseen."""
