# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the tests of the small widgets share: a dressed application and a shown window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.theme.application import Theme, apply_theme

Show = Callable[[QWidget], None]


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The application in the light scheme."""
    return apply_theme(qapp, "light")


@pytest.fixture
def host(theme: Theme, qtbot: QtBot) -> QWidget:
    """An empty window of 400 by 300, for widgets to be put into."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    QVBoxLayout(window)
    return window


@pytest.fixture
def show(host: QWidget, qtbot: QtBot) -> Show:
    """Put a widget into the window and show it."""

    def put(widget: QWidget) -> None:
        layout = host.layout()
        assert layout is not None
        layout.addWidget(widget)
        with qtbot.waitExposed(host):
            host.show()

    return put
