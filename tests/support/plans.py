# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an action asks of the databases, and how SQLite would answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from sync.store import engine
from sync.store.engine import Database


def statements_of(action: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the statements of an action, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(
        _connection: object, _cursor: object, statement: str, parameters: Any, *_: object
    ) -> None:
        seen.append((statement, parameters))

    def noting(connection: sa.Connection, statement: str, parameters: Any = ()) -> list[Any]:
        seen.append((statement, parameters))
        return engine.fetch(connection, statement, parameters)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for module in _asking():
                patch.setattr(module, "fetch", noting)
            action()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return seen


def _asking() -> list[ModuleType]:
    """Return the modules that ask the driver itself, past SQLAlchemy and its events."""
    loaded = [module for name, module in sys.modules.items() if name.startswith("sync.")]
    return [
        module
        for module in loaded
        if module is not engine and getattr(module, "fetch", None) is engine.fetch
    ]


def plan_of(database: Database, statement: str, parameters: Sequence[Any]) -> list[str]:
    """Return how SQLite would answer a query."""
    with database.read() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters))
        return [row[3] for row in rows]
