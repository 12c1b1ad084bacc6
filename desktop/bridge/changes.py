# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one place where panes learn that something was committed, by themselves or by sync."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.bridge.signals import emits
from sync.cases.changes import ChangeSet


class ChangeBus(QObject):
    """Passes every committed change to whoever shows data. Lives on the main thread.

    Signals:
        changed: what changed, and the object that caused it (None for sync), so that a pane can
            leave alone what it has just drawn itself.
    """

    changed = emits(ChangeSet, object)

    def announce(self, changes: ChangeSet, initiator: object = None) -> None:
        """Tell everybody, unless nothing changed."""
        if changes:
            self.changed.emit(changes, initiator)

    @Slot(object)
    def on_synced(self, changes: ChangeSet) -> None:
        """Pass on what a sync round has committed."""
        self.announce(changes)
