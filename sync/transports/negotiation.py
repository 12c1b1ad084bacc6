# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which version of the wire both ends speak, as far as this end knows (docs/protocol.md, 7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sync.errors import SyncError, SyncErrorKind
from sync.wire import versions
from sync.wire.messages import Hello

T = TypeVar("T")

_CALLS_IN_AN_OLDER_VERSION = 100
"""After as many, the centre is asked whether it has been upgraded."""


class Negotiation:
    """Begins with the newest version, and speaks an older one where the centre is older.

    Args:
        greet: asks the centre who it is.
    """

    def __init__(self, greet: Callable[[], Hello]) -> None:
        self._greet = greet
        self._calls_until_greeting = 0
        self.version = versions.CURRENT

    def greeted(self, hello: Hello) -> None:
        """Learn what the centre says that it speaks."""
        shared = versions.common(versions.CURRENT, hello.oldest_version, hello.version)
        self.version = shared or versions.CURRENT
        self._calls_until_greeting = _CALLS_IN_AN_OLDER_VERSION

    def ask(self, question: Callable[[int], T]) -> T:
        """Ask something in the version that both ends speak.

        A centre that says "another version" has not looked at the message, so it may be told it
        again in an older one. While a centre is being upgraded both answers come by turns.
        """
        if self.version < versions.CURRENT:
            self._calls_until_greeting -= 1
            if self._calls_until_greeting < 0:
                self._greet()
        spoken = self.version
        try:
            return question(spoken)
        except SyncError as error:
            if error.kind is not SyncErrorKind.VERSION or not self._stoop(below=spoken):
                raise
        return question(self.version)

    def _stoop(self, *, below: int) -> bool:
        """Find an older version to speak; say whether there is one."""
        hello = self._greet()
        self.version = min(self.version, below - 1)
        if below < hello.oldest_served or self.version < hello.oldest_version:
            self.version = below
        return self.version < below
