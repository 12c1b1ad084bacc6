# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be done to a case, and what comes of it: one decision for both ends of the wire.

The client asks :func:`refusal` to say early what the centre would refuse; the centre asks
:func:`decide`. The policy is data (:data:`POLICY`), so that the documentation prints the same
table that decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.cases.access import Actor, may_do
from sync.cases.case import Case, Status
from sync.cases.commands import (
    Assign,
    Close,
    Command,
    CommandBody,
    FollowUp,
    Note,
    Reopen,
    Respond,
    words_of,
)
from sync.cases.events import (
    Assigned,
    CitizenReplied,
    Closed,
    Disposed,
    Event,
    EventBody,
    FollowedUp,
    Noted,
    Reopened,
    Responded,
)
from sync.cases.ids import DeviceId

MAX_WORDS_LENGTH = 20_000
"""Characters in one entry; far above the thousand of known forms, below any accident."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a kind of command meets a case that changed meanwhile.

    Attributes:
        statuses: where the case may stand; None for anywhere.
        guards: foreign events after ``base_v`` that need the officer's decision first.
        code: the conflict's code when a guard fires.
        choices: what the officer may then do; the first is suggested.
    """

    statuses: frozenset[Status] | None
    guards: frozenset[type[EventBody]] = frozenset()
    code: str = ""
    choices: tuple[Choice, ...] = ()


_OPEN = frozenset(status for status in Status if status.is_open)
_CLOSED = frozenset(status for status in Status if not status.is_open)


def _facts(*kinds: type[EventBody]) -> frozenset[type[EventBody]]:
    return frozenset(kinds)


_ENTRIES = _facts(CitizenReplied, Responded, FollowedUp, Noted, Closed, Reopened, Disposed)

POLICY: dict[type[CommandBody], Policy] = {
    Note: Policy(statuses=None),
    FollowUp: Policy(statuses=None),
    Respond: Policy(
        statuses=None,
        guards=_ENTRIES,
        code="conflict.newer-entry",
        choices=(Choice.EDIT, Choice.RESEND, Choice.WITHDRAW),
    ),
    Close: Policy(
        statuses=_OPEN,
        guards=_ENTRIES,
        code="conflict.newer-entry",
        choices=(Choice.AS_RESPONSE, Choice.RESEND, Choice.EDIT, Choice.WITHDRAW),
    ),
    Assign: Policy(
        statuses=_OPEN,
        guards=_facts(Assigned, Disposed),
        code="conflict.reassigned",
        choices=(Choice.WITHDRAW, Choice.RESEND),
    ),
    Reopen: Policy(
        statuses=_CLOSED,
        guards=_facts(Reopened, Closed),
        code="conflict.status-changed",
        choices=(Choice.WITHDRAW, Choice.RESEND),
    ),
}
"""Appends never conflict; what reaches a citizen is never released past something unseen."""


@dataclass(frozen=True, slots=True)
class Accept:
    """The centre records this fact; None when the wish is already so."""

    event: EventBody | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """The case changed in a way that the officer must see first."""

    code: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rules say no; asking again will not help."""

    code: str
    choices: tuple[Choice, ...] = (Choice.EDIT, Choice.WITHDRAW)


Decision = Accept | Conflict | Refusal


def refusal(case: Case, status: Status, body: CommandBody, actor: Actor) -> Refusal | None:
    """Return why the rules do not allow this at all, or None when they do."""
    if not actor.scope.sees(case.unit_id):
        return Refusal("refused.out-of-scope", (Choice.WITHDRAW,))
    if not may_do(actor, type(body), case.unit_id):
        return Refusal("refused.role", (Choice.WITHDRAW,))
    if (problem := _words_problem(body)) is not None:
        return problem
    statuses = POLICY[type(body)].statuses
    if statuses is not None and status not in statuses:
        return Refusal("refused.status")
    return None


def decide(
    case: Case,
    status: Status,
    command: Command,
    actor: Actor,
    *,
    newer: Sequence[Event],
    device: DeviceId,
) -> Decision:
    """Decide what comes of a command.

    Args:
        newer: the case's events after ``command.base_v``.
        device: where the command comes from; its own earlier events are no surprise to it.
    """
    refused = refusal(case, status, command.body, actor)
    if refused is not None and refused.code != "refused.status":
        return refused
    if _already_so(case, command.body):
        return Accept(None)
    policy = POLICY[type(command.body)]
    foreign = {type(event.body) for event in newer if event.device != device}
    if foreign & policy.guards:
        return Conflict(policy.code, policy.choices)
    return refused if refused is not None else Accept(event_of(command.body))


def event_of(body: CommandBody, *, assignee_name: str = "") -> EventBody:
    """Return the fact that an accepted command becomes, on this computer as at the centre."""
    match body:
        case Respond():
            return Responded(text=body.text)
        case FollowUp():
            return FollowedUp(
                text=body.text,
                done_on=body.done_on,
                evidence=body.evidence,
                next_step=body.next_step,
                next_step_on=body.next_step_on,
            )
        case Note():
            return Noted(text=body.text)
        case Assign():
            return Assigned(officer_id=body.officer_id, officer_name=assignee_name)
        case Close():
            return Closed(text=body.text)
        case Reopen():
            return Reopened(reason=body.reason)


def _words_problem(body: CommandBody) -> Refusal | None:
    if isinstance(body, Assign):
        return None
    words = words_of(body)
    if not words.strip():
        return Refusal("refused.empty")
    if len(words) > MAX_WORDS_LENGTH:
        return Refusal("refused.too-long")
    return None


def _already_so(case: Case, body: CommandBody) -> bool:
    return isinstance(body, Assign) and body.officer_id == case.assignee_id
