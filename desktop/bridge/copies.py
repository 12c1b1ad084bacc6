# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the sealed copy of unsent work up to date, behind the officer's back."""

from __future__ import annotations

import logging
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.timers import Debounce
from sync.cases.changes import ChangeSet

_DELAY_MS = 400
"""A burst of acts is sealed once; an act is sealed well within two seconds."""

_log = logging.getLogger(__name__)


class Sealing(Protocol):
    """Writes the copy; `sync.services.sealing.Sealer` is one."""

    def write(self) -> bool:
        """Bring the copy up to date; return whether there was anything to do."""


class CopyKeeper(QObject):
    """Has the copy written after every change of the outbox or the drafts, never during one."""

    def __init__(self, sealing: Sealing, lane: Lane, bus: ChangeBus) -> None:
        super().__init__()
        self._sealing = sealing
        self._lane = lane
        self._wait = Debounce(_DELAY_MS, self)
        self._wait.fired.connect(self._write)
        self._is_writing = False
        self._is_stale = False
        bus.changed.connect(self._on_changed)
        self._wait.poke()

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        if (changes.outbox or changes.drafts) and not self._wait.is_waiting:
            self._wait.poke()  # not anew at each change, or steady typing would put it off for ever

    @Slot()
    def _write(self) -> None:
        if self._is_writing:
            self._is_stale = True
            return
        self._is_writing = True
        self._lane.run(self._sealing.write, self._on_written, self._on_failed, self)

    def _on_written(self, _was_stale: bool) -> None:
        self._is_writing = False
        if self._is_stale:
            self._is_stale = False
            self._wait.poke()

    def _on_failed(self, error: Exception) -> None:
        """Try again with the next change: the work file has everything, and tells of full disks."""
        _log.warning("The sealed copy could not be written: %s", error)
        self._on_written(False)
