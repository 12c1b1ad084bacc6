# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tokens to QPalette, and back: the palette is the only place where the chosen scheme is kept."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from desktop.theme.tokens import Colours, Scheme, load_colours


def build_palette(colours: Colours) -> QPalette:
    """Give every palette role its token."""
    role = QPalette.ColorRole
    palette = QPalette()
    values = {
        role.Window: colours.surface,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.surface_sunken,
        role.Text: colours.text,
        role.PlaceholderText: colours.text_muted,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.BrightText: colours.danger.fg,
        role.ToolTipBase: colours.text,
        role.ToolTipText: colours.surface,
        # Rows are selected pale, with an accent bar beside them; the words keep their colour.
        role.Highlight: colours.selection,
        role.HighlightedText: colours.text,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
    }
    for colour_role, value in values.items():
        palette.setColor(colour_role, QColor(value))
    _set_shades(palette, colours)
    _set_disabled(palette, colours)
    return palette


def _set_shades(palette: QPalette, colours: Colours) -> None:
    # Fusion draws the outlines of boxes and radio buttons from these.
    role = QPalette.ColorRole
    palette.setColor(role.Light, QColor(colours.surface_raised))
    palette.setColor(role.Midlight, QColor(colours.surface_sunken))
    palette.setColor(role.Mid, QColor(colours.border))
    palette.setColor(role.Dark, QColor(colours.border_strong))
    palette.setColor(role.Shadow, QColor(colours.border_strong))


def _set_disabled(palette: QPalette, colours: Colours) -> None:
    faded = mixed(colours.text_muted, colours.surface, share=0.6)
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
        QPalette.ColorRole.HighlightedText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)


def mixed(over: str, under: str, *, share: float) -> QColor:
    """Lay `share` (0 to 1) of one colour over another."""
    top, bottom = QColor(over), QColor(under)
    return QColor(
        round(top.red() * share + bottom.red() * (1 - share)),
        round(top.green() * share + bottom.green() * (1 - share)),
        round(top.blue() * share + bottom.blue() * (1 - share)),
    )


def scheme_of(palette: QPalette) -> Scheme:
    """Tell which scheme a palette belongs to, by the lightness of its window."""
    dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
    return Scheme.DARK if dark else Scheme.LIGHT


def colours_of(palette: QPalette) -> Colours:
    """Return the semantic colours that go with a palette; what delegates and widgets paint with."""
    return load_colours(scheme_of(palette))
