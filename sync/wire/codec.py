# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes <-> messages <-> the values of the case rules. Strict about types, tolerant of more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

import msgspec
import zstandard

from sync.cases.case import Attachment, Case, Classification, Milestones, Status
from sync.cases.commands import COMMAND_KINDS, Command, CommandBody, kind_of
from sync.cases.events import (
    EVENT_KINDS,
    Event,
    EventBody,
    FilesArrived,
    Unrecognised,
    kind_of_fact,
)
from sync.cases.ids import CaseId, CommandId, DeviceId, OfficerId, UnitId
from sync.errors import SyncError, SyncErrorKind
from sync.wire.messages import AttachmentRecord, CaseRecord, CommandRecord, EventRecord, Segment
from sync.wire.upcasts import can_read, newest, upcast

M = TypeVar("M")
_LARGEST_SEGMENT_BYTES = 64 * 1024 * 1024

_STATUSES = {status.value: status for status in Status}
_FILES_FACT = "files"
_CLASSIFICATIONS = {item.value: item for item in Classification}


def encode(message: object) -> bytes:
    """Return a message as JSON."""
    return msgspec.json.encode(message)


def decode(body: bytes, kind: type[M]) -> M:
    """Return the message in a body.

    Raises:
        SyncError: (``MALFORMED``) the body is not such a message.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SyncError(SyncErrorKind.MALFORMED, detail=str(error)) from error


def unpacked_segment(content: bytes) -> Segment:
    """Return what is in a piece of a first load.

    Raises:
        SyncError: (``MALFORMED``) it is none.
    """
    try:
        size = zstandard.frame_content_size(content)
        if not 0 <= size <= _LARGEST_SEGMENT_BYTES:
            raise SyncError(SyncErrorKind.MALFORMED, detail=f"segment of {size} bytes")
        body = zstandard.ZstdDecompressor().decompress(content)
    except zstandard.ZstdError as error:
        raise SyncError(SyncErrorKind.MALFORMED, detail=str(error)) from error
    return decode(body, Segment)


def case_from(record: CaseRecord) -> Case:
    """Return the case that a record tells of."""
    return Case(
        id=CaseId(record.id),
        tracking_id=record.tracking_id,
        unit_id=UnitId(record.unit_id),
        institution=record.institution,
        title=record.title,
        text=record.text,
        text_original=record.text_original,
        classification=classification_from(record.classification),
        category=record.category,
        channel=record.channel,
        reporter=record.reporter,
        anonymous=record.anonymous,
        secret=record.secret,
        location=record.location,
        raw_status=record.raw_status,
        reason=record.reason,
        working=None if record.working is None else status_from(record.working),
        assignee_id=None if record.assignee_id is None else OfficerId(record.assignee_id),
        next_step=record.next_step,
        next_step_on=_date(record.next_step_on),
        rating=record.rating,
        attachments=_attachments(record.attachments),
        milestones=milestones_from(record),
        v=record.v,
    )


def milestones_from(record: CaseRecord) -> Milestones:
    """Return the instants a record carries."""
    return Milestones(
        registered_at=record.registered_at,
        verified_at=record.verified_at,
        disposed_at=record.disposed_at,
        first_answer_at=record.first_answer_at,
        last_answer_at=record.last_answer_at,
        citizen_replied_at=record.citizen_replied_at,
        closed_at=record.closed_at,
        reopened_at=record.reopened_at,
    )


def case_record(case: Case) -> CaseRecord:
    """Return a case as a record."""
    times = case.milestones
    return CaseRecord(
        id=case.id,
        v=case.v,
        tracking_id=case.tracking_id,
        unit_id=case.unit_id,
        institution=case.institution,
        title=case.title,
        text=case.text,
        text_original=case.text_original,
        classification=case.classification.value,
        category=case.category,
        channel=case.channel,
        reporter=case.reporter,
        anonymous=case.anonymous,
        secret=case.secret,
        location=case.location,
        raw_status=case.raw_status,
        reason=case.reason,
        working=None if case.working is None else case.working.value,
        assignee_id=case.assignee_id,
        next_step=case.next_step,
        next_step_on=None if case.next_step_on is None else case.next_step_on.isoformat(),
        rating=case.rating,
        attachments=[
            AttachmentRecord(item.name, item.size_bytes, item.sha256, item.media_type)
            for item in case.attachments
        ],
        registered_at=times.registered_at,
        verified_at=times.verified_at,
        disposed_at=times.disposed_at,
        first_answer_at=times.first_answer_at,
        last_answer_at=times.last_answer_at,
        citizen_replied_at=times.citizen_replied_at,
        closed_at=times.closed_at,
        reopened_at=times.reopened_at,
    )


def event_from(record: EventRecord) -> Event:
    """Return the fact in a record.

    Raises:
        SyncError: (``MALFORMED``) an unknown kind, or a body that does not fit it.
    """
    return _event(record, _body(record.kind, record.data, EVENT_KINDS))


def _event(record: EventRecord, body: EventBody) -> Event:
    return Event(
        case_id=CaseId(record.case_id),
        v=record.v,
        at=record.at,
        body=body,
        done_at=record.done_at,
        actor_id=None if record.actor_id is None else OfficerId(record.actor_id),
        actor=record.actor,
        device=None if record.device is None else DeviceId(record.device),
        command_id=None if record.command_id is None else CommandId(record.command_id),
        flags=tuple(record.flags),
    )


def event_shown(record: EventRecord) -> Event:
    """Return the fact in a record; one that cannot be read is known by the label in it."""
    try:
        return event_from(record)
    except SyncError:
        told = record.data.get("label") or record.data.get("text") or ""
        body = Unrecognised(kind=record.kind, label=told if isinstance(told, str) else "")
        return _event(record, body)


def event_record(event: Event) -> EventRecord:
    """Return a fact as a record."""
    return EventRecord(
        case_id=event.case_id,
        v=event.v,
        at=event.at,
        kind=kind_of_fact(event.body),
        data=body_data(event.body),
        done_at=event.done_at,
        actor_id=event.actor_id,
        actor=event.actor,
        device=event.device,
        command_id=event.command_id,
        flags=list(event.flags),
    )


def command_from(record: CommandRecord) -> Command:
    """Return the command in a record, whichever schema it was written in.

    Raises:
        SyncError: (``MALFORMED``) an unknown kind or schema, or a body that does not fit it.
    """
    return Command(
        id=CommandId(record.id),
        n=record.n,
        case_id=CaseId(record.case_id),
        base_v=record.base_v,
        at=record.at,
        body=command_body(record.kind, record.sv, record.data),
        after=None if record.after is None else CommandId(record.after),
        resolves=None if record.resolves is None else CommandId(record.resolves),
    )


def command_body(kind: str, sv: int, data: dict[str, Any]) -> CommandBody:
    """Return what an officer did, from the data of a schema version.

    Raises:
        SyncError: (``MALFORMED``) an unknown kind or schema, or data that does not fit it.
    """
    if not can_read(kind, sv):
        raise SyncError(SyncErrorKind.MALFORMED, kind=kind, sv=sv)
    try:
        return _body(kind, upcast(kind, sv, data), COMMAND_KINDS)
    except (LookupError, TypeError, AttributeError) as error:
        raise SyncError(SyncErrorKind.MALFORMED, kind=kind, detail=str(error)) from error


def command_record(command: Command) -> CommandRecord:
    """Return a command as a record of the newest schema."""
    kind = kind_of(command.body)
    return CommandRecord(
        id=command.id,
        n=command.n,
        case_id=command.case_id,
        base_v=command.base_v,
        at=command.at,
        kind=kind,
        data=body_data(command.body),
        after=command.after,
        resolves=command.resolves,
        sv=newest(kind),
    )


def body_data(body: object) -> dict[str, Any]:
    """Return the fields of a command's or event's body as plain JSON values."""
    data: dict[str, Any] = msgspec.to_builtins(body)
    for name in _LATER_FIELDS & data.keys():
        if not data[name]:
            del data[name]
    return data


_LATER_FIELDS = frozenset({"handed_over", "lost"})
"""Came to a body that was there before; left out while empty, as readers of then expect it."""


def files_lost(records: Iterable[EventRecord]) -> set[str]:
    """Return the contents that the last word of these facts says the centre has lost."""
    lost: set[str] = set()
    for record in records:
        if record.kind == _FILES_FACT and isinstance(body := event_from(record).body, FilesArrived):
            lost = (lost | set(body.lost)) - set(body.digests)
    return lost


def status_from(name: str) -> Status:
    """Return a status by its name; one of a newer program counts as unknown."""
    return _STATUSES.get(name, Status.UNKNOWN)


def classification_from(name: str) -> Classification:
    """Return a classification by its name; one of a newer program counts as other."""
    return _CLASSIFICATIONS.get(name, Classification.OTHER)


def _body(kind: str, data: dict[str, Any], kinds: dict[str, type[M]]) -> M:
    try:
        return msgspec.convert(data, kinds[kind])
    except (KeyError, msgspec.ValidationError) as error:
        raise SyncError(SyncErrorKind.MALFORMED, kind=kind, detail=str(error)) from error


def _attachments(records: object) -> tuple[Attachment, ...]:
    """Return files from records, or from the lists that both databases keep of them."""
    return tuple(
        Attachment(
            name=record.name,
            size_bytes=record.size_bytes,
            sha256=record.sha256,
            media_type=record.media_type,
        )
        for record in msgspec.convert(records, list[AttachmentRecord])
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
