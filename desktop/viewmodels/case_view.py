# SPDX-License-Identifier: AGPL-3.0-or-later
"""One open case: its particulars, deadlines and history in words, kept fresh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.case_lines import (
    classification_tag,
    flag_tags,
    number_text,
    status_tag,
)
from desktop.viewmodels.clockface import Clockface
from desktop.viewmodels.deadlines import DeadlineText, deadline_text, due_tag
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Tag
from desktop.viewmodels.problems import Problem, describe
from desktop.viewmodels.terms import own_tags
from desktop.viewmodels.timeline import EntryText, Timeline, reporter_text
from sync.cases.calendars import Calendar
from sync.cases.changes import ChangeSet
from sync.cases.commands import COMMAND_KINDS, CommandBody
from sync.cases.deadlines import Clock, Deadline, Explanation
from sync.cases.ids import CaseId
from sync.cases.views import Absence, CaseView
from sync.i18n import gettext as _
from sync.services.attachments import FileState
from sync.services.terms import clock_text, departure_text, full_classification_text


class CaseReader(Protocol):
    """Where a case comes from; `sync.services.inbox.Inbox` is one."""

    def case(self, case_id: CaseId) -> CaseView | None:
        """Return a whole case, or None when it is not here."""

    def absence(self, case_id: CaseId) -> Absence:
        """Return why a case is not here, and what stayed behind."""

    def explain(self, deadline: Deadline) -> Explanation:
        """Return how a deadline was counted."""


class FileReader(Protocol):
    """Where files stand; `sync.services.attachments.Attachments` is one."""

    def states(self, view: CaseView) -> dict[str, FileState]:
        """Return how every file of a case stands, by its SHA-256."""


class Rules(Protocol):
    """What may be done; `sync.services.casework.Casework` is one."""

    def refusal(self, view: CaseView, body_type: type[CommandBody]) -> str | None:
        """Return the code of why a verb is not possible on a case now."""

    def refusal_to_look(self, view: CaseView) -> str | None:
        """Return the code of why flagged facts of a case cannot be marked as seen now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One particular of a case."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseText:
    """A case in words.

    Attributes:
        number: the citizen's number, "#4021902".
        received: when and where it came.
        path: from the coordinating body down to the unit.
        due: the deadline that counts now; None where nothing is owed.
        tags: status, where own acts stand, flags and kind.
    """

    number: str
    title: str
    received: str
    path: str
    due: Tag | None
    tags: tuple[Tag, ...]
    facts: tuple[Fact, ...]
    entries: tuple[EntryText, ...]
    deadlines: tuple[DeadlineText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceText:
    """What is known of a case that was open and is not on this computer any more.

    Attributes:
        story: why, and what waits; may be empty.
        is_work_left: something of the officer's waits among what was left behind.
    """

    story: str
    is_work_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """What the case pane shows.

    Attributes:
        view: the case as the store gave it, for those who act on it.
        refusals: kind of command -> code of why it is not possible now; absent when it is.
        absence: it was open and is not here any more.
        lock: it may be here and is withheld, for this reason.
    """

    case_id: CaseId | None = None
    view: CaseView | None = None
    text: CaseText | None = None
    refusals: Mapping[str, str] = field(default_factory=dict)
    absence: AbsenceText | None = None
    lock: Problem | None = None
    problem: Problem | None = None

    def allows(self, kind: str) -> bool:
        """Return whether a kind of command, or "seen", is possible now."""
        return self.view is not None and kind not in self.refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    view: CaseView
    text: CaseText
    refusals: Mapping[str, str]


class CaseWords:
    """Puts whole cases into words."""

    def __init__(
        self, formats: Formats, timeline: Timeline, calendar: Calendar, time: Clockface
    ) -> None:
        self._formats = formats
        self._timeline = timeline
        self._calendar = calendar
        self._time = time
        self._clock = time.now

    def text(
        self,
        view: CaseView,
        explanations: tuple[Explanation, ...],
        files: Mapping[str, FileState],
    ) -> CaseText:
        """Return a case in words; there is one explanation for each deadline."""
        case = view.case
        today = self._calendar.day_of(self._clock())
        tags = [status_tag(view.status, case.raw_status)]
        tags += own_tags(entry.standing for entry in view.entries if entry.standing is not None)
        tags += flag_tags(secret=case.secret, anonymous=case.anonymous)
        tags.append(classification_tag(case.classification))
        received_at = self._formats.moment(case.milestones.registered_at)
        return CaseText(
            number=number_text(case.tracking_id),
            title=case.title or _("(not visible to you)"),
            received=_("received {moment} by {channel}").format(
                moment=received_at, channel=case.channel
            ),
            path=" › ".join(unit.short_name or unit.name for unit in view.unit_path),
            due=self._due(view),
            tags=tuple(tags),
            facts=tuple(self._facts(view)),
            entries=self._timeline.entries(view, files),
            deadlines=tuple(
                deadline_text(
                    deadline,
                    explanation,
                    today,
                    self._calendar,
                    self._formats,
                    verified=self._time.is_verified(),
                )
                for deadline, explanation in _running_first(view.deadlines, explanations)
            ),
        )

    def _due(self, view: CaseView) -> Tag | None:
        # In the order of the clocks, so that it is the one that the list shows.
        owed = (
            deadline
            for deadline in view.deadlines
            if deadline.running and deadline.clock is not Clock.AUTO_CLOSE
        )
        deadline = next(owed, None)
        if deadline is None:
            return None
        today = self._calendar.day_of(self._clock())
        tag = due_tag(
            deadline.due_on,
            today,
            self._calendar,
            clock_text(deadline.clock),
            verified=self._time.is_verified(),
        )
        day = self._formats.day(deadline.due_on, today)
        return replace(tag, text=_("{day} · {standing}").format(day=day, standing=tag.text))

    def _facts(self, view: CaseView) -> list[Fact]:
        case = view.case
        unknown = _("Not known")
        facts = [
            Fact(label=_("Reporter"), value=reporter_text(case)),
            Fact(label=_("Location"), value=case.location or unknown),
            Fact(label=_("Classification"), value=full_classification_text(case.classification)),
            Fact(label=_("Category"), value=case.category or unknown),
            Fact(label=_("Channel"), value=case.channel or unknown),
            Fact(label=_("Person in charge"), value=view.assignee or _("Nobody yet")),
            Fact(label=_("Next step"), value=self._next_step(view) or _("None planned")),
            Fact(label=_("Status at the centre"), value=case.raw_status or unknown),
        ]
        if case.reason:
            facts.append(Fact(label=_("Reason for postponing or archiving"), value=case.reason))
        if case.rating is not None:
            facts.append(Fact(label=_("Rating"), value=self._formats.number(case.rating)))
        return facts

    def _next_step(self, view: CaseView) -> str:
        case = view.case
        if case.next_step_on is None:
            return case.next_step
        day = self._formats.day(case.next_step_on, self._calendar.day_of(self._clock()))
        return f"{case.next_step} · {day}" if case.next_step else day


def with_new(text: CaseText, versions: frozenset[int]) -> CaseText:
    """Return a case whose entries at these places of the ledger stand out as new."""
    entries = (replace(entry, is_new=entry.v in versions) for entry in text.entries)
    return replace(text, entries=tuple(entries))


def _running_first(
    deadlines: tuple[Deadline, ...], explanations: tuple[Explanation, ...]
) -> list[tuple[Deadline, Explanation]]:
    pairs = zip(deadlines, explanations, strict=True)
    return sorted(pairs, key=lambda pair: not pair[0].running)


class CasePresenter(QObject):
    """The case that is open.

    Signals:
        state_changed: another case, or the same one with news.
    """

    state_changed = emits(CaseState)

    def __init__(
        self,
        reader: CaseReader,
        files: FileReader,
        rules: Rules,
        lane: Lane,
        bus: ChangeBus,
        words: CaseWords,
        tick: MinuteTick,
    ) -> None:
        super().__init__()
        self._reader = reader
        self._files = files
        self._rules = rules
        self._lane = lane
        self._words = words
        self._wanted: CaseId | None = None
        self._highlit: tuple[CaseId, frozenset[int]] | None = None
        self._lock: Problem | None = None
        self.state = CaseState()
        bus.changed.connect(self._on_changed)
        tick.ticked.connect(self.refresh)

    @Slot(object)
    def show(self, case_id: CaseId | None) -> None:
        """Open a case; the old one stays on the screen until this one is here."""
        if self._highlit is not None and case_id not in {self._wanted, self._highlit[0]}:
            self._highlit = None
        self._wanted = case_id
        if case_id is None:
            self._become(CaseState())
        else:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the open case anew."""
        wanted = self._wanted
        if wanted is not None:
            self._lane.run(
                partial(self._load, wanted), partial(self._on_loaded, wanted), self._on_failed, self
            )

    @Slot(object)
    def show_lock(self, lock: Problem | None) -> None:
        """Say of a case that cannot be read that it is withheld, and why."""
        self._lock = lock
        self.refresh()

    @Slot(object, object)
    def highlight(self, case_id: CaseId, versions: frozenset[int]) -> None:
        """Let entries stand out, by their places in the ledger, until another case is opened."""
        self._highlit = (case_id, versions)
        if case_id == self._wanted:
            self.refresh()

    def _load(self, case_id: CaseId) -> _Loaded | Absence:
        """Read everything that is needed and word it; runs in the lane."""
        view = self._reader.case(case_id)
        if view is None:
            return self._reader.absence(case_id)
        refused = {
            kind: code
            for kind, body in COMMAND_KINDS.items()
            if (code := self._rules.refusal(view, body)) is not None
        }
        if code := self._rules.refusal_to_look(view):
            refused["seen"] = code
        explanations = tuple(self._reader.explain(deadline) for deadline in view.deadlines)
        text = self._words.text(view, explanations, self._files.states(view))
        if self._highlit is not None and self._highlit[0] == case_id:
            text = with_new(text, self._highlit[1])
        return _Loaded(view=view, text=text, refusals=refused)

    def _on_loaded(self, case_id: CaseId, loaded: _Loaded | Absence) -> None:
        if case_id != self._wanted:
            return
        if isinstance(loaded, Absence):
            lock = self._lock
            known = _absence_text(loaded) if lock is None else None
            self._become(CaseState(case_id=case_id, absence=known, lock=lock))
            return
        self._become(
            CaseState(
                case_id=case_id,
                view=loaded.view,
                text=loaded.text,
                refusals=loaded.refusals,
            )
        )

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        if self._wanted is None:
            return
        own_words = changes.drafts and self.state.absence is not None
        moved = changes.touches(self._wanted) or changes.reference or own_words
        if moved or self._shows(changes.files):
            self.refresh()

    def _shows(self, digests: frozenset[str]) -> bool:
        """Return whether the open case has one of these files."""
        text = self.state.text
        return text is not None and any(
            file.sha256 in digests for entry in text.entries for file in entry.files
        )

    def _on_failed(self, error: Exception) -> None:
        self._become(replace(self.state, problem=describe(error)))

    def _become(self, state: CaseState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _absence_text(absence: Absence) -> AbsenceText:
    """Say what is known and no more."""
    waits = absence.left_behind > 0
    parts = (
        f"{departure_text(absence.reason, absence.to)}." if absence.reason else "",
        _("What you had not sent about it waits in “Left behind”.") if waits else "",
    )
    return AbsenceText(story=" ".join(filter(None, parts)), is_work_left=waits)
