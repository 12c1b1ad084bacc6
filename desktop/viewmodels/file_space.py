# SPDX-License-Identifier: AGPL-3.0-or-later
"""The room that files take on this computer, in words, and how much of it they may take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.problems import Problem, describe
from sync.cases.changes import ChangeSet
from sync.i18n import gettext as _
from sync.store.file_space import FileUse

_MB: Final = 1024 * 1024
LIMITS: Final = tuple(count * _MB for count in (100, 250, 500, 1024, 2048, 5120, 10_240))
"""What can be chosen, in bytes."""


class SpaceKeeper(Protocol):
    """Where the room is kept; `sync.services.attachments.Attachments` is one."""

    def space(self) -> FileUse:
        """Return how much files take, and how much they may."""

    def limit_space(self, limit_bytes: int) -> None:
        """Let files from the centre take so much."""

    def clear_space(self) -> int:
        """Let go of all that can come again and is not pinned; return how many bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSpaceState:
    """What is shown.

    Attributes:
        used: how much is here, and of how much.
        details: what is kept, what is the officer's own, and what a full disk does to it.
        choices: limit in bytes -> what it is called.
        chosen: the limit that holds.
        can_clear: there is something to let go of.
        told: what came of the last wish; empty for nothing.
    """

    used: str = ""
    details: str = ""
    choices: tuple[tuple[int, str], ...] = ()
    chosen: int = 0
    can_clear: bool = False
    told: str = ""


class FileSpacePresenter(QObject):
    """Looks only while somebody looks at it.

    Signals:
        state_changed: other words.
        failed: a wish could not be fulfilled.
    """

    state_changed = emits(FileSpaceState)
    failed = emits(Problem)

    def __init__(self, keeper: SpaceKeeper, lane: Lane, bus: ChangeBus, formats: Formats) -> None:
        super().__init__()
        self._keeper = keeper
        self._lane = lane
        self._formats = formats
        self._is_watched = False
        self.state = FileSpaceState()
        bus.changed.connect(self._on_changed)

    def watch(self, watched: bool) -> None:
        """Look, and go on looking, or stop."""
        self._is_watched = watched
        if watched:
            self._become(replace(self.state, told=""))
            self._look()

    def choose(self, limit_bytes: int) -> None:
        """Let files take so much from now on."""
        choose = partial(self._keeper.limit_space, limit_bytes)
        self._lane.run(choose, lambda _done: self._look(), self._on_failed, self)

    def clear(self) -> None:
        """Let go of what can come again."""
        self._lane.run(self._keeper.clear_space, self._on_cleared, self._on_failed, self)

    def _look(self) -> None:
        self._lane.run(self._keeper.space, self._on_seen, self._on_failed, self)

    def _on_cleared(self, freed: int) -> None:
        size = self._formats.size(freed)
        told = _("{size} freed; the files can be fetched again.").format(size=size)
        self._become(replace(self.state, told=told))
        self._look()

    def _on_seen(self, use: FileUse) -> None:
        size = self._formats.size
        used = _("{used} of {budget}").format(used=size(use.used), budget=size(use.budget))
        limits = sorted({*LIMITS, use.limit})
        self._become(
            FileSpaceState(
                used=used,
                details=self._details(use),
                choices=tuple((limit, size(limit)) for limit in limits),
                chosen=use.limit,
                can_clear=use.used > use.pinned,
                told=self.state.told,
            )
        )

    def _details(self, use: FileUse) -> str:
        size = self._formats.size
        told = []
        if use.pinned:
            told.append(_("{size} of it is kept for offline work.").format(size=size(use.pinned)))
        if use.own:
            told.append(_("Your own files take {size} besides.").format(size=size(use.own)))
        if use.is_lowered:
            told.append(_("The disk is nearly full, so files may take less than you allow."))
        return " ".join(told)

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(describe(error))

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        if changes.files and self._is_watched:
            self._look()

    def _become(self, state: FileSpaceState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
