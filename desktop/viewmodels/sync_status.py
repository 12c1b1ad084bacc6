# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the link and the officer's work stand, in words; the light is green only when all is well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.signals import Emits, emits
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.problems import Problem, describe, describe_code
from sync.cases.views import Counts
from sync.engine.status import LinkState, SyncStatus
from sync.i18n import gettext as _
from sync.i18n import ngettext
from sync.services.terms import clock_words, link_text

_STEADY: Final = frozenset({LinkState.ONLINE, LinkState.OFFLINE})


class Light(StrEnum):
    """What the status light says."""

    IN_ORDER = "in-order"
    """The centre has everything and has taken all of it."""
    QUIET = "quiet"
    """Nothing is known yet."""
    WORKING = "working"
    """Something is under way."""
    WAITING = "waiting"
    """Work waits on this computer; it goes out by itself."""
    ACT = "act"
    """The officer has to do something."""


class Trigger(Protocol):
    """What starts an exchange; `desktop.bridge.syncing.SyncController` is one."""

    def try_now(self) -> None:
        """Try at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressText:
    """How far the first load is.

    Attributes:
        share: from 0 to 1.
    """

    share: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """What tool bar, status bar and banner show.

    Attributes:
        short: for the button: "Luring · 3 menunggu kirim".
        link: for the status bar: since when, and that work is safe.
        last_contact: when the centre answered last; empty for never.
        waiting: how much is not delivered; empty for nothing.
        held: how many complaints are on this computer.
        problem: what the officer has to do something about; None for what heals by itself.
    """

    light: Light = Light.QUIET
    short: str = ""
    link: str = ""
    last_contact: str = ""
    waiting: str = ""
    decisions: str = ""
    held: str = ""
    progress: ProgressText | None = None
    problem: Problem | None = None


_BY_ITSELF: Final = frozenset(
    {"sync.offline", "sync.offline.name", "sync.unanswered", "sync.busy", "sync.server"}
)
"""Problems that need nobody: the light says enough."""


class SyncStatusPresenter(QObject):
    """Follows the sync thread.

    Signals:
        state_changed: other words.
        locked: the cases are withheld for this reason; None when they are not any more.
    """

    state_changed = emits(SyncState)
    locked: Emits[Problem | None] = emits(Problem | None)

    def __init__(
        self, trigger: Trigger, formats: Formats, clock: Callable[[], int], tick: MinuteTick
    ) -> None:
        super().__init__()
        self._trigger = trigger
        self._formats = formats
        self._clock = clock
        self._status = SyncStatus()
        self._steady: SyncStatus | None = None
        self._counts = Counts()
        self._is_outdated = False
        self._tells_more = True
        self._asked = False
        self._failure: Problem | None = None
        self._load_began: tuple[int, int] | None = None
        self.state = SyncState()
        tick.ticked.connect(self._reword)
        self._reword()

    def try_now(self) -> None:
        """Contact the centre at once, and show that it is being done."""
        self._asked = True
        self._trigger.try_now()

    @Slot(object)
    def on_status(self, status: SyncStatus) -> None:
        """Take in news of the sync thread."""
        if (lock := _lock_of(status)) != _lock_of(self._status):
            self.locked.emit(lock)
        self._status = status
        self._tells_more = True
        if status.link is not LinkState.CONNECTING:
            self._asked = False
            self._failure = None
        if status.link in _STEADY:
            self._steady = status
        elif status.link is not LinkState.CONNECTING:
            self._steady = None
        if status.progress is None:
            self._load_began = None
        elif self._load_began is None:
            self._load_began = (self._clock(), status.progress.done)
        self._reword()

    @Slot(object)
    def on_failed(self, error: Exception) -> None:
        """Take in that this computer could not do its part."""
        self._failure = describe(error)
        self._reword()

    @Slot(object)
    def on_counted(self, counts: Counts) -> None:
        """Take in the numbers of the left pane."""
        self._counts = counts
        self._is_outdated = self._tells_more = False
        self._reword()

    @Slot()
    def on_outdated(self) -> None:
        """Claim nothing until the numbers have been counted anew."""
        self._is_outdated = True
        self._reword()

    @Slot()
    def _reword(self) -> None:
        status = self._status
        state = SyncState(
            light=self._light(),
            short=" · ".join(part for part in (self._short(), self._most_urgent()) if part),
            link=self._link(),
            last_contact=self._last_contact(),
            waiting=" · ".join(self._waiting()),
            decisions=self._decisions(),
            held=self._held(),
            progress=self._progress(),
            problem=self._failure or self._problem(status),
        )
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _shown_link(self) -> LinkState:
        """Return the link to speak of: a routine attempt does not make the words flicker."""
        status = self._status
        if status.link is LinkState.CONNECTING and self._steady is not None and not self._asked:
            return self._steady.link
        return status.link

    def _light(self) -> Light:
        status, link = self._status, self._shown_link()
        if self._to_decide() or link in {
            LinkState.SIGN_IN_NEEDED,
            LinkState.REVOKED,
            LinkState.TOO_OLD,
        }:
            return Light.ACT
        if link is LinkState.OFFLINE or self._undelivered() or self._counts.files:
            return Light.WAITING
        if link is LinkState.CONNECTING or status.progress is not None or self._is_outdated:
            return Light.WORKING
        return Light.IN_ORDER if link is LinkState.ONLINE else Light.QUIET

    def _short(self) -> str:
        return link_text(self._shown_link())

    def _most_urgent(self) -> str:
        if self._to_decide():
            return self._decisions()
        if waiting := self._waiting():
            return waiting[0]
        everything = self._light() is Light.IN_ORDER
        return _("all of this computer delivered") if everything else ""

    def _link(self) -> str:
        since = self._formats.time_or_moment(self._status.since, self._clock())
        match self._shown_link():
            case LinkState.OFFLINE:
                return _("Offline since {time} — work is kept on this computer").format(
                    time=self._formats.time_or_moment(self._offline_since(), self._clock())
                )
            case LinkState.SIGN_IN_NEEDED:
                return _("The centre wants the password again since {time}").format(time=since)
            case _:
                return self._short()

    def _offline_since(self) -> int:
        return self._steady.since if self._steady is not None else self._status.since

    def _last_contact(self) -> str:
        if self._status.last_contact_at is None:
            return ""
        at = self._formats.time_or_moment(self._status.last_contact_at, self._clock())
        return _("Last sync {time}").format(time=at)

    def _undelivered(self) -> int:
        return max(self._at_most(self._status.undelivered, self._counts.outbox), self._unknown())

    def _unknown(self) -> int:
        return self._at_most(self._status.unknown, self._counts.unknown)

    def _at_most(self, told: int, counted: int) -> int:
        """Return a number that is never less than the truth.

        The outbox was counted itself; what the sync thread told matters when it came later.
        """
        return max(told, counted) if self._tells_more else counted

    def _to_decide(self) -> int:
        return self._at_most(self._status.decisions, self._counts.decisions)

    def _waiting(self) -> list[str]:
        """Return what is not delivered, by what is known of it."""
        unknown, files = self._unknown(), self._counts.files
        count = self._undelivered() - unknown
        told = (
            (
                count,
                ngettext("{count} waiting to be sent", "{count} waiting to be sent", count),
            ),
            (
                unknown,
                ngettext(
                    "{count} sent, answer not known", "{count} sent, answers not known", unknown
                ),
            ),
            (files, ngettext("{count} file still to go", "{count} files still to go", files)),
        )
        return [
            words.format(count=self._formats.number(number)) for number, words in told if number
        ]

    def _decisions(self) -> str:
        count = self._to_decide()
        if not count:
            return ""
        return ngettext("{count} needs a decision", "{count} need a decision", count).format(
            count=self._formats.number(count)
        )

    def _held(self) -> str:
        count = self._counts.held
        return ngettext(
            "{count} complaint on this computer", "{count} complaints on this computer", count
        ).format(count=self._formats.number(count))

    def _progress(self) -> ProgressText | None:
        progress = self._status.progress
        if progress is None or progress.total <= 0:
            return None
        share = min(1.0, progress.done / progress.total)
        words = _("Fetching complaints: {done} of {total}").format(
            done=self._formats.number(progress.done), total=self._formats.number(progress.total)
        )
        left_s = self._seconds_left(progress.done, progress.total)
        if left_s is not None:
            left = self._formats.duration(left_s)
            words = _("{progress} · about {time} left").format(progress=words, time=left)
        return ProgressText(share=share, words=words)

    def _seconds_left(self, done: int, total: int) -> float | None:
        if self._load_began is None:
            return None
        began_at, began_with = self._load_began
        elapsed_ms, loaded = self._clock() - began_at, done - began_with
        if elapsed_ms <= 0 or loaded <= 0:
            return None
        return (total - done) * elapsed_ms / loaded / 1000

    def _problem(self, status: SyncStatus) -> Problem | None:
        if status.problem and status.problem not in _BY_ITSELF:
            return describe_code(status.problem)
        if status.locked:
            return describe_code("lease.over")
        return self._clock_problem(status) if status.clock_is_off else None

    def _clock_problem(self, status: SyncStatus) -> Problem:
        off = self._formats.duration(abs(status.server_offset_ms or 0) / 1000)
        title, detail = clock_words(status.clock)
        code = f"clock.{status.clock.value}"
        return Problem(code=code, title=title.format(time=off), detail=detail)


def _lock_of(status: SyncStatus) -> Problem | None:
    """Return why cases are withheld here, or None when they are not."""
    if status.link is LinkState.REVOKED:
        return describe_code("sync.revoked")
    return describe_code("lease.over") if status.locked else None
