# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tokens: complete, well formed, described, and all known to the style sheet."""

from __future__ import annotations

import re
from typing import get_type_hints

import pytest

import resources
from desktop.theme.looks import Look
from desktop.theme.qss import build_style_sheet
from desktop.theme.tokens import Colours, Ink, Scheme, Tone, flat, load_colours


@pytest.mark.parametrize("scheme", Scheme)
def test_every_colour_is_six_hexadecimal_digits(scheme: Scheme) -> None:
    """Both files give each token a colour that Qt, SVG and style sheets understand alike."""
    odd = {
        name: value
        for name, value in flat(load_colours(scheme)).items()
        if not re.fullmatch(r"#[0-9a-f]{6}", value)
    }

    assert {} == odd


@pytest.mark.parametrize("holder", [Colours, Ink])
def test_every_colour_says_what_it_is_for(holder: type[Colours | Ink]) -> None:
    """Each token carries a description beside its type."""
    hints = get_type_hints(holder, include_extras=True)

    assert [] == [name for name, hint in hints.items() if not getattr(hint, "__metadata__", None)]


@pytest.mark.parametrize("tone", Tone)
def test_each_tone_has_the_ink_of_its_name(tone: Tone) -> None:
    """A tone never shows the colours of another."""
    colours = load_colours(Scheme.LIGHT)

    assert getattr(colours, tone.value) is colours.ink(tone)


@pytest.mark.parametrize("scheme", Scheme)
def test_style_sheet_is_filled_completely(scheme: Scheme) -> None:
    """No token is left unfilled, and the sheet has the colours of its scheme."""
    sheet = build_style_sheet(scheme)

    assert "$" not in sheet
    assert load_colours(scheme).accent in sheet


@pytest.mark.parametrize("look", Look)
def test_every_look_has_rules(look: Look) -> None:
    """A widget that asks for a look gets one."""
    assert f'[look="{look}"]' in resources.text("theme/app.qss.in")


def test_every_rule_for_a_look_can_be_asked_for() -> None:
    """The style sheet has no rules for looks that nobody can name."""
    named = set(re.findall(r'\[look="([^"]+)"\]', resources.text("theme/app.qss.in")))

    assert {look.value for look in Look} == named


@pytest.mark.parametrize("scheme", Scheme)
def test_tick_has_the_colour_of_words_on_accent(scheme: Scheme) -> None:
    """The tick, which a style sheet cannot colour, is drawn in the token it stands for."""
    tick = resources.text(f"theme/glyph-check-{scheme}.svg")

    assert f'stroke="{load_colours(scheme).on_accent}"' in tick
