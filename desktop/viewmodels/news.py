# SPDX-License-Identifier: AGPL-3.0-or-later
"""What others, or the officer elsewhere, did to a case since it was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.viewmodels.timeline import EntryText, Timeline, reporter_text
from sync.cases.commands import COMMAND_KINDS, Respond
from sync.cases.events import CitizenReplied, EventBody
from sync.cases.ids import OfficerId
from sync.cases.policy import POLICY, Meeting
from sync.cases.projection import TimelineEntry
from sync.cases.views import CaseView
from sync.i18n import gettext as _
from sync.i18n import ngettext

_QUOTE_LENGTH: Final = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Entries that the officer may not have seen.

    Attributes:
        detail: the newest one: who, when and the words.
        first_v: where the first of them stands in the ledger.
    """

    title: str
    detail: str
    first_v: int


class NewsFinder:
    """Finds what is new for one officer."""

    def __init__(self, timeline: Timeline, officer_id: OfficerId) -> None:
        self._timeline = timeline
        self._officer_id = officer_id

    def since(self, view: CaseView, base_v: int | None, kind: str) -> News | None:
        """Return what happened after a version of the case, or None when it was nothing new.

        What the officer did on another computer of theirs is news here like anybody's.

        Args:
            kind: what is being written; it decides which entries matter.
        """
        if base_v is None:
            return None
        entries = [entry for entry in view.entries if self._is_new(entry, base_v, kind)]
        if not entries:
            return None
        newest = self._timeline.entry(entries[-1], reporter_text(view.case))
        return News(
            title=_title(entries),
            detail=quoted(newest),
            first_v=entries[0].event.v,
        )

    def _is_new(self, entry: TimelineEntry, base_v: int, kind: str) -> bool:
        event = entry.event
        foreign = event.actor_id is None or event.actor_id != self._officer_id
        foreign = foreign or entry.from_elsewhere
        matters = type(event.body) in (_guards(kind) or POLICY[Respond].kinds(Meeting.ASK))
        return entry.delivery is None and event.v > base_v and foreign and matters


def holds_back(kind: str) -> bool:
    """Return whether such a command waits until the officer has been told the news."""
    return bool(_guards(kind))


def quoted(entry: EntryText) -> str:
    """Return an entry as one line: who, what, when and the beginning of the words."""
    head = f"{entry.author} · {entry.what} · {entry.when}"
    words = " ".join(entry.text.split())
    if len(words) > _QUOTE_LENGTH:
        words = f"{words[:_QUOTE_LENGTH].rstrip()}…"
    return f"{head}: “{words}”" if words else head


def _guards(kind: str) -> frozenset[type[EventBody]]:
    return POLICY[COMMAND_KINDS[kind]].kinds(Meeting.ASK)


def _title(entries: list[TimelineEntry]) -> str:
    if any(isinstance(entry.event.body, CitizenReplied) for entry in entries):
        return _("The reporter has written again since you began")
    if all(entry.from_elsewhere for entry in entries):
        return _("You have worked on this complaint on another computer since you began")
    return ngettext(
        "There is {count} new entry since you began",
        "There are {count} new entries since you began",
        len(entries),
    ).format(count=len(entries))
