# SPDX-License-Identifier: AGPL-3.0-or-later
"""The history of a case in words: the complaint, what happened since, and own work last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from desktop.viewmodels.file_lines import FileLines, FileText
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Mark, Tag
from desktop.viewmodels.terms import delivery_tag
from sync.cases.case import Attachment, Case
from sync.cases.case_files import attachments_of
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
    Registered,
    Reopened,
    Responded,
    StatusReported,
    Unrecognised,
)
from sync.cases.ids import CommandId, OfficerId
from sync.cases.projection import Delivery, TimelineEntry
from sync.cases.views import CaseView
from sync.i18n import gettext as _
from sync.i18n import mark
from sync.services.attachments import FileState
from sync.services.terms import command_text, entry_text, flag_texts, full_classification_text


class EntryKind(StrEnum):
    """Who reads an entry, and whether somebody wrote it; each looks different."""

    CITIZEN = "citizen"
    """Written by the reporter."""
    PUBLIC = "public"
    """Written by an officer; the reporter reads it."""
    WORK = "work"
    """What was done; colleagues read it."""
    INTERNAL = "internal"
    """A note that only colleagues read."""
    SYSTEM = "system"
    """What happened to the case; nobody's words."""


def new_tag() -> Tag:
    """Return what marks an entry that came while the officer wrote."""
    return Tag(text=_("new"), mark=Mark.NEW, hint=_("new since you wrote"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryText:
    """One entry of the history.

    Attributes:
        v: its place in the ledger; 0 for the complaint.
        what: kind of act, such as "tanggapan"; lower case, follows the author.
        details: next step and the like, below the words.
        original: the citizen's own words where the verifier changed them.
        readers: who reads it, in words; empty for what nobody wrote.
        delivery: where own work stands; None for confirmed facts.
        command_id: names own work that is not confirmed.
        is_new: it came while the officer wrote what is being edited beside it.
    """

    kind: EntryKind
    author: str
    what: str
    when: str
    v: int = 0
    text: str = ""
    details: tuple[str, ...] = ()
    files: tuple[FileText, ...] = ()
    original: str = ""
    readers: str = ""
    delivery: Tag | None = None
    command_id: CommandId | None = None
    can_change: bool = False
    needs_decision: bool = False
    is_new: bool = False

    @property
    def spoken(self) -> str:
        """The entry as a screen reader says it."""
        delivery = self.delivery.text if self.delivery is not None else ""
        new = new_tag().hint if self.is_new else ""
        files = ", ".join(file.spoken for file in self.files)
        parts = (new, self.author, self.what, self.when, self.readers, delivery, self.text, files)
        return ", ".join(part for part in (*parts, *self.details) if part)


_KINDS: Final[dict[type[EventBody], EntryKind]] = {
    CitizenReplied: EntryKind.CITIZEN,
    Responded: EntryKind.PUBLIC,
    Closed: EntryKind.PUBLIC,
    FollowedUp: EntryKind.WORK,
    Noted: EntryKind.INTERNAL,
    Reopened: EntryKind.INTERNAL,
}

_READERS: Final = {
    EntryKind.PUBLIC: mark("read by the reporter"),
    EntryKind.INTERNAL: mark("only for colleagues"),
}

_CORRECTED: Final = {
    "title": mark("Title: {value}"),
    "category": mark("Category: {value}"),
    "location": mark("Location: {value}"),
}


FileStates = Mapping[str, FileState]
"""How files stand, by the SHA-256 of their contents."""

_NO_STATES: Final[FileStates] = {}


class Timeline:
    """Puts histories into words for one officer."""

    def __init__(self, formats: Formats, officer_id: OfficerId, clock: Callable[[], int]) -> None:
        self._formats = formats
        self._officer_id = officer_id
        self._clock = clock
        self._files = FileLines(formats)

    def entries(self, view: CaseView, files: FileStates = _NO_STATES) -> tuple[EntryText, ...]:
        """Return the complaint and every entry after it.

        That files arrived, or became known, is no entry: it is seen at the files.
        """
        reporter = reporter_text(view.case)
        told = (
            self.entry(entry, reporter, files)
            for entry in view.entries
            if not isinstance(entry.event.body, Registered | FilesArrived | Attached)
        )
        return (self._complaint(view.case, files), *told)

    def _complaint(self, case: Case, files: FileStates) -> EntryText:
        return EntryText(
            kind=EntryKind.CITIZEN,
            author=reporter_text(case),
            what=_("complaint"),
            when=self._when(case.milestones.registered_at),
            text=case.text or _("(not visible to you)"),
            files=self._file_texts(case.attachments, files),
            original=case.text_original,
        )

    def entry(
        self, entry: TimelineEntry, reporter: str, files: FileStates = _NO_STATES
    ) -> EntryText:
        """Return one entry; `reporter` is what the citizen is called."""
        event = entry.event
        kind = _KINDS.get(type(event.body), EntryKind.SYSTEM)
        delivery = entry.delivery
        readers = _(_READERS[kind]) if kind in _READERS else ""
        return EntryText(
            v=event.v,
            kind=kind,
            author=self._author(entry, reporter),
            what=_what(event.body),
            when=self._when(event.happened_at),
            text=_words(event.body),
            details=(*self._details(event.body), *map(sentence, flag_texts(event.flags))),
            files=self._file_texts(attachments_of(event.body), files),
            readers=readers,
            delivery=None if entry.standing is None else delivery_tag(entry.standing),
            command_id=None if delivery is None else event.command_id,
            can_change=delivery is Delivery.STORED and not isinstance(event.body, Unrecognised),
            needs_decision=delivery is not None and delivery.needs_decision,
        )

    def _author(self, entry: TimelineEntry, reporter: str) -> str:
        event = entry.event
        if isinstance(event.body, CitizenReplied):
            return reporter
        if event.actor_id is not None and event.actor_id == self._officer_id:
            return _("You, from your other computer") if entry.from_elsewhere else _("You")
        return event.actor or _("System")

    def _details(self, body: EventBody) -> tuple[str, ...]:
        match body:
            case FollowedUp():
                done = _("Done on {day}").format(day=self._day(body.done_on))
                return (done, *self._next_step(body))
            case Corrected():
                return tuple(_corrections(body))
            case _:
                return ()

    def _next_step(self, body: FollowedUp) -> tuple[str, ...]:
        if not body.next_step:
            return ()
        if body.next_step_on is None:
            return (_("Next step: {step}").format(step=body.next_step),)
        day = self._day(body.next_step_on)
        return (_("Next step: {step} · {day}").format(step=body.next_step, day=day),)

    def _file_texts(
        self, attachments: tuple[Attachment, ...], states: FileStates
    ) -> tuple[FileText, ...]:
        return tuple(
            self._files.line(replace(states[file.sha256], file=file))
            if file.sha256 in states
            else self._files.named(file)
            for file in attachments
        )

    def _when(self, at: int) -> str:
        return self._formats.short_moment(at, self._clock())

    def _day(self, day: date) -> str:
        return self._formats.day(day, self._formats.today(self._clock()))


def reporter_text(case: Case) -> str:
    """Return who complained, or why that is not shown."""
    if case.reporter:
        return case.reporter
    if case.reporter is None:
        return _("Concealed (anonymous)") if case.anonymous else _("Concealed")
    return _("Reporter (name unknown)")


def _what(body: EventBody) -> str:
    match body:
        case Disposed():
            return _("passed it to {unit}").format(unit=body.unit_name or _("another unit"))
        case Assigned(officer_id=None):
            return _("took the assignment away")
        case Assigned():
            return _("assigned it to {name}").format(name=body.officer_name or _("a colleague"))
        case Noted(handed_over=kind) if kind:
            return _("words handed over, meant as: {kind}").format(kind=command_text(kind))
        case _:
            return entry_text(body)


def _words(body: EventBody) -> str:
    match body:
        case Responded() | FollowedUp() | Noted() | Closed() | CitizenReplied():
            return body.text
        case Reopened():
            return body.reason
        case Disposed():
            return body.note
        case StatusReported():
            return " · ".join(part for part in (body.raw_status, body.reason) if part)
        case Unrecognised():
            return body.label
        case _:
            return ""


def _corrections(body: Corrected) -> list[str]:
    fields: list[tuple[str, Any]] = [(name, getattr(body, name)) for name in _CORRECTED]
    told = [_(_CORRECTED[name]).format(value=value) for name, value in fields if value is not None]
    if body.classification is not None:
        kind = full_classification_text(body.classification)
        told.append(_("Classification: {value}").format(value=kind))
    if body.rating is not None:
        told.append(_("Rating: {value}").format(value=body.rating))
    if body.text is not None:
        told.append(_("The text was corrected"))
    if body.anonymous:
        told.append(_("Marked as anonymous"))
    if body.secret:
        told.append(_("Marked as secret"))
    return told


def sentence(text: str) -> str:
    """Return words that stand alone with a capital."""
    return text[:1].upper() + text[1:]
