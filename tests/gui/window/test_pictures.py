# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every scene that is worth a picture can be painted, in both schemes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.theme.application import SchemeChoice, apply_theme
from desktop.theme.tokens import Scheme, load_colours
from tests.support.fitting import cut_parts
from tests.support.scenes import SCENES, stage, working_offline

SCHEMES: tuple[SchemeChoice, ...] = ("light", "dark")
SMALL = ((1093, 614), (911, 512), (683, 384))
"""The commonest screen at 125, 150 and 200 per cent."""


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_is_painted(qapp: QApplication, qtbot: QtBot, scene: str) -> None:
    """Nothing warns, surfaces have the colour of the scheme, and no word is cut where it is small.

    Schemes change while the scene is shown.
    """
    apply_theme(qapp, SCHEMES[0])
    rig = working_offline()
    with qtbot.waitExposed(rig.window):
        rig.window.show()
    window = stage(scene, rig)
    shares = {}
    for scheme in SCHEMES:
        apply_theme(qapp, scheme)
        picture = window.grab().toImage()
        colours = load_colours(Scheme(scheme))
        areas = {QColor(colour).rgb() for colour in (colours.surface, colours.backdrop)}
        places = [(x, y) for x in range(0, 1366, 16) for y in range(0, 768, 16)]
        shares[scheme] = sum(picture.pixel(x, y) in areas for x, y in places) / len(places)

    def is_whole() -> None:
        assert [] == cut_parts(window)

    for size in SMALL:
        window.resize(*size)
        qtbot.waitUntil(is_whole)
        assert size == window.size().toTuple()
    rig.close()

    assert all(share > 0.4 for share in shares.values()), shares


@pytest.mark.parametrize("scene", ["case", "follow-up", "decision-many", "sync-details", "left"])
def test_no_word_is_cut_in_english(qapp: QApplication, qtbot: QtBot, scene: str) -> None:
    """The words of the source are others, and some are longer."""
    apply_theme(qapp, SCHEMES[0])
    rig = working_offline("en")
    with qtbot.waitExposed(rig.window):
        rig.window.show()
    window = stage(scene, rig)

    def is_whole() -> None:
        assert [] == cut_parts(window)

    for size in ((1366, 768), *SMALL):
        window.resize(*size)
        qtbot.waitUntil(is_whole)
    rig.close()
