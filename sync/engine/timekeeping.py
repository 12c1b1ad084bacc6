# SPDX-License-Identifier: AGPL-3.0-or-later
"""What time it is at the centre, by clocks that cannot be trusted (study 2.8, invariant 26).

A computer's clock may be set, run down, or stand in another zone. What can be relied on is how long
the machine has been running, and what the centre said last. From both comes one time for the whole
program: what is shown, what deadlines are counted by, what is written as the time of an act. It
orders nothing. Nothing here reads a clock or a file; both are handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from sync.cases.clocks import SKEW_LIMIT_MS

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS

LONGEST_SILENCE_MS = 60 * _DAY_MS
"""A clock that says that more time has passed without any contact has been set wrong."""

EARLIEST_MS = 1_767_225_600_000
"""2026-01-01: no clock that tells an earlier time has been set since its battery was empty."""

_ZONE_STEP_MS = 30 * _MINUTE_MS
_ZONE_TOLERANCE_MS = 3 * _MINUTE_MS
_LARGEST_ZONE_MS = 14 * _HOUR_MS
INDONESIAN_ZONES_MIN = frozenset({7 * 60, 8 * 60, 9 * 60})
"""WIB, WITA, WIT."""
_WIB_MIN = 7 * 60
"""Where most offices are; for a computer whose time zone is none of Indonesia's."""

_REMEMBER_EVERY_MS = 10 * _MINUTE_MS


class ClockState(StrEnum):
    """What is wrong with this computer's clock, by what somebody should do about it."""

    UNKNOWN = "unknown"
    """The centre has never been heard; nothing to compare with."""
    RIGHT = "right"
    """It agrees with the centre's."""
    OFF = "off"
    """It is wrong by a known amount, which is made up for."""
    ZONE = "zone"
    """It is wrong by whole hours, as after a wrong time zone; made up for."""
    ZONE_NAME = "zone-name"
    """It is right, but the time zone is none of Indonesia's."""
    BACK = "back"
    """It tells a time before what has been: a flat battery, or set by hand. Not to be trusted."""
    AHEAD = "ahead"
    """It has leapt ahead since the last contact. Not to be trusted."""

    @property
    def is_verified(self) -> bool:
        """Whether the time of the program can be relied on."""
        return self not in {ClockState.UNKNOWN, ClockState.BACK, ClockState.AHEAD}

    @property
    def needs_somebody(self) -> bool:
        """Whether somebody should set something."""
        return self not in {ClockState.UNKNOWN, ClockState.RIGHT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a machine's clocks say at one instant.

    Attributes:
        wall: the clock on the wall, UTC milliseconds.
        running: milliseconds since the machine was switched on, asleep or not.
        boot: names that run of the machine; empty where neither is known.
        zone_min: minutes that local time is ahead of UTC; None where that is not known.
    """

    wall: int
    running: int = 0
    boot: str = ""
    zone_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is kept across restarts.

    Attributes:
        offset: the centre's clock minus the wall clock, as last known.
        running, boot, at: the centre's time at some instant of a run of the machine.
        latest: the latest time that was certain; no later time can be before it.
    """

    offset: int
    latest: int
    at: int
    running: int = 0
    boot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The time, and how far it can be trusted.

    Attributes:
        now: the centre's time as near as is known, UTC milliseconds.
        offset: that minus the wall clock.
    """

    now: int
    state: ClockState
    offset: int


def judge(reading: Reading, known: Remembered | None) -> Judgement:
    """Return what time it is."""
    if known is None:
        state = ClockState.BACK if reading.wall < EARLIEST_MS else ClockState.UNKNOWN
        return Judgement(now=reading.wall, state=state, offset=0)
    if reading.boot and reading.boot == known.boot and reading.running >= known.running:
        now = known.at + reading.running - known.running
        return _judged(now, reading)
    now = reading.wall + known.offset
    if now < known.latest - SKEW_LIMIT_MS:
        return Judgement(
            now=known.latest, state=ClockState.BACK, offset=known.latest - reading.wall
        )
    if now - known.latest > LONGEST_SILENCE_MS:
        return Judgement(now=now, state=ClockState.AHEAD, offset=known.offset)
    return _judged(max(now, known.latest), reading)


def _judged(now: int, reading: Reading) -> Judgement:
    offset = now - reading.wall
    if abs(offset) > SKEW_LIMIT_MS:
        state = ClockState.ZONE if _is_whole_zone(offset) else ClockState.OFF
    elif reading.zone_min is not None and reading.zone_min not in INDONESIAN_ZONES_MIN:
        state = ClockState.ZONE_NAME
    else:
        state = ClockState.RIGHT
    return Judgement(now=now, state=state, offset=offset)


def _is_whole_zone(offset: int) -> bool:
    size = abs(offset)
    beside = size % _ZONE_STEP_MS
    near = min(beside, _ZONE_STEP_MS - beside) <= _ZONE_TOLERANCE_MS
    return near and _ZONE_STEP_MS - _ZONE_TOLERANCE_MS <= size <= _LARGEST_ZONE_MS


class Timekeeper:
    """The one clock of an open desk.

    Safe to ask from any thread; :meth:`heard` and :meth:`observe` belong to the thread that
    exchanges with the centre.

    Args:
        read: what the machine's clocks say.
        known: what was remembered; None before the first contact.
        remember: keeps it for the next start.
    """

    def __init__(
        self,
        read: Callable[[], Reading],
        known: Remembered | None,
        remember: Callable[[Remembered], None],
    ) -> None:
        self._read = read
        self._known = known
        self._kept = known
        self._remember = remember

    def now(self) -> int:
        """Return the centre's time as near as is known, UTC milliseconds."""
        return judge(self._read(), self._known).now

    def office_hour(self) -> int:
        """Return the hour of the office's day, 0 to 23, by the time zone of this computer."""
        reading = self._read()
        zone_min = reading.zone_min if reading.zone_min in INDONESIAN_ZONES_MIN else _WIB_MIN
        now = judge(reading, self._known).now + (zone_min or _WIB_MIN) * _MINUTE_MS
        return now // _HOUR_MS % 24

    def is_verified(self) -> bool:
        """Return whether :meth:`now` can be relied on."""
        return self.judgement().state.is_verified

    def judgement(self) -> Judgement:
        """Return the time and how far it can be trusted."""
        return judge(self._read(), self._known)

    def heard(self, ahead_ms: int) -> None:
        """Take in that the centre is so far ahead of :meth:`now`; nothing is more certain.

        Raises:
            StoreError: it cannot be kept; the program goes by it all the same.
        """
        reading = self._read()
        now = judge(reading, self._known).now + ahead_ms
        self._known = Remembered(
            offset=now - reading.wall,
            latest=now,
            at=now,
            running=reading.running,
            boot=reading.boot,
        )
        self._keep()

    def observe(self) -> None:
        """Remember what is certain now, for the machine may be switched off.

        Raises:
            StoreError: it cannot be kept.
        """
        reading = self._read()
        found = judge(reading, self._known)
        if self._known is None or not found.state.is_verified:
            return
        self._known = replace(
            self._known,
            offset=found.offset,
            latest=max(found.now, self._known.latest),
            at=found.now,
            running=reading.running,
            boot=reading.boot,
        )
        self._keep()

    def _keep(self) -> None:
        known, kept = self._known, self._kept
        if known is None:
            return
        moved = kept is None or abs(known.offset - kept.offset) > _MINUTE_MS
        stale = kept is None or not 0 <= known.latest - kept.latest < _REMEMBER_EVERY_MS
        if moved or stale or (kept is not None and kept.boot != known.boot):
            self._remember(known)
            self._kept = known
