# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures of the window over the invented office, to be looked at beside the mockups.

`python -m tests.support.pictures FOLDER` saves them in both schemes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop.commands.ids import WindowCommand
from desktop.theme.application import SchemeChoice, apply_theme
from sync.cases.changes import ChangeSet
from sync.cases.commands import Close, Respond
from sync.cases.projection import Delivery
from sync.engine.budget import LineMode
from sync.engine.forecast import Forecast
from sync.engine.line import LineEstimate
from sync.engine.status import LineUsage, LinkState, SyncStatus
from tests.support.catalogue import speak
from tests.support.fake_office import at
from tests.support.file_scene import every_state, show_files
from tests.support.left_shelf import left_work
from tests.support.window_rig import DOUBLE_CHARGE, ESCALATOR, WindowRig

_TURNS: Final = 10
"""Layouts that follow from each other take several turns of the event loop."""

_ANSWER: Final = (
    "Ibu Rina, log gerbang mengonfirmasi potongan ganda Rp5.000. Saldo dikembalikan ke kartu "
    "paling lambat 25 November."
)


def working_offline() -> WindowRig:
    """Return the window of an officer who has answered one case and may not close another."""
    speak("id")
    rig = WindowRig()
    rig.act(DOUBLE_CHARGE, Respond(text=_ANSWER))
    closing = rig.act(ESCALATOR, Close(text="Eskalator telah berfungsi normal sejak 22 November."))
    rig.bus.announce(
        rig.desk.casework.deliver(closing, Delivery.CONFLICT, code="conflict.newer-entry"), rig
    )
    status = SyncStatus(
        link=LinkState.OFFLINE,
        since=at(24, 8, 12),
        last_contact_at=at(24, 8, 11),
        undelivered=1,
        decisions=1,
        usage=LineUsage(
            mode=LineMode.LEAN,
            poll_s=300.0,
            estimate=LineEstimate(down_bytes_per_s=8_000.0, round_trip_s=0.6),
            sent_bytes=48_000,
            received_bytes=1_240_000,
        ),
        forecast=Forecast(bytes=1_100, cases=0, seconds=0.8),
    )
    rig.workplace.sync.on_status(status)
    rig.workplace.details.on_status(status)
    rig.open(DOUBLE_CHARGE)
    return rig


def _left_behind(rig: WindowRig) -> None:
    """Show what was left behind when complaints went elsewhere."""
    rig.desk.memory.left = left_work()
    rig.bus.announce(ChangeSet(drafts=True), rig)
    rig.built.registry.run(WindowCommand.GO_LEFT)


def _files(rig: WindowRig) -> None:
    """Show files in every state."""
    show_files(rig, every_state())


SCENES: Final[dict[str, Callable[[WindowRig], object]]] = {
    "case": lambda rig: rig.focus("case-list.table"),
    "deadlines": lambda rig: rig.window.panes.case.toggle_deadlines(),
    "filter": lambda rig: rig.window.panes.cases.toggle_filter(),
    "palette": lambda rig: rig.built.registry.run(WindowCommand.PALETTE),
    "sync-details": lambda rig: rig.built.registry.run(WindowCommand.SYNC_DETAILS),
    "decision": lambda rig: rig.built.registry.run(WindowCommand.GO_DECISIONS),
    "left": _left_behind,
    "files": _files,
}
"""Name -> what to do before the picture is taken."""


def main(folder: Path) -> None:
    """Save every scene in both schemes."""
    application = QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    schemes: tuple[SchemeChoice, ...] = ("light", "dark")
    for scheme in schemes:
        apply_theme(application, scheme)
        for name, prepare in SCENES.items():
            rig = working_offline()
            rig.window.show()
            QApplication.processEvents()
            prepare(rig)
            for _turn in range(_TURNS):
                QApplication.processEvents()
            rig.window.grab().save(str(folder / f"{name}-{scheme}.png"))
            rig.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
