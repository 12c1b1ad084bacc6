# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills the application's one style sheet with tokens; only what a palette cannot say is in it."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

import resources
from desktop.theme.tokens import MEASURES, Colours, flat


def build_style_sheet(colours: Colours) -> str:
    """Return the style sheet in the given colours.

    Raises:
        KeyError: The sheet asks for a token that does not exist.
    """
    lengths = {name: f"{value}px" for name, value in asdict(MEASURES).items()}
    glyphs = {"glyph_down": resources.path("theme/glyph-down.svg").as_posix()}
    sheet = Template(resources.text("theme/app.qss.in"))
    return sheet.substitute(flat(colours) | lengths | glyphs)
