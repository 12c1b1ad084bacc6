# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is remembered of the line to the centre: how the officer wants it used, and what it can do.

In the work file, for it outlives a cache that was lost.
"""

from __future__ import annotations

import msgspec

from sync.engine.budget import LineMode
from sync.engine.line import LineEstimate
from sync.store import meta
from sync.store.files import Files

_MODE, _ESTIMATE, _MEASURED_AT = "line_mode", "line_estimate", "line_measured_at"

BELIEVED_MS = 7 * 86_400_000
"""After so long a line is another one, or the computer somewhere else."""


class LineNotes:
    """The notes of one profile."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def mode(self) -> LineMode | None:
        """Return what the officer chose; None for what the measured line suggests."""
        with self._files.work.read() as work:
            text = meta.get(work, _MODE)
        return LineMode(text) if text in set(LineMode) else None

    def choose(self, mode: LineMode | None) -> None:
        """Remember what the officer chose."""
        with self._files.work.write() as work:
            meta.put(work, **{_MODE: None if mode is None else mode.value})

    def estimate(self, now: int) -> LineEstimate:
        """Return what the line could do when the program ran last, unless that is long ago.

        Args:
            now: UTC milliseconds, as all times here.
        """
        with self._files.work.read() as work:
            text, at = meta.get(work, _ESTIMATE), meta.get(work, _MEASURED_AT)
        try:
            if at is None or not 0 <= now - int(at) < BELIEVED_MS:
                return LineEstimate()
            return msgspec.json.decode(text or "{}", type=LineEstimate)
        except ValueError:
            return LineEstimate()

    def keep(self, estimate: LineEstimate, now: int) -> None:
        """Remember what the line can do, and when that was measured."""
        told = msgspec.json.encode(estimate).decode()
        with self._files.work.write() as work:
            meta.put(work, **{_ESTIMATE: told, _MEASURED_AT: str(now)})
