# SPDX-License-Identifier: AGPL-3.0-or-later
"""One row of a list in words: what is painted and what is spoken."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.viewmodels.clockface import Clockface
from desktop.viewmodels.deadlines import due_tag
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Mark, Tag
from desktop.viewmodels.terms import own_tags
from sync.cases.calendars import Calendar
from sync.cases.case import Classification, Status
from sync.cases.views import CaseRow
from sync.i18n import gettext as _
from sync.services.terms import classification_text, clock_text, status_text


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """The words of one row.

    Attributes:
        head: number and channel.
        age: when it came.
        title: what it is about.
        tags: deadline, own work and kind, the most urgent first.
        trailing: the category, where there is room.
        spoken: all of it as one sentence.
    """

    head: str
    age: str
    title: str
    tags: tuple[Tag, ...]
    trailing: str
    spoken: str


class CaseLines:
    """Puts rows into words, as of now."""

    def __init__(self, formats: Formats, calendar: Calendar, time: Clockface) -> None:
        self._formats = formats
        self._calendar = calendar
        self._clock = time.now
        self._time = time

    def is_day_verified(self) -> bool:
        """Return whether it is sure what day it is."""
        return self._time.is_verified()

    def line(self, row: CaseRow) -> CaseLine:
        """Return the words of a row."""
        number = number_text(row.tracking_id)
        age = self._formats.age(row.registered_at, self._clock())
        tags = self._tags(row)
        title = row.title or _("(not visible to you)")
        spoken = [number, title, *(tag.text for tag in tags), row.category, row.channel, age]
        return CaseLine(
            head=f"{number} · {row.channel}",
            age=age,
            title=title,
            tags=tags,
            trailing=row.category,
            spoken=", ".join(part for part in spoken if part),
        )

    def _tags(self, row: CaseRow) -> tuple[Tag, ...]:
        tags = [self._standing(row)]
        tags += own_tags(row.own)
        if row.has_draft:
            tags.append(Tag(text=_("draft"), mark=Mark.DRAFT))
        tags += flag_tags(secret=row.secret, anonymous=row.anonymous)
        tags.append(classification_tag(row.classification))
        return tuple(tags)

    def _standing(self, row: CaseRow) -> Tag:
        if row.due_on is not None:
            hint = clock_text(row.clock) if row.clock is not None else ""
            today = self._calendar.day_of(self._clock())
            return due_tag(row.due_on, today, self._calendar, hint, verified=self.is_day_verified())
        return status_tag(row.status, row.raw_status)


def number_text(tracking_id: str) -> str:
    """Return the citizen's number as it is shown, or that there is none."""
    return f"#{tracking_id}" if tracking_id else _("without number")


def status_tag(status: Status, raw_status: str) -> Tag:
    """Return where a case stands, as a chip."""
    marks = {Status.DONE: Mark.DONE, Status.ARCHIVED: Mark.DONE, Status.POSTPONED: Mark.WAITING}
    marks[Status.AWAITING_REPORTER] = Mark.WAITING
    return Tag(text=status_text(status, raw_status), mark=marks.get(status, Mark.STATUS))


def classification_tag(classification: Classification) -> Tag:
    """Return the kind of a case, as a chip; what is no complaint looks different."""
    complaints = {Classification.COMPLAINT, Classification.SUPERVISORY, Classification.OTHER}
    kind = Mark.KIND if classification in complaints else Mark.REQUEST
    return Tag(text=classification_text(classification), mark=kind)


def flag_tags(*, secret: bool, anonymous: bool) -> list[Tag]:
    """Return the marks of the two flags, which are independent."""
    tags = []
    if secret:
        hint = _("Only those who handle it may open it")
        tags.append(Tag(text=_("Secret"), mark=Mark.SECRET, hint=hint))
    if anonymous:
        hint = _("The reporter's identity is concealed")
        tags.append(Tag(text=_("Anonymous"), mark=Mark.ANONYMOUS, hint=hint))
    return tags
