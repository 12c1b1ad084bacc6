# SPDX-License-Identifier: AGPL-3.0-or-later
"""The facts about a case and how they change it.

Only the centre writes events. A body is what happened; :class:`Event` adds who, when and where
in the ledger. :func:`evolve` is the one place where a fact becomes state, at both ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sync.cases.case import Attachment, Case, Classification, Milestones, Status
from sync.cases.ids import CaseId, CommandId, DeviceId, OfficerId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The complaint came to the centre; its particulars as they came, kept for the record.

    It stays at the centre: devices get the particulars as the head of the case.
    """

    particulars: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReported:
    """The national system names a status (an import said so).

    Attributes:
        closes: the status counted as closed when it was reported.
    """

    raw_status: str
    reason: str = ""
    closes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The verifier changed the complaint's particulars; absent fields stay as they are.

    ``anonymous`` and ``secret`` are only ever raised: a source that forgets the mark must not
    uncover anybody.
    """

    title: str | None = None
    text: str | None = None
    classification: Classification | None = None
    category: str | None = None
    rating: int | None = None
    location: str | None = None
    anonymous: bool | None = None
    secret: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed:
    """The case went to a unit (*disposisi*)."""

    unit_id: UnitId
    unit_name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Responded:
    """An answer that the citizen reads (*tanggapan*)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedUp:
    """Something was done about it (*tindak lanjut*)."""

    text: str
    done_on: date
    evidence: tuple[Attachment, ...] = ()
    next_step: str = ""
    next_step_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A note that only colleagues read (*catatan internal*).

    Attributes:
        handed_over: the kind of command that the words were meant as, when somebody who had the
            case before handed them over; empty for an ordinary note.
    """

    text: str
    handed_over: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """A colleague took charge, or nobody does any more (None)."""

    officer_id: OfficerId | None
    officer_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The case was closed (*ditutup oleh admin*) with a last word to the citizen."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A closed case is worked on again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenReplied:
    """The citizen wrote again (*ditanggapi oleh pelapor*)."""

    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """The complaint's own files became known, from a source beside the export.

    One of which only the name was known until now takes the place of that name.
    """

    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesArrived:
    """The contents of files that earlier entries named are complete at the centre.

    Words come first and files later, so an entry may stand a while before its files do.

    Attributes:
        digests: SHA-256 of each content, in hexadecimal.
        lost: contents that were complete and are not any more: a disk lost or spoilt them. Who has
            them is asked to bring them again by this.
    """

    digests: tuple[str, ...]
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecognised:
    """Something that only a newer program can put into words; it changes nothing here.

    Attributes:
        label: what it is, as the centre put it for those who do not know the kind.
    """

    kind: str
    label: str = ""


EventBody = (
    Registered
    | StatusReported
    | Corrected
    | Disposed
    | Responded
    | FollowedUp
    | Noted
    | Assigned
    | Closed
    | Reopened
    | CitizenReplied
    | FilesArrived
    | Attached
    | Unrecognised
)

EVENT_KINDS: dict[str, type[EventBody]] = {
    "registered": Registered,
    "status": StatusReported,
    "corrected": Corrected,
    "disposed": Disposed,
    "responded": Responded,
    "followed_up": FollowedUp,
    "noted": Noted,
    "assigned": Assigned,
    "closed": Closed,
    "reopened": Reopened,
    "citizen": CitizenReplied,
    "files": FilesArrived,
    "attached": Attached,
}
"""Name on the wire and in both databases -> body."""

KIND_OF_EVENT: dict[type[EventBody], str] = {body: kind for kind, body in EVENT_KINDS.items()}


def kind_of_fact(body: EventBody) -> str:
    """Return the name of what happened, also of a kind that is not known here."""
    return body.kind if isinstance(body, Unrecognised) else KIND_OF_EVENT[type(body)]


PUBLIC_EVENTS: frozenset[type[EventBody]] = frozenset({Responded, Closed, CitizenReplied})
"""What the citizen reads or wrote; everything else is between colleagues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact in the ledger of a case.

    Attributes:
        v: place in the case's own ledger, from 1 without gaps.
        at: when the centre recorded it.
        done_at: when the officer did it, estimated and clamped by the centre.
        actor: name of who did it; empty for the system and for the citizen.
        flags: what everybody must know about it (names of ``policy.FLAGS``).
    """

    case_id: CaseId
    v: int
    at: int
    body: EventBody
    done_at: int | None = None
    actor_id: OfficerId | None = None
    actor: str = ""
    device: DeviceId | None = None
    command_id: CommandId | None = None
    flags: tuple[str, ...] = ()

    @property
    def happened_at(self) -> int:
        """When it was done, as near as is known."""
        return self.at if self.done_at is None else self.done_at


def evolve(case: Case, event: Event) -> Case:
    """Return the case after one more fact."""
    return replace(_APPLY[type(event.body)](case, event, event.body), v=event.v)


def _registered(case: Case, _event: Event, _body: Registered) -> Case:
    return case


def _status_reported(case: Case, event: Event, body: StatusReported) -> Case:
    milestones = case.milestones
    if case.working is None:  # else our officers' own closing and reopening counts
        milestones = replace(milestones, closed_at=event.at if body.closes else None)
    return replace(case, raw_status=body.raw_status, reason=body.reason, milestones=milestones)


def _corrected(case: Case, _event: Event, body: Corrected) -> Case:
    changed = {name: value for name in _CORRECTABLE if (value := getattr(body, name)) is not None}
    return replace(case, **changed)


_CORRECTABLE = tuple(Corrected.__dataclass_fields__)


def _disposed(case: Case, event: Event, body: Disposed) -> Case:
    milestones = replace(
        case.milestones,
        verified_at=case.milestones.verified_at or event.at,
        disposed_at=event.at,
    )
    if body.unit_id == case.unit_id:
        return replace(case, milestones=milestones)
    # Another unit begins anew: it has answered nothing and planned nothing yet.
    begun = case.working is not None and not _is_closed(case)
    return replace(
        case,
        unit_id=body.unit_id,
        assignee_id=None,
        working=Status.NOT_STARTED if begun else case.working,
        next_step="",
        next_step_on=None,
        milestones=replace(milestones, first_answer_at=None),
    )


def _responded(case: Case, event: Event, _body: Responded) -> Case:
    working = case.working if _is_closed(case) else Status.AWAITING_REPORTER
    return replace(case, working=working, milestones=_answered(case, event))


def _answered(case: Case, event: Event) -> Milestones:
    """The unit answered when the officer did; the citizen can read it when the centre has it."""
    return replace(
        case.milestones,
        first_answer_at=case.milestones.first_answer_at or event.happened_at,
        last_answer_at=event.at,
    )


def _followed_up(case: Case, event: Event, body: FollowedUp) -> Case:
    first = case.milestones.first_answer_at or event.happened_at
    settled = _is_closed(case) or case.working is Status.AWAITING_REPORTER
    return replace(
        case,
        working=case.working if settled else Status.IN_PROGRESS,
        next_step=body.next_step,
        next_step_on=body.next_step_on,
        milestones=replace(case.milestones, first_answer_at=first),
    )


def _attached(case: Case, _event: Event, body: Attached) -> Case:
    names = {file.name for file in body.attachments}
    kept = [file for file in case.attachments if file.sha256 or file.name not in names]
    return replace(case, attachments=(*kept, *body.attachments))


def _noted(case: Case, _event: Event, _body: Noted | FilesArrived | Unrecognised) -> Case:
    return case


def _assigned(case: Case, _event: Event, body: Assigned) -> Case:
    return replace(case, assignee_id=body.officer_id)


def _closed(case: Case, event: Event, _body: Closed) -> Case:
    milestones = replace(_answered(case, event), closed_at=event.happened_at)
    return replace(
        case, working=Status.DONE, next_step="", next_step_on=None, milestones=milestones
    )


def _reopened(case: Case, event: Event, _body: Reopened) -> Case:
    milestones = replace(case.milestones, closed_at=None, reopened_at=event.happened_at)
    return replace(case, working=Status.IN_PROGRESS, milestones=milestones)


def _citizen_replied(case: Case, event: Event, _body: CitizenReplied) -> Case:
    # More words before the first answer do not take the place of that answer.
    unanswered = case.milestones.first_answer_at is None
    return replace(
        case,
        working=case.working if unanswered or _is_closed(case) else Status.IN_PROGRESS,
        milestones=replace(case.milestones, citizen_replied_at=event.at),
    )


def _is_closed(case: Case) -> bool:
    """Whether only reopening may put it back to work, whoever closed it."""
    return case.working is Status.DONE or case.milestones.closed_at is not None


_APPLY: dict[type[EventBody], Callable[[Case, Event, Any], Case]] = {
    Registered: _registered,
    StatusReported: _status_reported,
    Corrected: _corrected,
    Disposed: _disposed,
    Responded: _responded,
    FollowedUp: _followed_up,
    Noted: _noted,
    Assigned: _assigned,
    Closed: _closed,
    Reopened: _reopened,
    CitizenReplied: _citizen_replied,
    FilesArrived: _noted,
    Attached: _attached,
    Unrecognised: _noted,
}
