# SPDX-License-Identifier: AGPL-3.0-or-later
"""How citizens write: plainly, in points, as a letter, in a short message, with slips.

Every channel has its manner. The verifier's corrected text comes first; the citizen's own words
are what corrections would have started from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from sync.central.sample.chance import happens
from sync.central.sample.phrases import (
    COMPLAINT,
    Scenario,
    Sector,
    Sentence,
    phrases,
    spelling,
)
from sync.central.sample.slots import Slots

CHANNELS: Final = {
    "Website": 34,
    "Aplikasi Android": 27,
    "Aplikasi iOS": 9,
    "SMS 1708": 10,
    "X @lapor1708": 8,
    "Surat": 4,
    "Tatap Muka/Loket": 5,
    "Lapor Mas Wapres": 3,
}
"""Sumber laporan -> how often."""

_UNMARKED: Final = "-"
"""The variant of an opening that fits every variant."""
_SLANG_PERCENT: Final = {"SMS 1708": 95, "X @lapor1708": 80, "Aplikasi Android": 25}
_TYPO_PERCENT: Final = {"Website": 35, "Aplikasi Android": 50, "Aplikasi iOS": 40}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A complaint as it was sent and as the verifier corrected it.

    Attributes:
        variant: the letter of the scenario's variant that it tells, or a dash where it has none.
    """

    variant: str
    title: str
    original: str
    final: str


def write(rng: Random, sector: Sector, scenario: Scenario, slots: Slots, channel: str) -> Writing:
    """Compose one complaint in the manner of its channel."""
    brief = channel in {"SMS 1708", "X @lapor1708"}
    parts = _parts(rng, sector, scenario, slots, brief=brief)
    if channel == "Surat":
        final = _letter(rng, parts)
    elif channel == "Tatap Muka/Loket":
        final = rng.choice(phrases("walk_in_leads")) + _flowing(parts)
    elif parts.complains and len(parts.details) > 1 and happens(rng, 25):
        final = _in_points(rng, parts)
    else:
        final = _flowing(parts, paragraphs=not brief and happens(rng, 35))
    if not brief and channel not in {"Surat", "Tatap Muka/Loket"}:
        if parts.complains and happens(rng, 8):
            final = _at_length(rng, final, slots)
        final = _politely(rng, final)
    return Writing(
        variant=parts.variant,
        title=parts.title,
        original=_as_typed(rng, final, channel),
        final=final,
    )


def fitting(sentences: Sequence[Sentence], variant: str) -> tuple[str, ...]:
    """The templates that fit a variant."""
    return tuple(s.template for s in sentences if not s.variants or variant in s.variants)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    variant: str
    complains: bool
    title: str
    opening: str
    details: tuple[str, ...]
    impact: str
    request: str


def _parts(rng: Random, sector: Sector, scenario: Scenario, slots: Slots, *, brief: bool) -> _Parts:
    opening = rng.choice(scenario.openings)
    variant = rng.choice(opening.variants) if opening.variants else _UNMARKED
    known = fitting(scenario.details, variant)
    wanted = rng.choice((0, 1)) if brief else rng.choice((1, 2, 2, 3, 3, 4))
    picked = sorted(rng.sample(range(len(known)), min(wanted, len(known))))
    complains = scenario.classification == COMPLAINT
    moved = complains and not brief and not scenario.secret and happens(rng, 40)
    return _Parts(
        variant=variant,
        complains=complains,
        title=slots.fill(rng.choice(fitting(scenario.titles, variant))),
        opening=slots.fill(opening.template),
        details=tuple(slots.fill(known[index]) for index in picked),
        impact=slots.fill(rng.choice(sector.impacts)) if moved else "",
        request=slots.fill(rng.choice(fitting(scenario.requests, variant))),
    )


def _flowing(parts: _Parts, *, paragraphs: bool = False) -> str:
    body = " ".join((parts.opening, *parts.details))
    rest = f"{parts.impact} {parts.request}".strip()
    return f"{body}\n\n{rest}" if paragraphs else f"{body} {rest}"


def _in_points(rng: Random, parts: _Parts) -> str:
    points = [f"{n}. {text}" for n, text in enumerate(parts.details, start=1)]
    rest = f"{parts.impact} {parts.request}".strip()
    lead = rng.choice(phrases("numbered_leads"))
    return "\n".join((f"{parts.opening} {lead}", *points)) + f"\n\n{rest}"


def _letter(rng: Random, parts: _Parts) -> str:
    lead = rng.choice(phrases("letter_openings"))
    points = [f"{n}. {text}" for n, text in enumerate((parts.opening, *parts.details), start=1)]
    rest = f"{parts.impact} {parts.request}".strip()
    closing = rng.choice(phrases("letter_closings"))
    return "\n\n".join(("Dengan hormat,", lead, "\n".join(points), rest, closing))


def _politely(rng: Random, text: str) -> str:
    if happens(rng, 35):
        text = rng.choice(phrases("greetings")) + text
    if happens(rng, 25) and "erima kasih" not in text[-60:]:
        text = f"{text} {rng.choice(phrases('closings'))}"
    return text


def _at_length(rng: Random, text: str, slots: Slots) -> str:
    """Some tell more than was asked."""
    backgrounds = rng.sample(phrases("backgrounds"), rng.choice((1, 1, 2)))
    pleas = rng.sample(phrases("pleas"), rng.choice((1, 1, 2)))
    return "\n\n".join((" ".join(map(slots.fill, backgrounds)), text, *pleas))


def _as_typed(rng: Random, text: str, channel: str) -> str:
    if channel == "X @lapor1708":
        text = rng.choice(phrases("greetings_x")) + text
    if happens(rng, _SLANG_PERCENT.get(channel, 0)):
        return _in_slang(rng, text)
    if happens(rng, _TYPO_PERCENT.get(channel, 0)):
        return _with_slips(rng, text)
    return text


def _in_slang(rng: Random, text: str) -> str:
    """As typed on a telephone in a hurry; how thoroughly differs from person to person."""
    words, haste = spelling("slang"), rng.uniform(0.5, 1.0)
    text = re.sub(
        r"\w+",
        lambda m: words[m[0].lower()] if m[0].lower() in words and rng.random() < haste else m[0],
        text,
    )
    if happens(rng, 70):
        text = text.lower()
    return text.rstrip(".") if happens(rng, 50) else text


def _with_slips(rng: Random, text: str) -> str:
    words = spelling("typos")
    return re.sub(
        r"\w+", lambda m: words[m[0]] if m[0] in words and happens(rng, 70) else m[0], text
    )
