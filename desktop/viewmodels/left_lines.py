# SPDX-License-Identifier: AGPL-3.0-or-later
"""Own words on complaints that went elsewhere, put into words for list, pane and file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from desktop.viewmodels.case_lines import number_text
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Mark, Tag
from desktop.viewmodels.outbox_lines import OutboxLine
from desktop.viewmodels.terms import delivery_tag
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.views import LeftWork
from sync.i18n import gettext as _
from sync.services.terms import command_text, departure_text

Key = tuple[CaseId, str, str]
"""Case, kind of words, and the id of the act; empty for a draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftLine:
    """One thing that the officer wrote.

    Attributes:
        row: how the list shows it.
        heading: number and title of the complaint.
        story: why it is not here, since when, and who has it now.
        hint: why nothing can be done about it now; empty when something can.
        exported: all of it as plain text: the officer's own words and nothing of the citizen's.
    """

    key: Key
    item: LeftWork
    row: OutboxLine
    heading: str
    story: str
    hint: str
    exported: str

    @property
    def can_edit(self) -> bool:
        """Whether the words may still be changed: drafts that can be sent as they were meant."""
        return self.item.command_id is None and Choice.RESEND in self.item.choices

    def allows(self, choice: Choice) -> bool:
        """Return whether this may be done with it."""
        return choice in self.item.choices


class LeftLines:
    """Puts what was left behind into words, as of now."""

    def __init__(self, formats: Formats, clock: Callable[[], int]) -> None:
        self._formats = formats
        self._clock = clock

    def line(self, item: LeftWork) -> LeftLine:
        """Return the words of one item."""
        number = number_text(item.tracking_id) if item.tracking_id else ""
        heading = f"{number} {item.title}".strip() or _("A complaint without a known number")
        reason, story = departure_text(item.reason, item.to), self._story(item)
        what = command_text(item.kind)
        written = _("written {moment}").format(moment=self._when(item.written_at))
        exported = (heading, story, "", f"{what} · {written}", "", item.words)
        return LeftLine(
            key=(item.case_id, item.kind, item.command_id or ""),
            item=item,
            row=self._row(item, what, number, reason),
            heading=heading,
            story=story,
            hint=self._hint(item),
            exported="\n".join(exported),
        )

    def today(self) -> date:
        """Return the day of a follow-up that names none."""
        return self._formats.today(self._clock())

    def _row(self, item: LeftWork, what: str, number: str, reason: str) -> OutboxLine:
        if item.standing is None:
            tag = Tag(text=_("draft"), mark=Mark.DRAFT)
        else:
            tag = delivery_tag(item.standing)
        spoken = (what, number, item.title, tag.text, reason, item.words)
        return OutboxLine(
            command_id=item.command_id or CommandId(""),
            case_id=item.case_id,
            kind=item.kind,
            what=what,
            number=number,
            words=" ".join(item.words.split()) or item.title,
            tag=tag,
            detail=reason,
            is_settled=False,
            needs_decision=item.delivery is not None and item.delivery.needs_decision,
            can_withdraw=Choice.WITHDRAW in item.choices,
            can_edit=False,
            hint="",
            spoken=", ".join(part for part in spoken if part),
            copied=item.words,
        )

    def _story(self, item: LeftWork) -> str:
        reason = departure_text(item.reason, item.to)
        if item.reason == "locked":
            safe = _("You may finish your own words; they go out with the next contact.")
            return f"{reason}. {safe}"
        if item.left_at is not None:
            moment = self._when(item.left_at)
            reason = _("{reason}; told {moment}").format(reason=reason, moment=moment)
        comfort = _("The complaint was removed from this computer, your words were not.")
        return f"{reason}. {comfort}"

    def _hint(self, item: LeftWork) -> str:
        if item.reason == "locked" or item.delivery is None or item.delivery.needs_decision:
            return ""
        return _("It is still being sent. If the centre refuses it, you can hand it over here.")

    def _when(self, at: int) -> str:
        return self._formats.time_or_moment(at, self._clock())
