# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words for codes: statuses, kinds of entries, roles, deliveries; window and command line.

The Indonesian catalogue has the exact terms of SP4N-LAPOR! for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sync.cases.access import Role
from sync.cases.case import Classification, Status
from sync.cases.deadlines import Clock, Start
from sync.cases.decisions import cause_of
from sync.cases.events import (
    Assigned,
    Attached,
    CitizenReplied,
    Closed,
    Corrected,
    Disposed,
    EventBody,
    FilesArrived,
    FollowedUp,
    Noted,
    Reopened,
    Responded,
    StatusReported,
)
from sync.cases.filters import Queue, Sort
from sync.cases.policy import CLOCK_ADJUSTED, INSISTED, Choice
from sync.cases.projection import Delivery, Standing
from sync.cases.views import OutboxItem
from sync.engine.budget import LineMode
from sync.engine.status import LinkState
from sync.engine.timekeeping import ClockState
from sync.i18n import gettext as _
from sync.i18n import mark
from sync.services.attachments import Whereabouts
from sync.services.problem_words import is_worded, title_of
from sync.store.editions import Shelved

_STATUSES: Final = {
    Status.UNVERIFIED: mark("Not verified"),
    Status.NOT_STARTED: mark("Not followed up"),
    Status.IN_PROGRESS: mark("In process"),
    Status.AWAITING_REPORTER: mark("Awaiting the reporter"),
    Status.DONE: mark("Done"),
    Status.POSTPONED: mark("Postponed"),
    Status.ARCHIVED: mark("Archived"),
    Status.UNKNOWN: mark("Unknown status"),
}

_CLASSIFICATIONS: Final = {
    Classification.SUPERVISORY: mark("Complaint for the inspectorate"),
    Classification.COMPLAINT: mark("Complaint"),
    Classification.ASPIRATION: mark("Aspiration"),
    Classification.INFORMATION: mark("Request for information"),
    Classification.OTHER: mark("Other"),
}

_FULL_CLASSIFICATIONS: Final = _CLASSIFICATIONS | {
    Classification.SUPERVISORY: mark("Complaint that concerns supervision"),
    Classification.COMPLAINT: mark("Complaint that does not concern supervision"),
}

_CLOCKS: Final = {
    Clock.VERIFY: mark("Verification"),
    Clock.FIRST_ANSWER: mark("First follow-up"),
    Clock.COMPLETION: mark("Completion"),
    Clock.AUTO_CLOSE: mark("Automatic closure"),
}

_STARTS: Final = {
    Start.REGISTERED: mark("complaint received"),
    Start.VERIFIED: mark("complaint verified"),
    Start.DISPOSED: mark("passed to the unit"),
    Start.REOPENED: mark("reopened"),
    Start.ANSWERED: mark("last answer to the reporter"),
}

_ROLES: Final = {
    Role.NATIONAL_ADMIN: mark("National admin"),
    Role.AGENCY_ADMIN: mark("Agency admin"),
    Role.LIAISON: mark("Liaison officer"),
    Role.SUPERVISOR: mark("Supervisor"),
    Role.COORDINATOR: mark("Coordinator"),
    Role.UNKNOWN: mark("Role that this program does not know yet"),
}

_SORTS: Final = {
    Sort.DUE: mark("Nearest deadline"),
    Sort.NEWEST: mark("Newest first"),
    Sort.OLDEST: mark("Oldest first"),
}

_DELIVERIES: Final = {
    Delivery.STORED: mark("kept on this computer, not sent yet"),
    Delivery.SENDING: mark("being sent"),
    Delivery.UNKNOWN: mark("sent, answer not known yet"),
    Delivery.ACCEPTED: mark("accepted by the centre"),
    Delivery.CONFLICT: mark("needs your decision"),
    Delivery.BLOCKED: mark("needs your decision"),
    Delivery.REJECTED: mark("refused by the centre"),
    Delivery.WITHDRAWN: mark("withdrawn"),
}

_COMMANDS: Final = {
    "respond": mark("Response"),
    "follow_up": mark("Follow-up"),
    "note": mark("Internal note"),
    "assign": mark("Assignment"),
    "close": mark("Closure"),
    "reopen": mark("Reopening"),
    "hand_over": mark("Hand-over"),
}

_FLAGS: Final = {
    "meanwhile.citizen": mark("written before the reporter's message above it was seen"),
    "meanwhile.closed": mark("written before it was known that the complaint was closed"),
    "meanwhile.disposed": mark("written before it was known that the complaint was passed on"),
    "meanwhile.reopened": mark("written before it was known that the complaint was reopened"),
    "meanwhile.followed_up": mark("written before a colleague's follow-up was seen"),
    "meanwhile.assigned": mark("written before it was known that somebody else is in charge"),
    "meanwhile.corrected": mark("written before the correction of the complaint was seen"),
    "meanwhile.status": mark("written before the newer status at the centre was seen"),
    INSISTED: mark("sent although the reporter had written again; the officer had seen it"),
    CLOCK_ADJUSTED: mark("the computer's clock was wrong; the time is the centre's estimate"),
}

