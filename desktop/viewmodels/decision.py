# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits for the officer's decision, one after the other. Nothing is ever thrown away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.i18n import gettext as _
from desktop.viewmodels.decision_words import DecisionText, DecisionWords
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.problems import Problem, describe
from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.views import CaseView, Draft, OutboxItem


class DecisionReader(Protocol):
    """Where decisions are; `sync.services.inbox.Inbox` is one."""

    def decisions(self) -> list[OutboxItem]:
        """Return the acts that wait for the officer's decision, oldest first."""

    def case(self, case_id: CaseId) -> CaseView | None:
        """Return a whole case, or None when it is not here."""


class Decider(Protocol):
    """What settles; `sync.services.casework.Casework` is one."""

    def decide(self, command_id: CommandId, choice: Choice) -> tuple[Draft | None, ChangeSet]:
        """Settle an act; its words are kept in every case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionState:
    """What the pane shows.

    Attributes:
        shown: the decision that is asked for; None when there is none.
        place: which of how many it is; empty for the only one.
        chosen: the way that the officer means.
        problem: why the last attempt failed.
    """

    shown: DecisionText | None = None
    place: str = ""
    chosen: Choice | None = None
    can_apply: bool = False
    is_busy: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    item: OutboxItem
    view: CaseView | None


class DecisionPresenter(QObject):
    """The decisions of the officer.

    Signals:
        state_changed: the whole new state.
        decided: an act was settled; the next one is shown.
        edit_requested: words are a draft of this kind again; the officer wants to go on there.
        put_off: the officer wants to decide later, and there is no other decision.
    """

    state_changed = emits(DecisionState)
    decided = emits(CommandId)
    edit_requested = emits(CaseId, str)
    put_off = emits()

    def __init__(
        self,
        reader: DecisionReader,
        decider: Decider,
        keeper: DraftKeeper,
        lane: Lane,
        bus: ChangeBus,
        words: DecisionWords,
    ) -> None:
        super().__init__()
        self._reader = reader
        self._decider = decider
        self._keeper = keeper
        self._lane = lane
        self._bus = bus
        self._words = words
        self._open: list[_Open] = []
        self._place = 0
        self.state = DecisionState()
        bus.changed.connect(self._on_changed)

    @Slot()
    def refresh(self) -> None:
        """Read anew what waits."""
        self._lane.run(self._read, self._on_read, self._on_failed, self)

    @Slot(object)
    def turn_to(self, command_id: CommandId) -> None:
        """Ask for this decision."""
        ids = [each.item.command.id for each in self._open]
        if command_id in ids:
            self._turn(ids.index(command_id))

    def choose(self, choice: Choice) -> None:
        """Mean one of the ways."""
        shown = self.state.shown
        if shown is not None and choice in {each.choice for each in shown.choices}:
            self._become(replace(self.state, chosen=choice, can_apply=not self.state.is_busy))

    def later(self) -> None:
        """Leave this one as it is and ask for the next."""
        if len(self._open) > 1:
            self._turn((self._place + 1) % len(self._open))
        else:
            self.put_off.emit()

    def apply(self) -> None:
        """Settle this one the way that is meant."""
        shown, choice = self.state.shown, self.state.chosen
        if shown is None or choice is None or self.state.is_busy:
            return
        # The words may go into a draft: what is being typed into it must be on the disk first.
        self._keeper.flush()
        self._become(replace(self.state, is_busy=True, can_apply=False, problem=None))
        self._lane.run(
            partial(self._decider.decide, shown.command_id, choice),
            partial(self._on_decided, shown),
            self._on_failed,
            self,
        )

    def _read(self) -> list[_Open]:
        """Read decisions with their cases; runs in the lane."""
        return [
            _Open(item, self._reader.case(item.command.case_id))
            for item in self._reader.decisions()
        ]

    def _on_read(self, found: list[_Open]) -> None:
        shown = self.state.shown
        self._open = found
        ids = [each.item.command.id for each in found]
        if shown is not None and shown.command_id in ids:
            self._place = ids.index(shown.command_id)
        # Otherwise the one that took its place in the list is the next one.
        self._turn(min(self._place, max(0, len(found) - 1)))

    def _turn(self, place: int) -> None:
        self._place = place
        if not self._open:
            self._become(DecisionState())
            return
        current = self._open[place]
        shown = self._words.text(current.item, current.view)
        before = self.state.shown
        is_same = before is not None and before.command_id == shown.command_id
        offered = [each.choice for each in shown.choices]
        chosen = self.state.chosen if is_same and self.state.chosen in offered else None
        chosen = chosen or next(iter(offered), None)
        is_busy = is_same and self.state.is_busy
        self._become(
            DecisionState(
                shown=shown,
                place=self._place_text(),
                chosen=chosen,
                can_apply=chosen is not None and not is_busy,
                is_busy=is_busy,
                problem=self.state.problem if is_same else None,
            )
        )

    def _place_text(self) -> str:
        count = len(self._open)
        if count == 1:
            return ""
        return _("{place} of {count}").format(place=self._place + 1, count=count)

    def _on_decided(self, shown: DecisionText, outcome: tuple[Draft | None, ChangeSet]) -> None:
        draft, changes = outcome
        self._become(replace(self.state, is_busy=False))
        self._bus.announce(changes, self)
        self.decided.emit(shown.command_id)
        if draft is not None:
            self.edit_requested.emit(draft.case_id, draft.kind)

    def _on_failed(self, error: Exception) -> None:
        can_apply = self.state.chosen is not None
        problem = describe(error)
        self._become(replace(self.state, is_busy=False, can_apply=can_apply, problem=problem))

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        shown = self.state.shown
        if changes.outbox or (shown is not None and changes.touches(shown.case_id)):
            self.refresh()

    def _become(self, state: DecisionState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
