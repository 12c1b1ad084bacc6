# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills the application's one style sheet with tokens; only what a palette cannot say is in it."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

import resources
from desktop.theme.tokens import MEASURES, Scheme, flat, load_colours


def build_style_sheet(scheme: Scheme) -> str:
    """Return the style sheet in the colours of a scheme.

    Raises:
        KeyError: The sheet asks for a token that does not exist.
    """
    lengths = {name: f"{value}px" for name, value in asdict(MEASURES).items()}
    glyphs = {"glyph_down": _place("down"), "glyph_check": _place(f"check-{scheme}")}
    sheet = Template(resources.text("theme/app.qss.in"))
    return sheet.substitute(flat(load_colours(scheme)) | lengths | glyphs)


def _place(glyph: str) -> str:
    # A style sheet reads images from files only, and cannot colour them.
    return resources.path(f"theme/glyph-{glyph}.svg").as_posix()
