# SPDX-License-Identifier: AGPL-3.0-or-later
"""A workplace with two cases, and the window in which words are written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.theme.application import apply_theme
from tests.support.work_window import WorkWindow
from tests.support.workplace import Workplace, workplace


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path) -> Iterator[Workplace]:
    """The desk of a liaison officer."""
    with workplace(tmp_path) as opened:
        yield opened


@pytest.fixture
def work(place: Workplace, qtbot: QtBot, qapp: QApplication) -> WorkWindow:
    """The window with case 1 open."""
    apply_theme(qapp, "light")
    window = WorkWindow(place)
    qtbot.addWidget(window.window)
    window.window.resize(748, 300)
    with qtbot.waitActive(window.window):
        window.window.show()
    window.open(1)
    return window
