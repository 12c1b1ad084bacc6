# SPDX-License-Identifier: AGPL-3.0-or-later
"""The instants between two writes of a process, and dying at exactly one of them.

A boundary is just before and after every commit of what was written, and just before everything
that makes files durable or changes their names: between two of them nothing that a next start
could see changes. Whoever does not take a database's word for that dies before every single
statement that writes as well. Counting costs nothing else, so the program under test is the real
one until it is killed.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP)", re.IGNORECASE)
_OF_FILES = ("fsync", "replace", "rename", "unlink", "link", "truncate", "ftruncate")


class Boundaries:
    """Counts the boundaries of this process from now on, and ends it at one of them.

    Args:
        fatal: the boundary at which to die, from 1.
        log: a file that is told the name of the boundary that was reached last.
        within: statements within a transaction are boundaries too.
    """

    def __init__(self, fatal: int, log: Path, *, within: bool) -> None:
        self._fatal = fatal
        self._count = 0
        self._log = log
        self._within = within
        self._writing: set[int] = set()

    def watch(self) -> None:
        """Begin; there is no end, for a process that was forked to die needs none."""
        sa.event.listen(sa.Engine, "before_cursor_execute", self._statement)
        commit: Callable[[Any, Any], None] = DefaultDialect.do_commit

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            wrote = id(connection.dbapi_connection) in self._writing
            if wrote:
                self._pass("before a commit")
            commit(dialect, connection)
            if wrote:
                self._writing.discard(id(connection.dbapi_connection))
                self._pass("after a commit")

        setattr(DefaultDialect, "do_commit", do_commit)  # noqa: B010 - types of methods
        for name in _OF_FILES:
            setattr(os, name, self._before(name, getattr(os, name)))

    def told(self) -> str:
        """Return where a process died."""
        return self._log.read_text(encoding="utf-8")

    def _statement(self, connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if found := _WRITES.match(statement):
            self._writing.add(id(connection.connection.dbapi_connection))
            if self._within:
                self._pass(f"before {' '.join(statement[found.start(1) :].split()[:3])}")

    def _before(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self._pass(f"before {name}")
            return real(*arguments, **named)

        return call

    def _pass(self, name: str) -> None:
        self._count += 1
        if self._count == self._fatal:
            self._log.write_text(f"{self._count} {name}", encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
