# SPDX-License-Identifier: AGPL-3.0-or-later
"""Undo: acts that have not left this computer are taken back; their words are never thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.viewmodels.draft_keeper import DraftKeeper, DraftStore
from desktop.viewmodels.draft_words import blank, draft_of, joined
from desktop.viewmodels.problems import Problem, describe
from sync.cases.changes import ChangeSet
from sync.cases.commands import kind_of
from sync.cases.ids import CaseId, CommandId
from sync.cases.views import OutboxItem


class Withdrawals(Protocol):
    """What takes acts back; `sync.services.casework.Casework` is one."""

    def withdraw(self, command_id: CommandId) -> ChangeSet:
        """Take back an act that has not left this computer; a copy is kept."""


class OutboxReader(Protocol):
    """Where the acts are; `sync.services.inbox.Inbox` is one."""

    def outbox(self) -> list[OutboxItem]:
        """Return every act of the officer on this computer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reopened:
    case_id: CaseId
    kind: str
    changes: ChangeSet


class TakingBack(QObject):
    """The two ways to undo, for the history and for the outbox.

    Signals:
        withdrawn: it will not be sent; the outbox keeps a copy.
        edit_requested: it will not be sent, and its words are a draft of this kind again.
        failed: it could not be taken back, and why.
    """

    withdrawn = emits(CommandId)
    edit_requested = emits(CaseId, str)
    failed = emits(CommandId, Problem)

    def __init__(
        self,
        casework: Withdrawals,
        outbox: OutboxReader,
        drafts: DraftStore,
        keeper: DraftKeeper,
        lane: Lane,
        bus: ChangeBus,
    ) -> None:
        super().__init__()
        self._casework = casework
        self._outbox = outbox
        self._drafts = drafts
        self._keeper = keeper
        self._lane = lane
        self._bus = bus

    @Slot(str)
    def withdraw(self, command_id: CommandId) -> None:
        """Take an act back."""
        self._lane.run(
            partial(self._casework.withdraw, command_id),
            partial(self._on_withdrawn, command_id),
            partial(self._on_failed, command_id),
            self,
        )

    @Slot(str)
    def edit(self, command_id: CommandId) -> None:
        """Take an act back and write it anew, beginning with its words."""
        self._keeper.flush()
        self._lane.run(
            partial(self._reopen, command_id),
            self._on_reopened,
            partial(self._on_failed, command_id),
            self,
        )

    def _reopen(self, command_id: CommandId) -> _Reopened:
        """Do both steps; the copy in the outbox has the words in between. Runs in the lane."""
        command = next(
            item.command for item in self._outbox.outbox() if item.command.id == command_id
        )
        changes = self._casework.withdraw(command_id)
        words = draft_of(command)
        kind = kind_of(command.body) if words is None else words.kind
        if words is not None:
            present = self._drafts.load(command.case_id, kind) or blank(command.case_id, kind)
            changes |= self._drafts.save(joined(words, present))
        return _Reopened(case_id=command.case_id, kind=kind, changes=changes)

    def _on_withdrawn(self, command_id: CommandId, changes: ChangeSet) -> None:
        self._bus.announce(changes, self)
        self.withdrawn.emit(command_id)

    def _on_reopened(self, reopened: _Reopened) -> None:
        self._bus.announce(reopened.changes | ChangeSet(drafts=True), self)
        self.edit_requested.emit(reopened.case_id, reopened.kind)

    def _on_failed(self, command_id: CommandId, error: Exception) -> None:
        self.failed.emit(command_id, describe(error))
