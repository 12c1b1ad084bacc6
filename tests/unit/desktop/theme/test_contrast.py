# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every pair of colours that meets on the screen can be told apart (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

from itertools import product

import pytest

from desktop.theme.tokens import Colours, Scheme, Tone, load_colours

WORDS = 4.5
MARKS = 3.0
PANES = ("surface", "surface_raised", "surface_sunken", "backdrop", "hover", "selection")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours as WCAG defines it, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _papers(colours: Colours) -> dict[str, str]:
    papers = {name: getattr(colours, name) for name in PANES}
    for tone in Tone:
        papers[f"{tone}.wash"] = colours.ink(tone).wash
    return papers


def _too_faint(inks: dict[str, str], papers: dict[str, str], least: float) -> list[str]:
    return [
        f"{ink} on {paper}: {contrast(inks[ink], papers[paper]):.2f}"
        for ink, paper in product(inks, papers)
        if contrast(inks[ink], papers[paper]) < least
    ]


def test_contrast_of_black_on_white_is_the_greatest() -> None:
    """The measure itself agrees with the definition at its ends."""
    assert 21.0 == pytest.approx(contrast("#000000", "#ffffff"))
    assert 1.0 == pytest.approx(contrast("#7b57bd", "#7b57bd"))


@pytest.mark.parametrize("scheme", Scheme)
def test_words_are_readable_on_every_paper(scheme: Scheme) -> None:
    """Plain, secondary and link words reach 4.5:1 on each pane and on each large tinted area."""
    colours = load_colours(scheme)
    words = {name: getattr(colours, name) for name in ("text", "text_muted", "accent")}

    assert [] == _too_faint(words, _papers(colours), WORDS)


@pytest.mark.parametrize(("scheme", "tone"), list(product(Scheme, Tone)))
def test_words_of_a_tone_are_readable(scheme: Scheme, tone: Tone) -> None:
    """Words in a tone reach 4.5:1 in its chip, on its card and on each pane."""
    colours = load_colours(scheme)
    ink = colours.ink(tone)
    papers = {name: getattr(colours, name) for name in PANES} | {"bg": ink.bg, "wash": ink.wash}

    assert [] == _too_faint({tone.value: ink.fg}, papers, WORDS)


@pytest.mark.parametrize("scheme", Scheme)
def test_words_on_the_primary_button_are_readable(scheme: Scheme) -> None:
    """The primary button stays readable at rest, under the pointer and held down."""
    colours = load_colours(scheme)
    papers = {name: getattr(colours, name) for name in ("accent", "accent_hover", "accent_pressed")}

    assert [] == _too_faint({"on_accent": colours.on_accent}, papers, WORDS)


@pytest.mark.parametrize("scheme", Scheme)
def test_marks_are_visible_on_every_pane(scheme: Scheme) -> None:
    """Status shapes, outlines that make a control, and the focus ring reach 3:1 on each pane."""
    colours = load_colours(scheme)
    marks = {f"{tone}.mark": colours.ink(tone).mark for tone in Tone}
    marks |= {"border_strong": colours.border_strong, "focus": colours.focus}
    panes = {name: getattr(colours, name) for name in PANES}

    assert [] == _too_faint(marks, panes, MARKS)


@pytest.mark.parametrize(("scheme", "tone"), list(product(Scheme, Tone)))
def test_frame_of_a_tone_is_visible_on_its_own_paper(scheme: Scheme, tone: Tone) -> None:
    """The frame or bar of a tone reaches 3:1 on its chip and on its card."""
    ink = load_colours(scheme).ink(tone)

    assert [] == _too_faint({tone.value: ink.mark}, {"bg": ink.bg, "wash": ink.wash}, MARKS)


@pytest.mark.parametrize("scheme", Scheme)
def test_focus_ring_is_visible_on_the_primary_button(scheme: Scheme) -> None:
    """The ring around the primary button differs from the button and from the pane behind it."""
    colours = load_colours(scheme)
    papers = {name: getattr(colours, name) for name in ("accent", "surface", "surface_raised")}

    assert [] == _too_faint({"ring": colours.focus_on_accent}, papers, MARKS)


@pytest.mark.parametrize("scheme", Scheme)
def test_public_and_internal_differ_in_colour(scheme: Scheme) -> None:
    """What citizens read and what colleagues see share neither words, paper nor frame colour."""
    public = load_colours(scheme).public
    internal = load_colours(scheme).internal

    assert public.fg != internal.fg
    assert public.bg != internal.bg
    assert public.wash != internal.wash
    assert public.mark != internal.mark
