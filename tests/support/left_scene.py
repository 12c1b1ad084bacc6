# SPDX-License-Identifier: AGPL-3.0-or-later
"""The window when complaints went elsewhere and the officer's words stayed."""

from __future__ import annotations

from dataclasses import replace

from desktop.commands.ids import WindowCommand
from sync.cases.changes import ChangeSet
from tests.support.left_shelf import left_work
from tests.support.window_rig import DOUBLE_CHARGE, WindowRig


def left_behind(rig: WindowRig) -> None:
    """Show what was left behind."""
    rig.desk.memory.left = left_work()
    rig.bus.announce(ChangeSet(drafts=True), rig)
    rig.built.registry.run(WindowCommand.GO_LEFT)


def a_case_leaves(rig: WindowRig) -> None:
    """Let the open complaint leave while words about it are not sent."""
    del rig.desk.memory.cases[DOUBLE_CHARGE]
    rig.desk.memory.left.append(replace(left_work()[0], case_id=DOUBLE_CHARGE, to=""))
    rig.bus.announce(ChangeSet(cases=frozenset({DOUBLE_CHARGE})))
