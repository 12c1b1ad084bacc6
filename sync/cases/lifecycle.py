# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be done to a case, and what comes of it: one decision for both ends of the wire.

The client asks :func:`refusal` to say early what the centre would refuse; the centre asks
:func:`decide`. Both decide by the published table (:data:`sync.cases.policy.POLICY`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.cases.access import Actor, may_do, why_not
from sync.cases.case import Case, Status
from sync.cases.commands import (
    Assign,
    Close,
    Command,
    CommandBody,
    FollowUp,
    HandOver,
    Note,
    Reopen,
    Respond,
    Unreadable,
    words_of,
)
from sync.cases.events import (
    Assigned,
    CitizenReplied,
    Closed,
    Event,
    EventBody,
    FollowedUp,
    Noted,
    Reopened,
    Responded,
    Unrecognised,
)
from sync.cases.policy import INSISTED, POLICY, Choice, Meeting, Policy, flag_of

MAX_WORDS_LENGTH = 20_000
"""Characters in one entry; far above the thousand of known forms, below any accident."""


@dataclass(frozen=True, slots=True)
class Accept:
    """The centre records this fact; None when the wish is already so.

    Attributes:
        flags: what everybody must know about it (names of ``policy.FLAGS``).
    """

    event: EventBody | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """The case changed in a way that the officer must see first.

    Attributes:
        flags: the kinds of unseen entries that led to the question.
    """

    code: str
    choices: tuple[Choice, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rules say no; asking again will not help."""

    code: str
    choices: tuple[Choice, ...] = (Choice.EDIT, Choice.WITHDRAW)


Decision = Accept | Conflict | Refusal


def refusal(
    case: Case, status: Status, body: CommandBody, actor: Actor, *, had_before: bool = False
) -> Refusal | None:
    """Return why the rules do not allow this at all, or None when they do.

    Args:
        had_before: the case was in the officer's sight and left it; all that is possible then is
            to hand words over.
    """
    if not actor.scope.sees(case.unit_id):
        if not had_before:
            return Refusal("refused.out-of-scope", (Choice.WITHDRAW,))
        if not isinstance(body, HandOver):
            ways = (Choice.HAND_OVER, Choice.WITHDRAW) if words_of(body) else (Choice.WITHDRAW,)
            return Refusal("refused.out-of-scope", ways)
    elif not may_do(actor, type(body), case.unit_id):
        return Refusal(why_not(actor), (Choice.WITHDRAW,))
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
    resolved: Sequence[str] = (),
    had_before: bool = False,
) -> Decision:
    """Decide what comes of a command.

    Args:
        newer: the case's events that the officer had not seen: those after ``command.base_v``
            that this device did not cause itself.
        resolved: the flags of the conflict that this command decides.
        had_before: the case was in the officer's sight and left it.
    """
    refused = refusal(case, status, command.body, actor, had_before=had_before)
    if refused is not None and refused.code != "refused.status":
        return refused
    if _already_so(case, command.body):
        return Accept(None)
    policy = POLICY[type(command.body)]
    met = _met(policy, newer)
    insisted = (INSISTED,) if _insists(command.body, resolved) else ()
    if met[Meeting.ASK]:
        return Conflict(policy.code, policy.choices, met[Meeting.ASK] + insisted)
    if refused is not None:
        return refused
    return Accept(event_of(command.body), met[Meeting.FLAG] + insisted)


def _met(policy: Policy, newer: Sequence[Event]) -> dict[Meeting, tuple[str, ...]]:
    """Return the flags of unseen entries by what comes of them, in the order of the ledger."""
    met: dict[Meeting, dict[str, None]] = {meeting: {} for meeting in Meeting}
    for event in newer:
        kind = type(event.body)
        met[policy.meeting(kind)][flag_of(kind)] = None
    return {meeting: tuple(flags) for meeting, flags in met.items()}


def _insists(body: CommandBody, resolved: Sequence[str]) -> bool:
    """Whether words older than a message of the citizen are released, their officer knowing."""
    seen = {flag_of(CitizenReplied), INSISTED}
    return isinstance(body, (Respond, Close)) and not seen.isdisjoint(resolved)


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
        case HandOver():
            return Noted(text=body.text, handed_over=body.meant_as)
        case Assign():
            return Assigned(officer_id=body.officer_id, officer_name=assignee_name)
        case Close():
            return Closed(text=body.text)
        case Reopen():
            return Reopened(reason=body.text)
        case Unreadable():
            return Unrecognised(kind=body.kind, label=body.text)


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
