# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every scene that is worth a picture can be painted, in both schemes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.theme.application import SchemeChoice, apply_theme
from desktop.theme.tokens import Scheme, load_colours
from tests.support.scenes import SCENES, stage, working_offline

SCHEMES: tuple[SchemeChoice, ...] = ("light", "dark")


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_is_painted(qapp: QApplication, qtbot: QtBot, scene: str) -> None:
    """Nothing warns, and all surfaces have the colour of the scheme, also when it is changed."""
    apply_theme(qapp, SCHEMES[0])
    rig = working_offline()
    with qtbot.waitExposed(rig.window):
        rig.window.show()
    stage(scene, rig)
    shares = {}
    for scheme in SCHEMES:
        apply_theme(qapp, scheme)
        picture = rig.window.grab().toImage()
        surface = QColor(load_colours(Scheme(scheme)).surface).rgb()
        places = [(x, y) for x in range(0, 1366, 16) for y in range(0, 768, 16)]
        shares[scheme] = sum(picture.pixel(x, y) == surface for x, y in places) / len(places)
    rig.close()

    assert all(share > 0.4 for share in shares.values()), shares
