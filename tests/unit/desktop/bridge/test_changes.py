# SPDX-License-Identifier: AGPL-3.0-or-later
"""The change bus tells everybody what was committed."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.bridge.changes import ChangeBus
from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId


def test_changes_arrive_with_their_initiator(qtbot: QtBot) -> None:
    """A pane can tell its own changes from others'."""
    bus = ChangeBus()
    heard: list[tuple[ChangeSet, object]] = []
    bus.changed.connect(lambda changes, initiator: heard.append((changes, initiator)))
    changes = ChangeSet(cases=frozenset({CaseId(1)}))

    bus.announce(changes, bus)
    bus.on_synced(changes)

    assert [(changes, bus), (changes, None)] == heard


def test_nothing_changed_is_not_announced(qtbot: QtBot) -> None:
    """An empty change set wakes nobody."""
    bus = ChangeBus()
    with qtbot.assertNotEmitted(bus.changed):
        bus.announce(ChangeSet())
