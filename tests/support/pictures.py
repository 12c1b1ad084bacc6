# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures of the window over the invented office, to be looked at beside the mockups.

`python -m tests.support.pictures FOLDER [SCENE ...]` saves them in both schemes; `TANGGAP_LANG=en`
has them in English, and `QT_SCALE_FACTOR=1.5` as they are on the commonest screen at 150 per cent.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from desktop.theme.application import SchemeChoice, apply_theme
from tests.support.scenes import SCENES, stage, working_offline

_SCREEN: Final = (1366, 768)
_TURNS: Final = 10
"""Layouts that follow from each other take several turns of the event loop."""


def picture(window: QWidget) -> QPixmap:
    """Return the window with what is open above it: dialogs in its middle, menus in their place."""
    whole = window.grab()
    painter = QPainter(whole)
    for above in [*window.findChildren(QDialog), *window.findChildren(QMenu)]:
        if above.isVisible():
            corner = window.rect().center() - above.rect().center()
            if isinstance(above, QMenu):
                corner = window.mapFromGlobal(above.pos())
            painter.drawPixmap(corner, above.grab())
            painter.drawRect(above.rect().translated(corner))
    painter.end()
    return whole


def main(folder: Path, names: Collection[str]) -> None:
    """Save these scenes in both schemes; all of them when none is named."""
    application = QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    schemes: tuple[SchemeChoice, ...] = ("light", "dark")
    for scheme in schemes:
        apply_theme(application, scheme)
        for name in SCENES:
            if names and name not in names:
                continue
            rig = working_offline(os.environ.get("TANGGAP_LANG", "id"))
            rig.window.resize(*(round(dots / rig.window.devicePixelRatio()) for dots in _SCREEN))
            rig.window.show()
            QApplication.processEvents()
            window = stage(name, rig)
            for _turn in range(_TURNS):
                QApplication.processEvents()
            picture(window).save(str(folder / f"{name}-{scheme}.png"))
            rig.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
