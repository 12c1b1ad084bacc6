# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawing lots, readably."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TypeVar

_T = TypeVar("_T")


def happens(rng: Random, percent: float) -> bool:
    """Whether something that happens in so many of a hundred cases happens now."""
    return rng.uniform(0, 100) < percent


def draw(rng: Random, weights: Mapping[_T, float]) -> _T:
    """One of the keys, each as often as its weight says."""
    return rng.choices(tuple(weights), tuple(weights.values()))[0]
