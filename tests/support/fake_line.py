# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line in memory whose use can be chosen."""

from __future__ import annotations

from dataclasses import replace

from sync.engine.budget import LineMode
from sync.engine.status import LineUsage


class FakeLine:
    """A line whose use can be chosen; nothing goes over it."""

    def __init__(self) -> None:
        self._usage = LineUsage()

    def choose(self, mode: LineMode | None) -> None:
        """Take the choice."""
        self._usage = replace(self._usage, chosen=mode, mode=mode or LineMode.FULL)

    def pause(self) -> None:
        """Rest."""
        self._usage = replace(self._usage, paused=True)

    def resume(self) -> None:
        """Go on."""
        self._usage = replace(self._usage, paused=False)

    def usage(self) -> LineUsage:
        """Say how the line is used."""
        return self._usage
