# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was left behind when complaints went elsewhere, and what the officer may do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from typing_extensions import override

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.draft_words import body_of
from desktop.viewmodels.left_lines import Key, LeftLine, LeftLines
from desktop.viewmodels.outbox import OutboxRole
from desktop.viewmodels.problems import Problem, describe
from sync.cases.changes import ChangeSet
from sync.cases.commands import CommandBody
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.views import Draft, LeftWork
from sync.errors import Refused, StoreUnavailable

Index = QModelIndex | QPersistentModelIndex


class LeftReader(Protocol):
    """Where it is listed; `sync.services.inbox.Inbox` is one."""

    def left_work(self) -> list[LeftWork]:
        """Return own words on complaints that are not here any more."""


class LeftVerbs(Protocol):
    """What is done with acts and drafts; `sync.services.casework.Casework` is one."""

    def hand_over(self, draft: Draft) -> tuple[CommandId, ChangeSet]:
        """Give a draft to whoever has the complaint now."""

    def send_unseen(self, draft: Draft, body: CommandBody) -> tuple[CommandId, ChangeSet]:
        """Send a draft on a complaint that is withheld here."""

    def decide(
        self, command_id: CommandId, choice: Choice, *, seen_v: int
    ) -> tuple[Draft | None, ChangeSet]:
        """Settle an act that the centre did not accept."""

    def withdraw(self, command_id: CommandId) -> ChangeSet:
        """Take back an act that has not left this computer."""


class LeftDrafts(Protocol):
    """Where drafts are; `sync.services.drafting.Drafting` is one."""

    def load(self, case_id: CaseId, kind: str) -> Draft | None:
        """Return a draft."""

    def discard(self, case_id: CaseId, kind: str) -> ChangeSet:
        """Throw a draft away; a copy of its words is kept."""


