# SPDX-License-Identifier: AGPL-3.0-or-later
"""The power fails just before some write to the disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import sqlalchemy as sa

from sync.store.engine import Database


class PowerCut(BaseException):
    """Nothing after this instant happened; no handler of the program may catch it."""


class PowerSupply:
    """While plugged in, every write transaction of the local store may be the one that fails."""

    _real: ClassVar = Database.write

    def __init__(self) -> None:
        self._writes_left: int | None = None

    def plug_in(self) -> None:
        """Stand between the store and the disk."""
        supply = self

        @contextmanager
        def write(database: Database) -> Iterator[sa.Connection]:
            supply.consume()
            with PowerSupply._real(database) as connection:
                yield connection

        setattr(Database, "write", write)  # noqa: B010 - the types of methods are in the way

    def unplug(self) -> None:
        """Leave the store alone."""
        setattr(Database, "write", PowerSupply._real)  # noqa: B010

    @contextmanager
    def lasting(self, writes: int) -> Iterator[None]:
        """Fail after so many write transactions, unless the block ends before."""
        self._writes_left = writes
        try:
            yield
        finally:
            self._writes_left = None

    def consume(self) -> None:
        """A write begins."""
        if self._writes_left is None:
            return
        if self._writes_left == 0:
            raise PowerCut
        self._writes_left -= 1
