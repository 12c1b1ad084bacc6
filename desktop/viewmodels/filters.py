# SPDX-License-Identifier: AGPL-3.0-or-later
"""What narrows the list, in words, and what can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sync.cases.access import Unit
from sync.cases.case import Classification
from sync.cases.filters import CaseFilter
from sync.i18n import gettext as _
from sync.services.terms import full_classification_text

V = TypeVar("V", Classification, str, int)


@dataclass(frozen=True, slots=True)
class Option(Generic[V]):
    """One line of a choice; value None stands for everything."""

    label: str
    value: V | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is besides classifications, everything first; empty where nobody has asked."""

    channels: tuple[Option[str], ...] = ()
    units: tuple[Option[int], ...] = ()


def choices_of(channels: Iterable[str], units: Iterable[Unit]) -> Choices:
    """Return the choices by name; a unit stands for itself and the units below it."""
    named = sorted((unit.name, unit.id) for unit in units)
    return Choices(
        channels=(
            Option(_("All channels"), None),
            *(Option(channel, channel) for channel in sorted(channels) if channel),
        ),
        units=(
            Option(_("All units"), None),
            *(Option(name, int(unit_id)) for name, unit_id in named),
        ),
    )


def classification_options() -> Sequence[Option[Classification]]:
    """Return what may be chosen as classification."""
    every: Option[Classification] = Option(_("All classifications"), None)
    return [every, *(Option(full_classification_text(kind), kind) for kind in Classification)]


def with_text(narrowed: CaseFilter, text: str) -> CaseFilter:
    """Return the filter with another search text; outer blanks do not count."""
    return replace(narrowed, text=text.strip())


def narrowing_count(narrowed: CaseFilter) -> int:
    """Return how many things narrow the list besides the search text."""
    chosen = (narrowed.classification, narrowed.channel, narrowed.unit_id, narrowed.secret_only)
    return sum(1 for value in chosen if value)
