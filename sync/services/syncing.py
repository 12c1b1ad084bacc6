# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exchanging with the centre until there is nothing more to say. Blocking; has its own thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sync.cases.changes import EVERYTHING, ChangeSet
from sync.engine.backoff import LONGEST_S
from sync.engine.exchange import Exchange, Step
from sync.engine.forecast import Coming, Forecaster
from sync.engine.loop import SyncLoop
from sync.engine.status import LinkState, SyncStatus, link_after, problem_code
from sync.engine.timekeeping import ClockState, Timekeeper
from sync.errors import StoreError, StoreUnavailable, SyncError, SyncErrorKind
from sync.services.carrying import Carrying
from sync.services.line_use import LineUse
from sync.store.local import LocalStore
from sync.wire.service import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one run.

    Attributes:
        exchanges: round trips that were answered.
        settled: commands that the centre decided.
        failure: why it ended early; None when everything was said, or it was cancelled.
    """

    status: SyncStatus
    exchanges: int = 0
    settled: int = 0
    failure: SyncErrorKind | None = None


class Synchronizer:
    """Runs exchanges for one desk; one thread at a time.

    Args:
        connection: the line of the exchange; None for a centre in this very process, which cannot
            be interrupted.
        carrying: moves files between the words; None where there is no way for them.
    """

    def __init__(
        self,
        store: LocalStore,
        exchange: Exchange,
        loop: SyncLoop,
        time: Timekeeper,
        connection: Connection | None,
        line: LineUse,
        carrying: Carrying | None = None,
    ) -> None:
        self._store = store
        self._exchange = exchange
        self._loop = loop
        self._time = time
        self._clock = time.now
        self._connection = connection
        self._carrying = carrying
        self._line = line
        self._forecaster = Forecaster()
        self._asked = False
        heard_at = store.identity.synced_at()
        self._status = SyncStatus(
            since=time.now(),
            last_contact_at=heard_at,
        )

    def status(self) -> SyncStatus:
        """Return how things stand now, without touching the network."""
        try:
            return self._updated()
        except StoreError as error:
            return self._unreadable(error)

    def run_once(
        self,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        cancelled: Callable[[], bool],
    ) -> Outcome:
        """Exchange until nothing is left to send or fetch, or until something fails.

        Failures of the exchange are in the outcome, not raised. ``on_change`` is called after
        every step, ``on_status`` whenever what may be shown has changed.

        Raises:
            StoreError: this computer cannot keep what came.
        """
        try:
            if self._line.rests and not self._asked:
                self._keep_lease(None, on_change, on_status)  # its time passes all the same
                return Outcome(status=self._status)
            if self._status.link in {LinkState.NEVER, LinkState.OFFLINE}:
                on_status(self._updated(link=LinkState.CONNECTING))
            outcome = self._run_on_sound_files(on_change, on_status, cancelled)
            self._keep_lease(outcome.failure, on_change, on_status)
            return outcome
        except StoreError as error:
            self._loop.failed(SyncErrorKind.SERVER)  # or it would be tried again at once
            on_change(EVERYTHING)  # how far the step came before the disk failed is not known
            on_status(self._unreadable(error))
            raise

    def _keep_lease(
        self,
        failure: SyncErrorKind | None,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
    ) -> None:
        """Lock the cases when their time is over, and open them when the centre was heard."""
        lease = self._store.lease
        revoked = failure is SyncErrorKind.REVOKED and lease.revoke()
        if lease.enforce(self._clock()) or revoked:
            on_change(EVERYTHING)
            on_status(self._updated())

    def tend(self, on_change: Callable[[ChangeSet], None]) -> bool:
        """Do a small part of what needs no line; say whether more of it is left.

        Raises:
            StoreError: this computer cannot do it now.
        """
        done = self._store.upkeep.gather_words()
        if done:
            on_change(done)
        return done is not None

    def next_wait_s(self) -> float:
        """Return in how many seconds :meth:`run_once` should be called again; 0 for now.

        While the line rests that is long, and such a call touches no network.
        """
        if self._line.rests and not self._asked:
            return LONGEST_S
        return self._loop.next_wait_s()

    def nudge(self) -> None:
        """Say that there is something to send."""
        self._loop.nudge()

    def try_now(self) -> None:
        """Say that the officer asks for an attempt at once."""
        self._asked = True
        self._line.resume()
        self._loop.try_now()

    def network_came_back(self) -> None:
        """Say that there is a network again: at once, unless nothing is to happen unasked.

        A connection that was kept from before leads nowhere; it would cost the whole patience.
        """
        self.close()
        self._loop.try_now()

    def cancel(self) -> None:
        """End a running exchange from another thread by closing its connection."""
        if self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        """Give the line back."""
        if self._connection is not None:
            self._connection.close()

    def _run_on_sound_files(
        self,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        cancelled: Callable[[], bool],
    ) -> Outcome:
        """Look after the files first; a cache that breaks on the way is begun anew at once."""
        if mended := self._store.upkeep.run(self._clock()):
            on_change(mended)
        try:
            return self._run(on_change, on_status, cancelled)
        except StoreUnavailable:
            if not self._store.upkeep.cache_is_broken:
                raise
        on_change(self._store.upkeep.renew_cache())
        return self._run(on_change, on_status, cancelled)

    def _run(
        self,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        cancelled: Callable[[], bool],
    ) -> Outcome:
        self._time.observe()
        exchanges = settled = 0
        more = True
        asked, self._asked = self._asked, False

        def stopped() -> bool:
            return cancelled() or (self._line.rests and not asked)

        while not stopped():
            step = self._exchange.step(only_to_send=not more, on_sending=on_change)
            if step is None:
                if not self._carry(on_change):
                    break
                continue
            if step.changes:
                on_change(step.changes)
            if step.failure is not None:
                on_status(self._failed(step.failure))
                kind = step.failure.kind
                return Outcome(
                    status=self._status, exchanges=exchanges, settled=settled, failure=kind
                )
            exchanges += 1
            settled += step.settled
            on_status(self._answered(step))
            if self._store.lease.is_over:  # the officer need not wait for the rest of the run
                self._keep_lease(None, on_change, on_status)
            if step.sent and not step.settled and not step.more:
                self._loop.failed(SyncErrorKind.BUSY)  # the centre has put all of it off
                return Outcome(status=self._status, exchanges=exchanges, settled=settled)
            self._loop.answered()
            more = step.more
        self._loop.succeeded(more=more and stopped(), poll_s=self._line.poll_s())
        wait_s = None if self._carrying is None else self._carrying.next_wait_s()
        if wait_s is not None:
            self._loop.again_in(wait_s)
        return Outcome(status=self._status, exchanges=exchanges, settled=settled)

    def _carry(self, on_change: Callable[[ChangeSet], None]) -> bool:
        """Move one piece of a file, for the words have nothing to say; say whether to go on."""
        step = None if self._carrying is None else self._carrying.step()
        if step is None:
            return False
        if step.changes:
            on_change(step.changes)
        return step.failure is None

    def _answered(self, step: Step) -> SyncStatus:
        if step.offset_ms is not None:
            self._time.heard(step.offset_ms)
        self._line.measured()
        progress = step.progress if step.more else None
        self._forecaster.told(_coming(step), self._line.usage().received_bytes)
        return self._updated(
            link=LinkState.ONLINE,
            problem="",
            last_contact_at=self._clock(),
            progress=progress,
        )

    def _failed(self, failure: SyncError) -> SyncStatus:
        self._loop.failed(failure.kind, failure.retry_after_s)
        return self._updated(link=link_after(failure.kind), problem=problem_code(failure))

    def _unreadable(self, error: StoreError) -> SyncStatus:
        """Return the status after the files failed, which may not even tell what waits here."""
        try:
            return self._updated(link=LinkState.OFFLINE, problem=problem_code(error))
        except StoreError:
            self._status = replace(
                self._status, link=LinkState.OFFLINE, problem=problem_code(error), forecast=None
            )
            return self._status

    def _updated(self, link: LinkState | None = None, **facts: object) -> SyncStatus:
        """Bring the status up to date with the outbox and with what has just become known."""
        tally, time = self._store.outbox.tally(), self._time.judgement()
        status = replace(
            self._status,
            undelivered=tally.undelivered,
            unknown=tally.unknown,
            decisions=tally.decisions,
            locked=self._store.lease.is_over,
            usage=self._line.usage(),
            clock=time.state,
            server_offset_ms=None if time.state is ClockState.UNKNOWN else time.offset,
            **facts,  # type: ignore[arg-type]  # the callers above name fields
        )
        forecast = self._forecaster.forecast(self._line.estimate, queued_bytes=tally.queued_bytes)
        status = replace(status, forecast=forecast)
        if link is not None and link is not status.link:
            status = replace(status, link=link, since=self._clock())
        self._status = status
        return status


def _coming(step: Step) -> Coming:
    """Return what the centre still has, as far as a step of the exchange told."""
    progress = step.progress
    if step.more and progress is not None:
        return Coming(cases=max(0, progress.total - progress.done), whole=True)
    return Coming(cases=step.behind)
