# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is going on between this computer and the centre, in plain words, and how it is steered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.problems import Problem, describe
from sync.cases.views import Counts
from sync.engine.budget import LineMode
from sync.engine.forecast import Forecast
from sync.engine.status import LineUsage, SyncStatus
from sync.i18n import gettext as _
from sync.i18n import mark, ngettext
from sync.services.terms import mode_text

AUTOMATIC: Final = ""
"""The choice to let the measured line decide."""

MODES: Final = (AUTOMATIC, *(mode.value for mode in LineMode))
"""What can be chosen."""

_EXPLAINED: Final = {
    LineMode.FULL: mark(
        "News come at once, small pictures too; whole attachments by night, or where the line is"
        " fast."
    ),
    LineMode.LEAN: mark(
        "The centre is asked every five minutes; attachments come when you open them, and at night."
    ),
    LineMode.TEXT_ONLY: mark(
        "Your work is sent at once; news are asked for every quarter of an hour, without"
        " attachments."
    ),
    LineMode.OFF: mark("Nothing is sent or fetched until you ask for it."),
}


_EXPLAINED_HELD_BACK: Final = mark(
    "Small pictures are fetched at once; whole attachments by night, or where the line is fast."
)

_EXPLAINED_POOR: Final = mark(
    "Your work is sent at once; news are asked for every quarter of an hour, and your attachments"
    " go at night."
)

_EXPLAINED_METERED: Final = _EXPLAINED | {
    LineMode.LEAN: mark(
        "This network is paid for by what it carries: the centre is asked every five minutes, and"
        " attachments come only when you open them."
    ),
}


def chosen_text(value: str) -> str:
    """Return what one of `MODES` is called."""
    return _("Automatic") if value == AUTOMATIC else mode_text(LineMode(value))


