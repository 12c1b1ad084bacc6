# SPDX-License-Identifier: AGPL-3.0-or-later
"""What time it is, for what is shown; and whether that is sure."""

from __future__ import annotations

from typing import Protocol


class Clockface(Protocol):
    """The one clock of a window; `sync.engine.timekeeping.Timekeeper` is one."""

    def now(self) -> int:
        """Return the centre's time as near as is known, UTC milliseconds."""

    def is_verified(self) -> bool:
        """Return whether that can be relied on."""
