# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a decision is about, in plain words: what happened, both sides, what each choice does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.viewmodels.case_lines import number_text
from desktop.viewmodels.news import quoted
from desktop.viewmodels.outbox_lines import OutboxLines
from desktop.viewmodels.problems import describe_code, is_worded
from desktop.viewmodels.timeline import EntryText, Timeline, reporter_text
from sync.cases.case import Status
from sync.cases.commands import kind_of
from sync.cases.decisions import cause_of
from sync.cases.events import Event
from sync.cases.ids import CaseId, CommandId, OfficerId
from sync.cases.lifecycle import event_of
from sync.cases.policy import INSISTED, Choice
from sync.cases.projection import TimelineEntry
from sync.cases.views import CaseView, OutboxItem
from sync.i18n import gettext as _
from sync.i18n import mark
from sync.services.terms import choice_text, status_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceText:
    """One way to go on.

    Attributes:
        title: what will be done.
        detail: what comes of it, and whether it is suggested.
    """

    choice: Choice
    title: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionText:
    """One act that waits for the officer.

    Attributes:
        story: what happened, in whole sentences.
        base: what the officer saw when acting, in lines; empty when that is not known any more.
        mine: what the officer did.
        mine_effect: what it would change besides; empty for nothing.
        theirs: what others did since, oldest first.
        theirs_note: how things stand at the centre, or why nothing can be shown.
        seen_v: how far the case's ledger is shown here.
        copied: the officer's words with what they belong to, for the clipboard.
    """

    command_id: CommandId
    case_id: CaseId
    kind: str
    heading: str
    story: str
    base: tuple[str, ...]
    mine: EntryText
    mine_effect: str
    theirs: tuple[EntryText, ...]
    theirs_note: str
    choices: tuple[ChoiceText, ...]
    seen_v: int
    copied: str


_DEEDS: Final = {
    "respond": mark("You responded on {moment}."),
    "follow_up": mark("You recorded a follow-up on {moment}."),
    "note": mark("You wrote an internal note on {moment}."),
    "assign": mark("You assigned this complaint on {moment}."),
    "close": mark("You closed this complaint on {moment}."),
    "reopen": mark("You reopened this complaint on {moment}."),
    "hand_over": mark("You handed words over on {moment}."),
}

_UNKNOWN_DEED: Final = mark("You did something with a newer Tanggap on {moment}.")

_CAUSES: Final = {
    "conflict.newer-entry": mark("Meanwhile others wrote in it."),
    "conflict.reassigned": mark("Meanwhile somebody else was put in charge."),
    "conflict.status-changed": mark("Meanwhile somebody else changed its status."),
    "blocked.after": mark("It builds on an earlier step that the centre did not accept."),
}

_OTHERS_DID: Final = frozenset(
    {"conflict.newer-entry", "conflict.reassigned", "conflict.status-changed"}
)
"""Conflicts about entries that may not have come here yet: the verdict travels before them."""

_NEWS: Final = {
    "meanwhile.citizen": mark("Meanwhile the reporter replied."),
    "meanwhile.disposed": mark("Meanwhile it was passed on."),
    "meanwhile.closed": mark("Meanwhile a colleague closed it."),
    "meanwhile.reopened": mark("Meanwhile a colleague reopened it."),
    "meanwhile.responded": mark("Meanwhile a colleague responded."),
    "meanwhile.followed_up": mark("Meanwhile a colleague followed up."),
    "meanwhile.noted": mark("Meanwhile a colleague left a note."),
}

_AFTER: Final = {"close": Status.DONE, "reopen": Status.IN_PROGRESS}

_DETAILS: Final = {
    Choice.AS_RESPONSE: mark("Your text becomes an answer to the reporter."),
    Choice.RESEND: mark("You have seen what is new and stand by it."),
    Choice.EDIT: mark("The text becomes a draft again, beside the newest entries."),
    Choice.WITHDRAW: mark(
        "Nothing changes at the centre. A copy is kept in the history for 90 days."
    ),
    Choice.HAND_OVER: mark("Your words become an internal note there, with your name."),
}
_RESEND_TITLES: Final = {
    "close": mark("Close the complaint all the same"),
    "assign": mark("Assign it all the same"),
    "reopen": mark("Reopen it all the same"),
}
_RESEND_DETAILS: Final = {
    "close": mark("The reporter gets your last words; the newer entries stay unanswered."),
    "respond": mark("The reporter reads it below the newer entries."),
    "assign": mark("Your colleague takes the place of the present one."),
}


_INSISTING_DETAILS: Final = {
    "close": mark("The history will say that a reply was left unanswered."),
    "respond": mark("The history will say that it was written before the reporter's reply."),
}


