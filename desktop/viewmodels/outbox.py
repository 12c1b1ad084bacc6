# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outbox: every act of the officer and the truth about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from typing_extensions import override

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.outbox_lines import OutboxLine, OutboxLines
from desktop.viewmodels.problems import Problem, describe
from desktop.viewmodels.taking_back import OutboxReader, TakingBack
from sync.cases.case import Attachment
from sync.cases.changes import ChangeSet
from sync.cases.commands import evidence_of
from sync.cases.ids import CaseId, CommandId
from sync.cases.views import OutboxItem
from sync.i18n import gettext as _
from sync.services.attachments import FileState

Index = QModelIndex | QPersistentModelIndex


class OwnFileReader(Protocol):
    """Where own files stand; `sync.services.attachments.Attachments` is one."""

    def own_states(self, files: Iterable[Attachment]) -> list[FileState]:
        """Return how the officer's own files stand, in the order given."""


class OutboxRole(IntEnum):
    """What the delegate asks for besides Qt's own roles."""

    ID = Qt.ItemDataRole.UserRole + 1
    """What the row is called where it was read: a `CommandId`, None for a heading."""
    LINE = Qt.ItemDataRole.UserRole + 2
    """An `OutboxLine`, None for a heading."""


class OutboxModel(QAbstractListModel):
    """Acts, below headings."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[OutboxLine | str] = []

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        spoken = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
        if isinstance(row, str):
            return row if role in spoken else None
        match role:
            case Qt.ItemDataRole.ToolTipRole:
                return row.copied
            case OutboxRole.ID:
                return row.command_id
            case OutboxRole.LINE:
                return row
            case _:
                return row.spoken if role in spoken else None

    def show_lines(self, lines: Sequence[OutboxLine]) -> None:
        """Become what waits, and below it what is settled."""
        rows: list[OutboxLine | str] = [line for line in lines if not line.is_settled]
        settled = [line for line in lines if line.is_settled]
        self.show_rows([*rows, _("Settled"), *settled] if settled else rows)

    def show_rows(self, rows: list[OutboxLine | str]) -> None:
        """Become other rows, headings among them; the same acts only change their words."""
        if [_identity(row) for row in rows] == [_identity(row) for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1), [])
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, command_id: CommandId | None) -> int:
        """Return where an act stands, -1 when it is not here."""
        ids = [_identity(row) for row in self._rows]
        return ids.index(command_id) if command_id in ids else -1

    def line_of(self, command_id: CommandId | None) -> OutboxLine | None:
        """Return the words of an act, or None when it is not here."""
        row = self.row_of(command_id)
        line = self._rows[row] if row >= 0 else None
        return line if isinstance(line, OutboxLine) else None

    def first(self) -> CommandId | None:
        """Return the act on top, or None when there is nothing."""
        acts = (row.command_id for row in self._rows if isinstance(row, OutboxLine))
        return next(acts, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxState:
    """What stands around the list.

    Attributes:
        chosen: the act that the buttons are about.
        is_empty: there has never been anything, as far as this computer knows.
        problem: why the last wish could not be fulfilled.
    """

    chosen: OutboxLine | None = None
    is_empty: bool = True
    problem: Problem | None = None


class OutboxPresenter(QObject):
    """The outbox of this computer.

    Signals:
        state_changed: the whole new state.
        decision_requested: the officer wants to decide this act.
        case_requested: the officer wants to see the case of an act.
    """

    state_changed = emits(OutboxState)
    decision_requested = emits(CommandId)
    case_requested = emits(CaseId)

    def __init__(
        self,
        reader: OutboxReader,
        files: OwnFileReader,
        taking_back: TakingBack,
        lane: Lane,
        bus: ChangeBus,
        lines: OutboxLines,
        tick: MinuteTick,
    ) -> None:
        super().__init__()
        self._reader = reader
        self._files = files
        self._taking_back = taking_back
        self._lane = lane
        self._lines = lines
        self._items: list[tuple[OutboxItem, list[FileState]]] = []
        self._chosen_id: CommandId | None = None
        self.model = OutboxModel(self)
        self.state = OutboxState()
        bus.changed.connect(self._on_changed)
        tick.ticked.connect(self._show)
        taking_back.failed.connect(self._on_not_taken_back)

    @Slot()
    def refresh(self) -> None:
        """Read the outbox anew."""
        self._lane.run(self._read, self._on_read, self._on_failed, self)

    @Slot()
    def recover(self) -> None:
        """Take the problem as read, and show how things stand."""
        self._become(replace(self.state, problem=None))
        self.refresh()

    def choose(self, command_id: CommandId | None) -> None:
        """Turn to an act."""
        if command_id != self._chosen_id:
            self._chosen_id = command_id
            self._become(replace(self.state, problem=None))
            self._show()

    def withdraw(self) -> None:
        """Take the chosen act back."""
        chosen = self.state.chosen
        if chosen is not None and chosen.can_withdraw:
            self._taking_back.withdraw(chosen.command_id)

    def edit(self) -> None:
        """Take the chosen act back and write it anew."""
        chosen = self.state.chosen
        if chosen is not None and chosen.can_edit:
            self._taking_back.edit(chosen.command_id)

    def go_on(self) -> None:
        """Do the obvious with the chosen act: decide it, or look at its case."""
        chosen = self.state.chosen
        if chosen is None:
            return
        if chosen.needs_decision:
            self.decision_requested.emit(chosen.command_id)
        else:
            self.case_requested.emit(chosen.case_id)

    def _read(self) -> list[tuple[OutboxItem, list[FileState]]]:
        """Read the acts and how their files stand; runs in the lane."""
        return [
            (item, self._files.own_states(evidence_of(item.command.body)))
            for item in self._reader.outbox()
        ]

    def _on_read(self, items: list[tuple[OutboxItem, list[FileState]]]) -> None:
        self._items = items
        self._show()

    @Slot()
    def _show(self) -> None:
        self.model.show_lines([self._lines.line(item, files) for item, files in self._items])
        if self.model.line_of(self._chosen_id) is None:
            self._chosen_id = self.model.first()
        chosen = self.model.line_of(self._chosen_id)
        self._become(replace(self.state, chosen=chosen, is_empty=not self._items))

    def _on_failed(self, error: Exception) -> None:
        self._become(replace(self.state, problem=describe(error)))

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        if changes.outbox or changes.files:
            self.refresh()

    @Slot(object, object)
    def _on_not_taken_back(self, command_id: CommandId, problem: Problem) -> None:
        if command_id == self._chosen_id:
            self._become(replace(self.state, problem=problem))

    def _become(self, state: OutboxState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _identity(row: OutboxLine | str) -> CommandId | None:
    return None if isinstance(row, str) else row.command_id
