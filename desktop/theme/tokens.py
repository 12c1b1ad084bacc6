# SPDX-License-Identifier: AGPL-3.0-or-later
"""The design tokens: what each colour and measure means. No Qt here, and no drawing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

import resources


class Tone(StrEnum):
    """What a coloured mark wants to say; never said by colour alone."""

    NEUTRAL = "neutral"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    DANGER = "danger"
    PUBLIC = "public"
    INTERNAL = "internal"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """The four colours of one tone, as `#rrggbb`."""

    fg: Annotated[str, "Words and icons, on bg, on wash and on every pane."]
    bg: Annotated[str, "Small areas behind words: chips and badges."]
    wash: Annotated[str, "Large areas: banners, cards and editors."]
    mark: Annotated[str, "Shapes that mean something: dots, bars, frames."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """The semantic colours of one scheme, as `#rrggbb`.

    What each is for stands beside its type; the values are in `resources/theme/light.toml` and
    `dark.toml`.
    """

    surface: Annotated[str, "Panes: list, case, menus bar, status bar."]
    surface_raised: Annotated[str, "What floats above panes: menus, pop-ups, cards."]
    surface_sunken: Annotated[str, "What lies deeper: the queue column, empty fields."]
    backdrop: Annotated[str, "Behind cards: dashboard and outbox."]
    hover: Annotated[str, "A row or button under the pointer."]
    selection: Annotated[str, "The selected row; pale, with an accent bar beside it."]
    border: Annotated[str, "Hairlines between panes and around calm controls; decoration."]
    border_strong: Annotated[str, "Outlines needed to see a control: boxes, scroll handles."]
    text: Annotated[str, "Words."]
    text_muted: Annotated[str, "Secondary words: times, numbers, labels."]
    accent: Annotated[str, "The one call to act: primary button, links, active tab."]
    accent_hover: Annotated[str, "The primary button under the pointer."]
    accent_pressed: Annotated[str, "The primary button held down."]
    on_accent: Annotated[str, "Words and icons on accent."]
    focus: Annotated[str, "Ring around the control that has the keyboard."]
    focus_on_accent: Annotated[str, "The same ring on a control filled with accent."]
    neutral: Annotated[Ink, "No judgement: classification, counts."]
    info: Annotated[Ink, "News without urgency: status, being sent."]
    ok: Annotated[Ink, "In time, accepted, done."]
    warn: Annotated[Ink, "Soon due, offline, waiting."]
    danger: Annotated[Ink, "Overdue, refused, needs a decision."]
    public: Annotated[Ink, "What the citizen will read."]
    internal: Annotated[Ink, "What only colleagues see."]
    pending: Annotated[Ink, "Kept on this computer, not yet sent; always with a dashed frame."]

    def ink(self, tone: Tone) -> Ink:
        """Return the colours of a tone."""
        inks: dict[Tone, Ink] = {
            Tone.NEUTRAL: self.neutral,
            Tone.INFO: self.info,
            Tone.OK: self.ok,
            Tone.WARN: self.warn,
            Tone.DANGER: self.danger,
            Tone.PUBLIC: self.public,
            Tone.INTERNAL: self.internal,
            Tone.PENDING: self.pending,
        }
        return inks[tone]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Lengths in device-independent pixels, equal in both schemes."""

    space_xs: int = 4
    space_s: int = 6
    space_m: int = 8
    space_l: int = 12
    space_xl: int = 16
    space_xxl: int = 24
    radius_s: int = 4
    radius_m: int = 6
    radius_l: int = 8
    font_chip: int = 11
    font_small: int = 12
    font_text: int = 13
    font_title: int = 16
    font_headline: int = 20
    font_figure: int = 26
    icon_s: int = 14
    icon_m: int = 16
    icon_l: int = 20


MEASURES = Measures()


class Scheme(StrEnum):
    """The two sets of colours."""

    LIGHT = "light"
    DARK = "dark"


@cache
def load_colours(scheme: Scheme) -> Colours:
    """Read the colours of a scheme from the package's TOML.

    Raises:
        TypeError: The file lacks a token or has one too many.
    """
    return _colours_from(tomllib.loads(resources.text(f"theme/{scheme}.toml")))


def _colours_from(table: Mapping[str, Any]) -> Colours:
    values: dict[str, Any] = {
        name: Ink(**value) if isinstance(value, dict) else value for name, value in table.items()
    }
    return Colours(**values)


def flat(colours: Colours) -> dict[str, str]:
    """Name every colour for a style sheet: `surface`, `danger_fg`, `danger_bg`, ..."""
    named: dict[str, str] = {}
    for token in fields(colours):
        value = getattr(colours, token.name)
        if isinstance(value, Ink):
            named |= {
                f"{token.name}_{part.name}": getattr(value, part.name) for part in fields(value)
            }
        else:
            named[token.name] = value
    return named
