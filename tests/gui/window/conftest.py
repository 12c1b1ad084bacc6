# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole window, shown at the commonest size of these offices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.theme.application import apply_theme
from tests.support.window_rig import WindowRig


@pytest.fixture
def rig(qapp: QApplication, qtbot: QtBot) -> Iterator[WindowRig]:
    """The window of an officer with two hundred complaints."""
    apply_theme(qapp, "light")
    rig = WindowRig()
    with qtbot.waitActive(rig.window):
        rig.window.show()
        rig.window.activateWindow()
    rig.focus("case-list.table")
    yield rig
    rig.close()
