# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bundled font family, so that every machine measures text alike."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

import resources
from desktop.theme.tokens import MEASURES

FAMILY = "Inter"
_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf", "Inter-Bold.ttf")


@cache
def load_fonts() -> None:
    """Make the bundled weights known to Qt; needs a QGuiApplication, does its work once.

    Raises:
        RuntimeError: Qt cannot read a font, so the package is damaged.
    """
    for file in _FILES:
        if QFontDatabase.addApplicationFontFromData(resources.data(f"fonts/{file}")) == -1:
            raise RuntimeError(f"unreadable font: {file}")


def ui_font(pixels: int = MEASURES.font_text, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the family at a size in device-independent pixels."""
    font = QFont(FAMILY)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    # Without horizontal hinting letters keep their spacing at 125 % and 150 % scaling.
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font


def with_table_figures(font: QFont) -> QFont:
    """Return the font with digits of one width, for columns of numbers."""
    figures = QFont(font)
    figures.setFeature(QFont.Tag("tnum"), 1)
    return figures