class LineSteering(Protocol):
    """How the use of the line is changed; `sync.services.line_use.LineUse` is one."""

    def choose(self, mode: LineMode | None) -> None:
        """Use so much of the line from now on, and remember it."""

    def pause(self) -> None:
        """Use nothing for now."""

    def resume(self) -> None:
        """Go on."""

    def usage(self) -> LineUsage:
        """Return how the line is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncDetails:
    """What the pane shows.

    Attributes:
        facts: what it is about, and how it stands.
        share: how far a load is, from 0 to 1; None while there is none.
        chosen: which of `MODES` holds.
        explained: what the mode that is in use means.
    """

    facts: tuple[tuple[str, str], ...] = ()
    share: float | None = None
    chosen: str = AUTOMATIC
    explained: str = ""
    paused: bool = False


class SyncDetailsPresenter(QObject):
    """Follows the sync thread.

    Signals:
        state_changed: other words.
        line_changed: the line may be used in another way from now on.
        failed: the choice could not be remembered.
    """

    state_changed = emits(SyncDetails)
    line_changed = emits()
    failed = emits(Problem)

    def __init__(
        self,
        line: LineSteering,
        db: Lane,
        formats: Formats,
        clock: Callable[[], int],
        tick: MinuteTick,
    ) -> None:
        super().__init__()
        self._line = line
        self._db = db
        self._formats = formats
        self._clock = clock
        self._status = SyncStatus()
        self._counts: Counts | None = None
        self._tells_more = True
        self.state = SyncDetails()
        tick.ticked.connect(self._reword)
        self._reword()

    @Slot(object)
    def on_status(self, status: SyncStatus) -> None:
        """Take in news of the sync thread."""
        self._status = status
        self._tells_more = True
        self._reword()

    @Slot(object)
    def on_counted(self, counts: Counts) -> None:
        """Take in what was counted on this computer."""
        self._counts = counts
        self._tells_more = False
        self._reword()

    def choose(self, chosen: str) -> None:
        """Use the line like this from now on; one of `MODES`."""
        mode = LineMode(chosen) if chosen else None
        self._db.run(partial(self._line.choose, mode), self._on_chosen, self._on_failed, self)

    def toggle_pause(self) -> None:
        """Let nothing happen for now, or go on."""
        if self.state.paused:
            self._line.resume()
        else:
            self._line.pause()
        self._changed()

    def _on_chosen(self, _nothing: None) -> None:
        self._changed()

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(describe(error))
        self.state_changed.emit(self.state)  # the choice shown is not the one that holds

    def _changed(self) -> None:
        self._status = replace(self._status, usage=self._line.usage())
        self._reword()
        self.line_changed.emit()

    @Slot()
    def _reword(self) -> None:
        status, usage = self._status, self._status.usage
        progress = status.progress
        state = SyncDetails(
            facts=(
                (_("Last contact"), self._contact()),
                (_("Waiting to be sent"), self._waiting()),
                (_("Still to come"), self._to_come()),
                (_("Compared"), self._compared()),
                (_("Line"), self._measured(usage)),
                (_("News"), self._news(usage)),
                (_("Used since the start"), self._used(usage)),
            ),
            share=None if progress is None else min(1.0, progress.done / max(1, progress.total)),
            chosen=AUTOMATIC if usage.chosen is None else usage.chosen.value,
            explained=_explained(usage),
            paused=usage.paused,
        )
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _contact(self) -> str:
        at = self._status.last_contact_at
        if at is None:
            return _("never yet")
        now = self._clock()
        age, moment = self._formats.age(at, now), self._formats.time_or_moment(at, now)
        return _("{age} ({moment})").format(age=age, moment=moment)

    def _waiting(self) -> str:
        # The outbox was counted itself; what the sync thread told matters when it came later.
        count = self._status.undelivered
        if self._counts is not None:
            count = max(count, self._counts.outbox) if self._tells_more else self._counts.outbox
        if not count:
            return _("nothing")
        return ngettext("{count} act", "{count} acts", count).format(
            count=self._formats.number(count)
        )

    def _compared(self) -> str:
        """Return when all complaints here were found to be the centre's, and what was mended."""
        counts = self._counts
        if counts is None or counts.checked_at is None:
            return _("not yet with the centre")
        when = self._formats.time_or_moment(counts.checked_at, self._clock())
        told = _("with the centre {moment}").format(moment=when)
        if not counts.mended:
            return _("{told}, everything agrees").format(told=told)
        mended = ngettext(
            "{count} complaint fetched again so far",
            "{count} complaints fetched again so far",
            counts.mended,
        )
        return f"{told}, {mended.format(count=self._formats.number(counts.mended))}"

    def _to_come(self) -> str:
        forecast = self._status.forecast
        if forecast is None:
            return _("nothing that is known of")
        size = self._to_come_size(forecast)
        if forecast.seconds is None:
            return _("about {size}").format(size=size)
        time = self._formats.duration(forecast.seconds)
        return _("about {size}, {time}").format(time=time, size=size)

    def _to_come_size(self, forecast: Forecast) -> str:
        size = self._formats.size(forecast.bytes)
        if not forecast.cases or self._status.progress is not None:  # the bar tells that
            return size
        return ngettext("{count} change, {size}", "{count} changes, {size}", forecast.cases).format(
            count=self._formats.number(forecast.cases), size=size
        )

    def _measured(self, usage: LineUsage) -> str:
        goodput, round_trip_s = usage.estimate.down(0.0), usage.estimate.round_trip_s
        if not goodput:
            return _("not measured yet")
        speed = self._formats.speed(goodput)
        if round_trip_s is None:
            return _("about {speed}").format(speed=speed)
        answer = self._formats.seconds(round_trip_s)
        return _("about {speed}, an answer takes {seconds}").format(speed=speed, seconds=answer)

    def _news(self, usage: LineUsage) -> str:
        if usage.paused or usage.mode is LineMode.OFF:
            return _("only when you ask")
        if usage.told:
            return _("the centre tells at once")
        time = self._formats.duration(usage.poll_s)
        if usage.held_back:
            return _(
                "the centre is asked every {time}, for something on the way holds its news back"
            ).format(time=time)
        return _("the centre is asked every {time}").format(time=time)

    def _used(self, usage: LineUsage) -> str:
        return _("{sent} sent, {received} received").format(
            sent=self._formats.size(usage.sent_bytes),
            received=self._formats.size(usage.received_bytes),
        )


def _explained(usage: LineUsage) -> str:
    if usage.paused:
        return _("Paused. Nothing is sent or fetched until you go on.")
    words = _EXPLAINED_METERED if usage.metered else _EXPLAINED
    explained = _(_EXPLAINED_HELD_BACK if usage.held_back else words[usage.mode])
    if usage.chosen is not None:
        return explained
    if usage.mode is LineMode.TEXT_ONLY:
        explained = _(_EXPLAINED_POOR)
    mode = mode_text(usage.mode)
    return _("Now: {mode}. {explained}").format(mode=mode, explained=explained)
