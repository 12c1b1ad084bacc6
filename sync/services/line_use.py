# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much of the line this desk may use: as the officer chose, or as was measured.

Read by the threads that use the line, changed by the one that the officer works with.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from sync.engine.budget import Errand, LineMode, allowance, is_night, mode_for
from sync.engine.line import LineEstimate, LineMeter
from sync.engine.listening import Listening
from sync.engine.status import LineUsage
from sync.engine.timekeeping import Timekeeper
from sync.store.line_notes import LineNotes

POLL_S = {LineMode.FULL: 60.0, LineMode.LEAN: 5 * 60.0, LineMode.TEXT_ONLY: 15 * 60.0}
"""Seconds between two looks that nobody asked for; an exchange with nothing new costs 400 bytes."""

POLL_WHILE_TOLD_S = 5 * 60.0
"""While the centre says by itself when there is something: an announcement may be lost."""

_NOTABLE = 1.25
"""An estimate is written down again when it has changed by this factor."""

_AGED_MS = 86_400_000
"""Likewise one that is as it was, for what is remembered is believed for some days only."""


@runtime_checkable
class Metered(Protocol):
    """A connection that measures what crosses it."""

    meter: LineMeter


class LineUse:
    """The rules for the line of one desk.

    Args:
        time: the centre's, as near as is known, and the hour of the office's day.

    Attributes:
        meter: measures the line; whoever else uses it reports there.
    """

    def __init__(
        self,
        notes: LineNotes,
        meter: LineMeter,
        listening: Listening,
        time: Timekeeper,
    ) -> None:
        self._notes = notes
        self._time = time
        self.meter = meter
        self._listening = listening
        self._chosen = notes.mode()
        self._kept = meter.estimate = notes.estimate(time.now())
        self._kept_at = time.now()
        self._suggested = mode_for(meter.estimate, LineMode.FULL)
        self._paused = False
        self._metered = False

    @property
    def mode(self) -> LineMode:
        """How much may be used now: as was chosen, as was measured, and sparing where it costs."""
        if self._chosen is None and self._metered and self._suggested is LineMode.FULL:
            return LineMode.LEAN
        return self._chosen or self._suggested

    @property
    def is_dear(self) -> bool:
        """Whether each byte costs somebody money, and the officer has not said "all the same"."""
        return self._metered and self._chosen is not LineMode.FULL

    @property
    def rests(self) -> bool:
        """Whether nothing happens until somebody asks."""
        return self._paused or self.mode is LineMode.OFF

    @property
    def may_listen(self) -> bool:
        """Whether a stream of announcements may be kept open."""
        return self.mode is LineMode.FULL and not self.rests

    @property
    def estimate(self) -> LineEstimate:
        """What the line can do, as far as it was measured."""
        return self.meter.estimate

    def piece_bytes(self, errand: Errand) -> int:
        """Return how many bytes of a file may move in one piece now; 0 for not now.

        On a line that is poor by itself, rather than spared on purpose, an officer's own files go
        by night: they would wait for ever otherwise.
        """
        mode, at_night = self.mode, is_night(self._time.office_hour())
        waits_for_ever = mode is LineMode.TEXT_ONLY and self._chosen is None
        if waits_for_ever and at_night and errand is Errand.UPLOAD:
            mode = LineMode.LEAN
        return allowance(
            errand,
            mode,
            self.estimate,
            words_wait=False,
            at_night=at_night,
            metered=self.is_dear,
        )

    def choose(self, mode: LineMode | None) -> None:
        """Use so much of the line from now on; None for as much as suits the measured line.

        Raises:
            StoreUnavailable: the choice cannot be remembered; nothing has changed.
        """
        self._notes.choose(mode)
        self._chosen = mode

    def know_metered(self, *, metered: bool) -> None:
        """Take in what the operating system says about the network."""
        self._metered = metered

    def pause(self) -> None:
        """Use nothing until :meth:`resume`; the next start of the program is one."""
        self._paused = True

    def resume(self) -> None:
        """Go on."""
        self._paused = False

    def poll_s(self) -> float:
        """Return how long to wait between two looks at a quiet centre."""
        if self._listening.is_live and self.may_listen:
            return POLL_WHILE_TOLD_S
        return POLL_S.get(self.mode, POLL_S[LineMode.TEXT_ONLY])

    def measured(self) -> None:
        """Take in that an exchange was measured; remember what is notable about it."""
        estimate = self.meter.estimate
        self._suggested = mode_for(estimate, self._suggested)
        now = self._time.now()
        is_aged = not 0 <= now - self._kept_at < _AGED_MS and estimate != LineEstimate()
        if is_aged or _differs(estimate, self._kept):
            self._notes.keep(estimate, now)
            self._kept, self._kept_at = estimate, now

    def usage(self) -> LineUsage:
        """Return all of it, to be shown."""
        return LineUsage(
            mode=self.mode,
            chosen=self._chosen,
            paused=self._paused,
            metered=self.is_dear,
            told=self._listening.is_live,
            held_back=self._listening.is_held_back and self.may_listen,
            poll_s=self.poll_s(),
            estimate=self.meter.estimate,
            sent_bytes=self.meter.sent_bytes,
            received_bytes=self.meter.received_bytes,
        )


def _differs(now: LineEstimate, kept: LineEstimate) -> bool:
    pairs = (
        (now.up_bytes_per_s, kept.up_bytes_per_s),
        (now.down_bytes_per_s, kept.down_bytes_per_s),
        (now.round_trip_s, kept.round_trip_s),
    )
    return any(
        new is not None and (old is None or max(new, old) > _NOTABLE * min(new, old))
        for new, old in pairs
    )