class DecisionWords:
    """Puts acts that wait for a decision into words."""

    def __init__(self, timeline: Timeline, lines: OutboxLines, officer_id: OfficerId) -> None:
        self._timeline = timeline
        self._lines = lines
        self._officer_id = officer_id

    def text(self, item: OutboxItem, view: CaseView | None) -> DecisionText:
        """Return a decision in words; `view` is the case, None when it is not here any more."""
        kind = kind_of(item.command.body)
        reporter = _("Reporter") if view is None else reporter_text(view.case)
        mine = self._mine(item, reporter)
        return DecisionText(
            command_id=item.command.id,
            case_id=item.command.case_id,
            kind=kind,
            heading=f"{number_text(item.tracking_id)} {item.title}".strip(),
            story=_story(kind, item, mine.when),
            base=self._base(item, reporter),
            mine=mine,
            mine_effect=_effect(kind, view),
            theirs=tuple(
                self._timeline.entry(self._their_entry(event), reporter) for event in item.newer
            ),
            theirs_note=_note(item, view),
            choices=_choices(item, kind, is_here=view is not None),
            seen_v=item.seen_v,
            copied=self._lines.line(item).copied,
        )

    def _base(self, item: OutboxItem, reporter: str) -> tuple[str, ...]:
        base = item.base
        if base is None:
            return ()
        lines: list[str] = []
        if base.status is not None:
            status = status_text(base.status, base.raw_status)
            lines.append(_("Status: {after}").format(after=status))
        if base.entry is None:
            lines.append(_("Nobody had written yet."))
        else:
            latest = quoted(self._timeline.entry(TimelineEntry(event=base.entry), reporter))
            lines.append(_("Latest entry: {entry}").format(entry=latest))
        return tuple(lines)

    def _their_entry(self, event: Event) -> TimelineEntry:
        """Return what came since: of one's own acts only those from elsewhere are among it."""
        return TimelineEntry(event=event, from_elsewhere=event.actor_id == self._officer_id)

    def _mine(self, item: OutboxItem, reporter: str) -> EntryText:
        command = item.command
        event = Event(
            case_id=command.case_id,
            v=command.base_v,
            at=command.at,
            body=event_of(command.body),
            actor_id=self._officer_id,
            command_id=command.id,
        )
        return self._timeline.entry(TimelineEntry(event=event, delivery=item.delivery), reporter)


def _story(kind: str, item: OutboxItem, moment: str) -> str:
    deed = _(_DEEDS.get(kind, _UNKNOWN_DEED)).format(moment=moment)
    code = item.code
    if (flag := cause_of(item)) in _NEWS:
        cause = _(_NEWS[flag])
    elif code in _CAUSES:
        cause = _(_CAUSES[code])
    elif item.why and not is_worded(code):
        cause = item.why
    else:
        problem = describe_code(code)
        cause = f"{problem.title}. {problem.detail}"
    comfort = _("Nothing is lost: choose how your work goes on.")
    return f"{deed} {cause} {comfort}"


def _effect(kind: str, view: CaseView | None) -> str:
    if kind not in _AFTER:
        return ""
    after = status_text(_AFTER[kind])
    if view is None:
        return _("Status: {after}").format(after=after)
    before = status_text(view.status, view.case.raw_status)
    return _("Status: {before} → {after}").format(before=before, after=after)


def _note(item: OutboxItem, view: CaseView | None) -> str:
    if view is None:
        return _("The complaint is no longer on this computer.")
    status = status_text(view.status, view.case.raw_status)
    if item.newer:
        return _("Status stays: {status}").format(status=status)
    if cause_of(item) in {*_NEWS, *_OTHERS_DID}:
        return _("What is new comes with the next contact. Status so far: {status}").format(
            status=status
        )
    return _("Nothing new from others. Status: {status}").format(status=status)


def _choices(item: OutboxItem, kind: str, *, is_here: bool) -> tuple[ChoiceText, ...]:
    # Words cannot be edited beside a complaint that is not here; they can be copied.
    offered = [choice for choice in item.choices if is_here or choice is not Choice.EDIT]
    insists = cause_of(item) in {"meanwhile.citizen", INSISTED}
    return tuple(
        _choice(choice, kind, insists=insists, is_suggested=place == 0 and len(offered) > 1)
        for place, choice in enumerate(offered)
    )


def _choice(choice: Choice, kind: str, *, insists: bool, is_suggested: bool) -> ChoiceText:
    title, detail = choice_text(choice), _DETAILS[choice]
    if choice is Choice.RESEND:
        title = _RESEND_TITLES.get(kind, title)
        detail = _RESEND_DETAILS.get(kind, detail)
        if insists:
            detail = _INSISTING_DETAILS.get(kind, detail)
    advice = _("Suggested.")
    words = f"{_(detail)} {advice}" if is_suggested else _(detail)
    return ChoiceText(choice=choice, title=_(title), detail=words)
