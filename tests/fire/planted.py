# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deliberate bugs of the centre that show only on PostgreSQL, with many devices and under fire.

``python -m tests.fire.planted BUG --database …`` is ``tanggap-central`` with one of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Connection, text

from sync.central.cli import main as tanggap_central
from sync.central.database import Database
from sync.central.head import Counter, Numbers
from tests.simulation.planted import BUGS as SIMULATED
from tests.simulation.planted import replaced

Bug = Callable[[], AbstractContextManager[None]]

PLANTED: dict[str, Bug] = {
    name: SIMULATED[name] for name in ("the_verdict_is_remembered_in_another_transaction",)
}
"""By name."""


def _bug(plant: Callable[[], Iterator[None]]) -> None:
    PLANTED[plant.__name__] = contextmanager(plant)


@_bug
def a_commit_does_not_wait_for_the_disk() -> Iterator[None]:
    """Verdicts are told before PostgreSQL has flushed them."""
    write = Database.write

    @contextmanager
    def careless(self: Database) -> Iterator[Connection]:
        with write(self) as connection:
            if not self.is_sqlite:
                connection.execute(text("SET LOCAL synchronous_commit = off"))
            yield connection

    with replaced(Database, "write", careless):
        yield


@_bug
def numbers_come_from_a_sequence() -> Iterator[None]:
    """Numbers are taken in a transaction of their own, so that no row is locked for long."""
    take = Counter.take

    def beside(self: Counter, connection: Any, changes: int, new_cases: int = 0) -> Numbers:
        with connection.engine.begin() as other:
            return take(self, other, changes, new_cases)

    with replaced(Counter, "take", beside):
        yield


def main() -> int:
    """Be the centre with a bug in it."""
    name, *arguments = sys.argv[1:]
    with PLANTED[name]():
        return tanggap_central(arguments)


if __name__ == "__main__":
    sys.exit(main())
