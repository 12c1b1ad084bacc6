# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits for the officer's decision, one by one or by the group. Nothing is thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.viewmodels.decision_groups import Batch, GroupText, batch_of, group_texts
from desktop.viewmodels.decision_words import DecisionText, DecisionWords
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.problems import Problem, describe
from sync.cases.changes import ChangeSet
from sync.cases.decisions import DecisionGroup, grouped
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.views import CaseView, Draft, OutboxItem
from sync.errors import Refused
from sync.i18n import gettext as _
from sync.i18n import ngettext


class DecisionReader(Protocol):
    """Where decisions are; `sync.services.inbox.Inbox` is one."""

    def decisions(self) -> list[OutboxItem]:
        """Return the acts that wait for the officer's decision, oldest first."""

    def case(self, case_id: CaseId) -> CaseView | None:
        """Return a whole case, or None when it is not here."""


class Decider(Protocol):
    """What settles; `sync.services.casework.Casework` is one."""

    def decide(
        self, command_id: CommandId, choice: Choice, *, seen_v: int
    ) -> tuple[Draft | None, ChangeSet]:
        """Settle an act; its words are kept in every case."""

    def decide_all(
        self, choice: Choice, seen: Mapping[CommandId, int]
    ) -> tuple[dict[CommandId, Refused], ChangeSet]:
        """Settle several acts alike; return those that could not be, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionState:
    """What the pane shows.

    Attributes:
        shown: the decision that is asked for; None when there is none.
        place: which of how many of its group it is; empty for the only one.
        groups: the kinds of decisions there are, when there is more than one decision.
        chosen: the way that the officer means; None after news arrived while they were reading.
        batch: what that way would settle at once; None for no more than the one shown.
        is_previewing: the officer is asked whether the batch is what they mean.
        outcome: what was just settled at once, in words.
        problem: why the last attempt failed.
    """

    shown: DecisionText | None = None
    place: str = ""
    groups: tuple[GroupText, ...] = ()
    chosen: Choice | None = None
    batch: Batch | None = None
    is_previewing: bool = False
    can_apply: bool = False
    is_busy: bool = False
    outcome: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    item: OutboxItem
    view: CaseView | None


class DecisionPresenter(QObject):
    """The decisions of the officer.

    Signals:
        state_changed: the whole new state.
        turned: another act is asked about, or none any more.
        decided: an act was settled; the next one is shown.
        edit_requested: words are a draft of this kind again; the officer wants to go on there.
        newer_marked: the entries of a case that the officer is about to write beside.
        put_off: the officer wants to decide later, and there is no other decision.
    """

    state_changed = emits(DecisionState)
    turned = emits()
    decided = emits(CommandId)
    edit_requested = emits(CaseId, str)
    newer_marked = emits(CaseId, frozenset)
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
        self._groups: tuple[DecisionGroup, ...] = ()
        self._looked_at: dict[CommandId, int] = {}
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
            self._become(self._meaning(replace(self.state, is_previewing=False), choice))

    def later(self) -> None:
        """Leave this one as it is, having looked at it, and ask for the next."""
        if not self._open:
            return
        item = self._open[self._place].item
        self._looked_at[item.command.id] = item.seen_v
        if len(self._open) > 1:
            self._turn((self._place + 1) % len(self._open))
        else:
            self.put_off.emit()

    def apply(self) -> None:
        """Settle this one the way that is meant."""
        shown, choice = self.state.shown, self.state.chosen
        if shown is None or choice is None or self.state.is_busy:
            return
        self._begin()
        self._lane.run(
            partial(self._decider.decide, shown.command_id, choice, seen_v=shown.seen_v),
            partial(self._on_decided, shown),
            self._on_failed,
            self,
        )

    def preview_all(self) -> None:
        """Show what would become of how many."""
        if self.state.batch is not None and not self.state.is_busy:
            self._become(replace(self.state, is_previewing=True))

    def back(self) -> None:
        """Return from the preview to the one decision."""
        self._become(replace(self.state, is_previewing=False))

    def apply_all(self) -> None:
        """Settle what the preview shows."""
        batch = self.state.batch
        if batch is None or not self.state.is_previewing or self.state.is_busy:
            return
        self._begin()
        self._lane.run(
            partial(self._decider.decide_all, batch.choice, dict(batch.seen)),
            partial(self._on_all_decided, batch),
            self._on_failed,
            self,
        )

    def _begin(self) -> None:
        # The words may go into a draft: what is being typed into it must be on the disk first.
        self._keeper.flush()
        self._become(replace(self.state, is_busy=True, can_apply=False, outcome="", problem=None))

    def _read(self) -> list[_Open]:
        """Read decisions with their cases, group by group; runs in the lane."""
        return [
            _Open(item, self._reader.case(item.command.case_id))
            for group in grouped(self._reader.decisions())
            for item in group.items
        ]

    def _on_read(self, found: list[_Open]) -> None:
        shown = self.state.shown
        self._open = found
        self._groups = grouped(each.item for each in found)
        ids = [each.item.command.id for each in found]
        if shown is not None and shown.command_id in ids:
            self._place = ids.index(shown.command_id)
        # Otherwise the one that took its place in the list is the next one.
        self._turn(min(self._place, max(0, len(found) - 1)))

    def _turn(self, place: int) -> None:
        self._place = place
        if not self._open:
            self._become(DecisionState(outcome=self.state.outcome))
            return
        current = self._open[place]
        shown = self._words.text(current.item, current.view)
        before = self.state.shown
        is_same = before is not None and before.command_id == shown.command_id
        state = DecisionState(
            shown=shown,
            place=self._place_text(),
            groups=group_texts(self._groups, shown.command_id),
            is_busy=is_same and self.state.is_busy,
            is_previewing=is_same and self.state.is_previewing,
            outcome=self.state.outcome,
            problem=self.state.problem if is_same else None,
        )
        self._become(self._meaning(state, self._meant(shown)))

    def _meant(self, shown: DecisionText) -> Choice | None:
        """Return the way to begin with: the suggested one, or what the officer meant before.

        None when something arrived while they were reading: nothing is released by an Enter
        that was meant for what stood here a moment ago.
        """
        offered = [each.choice for each in shown.choices]
        before = self.state.shown
        if before is None or before.command_id != shown.command_id:
            return next(iter(offered), None)
        if before.seen_v != shown.seen_v:
            return None
        chosen = self.state.chosen
        return chosen if chosen in offered or chosen is None else next(iter(offered), None)

    def _meaning(self, state: DecisionState, choice: Choice | None) -> DecisionState:
        """Return the state in which this way is meant, and what it would settle at once."""
        current = self._open[self._place].item
        group = next(group for group in self._groups if current in group.items)
        looked_at = {**self._looked_at, current.command.id: current.seen_v}
        batch = batch_of(group, choice, looked_at)
        return replace(
            state,
            chosen=choice,
            batch=batch,
            is_previewing=state.is_previewing and batch is not None,
            can_apply=choice is not None and not state.is_busy,
        )

    def _place_text(self) -> str:
        current = self._open[self._place].item
        group = next(group for group in self._groups if current in group.items)
        if len(group.items) == 1:
            return ""
        place, count = group.items.index(current) + 1, len(group.items)
        return _("{place} of {count}").format(place=place, count=count)

    def _on_decided(self, shown: DecisionText, outcome: tuple[Draft | None, ChangeSet]) -> None:
        draft, changes = outcome
        self._become(replace(self.state, is_busy=False))
        self._bus.announce(changes, self)
        self.decided.emit(shown.command_id)
        if draft is not None:
            newer = frozenset(entry.v for entry in shown.theirs)
            self.newer_marked.emit(draft.case_id, newer)
            self.edit_requested.emit(draft.case_id, draft.kind)

    def _on_all_decided(
        self, batch: Batch, outcome: tuple[dict[CommandId, Refused], ChangeSet]
    ) -> None:
        refused, changes = outcome
        count = len(batch.seen) - len(refused)
        settled = ngettext("{count} decided.", "{count} decided.", count).format(count=count)
        problem = describe(next(iter(refused.values()))) if refused else None
        if refused:
            left = ngettext("{count} still waits.", "{count} still wait.", len(refused))
            settled = f"{settled} {left.format(count=len(refused))}"
        self._become(
            replace(
                self.state, is_busy=False, is_previewing=False, outcome=settled, problem=problem
            )
        )
        self._bus.announce(changes, self)

    def _on_failed(self, error: Exception) -> None:
        can_apply = self.state.chosen is not None
        problem = describe(error)
        self._become(replace(self.state, is_busy=False, can_apply=can_apply, problem=problem))

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        cases = (each.item.command.case_id for each in self._open)
        if changes.outbox or any(map(changes.touches, cases)):
            self.refresh()

    def _become(self, state: DecisionState) -> None:
        if state == self.state:
            return
        before, self.state = self.state.shown, state
        self.state_changed.emit(state)
        if (before and before.command_id) != (state.shown and state.shown.command_id):
            self.turned.emit()
