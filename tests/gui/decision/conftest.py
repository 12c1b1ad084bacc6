# SPDX-License-Identifier: AGPL-3.0-or-later
"""A workplace, and outbox and decisions side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.theme.application import apply_theme
from tests.support.outbox_window import OutboxWindow
from tests.support.workplace import Workplace, workplace


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path) -> Iterator[Workplace]:
    """The desk of a liaison officer with three cases."""
    with workplace(tmp_path, cases=3) as opened:
        yield opened


@pytest.fixture
def work(place: Workplace, qtbot: QtBot, qapp: QApplication) -> OutboxWindow:
    """The window, shown."""
    apply_theme(qapp, "light")
    window = OutboxWindow(place)
    qtbot.addWidget(window.window)
    window.window.resize(1153, 660)
    with qtbot.waitActive(window.window):
        window.window.show()
    return window
