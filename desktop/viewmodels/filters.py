# SPDX-License-Identifier: AGPL-3.0-or-later
"""What narrows the list, in words, and what can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.i18n import gettext as _
from desktop.viewmodels.terms import full_classification_text
from sync.cases.case import Classification
from sync.cases.filters import CaseFilter


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a choice; value None stands for everything."""

    label: str
    value: Classification | None


def classification_options() -> Sequence[Option]:
    """Return what may be chosen as classification."""
    every = Option(_("All classifications"), None)
    return [every, *(Option(full_classification_text(kind), kind) for kind in Classification)]


def with_text(narrowed: CaseFilter, text: str) -> CaseFilter:
    """Return the filter with another search text; outer blanks do not count."""
    return replace(narrowed, text=text.strip())


def narrowing_count(narrowed: CaseFilter) -> int:
    """Return how many things narrow the list besides the search text."""
    chosen = (narrowed.classification, narrowed.channel, narrowed.unit_id, narrowed.secret_only)
    return sum(1 for value in chosen if value)
