# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words for codes: statuses, classifications, kinds of entries, roles, deliveries.

The Indonesian catalogue has the exact terms of SP4N-LAPOR! for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from desktop.i18n import gettext as _
from desktop.i18n import mark
from desktop.viewmodels.marks import Mark, Tag
from sync.cases.access import Role
from sync.cases.case import Classification, Status
from sync.cases.deadlines import Clock, Start
from sync.cases.filters import Sort
from sync.cases.policy import CLOCK_ADJUSTED, INSISTED
from sync.cases.projection import Delivery, Standing

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

_SHORT_DELIVERIES: Final = {
    Delivery.STORED: mark("not sent"),
    Delivery.SENDING: mark("being sent"),
    Delivery.UNKNOWN: mark("answer not known"),
    Delivery.CONFLICT: mark("needs decision"),
    Delivery.BLOCKED: mark("needs decision"),
    Delivery.REJECTED: mark("refused"),
}
"""For where there is little room; what is settled is not told there."""

_DELIVERY_MARKS: Final = {
    Delivery.STORED: Mark.PENDING,
    Delivery.SENDING: Mark.SENDING,
    Delivery.UNKNOWN: Mark.UNKNOWN,
    Delivery.ACCEPTED: Mark.ACCEPTED,
    Delivery.CONFLICT: Mark.DECISION,
    Delivery.BLOCKED: Mark.DECISION,
    Delivery.REJECTED: Mark.REFUSED,
    Delivery.WITHDRAWN: Mark.WITHDRAWN,
}


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


def delivery_tag(standing: Standing) -> Tag:
    """Return where an act stands, to be read after its kind."""
    words = _("with the courier") if standing.by_courier else _(_DELIVERIES[standing.delivery])
    return Tag(text=words, mark=_DELIVERY_MARKS[standing.delivery])


def own_tags(own: Iterable[Standing]) -> list[Tag]:
    """Return where the acts on one complaint stand in few words, the most urgent first."""
    waiting = [(delivery, False) for delivery in _SHORT_DELIVERIES]
    waiting.append((Delivery.UNKNOWN, True))
    found = {(standing.delivery, standing.by_courier) for standing in own}
    tags: list[Tag] = []
    for delivery, by_courier in reversed(waiting):
        if (delivery, by_courier) not in found:
            continue
        words = _("with the courier") if by_courier else _(_SHORT_DELIVERIES[delivery])
        tag = Tag(text=words, mark=_DELIVERY_MARKS[delivery])
        if tag not in tags:
            tags.append(tag)
    return tags


def flag_texts(flags: Iterable[str]) -> list[str]:
    """Return what everybody must know about an entry; flags of a newer centre are left out."""
    return [_(_FLAGS[flag]) for flag in flags if flag in _FLAGS]


def command_text(kind: str) -> str:
    """Return the name of a kind of command (`sync.cases.commands.COMMAND_KINDS`)."""
    return _(_COMMANDS.get(kind, _UNKNOWN_COMMAND))
