# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap sync``: exchange until everything is said; with ``--watch`` go on, and listen."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from enum import Enum, auto

from sync.engine.budget import LineMode
from sync.engine.status import LinkState, SyncStatus
from sync.engine.waking import LOOK_EVERY_S, SleepWatch
from sync.errors import StoreError, SyncErrorKind
from sync.i18n import gettext as _
from sync.services import cli_courier, cli_data
from sync.services.cli_answer import DECISIONS_WAIT, DONE, NOT_CONNECTED, SIGN_IN, Answer
from sync.services.desk import Desk
from sync.services.listen_thread import ListenController
from sync.services.sentences import sentence
from sync.services.syncing import Outcome
from sync.services.triggers import Triggers


def synchronise(
    desk: Desk,
    arguments: argparse.Namespace,
    clock: Callable[[], int],
    say: Callable[[Answer], None],
) -> Answer:
    """Exchange; return what is to be said at the end.

    Args:
        clock: this computer's own, UTC milliseconds.
        say: tells what stands while it goes on watching.
    """
    if arguments.mode is not None:
        desk.line.choose(None if arguments.mode == "auto" else LineMode(arguments.mode))
    desk.synchronizer.try_now()  # whoever runs this asks, whatever the mode
    watch = Watch(desk, clock)
    outcome = watch.run(say) if arguments.watch else watch.exchange()
    answer = _report(desk, outcome)
    if outcome.failure is None and (carried := cli_courier.relayed(desk)):
        data = answer.data | {"relayed": carried} if isinstance(answer.data, dict) else answer.data
        return replace(answer, data=data, lines=[*answer.lines, *carried])
    return answer


class _Trigger(Enum):
    NEWS = auto()
    STOP = auto()


class Watch:
    """Exchanges when there is something, until somebody ends the program."""

    def __init__(self, desk: Desk, clock: Callable[[], int]) -> None:
        self._desk = desk
        self._clock = clock
        self._stopping = threading.Event()
        self._triggers: Triggers[_Trigger] = Triggers()
        self._listen = ListenController(desk.listener, self._on_news)

    def run(self, say: Callable[[Answer], None]) -> Outcome:
        """Go on until SIGTERM or SIGINT; return what came of the last exchange."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        outcome = self.exchange()
        self._listen.start()
        try:
            while not self._stopping.is_set():
                say(_report(self._desk, outcome))
                self.wait_for_work()
                if not self._stopping.is_set():
                    with suppress(StoreError):  # it is in the status, and tried again
                        outcome = self.exchange()
        finally:
            self._listen.stop()
        return outcome

    def stop(self) -> None:
        """End after the step that is under way; from any thread, or from a signal."""
        self._stopping.set()
        self._triggers.put(_Trigger.STOP)

    def exchange(self) -> Outcome:
        """Exchange once, to the end."""
        work = self._desk.synchronizer
        was = work.status().link
        outcome = work.run_once(lambda _changes: None, lambda _status: None, self._stopping.is_set)
        if was is LinkState.OFFLINE and outcome.status.link is LinkState.ONLINE:
            self._listen.try_now()
        while not self._stopping.is_set() and work.tend(lambda _changes: None):
            pass
        return outcome

    def wait_for_work(self) -> None:
        """Wait for the next attempt, for what the centre or another program has, or to wake up."""
        work = self._desk.synchronizer
        before = work.status().undelivered
        sleep = SleepWatch(self._clock)
        while (wait_s := work.next_wait_s()) > 0:
            trigger = self._triggers.next(min(wait_s, LOOK_EVERY_S))
            if trigger is _Trigger.STOP:
                return
            now = work.status().undelivered
            if trigger is _Trigger.NEWS or now > before:
                work.nudge()
            if sleep.has_slept():
                work.network_came_back()
                self._listen.network_came_back()
            before = now

    def _on_news(self) -> None:
        self._triggers.put(_Trigger.NEWS)


def _report(desk: Desk, outcome: Outcome) -> Answer:
    status = desk.synchronizer.status()
    data = cli_data.status_data(status, desk.inbox.counts())
    data |= {"exchanges": outcome.exchanges, "settled": outcome.settled}
    return Answer(data=data, lines=[_summary(status, outcome)], code=_code(status, outcome))


def _summary(status: SyncStatus, outcome: Outcome) -> str:
    if status.problem:
        told = sentence(status.problem)
    elif status.all_delivered:
        told = _("Everything is delivered.")
    else:
        told = _("Connected.")
    counts = _("Decided by the centre: {settled}, not sent: {waiting}, to decide: {decisions}.")
    return f"{told} " + counts.format(
        settled=outcome.settled, waiting=status.undelivered, decisions=status.decisions
    )


def _code(status: SyncStatus, outcome: Outcome) -> int:
    if outcome.failure in {SyncErrorKind.AUTH, SyncErrorKind.REVOKED}:
        return SIGN_IN
    if outcome.failure is not None or status.undelivered:
        return NOT_CONNECTED
    return DECISIONS_WAIT if status.decisions else DONE
