# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the link to the centre and the officer's work stand, as one value that may be shown.

The wording is done elsewhere. The light is green only when everything is truly delivered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sync.engine.budget import LineMode
from sync.engine.forecast import Forecast
from sync.engine.line import LineEstimate
from sync.engine.timekeeping import ClockState
from sync.errors import SyncError, SyncErrorKind, TanggapError
from sync.wire.messages import Progress


class LinkState(StrEnum):
    """What is known about the connection, by what the officer may do about it."""

    NEVER = "never"
    """No contact with the centre yet since this program started."""
    CONNECTING = "connecting"
    """An exchange is running."""
    ONLINE = "online"
    """The last exchange was answered."""
    OFFLINE = "offline"
    """The last attempt failed; it is tried again without the officer doing anything."""
    SIGN_IN_NEEDED = "sign-in-needed"
    """The centre wants the password again; work and queue stay."""
    REVOKED = "revoked"
    """The centre does not take anything from this device any more."""
    TOO_OLD = "too-old"
    """Program and centre speak no common version."""


_STATE_AFTER: dict[SyncErrorKind, LinkState] = {
    SyncErrorKind.AUTH: LinkState.SIGN_IN_NEEDED,
    SyncErrorKind.REVOKED: LinkState.REVOKED,
    SyncErrorKind.VERSION: LinkState.TOO_OLD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUsage:
    """How the line is used.

    Attributes:
        mode: how much of it may be used now.
        chosen: what the officer chose; None for what suits the measured line.
        paused: the officer wants nothing to happen for now.
        metered: the network is one that is paid for by what is carried, and is spared therefore.
        told: the centre says by itself when there is something.
        held_back: it would, but something on the way keeps announcements for itself.
        poll_s: seconds between two looks at a quiet centre.
        sent_bytes, received_bytes: on the wire, since the program started.
    """

    mode: LineMode = LineMode.FULL
    chosen: LineMode | None = None
    paused: bool = False
    metered: bool = False
    told: bool = False
    held_back: bool = False
    poll_s: float = 60.0
    estimate: LineEstimate = field(default_factory=LineEstimate)
    sent_bytes: int = 0
    received_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """The state of delivery.

    Attributes:
        since: when ``link`` became what it is; UTC milliseconds.
        last_contact_at: last answer of the centre; None for never.
        undelivered: acts that may still go out by themselves, those in ``unknown`` included.
        unknown: acts that were sent and whose answer did not come.
        decisions: acts that wait for the officer.
        progress: how far a first load is, while one runs.
        problem: code of what went wrong last (see :func:`problem_code`), empty while all is well.
        locked: the cases are withheld, for the centre was not heard for too long or took this
            device's access away; the officer's own words are not.
        server_offset_ms: the centre's clock minus this device's; None before the first answer.
        clock: what is wrong with this device's clock.
        usage: how the line is used.
        forecast: what is still to be exchanged, as far as it is known; None for nothing.
    """

    link: LinkState = LinkState.NEVER
    since: int = 0
    last_contact_at: int | None = None
    undelivered: int = 0
    unknown: int = 0
    decisions: int = 0
    progress: Progress | None = None
    problem: str = ""
    locked: bool = False
    server_offset_ms: int | None = None
    clock: ClockState = ClockState.UNKNOWN
    usage: LineUsage = field(default_factory=LineUsage)
    forecast: Forecast | None = None

    @property
    def all_delivered(self) -> bool:
        """Whether the centre has everything and has taken all of it."""
        waiting = self.undelivered or self.unknown or self.decisions
        return self.link is LinkState.ONLINE and not waiting

    @property
    def clock_is_off(self) -> bool:
        """Whether this device's clock is wrong enough to tell the officer."""
        return self.clock.needs_somebody


def link_after(kind: SyncErrorKind) -> LinkState:
    """Return what a failure of this kind leaves the link in."""
    return _STATE_AFTER.get(kind, LinkState.OFFLINE)


def problem_code(error: TanggapError) -> str:
    """Return the code that names a failure, with its reason where that changes the advice.

    ``sync.malformed.portal``, for instance: an answer that is a page of some login portal.
    """
    reason = error.data.get("reason") if isinstance(error, SyncError) else None
    return f"{error.code}.{reason}" if reason else error.code