class LeftModel(QAbstractListModel):
    """The list, what was written last first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: Sequence[LeftLine] = ()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.lines)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == OutboxRole.ID:
            return line.key
        if role == OutboxRole.LINE:
            return line.row
        spoken = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
        return line.row.spoken if role in spoken else None

    def show_lines(self, lines: Sequence[LeftLine]) -> None:
        """Become another list; the same things in the same order only change their words."""
        is_same = [line.key for line in lines] == [line.key for line in self.lines]
        if is_same:
            self.lines = lines
            if lines:
                self.dataChanged.emit(self.index(0), self.index(len(lines) - 1), [])
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def row_of(self, key: Key | None) -> int:
        """Return where something stands, -1 when it is not here."""
        keys = [line.key for line in self.lines]
        return keys.index(key) if key in keys else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftState:
    """What stands beside the list.

    Attributes:
        chosen: what the buttons are about; None when there is nothing.
        problem: why the last wish could not be fulfilled.
    """

    chosen: LeftLine | None = None
    is_busy: bool = False
    problem: Problem | None = None


class LeftWorkPresenter(QObject):
    """What was left behind on this computer.

    Signals:
        state_changed: the whole new state.
        exported: the file is written.
    """

    state_changed = emits(LeftState)
    exported = emits(str)

    def __init__(
        self,
        reader: LeftReader,
        verbs: LeftVerbs,
        drafts: LeftDrafts,
        keeper: DraftKeeper,
        lanes: tuple[Lane, Lane],
        bus: ChangeBus,
        lines: LeftLines,
        tick: MinuteTick,
    ) -> None:
        """Follow the shelf.

        Args:
            lanes: where files of ours are read and written, and where a slow disk is waited for.
        """
        super().__init__()
        self._reader = reader
        self._verbs = verbs
        self._drafts = drafts
        self._keeper = keeper
        self._db, self._io = lanes
        self._bus = bus
        self._lines = lines
        self._items: list[LeftWork] = []
        self._chosen: Key | None = None
        self.model = LeftModel(self)
        self.state = LeftState()
        bus.changed.connect(self._on_changed)
        tick.ticked.connect(self._show)

    @Slot()
    def refresh(self) -> None:
        """Read anew what there is."""
        self._db.run(self._reader.left_work, self._on_read, self._on_failed, self)

    @Slot()
    def recover(self) -> None:
        """Take the problem as read, and show how things stand."""
        self._become(replace(self.state, problem=None))
        self.refresh()

    def choose(self, key: Key) -> None:
        """Turn to a line of the list."""
        row = self.model.row_of(key)
        if row >= 0:
            line = self.model.lines[row]
            self._chosen = line.key
            if line.can_edit:
                self._keeper.load(line.item.case_id, (line.item.kind,))
            self._become(replace(self.state, problem=None))
            self._show()

    def write(self, text: str) -> None:
        """Take in the words of a draft as they are now; they reach the disk while typed."""
        chosen = self.state.chosen
        if chosen is not None and chosen.can_edit:
            shown = self._keeper.shown(chosen.item.case_id, chosen.item.kind)
            self._keeper.keep(replace(shown, text=text))

    def send(self) -> None:
        """Put the chosen draft into the outbox, as it was meant."""
        self._do(Choice.RESEND)

    def hand_over(self) -> None:
        """Give the chosen words to whoever has the complaint now."""
        self._do(Choice.HAND_OVER)

    def withdraw(self) -> None:
        """Do not send the chosen words; a copy is kept."""
        self._do(Choice.WITHDRAW)

    def export(self, path: str) -> None:
        """Write the chosen words into a file of the officer's choice."""
        chosen = self.state.chosen
        if chosen is not None:
            write = partial(write_words, Path(path), chosen.exported)
            self._io.run(write, partial(self._on_exported, path), self._on_failed, self)

    def _do(self, choice: Choice) -> None:
        chosen = self.state.chosen
        if chosen is None or self.state.is_busy or not chosen.allows(choice):
            return
        self._keeper.flush()  # the last keystrokes belong to it
        self._become(replace(self.state, is_busy=True, problem=None))
        self._db.run(self._deed(chosen.item, choice), self._on_done, self._on_failed, self)

    def _deed(self, item: LeftWork, choice: Choice) -> Callable[[], ChangeSet]:
        if item.command_id is None:
            acts = {Choice.HAND_OVER: self._hand_over, Choice.RESEND: self._send}
            return partial(acts.get(choice, self._drafts.discard), item.case_id, item.kind)
        if item.delivery is not None and item.delivery.needs_decision:
            return partial(self._decide, item, item.command_id, choice)
        return partial(self._verbs.withdraw, item.command_id)

    def _hand_over(self, case_id: CaseId, kind: str) -> ChangeSet:
        return self._verbs.hand_over(self._draft(case_id, kind))[1]

    def _send(self, case_id: CaseId, kind: str) -> ChangeSet:
        draft = self._draft(case_id, kind)
        return self._verbs.send_unseen(draft, body_of(draft, self._lines.today()))[1]

    def _draft(self, case_id: CaseId, kind: str) -> Draft:
        draft = self._drafts.load(case_id, kind)
        if draft is None:
            raise Refused("left.no-draft", case_id=case_id)
        return draft

    def _decide(self, item: LeftWork, command_id: CommandId, choice: Choice) -> ChangeSet:
        return self._verbs.decide(command_id, choice, seen_v=item.base_v)[1]

    def _on_read(self, items: list[LeftWork]) -> None:
        self._items = items
        self._show()

    @Slot()
    def _show(self) -> None:
        before = self.model.row_of(self._chosen)
        lines = [self._lines.line(item) for item in self._items]
        self.model.show_lines(lines)
        row = self.model.row_of(self._chosen)
        if row < 0 and lines:  # what took its place in the list is next
            row = min(max(before, 0), len(lines) - 1)
        chosen = lines[row] if lines else None
        self._chosen = None if chosen is None else chosen.key
        self._become(replace(self.state, chosen=chosen))

    def _on_done(self, changes: ChangeSet) -> None:
        self._become(replace(self.state, is_busy=False))
        self._bus.announce(changes, self)

    def _on_exported(self, path: str, _written: None) -> None:
        self.exported.emit(path)

    def _on_failed(self, error: Exception) -> None:
        self._become(replace(self.state, is_busy=False, problem=describe(error)))

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        if changes.outbox or changes.drafts or changes.many or changes.cases:
            self.refresh()

    def _become(self, state: LeftState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def write_words(path: Path, text: str) -> None:
    """Write a text that the officer takes along; runs in a lane.

    Raises:
        StoreUnavailable: ``export.failed``.
    """
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreUnavailable("export.failed", file=path.name) from error
