# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything at once, in both schemes: nothing warns, nothing is left unpainted or unnamed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.theme.application import SchemeChoice, apply_theme
from desktop.theme.tokens import Colours, Scheme, load_colours
from tests.gui.widgets.gallery import build_gallery


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Scheme:
    """Each scheme, already applied."""
    choice: SchemeChoice = request.param
    apply_theme(qapp, choice)
    return Scheme(choice)


@pytest.fixture
def sheet(scheme: Scheme, qtbot: QtBot) -> QWidget:
    """The gallery, shown."""
    made = build_gallery()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _share(image: QImage, colour: str) -> float:
    places = [(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)]
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for x, y in places) / len(places)


def test_gallery_is_painted_in_the_colours_of_the_scheme(
    sheet: QWidget, scheme: Scheme, tmp_path: Path
) -> None:
    """Panes, the primary button and the cards all show in the picture."""
    picture = tmp_path / f"gallery-{scheme}.png"
    assert sheet.grab().save(str(picture))
    image = QImage(str(picture))
    colours: Colours = load_colours(scheme)

    assert _share(image, colours.surface) > 0.2
    assert _share(image, colours.surface_sunken) > 0.05
    assert _share(image, colours.accent) > 0.003
    for tone in (colours.internal, colours.pending, colours.danger):
        assert _share(image, tone.wash) > 0.003


def test_every_button_has_a_spoken_name(sheet: QWidget) -> None:
    """A button without words has a name for the ear."""
    mute = [
        button.objectName()
        for button in sheet.findChildren(QAbstractButton)
        if button.isVisible() and not (button.text() or button.accessibleName())
    ]

    assert [] == mute


def test_focus_is_seen_on_every_control(sheet: QWidget, qtbot: QtBot) -> None:
    """Each control that takes the keyboard looks different while it has it, and does not move."""
    sheet.activateWindow()
    unseen = []
    for control in sheet.findChildren(QWidget):
        if not control.focusPolicy() & Qt.FocusPolicy.TabFocus or not control.isVisible():
            continue
        if not control.isEnabled():
            continue
        sheet.setFocus(Qt.FocusReason.OtherFocusReason)
        rest, place = control.grab().toImage(), control.geometry()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(control.hasFocus)
        if rest == control.grab().toImage() or place != control.geometry():
            unseen.append((type(control).__name__, control.objectName()))

    assert [] == unseen
