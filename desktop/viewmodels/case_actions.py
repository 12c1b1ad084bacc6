# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be done with the open case besides writing: put somebody in charge, close, reopen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.viewmodels.case_view import CaseState
from desktop.viewmodels.composer import Acts, ComposerPresenter
from desktop.viewmodels.composer_state import ComposerState
from desktop.viewmodels.people import Candidate, PeopleModel, candidates, matching
from desktop.viewmodels.problems import Problem, describe, describe_code
from desktop.viewmodels.taking_back import TakingBack
from sync.cases.changes import ChangeSet
from sync.cases.commands import Assign, CommandBody, Note
from sync.cases.ids import CommandId, OfficerId, UnitId
from sync.cases.views import Person
from sync.i18n import gettext as _
from sync.i18n import mark

ASSIGN: Final = "assign"
SEEN: Final = "seen"
"""A note that says so; see `sync.cases.flagged`."""

_LABELS: Final = {
    SEEN: mark("See&n"),
    ASSIGN: mark("&Assign…"),
    "close": mark("C&lose complaint…"),
    "reopen": mark("Re&open complaint…"),
}
_HELPS: Final = {
    SEEN: mark("Leave a note that you have looked at what the centre flagged"),
    ASSIGN: mark("Put a colleague or yourself in charge"),
    "close": mark("Close it with a last word to the reporter"),
    "reopen": mark("Work on a closed complaint again, and say why"),
}


