# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must hold: the thirty invariants of the sync study, section 3.1, one function each.

Those that cannot be held against a simulated world are named in ``docs/proof.md`` with the test
that holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.simulation.memory import Answer
from tests.simulation.world import World

Held = Iterator[None]
"""What an invariant returns: it yields once for each thing it found to be as it should, so that
one that never has anything to look at is noticed."""


class When(Enum):
    """When an invariant is held against the world."""

    ANSWER = "at every answer of the centre"
    STEP = "after every step"
    REST = "when there is nothing left to say"
    END = "when everything is decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """One promise; its number is the study's."""

    number: int
    when: When
    check: Callable[..., Held]

    @property
    def name(self) -> str:
        """What it is counted under; several may belong to one number."""
        return self.check.__name__

    @property
    def title(self) -> str:
        """What it says, in one line."""
        return (self.check.__doc__ or "").partition("\n")[0].rstrip(".")


INVARIANTS: list[Invariant] = []
"""Filled by the modules of invariants (at_the_centre, at_the_desks)."""


class Broken(AssertionError):
    """An invariant does not hold."""


def invariant(number: int, when: When) -> Callable[[Callable[..., Held]], Callable[..., Held]]:
    """Put a function among the invariants; with ``ANSWER`` it also gets the answer."""

    def note(check: Callable[..., Held]) -> Callable[..., Held]:
        INVARIANTS.append(Invariant(number=number, when=when, check=check))
        return check

    return note


def hold(world: World, *moments: When, answer: Answer | None = None) -> None:
    """Hold the invariants of some moments against the world.

    Raises:
        Broken: one does not hold; says which.
    """
    for found in _of(*moments):
        arguments: tuple[Any, ...] = (world,) if answer is None else (world, answer)
        try:
            world.memory.checks[found.name] += sum(1 for _ in found.check(*arguments))
        except AssertionError as error:
            raise Broken(f"invariant {found.number} ({found.title}): {error}") from error


def _of(*moments: When) -> Iterator[Invariant]:
    return (found for found in INVARIANTS if found.when in moments)
