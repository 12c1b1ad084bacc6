# SPDX-License-Identifier: AGPL-3.0-or-later
"""A history is a list of steps, and a step is plain data: what is done, and with which numbers.

Numbers are picks out of whatever there is (modulo), so any part of a history is a history too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from typing_extensions import override

Draw = Callable[[Random], Any]
"""Makes a value that JSON can carry."""


class Step(msgspec.Struct, frozen=True):
    """Something that happens; ``do`` names the deed, ``how`` are its arguments."""

    do: str
    how: dict[str, Any]

    @override
    def __str__(self) -> str:
        """Show it in a line of a trace."""
        how = " ".join(f"{name}={value}" for name, value in self.how.items())
        return f"{self.do} {how}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A kind of step: how often it is drawn, with what, and what it does to a world."""

    weight: int
    draws: dict[str, Draw]
    run: Callable[..., None]


DEEDS: dict[str, Deed] = {}
"""By name; filled by the modules of deeds (officers, computers, office)."""


_DAILY = ("act", "sync", "decide")
"""What no history is without."""


def deed(weight: int, **draws: Draw) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Put a function (of the world and what is drawn) among the things that happen."""

    def note(run: Callable[..., None]) -> Callable[..., None]:
        DEEDS[run.__name__] = Deed(weight=weight, draws=draws, run=run)
        return run

    return note


def number(below: int) -> Draw:
    """Draw a whole number."""
    return lambda random: random.randrange(below)


def one_of(*values: Any) -> Draw:
    """Draw one of these."""
    return lambda random: random.choice(values)


def some(draw: Draw, *, least: int = 0, most: int = 3) -> Draw:
    """Draw a short list."""
    return lambda random: [draw(random) for _ in range(random.randint(least, most))]


def history(seed: int, length: int) -> list[Step]:
    """Return what happens under a seed.

    Each seed leaves some deeds out and prefers others, so that each history has a face of its own
    ("swarm testing"). Each deed draws a lot of its own for each place, and the best one happens
    there: so one that is new in the program changes only the places that it takes.
    """
    weights = {name: _weight(seed, name) for name in DEEDS}
    return [_step(seed, place, weights) for place in range(length)]


def _weight(seed: int, name: str) -> int:
    factors = (1, 3) if name in _DAILY else (0, 1, 1, 3)
    return DEEDS[name].weight * Random(f"{seed} {name}").choice(factors)


def _step(seed: int, place: int, weights: dict[str, int]) -> Step:
    """Draw by weight without knowing the sum of the weights (Efraimidis and Spirakis 2006)."""
    lots = {
        name: Random(f"{seed} {place} {name}").random() ** (1 / weight)
        for name, weight in weights.items()
        if weight
    }
    name = max(sorted(lots), key=lots.__getitem__)
    random = Random(f"{seed} {place}")
    return Step(name, {what: draw(random) for what, draw in DEEDS[name].draws.items()})


def to_lines(steps: Sequence[Step]) -> str:
    """Return a history as text, a step a line."""
    return "".join(f"{msgspec.json.encode(step).decode()}\n" for step in steps)


def from_file(path: Path) -> list[Step]:
    """Return the history in a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [msgspec.json.decode(line, type=Step) for line in lines if not line.startswith("#")]