class Directory(Protocol):
    """Where colleagues are listed; `sync.services.inbox.Inbox` is one."""

    def people(self, unit_id: UnitId) -> list[Person]:
        """Return the colleagues to whom a case of this unit may be assigned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbText:
    """A verb as a button.

    Attributes:
        is_shown: it makes sense for this case at all.
        reason: what it does, or why it is not possible now.
    """

    kind: str
    label: str
    can: bool
    is_shown: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseActionsState:
    """What the buttons and the list of colleagues show.

    Attributes:
        is_choosing: the list of colleagues is open.
        typed: what the list is narrowed by.
        row: the colleague that is meant, -1 for none.
        verb: what the button will do.
        empty: why the list has nobody; empty where it has.
    """

    verbs: tuple[VerbText, ...] = ()
    is_choosing: bool = False
    typed: str = ""
    row: int = -1
    verb: str = ""
    empty: str = ""
    is_busy: bool = False
    problem: Problem | None = None


class CaseActionsPresenter(QObject):
    """The verbs of the open case. Follows `CasePresenter.state_changed`.

    Signals:
        state_changed: the whole new state.
        acted: the outbox has what was done; the officer can go on.
    """

    state_changed = emits(CaseActionsState)
    acted = emits(CommandId)

    def __init__(
        self,
        casework: Acts,
        directory: Directory,
        composer: ComposerPresenter,
        taking_back: TakingBack,
        lane: Lane,
        bus: ChangeBus,
        officer_id: OfficerId,
    ) -> None:
        super().__init__()
        self._casework = casework
        self._directory = directory
        self._composer = composer
        self._lane = lane
        self._bus = bus
        self._officer_id = officer_id
        self._case = CaseState()
        self._people: list[Candidate] = []
        self.model = PeopleModel(self)
        self.state = CaseActionsState()
        composer.state_changed.connect(self._on_written)
        taking_back.failed.connect(self._on_not_taken_back)
        taking_back.withdrawn.connect(self._on_taken_back)

    @Slot(object)
    def on_case(self, case: CaseState) -> None:
        """Turn to the open case, or take note of what became of it."""
        if case.case_id != self._case.case_id:
            self._become(CaseActionsState())
        self._case = case
        self._show_verbs()

    def begin(self, kind: str) -> None:
        """Begin a verb: choose a colleague, or write the last words."""
        if not self._case.allows(kind):
            return
        if kind == SEEN:
            self._act(Note(text=_("Looked at what the centre flagged.")))
        elif kind == ASSIGN:
            self._choose()
        else:
            self._composer.begin(kind)

    def narrow(self, typed: str) -> None:
        """Show the colleagues whose names begin like this."""
        self._become(replace(self.state, typed=typed))
        self._show_people()

    def cancel(self) -> None:
        """Leave the list of colleagues without choosing."""
        self._become(replace(self.state, is_choosing=False, typed=""))

    def point(self, row: int) -> None:
        """Mean the colleague of a row."""
        candidate = self.model.candidate_at(row)
        self._become(
            replace(self.state, row=-1 if candidate is None else row, verb=_aim(candidate))
        )

    def assign(self) -> None:
        """Put the colleague that is meant in charge."""
        candidate = self.model.candidate_at(self.state.row)
        if candidate is not None:
            self._act(Assign(officer_id=candidate.officer_id))

    def _act(self, body: CommandBody) -> None:
        view = self._case.view
        if view is None or self.state.is_busy:
            return
        self._become(replace(self.state, is_busy=True, problem=None))
        self._lane.run(
            partial(self._casework.act, view.case.id, body, view.confirmed.v),
            self._on_done,
            self._on_failed,
            self,
        )

    @Slot(object)
    def _on_written(self, _state: ComposerState) -> None:
        self._show_verbs()

    def _show_verbs(self) -> None:
        verbs: tuple[VerbText, ...] = ()
        if self._case.view is not None:
            # What is being written has a tab; one way to it is enough.
            written = {tab.kind for tab in self._composer.state.tabs}
            verbs = tuple(_verb(self._case, kind, written) for kind in _LABELS)
        self._become(replace(self.state, verbs=verbs))

    def _choose(self) -> None:
        view = self._case.view
        if view is None:
            return
        self.model.show_candidates([])
        self._become(replace(self.state, is_choosing=True, typed="", row=-1, problem=None))
        find = partial(self._directory.people, view.case.unit_id)
        self._lane.run(find, self._on_people, self._on_failed, self)

    def _on_people(self, people: list[Person]) -> None:
        view = self._case.view
        assignee_id = None if view is None else view.case.assignee_id
        self._people = candidates(people, self._officer_id, assignee_id)
        self._show_people()

    def _show_people(self) -> None:
        found = matching(self._people, self.state.typed)
        self.model.show_candidates(found)
        empty = "" if found else _("Nobody of this name")
        self._become(replace(self.state, empty=empty))
        self.point(0)

    def _on_done(self, outcome: tuple[CommandId, ChangeSet]) -> None:
        command_id, changes = outcome
        self._become(replace(self.state, is_busy=False, is_choosing=False, typed=""))
        self._bus.announce(changes, self)
        self.acted.emit(command_id)

    def _on_failed(self, error: Exception) -> None:
        self._become(replace(self.state, is_busy=False, problem=describe(error)))

    @Slot(object, object)
    def _on_not_taken_back(self, command_id: CommandId, problem: Problem) -> None:
        view = self._case.view
        entries = () if view is None else view.entries
        if any(entry.event.command_id == command_id for entry in entries):
            self._become(replace(self.state, problem=problem))

    @Slot(object)
    def _on_taken_back(self, _command_id: CommandId) -> None:
        self._become(replace(self.state, problem=None))

    def _become(self, state: CaseActionsState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _aim(candidate: Candidate | None) -> str:
    if candidate is None:
        return _("Assign")
    if candidate.officer_id is None:
        return _("Take the assignment away")
    return _("Assign to {name}").format(name=candidate.name)


def _verb(case: CaseState, kind: str, written: set[str]) -> VerbText:
    code = case.refusals.get(kind)
    problem = None if code is None else describe_code(code)
    return VerbText(
        kind=kind,
        label=_(_LABELS[kind]),
        can=problem is None,
        is_shown=kind not in written and _makes_sense(case, kind),
        reason=_(_HELPS[kind]) if problem is None else f"{problem.title}. {problem.detail}",
    )


def _makes_sense(case: CaseState, kind: str) -> bool:
    is_open = case.view is not None and case.view.status.is_open
    match kind:
        case "close":
            return is_open
        case "reopen":
            return not is_open
        case "seen":
            return case.allows(SEEN)
        case _:
            return True