_UNKNOWN_COMMAND: Final = mark("Act of a newer Tanggap")

_QUEUES: Final = {
    Queue.NOT_STARTED: mark("Not followed up"),
    Queue.DUE_SOON: mark("Due within 2 days"),
    Queue.OVERDUE: mark("Overdue"),
    Queue.IN_PROGRESS: mark("In progress"),
    Queue.AWAITING_REPORTER: mark("Awaiting the reporter"),
    Queue.DONE: mark("Done"),
    Queue.MINE: mark("Assigned to me"),
    Queue.DRAFTS: mark("Drafts"),
    Queue.FLAGGED: mark("Flagged, to look at"),
    Queue.ALL: mark("All complaints"),
}

_LINKS: Final = {
    LinkState.NEVER: mark("Not connected yet"),
    LinkState.CONNECTING: mark("Contacting the centre…"),
    LinkState.ONLINE: mark("Online"),
    LinkState.OFFLINE: mark("Offline"),
    LinkState.SIGN_IN_NEEDED: mark("Sign in again"),
    LinkState.REVOKED: mark("Signed out by the centre"),
    LinkState.TOO_OLD: mark("Update needed"),
}

_MODES: Final = {
    LineMode.FULL: mark("Full"),
    LineMode.LEAN: mark("Sparing"),
    LineMode.TEXT_ONLY: mark("Text only"),
    LineMode.OFF: mark("Only when I ask"),
}

_WHEREABOUTS: Final = {
    Whereabouts.NAMED: mark("only its name"),
    Whereabouts.WAITING: mark("waits to be sent"),
    Whereabouts.SENDING: mark("being sent"),
    Whereabouts.AWAITED: mark("file follows"),
    Whereabouts.CENTRE: mark("at the centre"),
    Whereabouts.FETCHING: mark("being fetched"),
    Whereabouts.HERE: mark("on this computer"),
}
"""Where the content of a file is, for where there is little room."""

_CHOICES: Final = {
    Choice.AS_RESPONSE: mark("Send as a response, the complaint stays open"),
    Choice.RESEND: mark("Send as it is"),
    Choice.EDIT: mark("Edit first"),
    Choice.WITHDRAW: mark("Do not send"),
    Choice.HAND_OVER: mark("Hand over to the office that has it now"),
}

_DEPARTURES: Final = {
    "disposed": mark("It was passed to another office"),
    "merged": mark("It was merged with another complaint"),
    "withdrawn": mark("The reporter withdrew it"),
    "closed": mark("It was closed and is not shared any more"),
    "scope": mark("Your unit or your role changed"),
    "locked": mark("Complaints are locked until the centre is reached again"),
}

_GONE: Final = mark("It is not on this computer any more")

_CAUSES: Final = {
    "meanwhile.citizen": mark("the reporter replied in the meantime"),
    "meanwhile.closed": mark("a colleague closed the complaint in the meantime"),
    "meanwhile.responded": mark("a colleague responded in the meantime"),
    "conflict.newer-entry": mark("the complaint has newer entries"),
    "conflict.reassigned": mark("somebody else was put in charge"),
    "conflict.status-changed": mark("its status was changed by somebody else"),
    "blocked.after": mark("an earlier step on this complaint was not accepted"),
}

_ENTRIES: Final[dict[type[EventBody], str]] = {
    CitizenReplied: mark("reply of the reporter"),
    Responded: mark("response"),
    Closed: mark("closed the complaint"),
    FollowedUp: mark("follow-up"),
    Noted: mark("internal note"),
    Reopened: mark("reopened the complaint"),
    StatusReported: mark("status at the centre"),
    Corrected: mark("corrected the complaint"),
    FilesArrived: mark("files arrived at the centre"),
    Disposed: mark("passed to another office"),
    Assigned: mark("assignment"),
    Attached: mark("attachments of the complaint became known"),
}

_UNKNOWN_ENTRY: Final = mark("something that a newer Tanggap knows")

_CLOCK_WORDS: Final = {
    ClockState.OFF: (
        mark("The clock of this computer is off by {time}"),
        mark("Tanggap goes by the centre's time, so nothing is lost. Set this clock right."),
    ),
    ClockState.ZONE: (
        mark("The clock of this computer is off by {time}, as with a wrong time zone"),
        mark("Tanggap goes by the centre's time. Set the time zone first, then the clock."),
    ),
    ClockState.ZONE_NAME: (
        mark("The time zone of this computer is none of Indonesia's"),
        mark("Set it to WIB, WITA or WIT; times may be shown wrongly until then."),
    ),
    ClockState.BACK: (
        mark("The clock of this computer has gone back"),
        mark(
            "Its battery may be flat. Set the clock right; until the centre answers, deadlines are "
            "not verified. What you do is kept in its order."
        ),
    ),
    ClockState.AHEAD: (
        mark("The clock of this computer has leapt ahead"),
        mark(
            "Set it right; until the centre answers, deadlines are not verified. What you do is "
            "kept in its order."
        ),
    ),
}

_SHELVED: Final = {
    Shelved.NEW: mark(
        "New rules or templates came along. The rules count when Tanggap is started the next time."
    ),
    Shelved.OLDER: mark(
        "The rules in it are older than those on this computer; the newer ones stay in force."
    ),
    Shelved.REFUSED: mark(
        "The rules in it cannot be used; those from before stay in force. Tell whoever looks after "
        "the centre."
    ),
}
"""Of an edition in a courier's reply; that it was here already is not worth a word."""


def status_text(status: Status, raw_status: str = "") -> str:
    """Return the bucket's name; for one that we do not know, what the centre said."""
    if status is Status.UNKNOWN and raw_status:
        return raw_status
    return _(_STATUSES[status])


def classification_text(classification: Classification) -> str:
    """Return the short name, for chips."""
    return _(_CLASSIFICATIONS[classification])


def full_classification_text(classification: Classification) -> str:
    """Return the name in full."""
    return _(_FULL_CLASSIFICATIONS[classification])


def clock_text(clock: Clock) -> str:
    """Return what a deadline is about."""
    return _(_CLOCKS[clock])


def start_text(start: Start) -> str:
    """Return what set a clock going."""
    return _(_STARTS[start])


def role_text(role: Role) -> str:
    """Return the name of a role."""
    return _(_ROLES[role])


def sort_text(sort: Sort) -> str:
    """Return the name of an order."""
    return _(_SORTS[sort])


def queue_text(queue: Queue) -> str:
    """Return the name of a queue."""
    return _(_QUEUES[queue])


def link_text(link: LinkState) -> str:
    """Return what is known about the connection."""
    return _(_LINKS[link])


def mode_text(mode: LineMode) -> str:
    """Return what a way to use the line is called."""
    return _(_MODES[mode])


def whereabouts_text(where: Whereabouts) -> str:
    """Return where the content of a file is, in few words."""
    return _(_WHEREABOUTS[where])


def choice_text(choice: Choice) -> str:
    """Return what a decision does."""
    return _(_CHOICES[choice])


def departure_text(reason: str, to: str = "") -> str:
    """Return why a case left and for whom; anything else is only known to be gone."""
    if to:
        return _("It was passed to {unit}").format(unit=to)
    return _(_DEPARTURES.get(reason, _GONE))


def entry_text(body: EventBody) -> str:
    """Return what kind of entry a fact is; lower case, to be read after its author."""
    return _(_ENTRIES.get(type(body), _UNKNOWN_ENTRY))


def clock_words(state: ClockState) -> tuple[str, str]:
    """Return what is wrong with this computer's clock, and what to do; the first may name {time}.

    Raises:
        KeyError: nobody need do anything about it.
    """
    title, detail = _CLOCK_WORDS[state]
    return _(title), _(detail)


def delivery_text(standing: Standing) -> str:
    """Return where an act stands, to be read after its kind."""
    return _("with the courier") if standing.by_courier else _(_DELIVERIES[standing.delivery])


def cause_text(item: OutboxItem) -> str:
    """Return why an act was not accepted, to be read after it; lower case for conflicts."""
    cause = _CAUSES.get(cause_of(item)) or _CAUSES.get(item.code)
    if cause is not None:
        return _(cause)
    return item.why if item.why and not is_worded(item.code) else title_of(item.code)


def shelved_text(shelved: Shelved | None) -> str:
    """Return what became of the rules in a courier's reply; maybe nothing to tell."""
    words = None if shelved is None else _SHELVED.get(shelved)
    return "" if words is None else _(words)


def flag_texts(flags: Iterable[str]) -> list[str]:
    """Return what everybody must know about an entry; flags of a newer centre are left out."""
    return [_(_FLAGS[flag]) for flag in flags if flag in _FLAGS]


def command_text(kind: str) -> str:
    """Return the name of a kind of command (`sync.cases.commands.COMMAND_KINDS`)."""
    return _(_COMMANDS.get(kind, _UNKNOWN_COMMAND))
