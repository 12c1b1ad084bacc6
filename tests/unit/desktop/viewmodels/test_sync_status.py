# SPDX-License-Identifier: AGPL-3.0-or-later
"""The status light and its words never claim more than is true."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.sync_status import Light, SyncStatusPresenter
from sync.cases.views import Counts
from sync.engine.status import LinkState, SyncStatus
from sync.engine.timekeeping import ClockState
from sync.errors import StoreUnavailable
from sync.wire.messages import Progress
from tests.support.fake_desk import FakeSynchronizer
from tests.support.fake_office import NOW, at
from tests.support.window_rig import WIB


class Stage:
    """A presenter and its clock."""

    def __init__(self) -> None:
        self.now = NOW
        self.trigger = FakeSynchronizer()
        self.presenter = SyncStatusPresenter(
            self.trigger, Formats("id", WIB), lambda: self.now, MinuteTick()
        )


@pytest.fixture
def stage(qapp: object, indonesian: None) -> Stage:
    """A window that has heard nothing yet."""
    return Stage()


def test_nothing_known_is_said_so(stage: Stage) -> None:
    """Before the first contact the light is not green."""
    assert (Light.QUIET, "Belum tersambung") == (
        stage.presenter.state.light,
        stage.presenter.state.short,
    )


def test_offline_says_since_when_and_that_work_is_safe(stage: Stage) -> None:
    """The officer reads what the mockups promise."""
    stage.presenter.on_status(
        SyncStatus(
            link=LinkState.OFFLINE,
            since=at(24, 8, 12),
            last_contact_at=at(24, 8, 11),
            undelivered=3,
        )
    )
    state = stage.presenter.state

    assert "Luring · 3 menunggu kirim" == state.short
    assert "Luring sejak 08.12 — pekerjaan tetap tersimpan di komputer ini" == state.link
    assert ("Sinkron terakhir 08.11", Light.WAITING) == (state.last_contact, state.light)


@given(
    link=st.sampled_from(LinkState),
    undelivered=st.integers(0, 2),
    unknown=st.integers(0, 2),
    decisions=st.integers(0, 2),
)
def test_the_light_is_green_only_if_everything_is_delivered(
    link: LinkState, undelivered: int, unknown: int, decisions: int
) -> None:
    """No combination turns it green while something waits."""
    stage = Stage()
    status = SyncStatus(link=link, undelivered=undelivered, unknown=unknown, decisions=decisions)
    stage.presenter.on_status(status)

    assert status.all_delivered == (stage.presenter.state.light is Light.IN_ORDER)


def test_a_routine_attempt_does_not_flicker(stage: Stage) -> None:
    """Every minute the centre is asked; the words stay."""
    stage.presenter.on_status(SyncStatus(link=LinkState.ONLINE))
    before = stage.presenter.state
    stage.presenter.on_status(SyncStatus(link=LinkState.CONNECTING))

    assert before == stage.presenter.state


def test_the_officers_own_attempt_is_shown(stage: Stage) -> None:
    """Whoever asks sees that it is being done."""
    stage.presenter.on_status(SyncStatus(link=LinkState.OFFLINE))
    stage.presenter.try_now()
    stage.presenter.on_status(SyncStatus(link=LinkState.CONNECTING))

    assert (1, "Menghubungi pusat…") == (stage.trigger.tries, stage.presenter.state.short)


def test_decisions_come_before_waiting(stage: Stage) -> None:
    """What needs the officer is said first, and the light asks for it."""
    stage.presenter.on_status(SyncStatus(link=LinkState.ONLINE, undelivered=2, decisions=1))

    assert ("Daring · 1 perlu keputusan", Light.ACT) == (
        stage.presenter.state.short,
        stage.presenter.state.light,
    )


def test_a_first_load_tells_how_long(stage: Stage) -> None:
    """After some pages the rest can be estimated."""
    stage.presenter.on_status(
        SyncStatus(link=LinkState.CONNECTING, progress=Progress(done=0, total=100_000))
    )
    stage.now += 60_000
    stage.presenter.on_status(
        SyncStatus(link=LinkState.CONNECTING, progress=Progress(done=25_000, total=100_000))
    )
    progress = stage.presenter.state.progress

    assert progress is not None
    assert 0.25 == progress.share
    assert "Mengambil laporan: 25.000 dari 100.000 · kira-kira 3 menit lagi" == progress.words


@pytest.mark.parametrize(
    ("problem", "shown"),
    [("sync.offline", False), ("sync.auth", True), ("sync.malformed.portal", True)],
)
def test_only_what_needs_somebody_is_a_banner(stage: Stage, problem: str, shown: bool) -> None:
    """Being offline is normal; a wrong password is not."""
    stage.presenter.on_status(SyncStatus(link=LinkState.OFFLINE, problem=problem))

    assert shown == (stage.presenter.state.problem is not None)


def test_a_wrong_clock_is_told(stage: Stage) -> None:
    """The officer learns by how much, and that nothing is lost."""
    status = SyncStatus(link=LinkState.ONLINE, clock=ClockState.OFF, server_offset_ms=-7 * 60_000)
    stage.presenter.on_status(status)

    assert stage.presenter.state.problem is not None
    assert "Jam komputer ini meleset 7 menit" == stage.presenter.state.problem.title


@pytest.mark.parametrize("clock", [clock for clock in ClockState if clock.needs_somebody])
def test_whatever_is_wrong_with_the_clock_is_told(stage: Stage, clock: ClockState) -> None:
    """Each cause with what to do, and a code for support."""
    days = 3 * 86_400_000
    stage.presenter.on_status(
        SyncStatus(link=LinkState.OFFLINE, clock=clock, server_offset_ms=days)
    )
    problem = stage.presenter.state.problem

    assert problem is not None
    assert f"clock.{clock.value}" == problem.code
    assert "{" not in problem.title + problem.detail


def test_a_full_disk_is_told_until_the_next_news(stage: Stage) -> None:
    """A failure on this side is shown like one of the line."""
    stage.presenter.on_failed(StoreUnavailable("store.disk-full"))
    problem = stage.presenter.state.problem
    stage.presenter.on_status(SyncStatus(link=LinkState.ONLINE))

    assert problem is not None
    assert ("store.disk-full", None) == (problem.code, stage.presenter.state.problem)


def test_the_number_of_local_complaints_is_told(stage: Stage) -> None:
    """How much can be worked on without a network."""
    stage.presenter.on_counted(Counts(held=1212))

    assert "1.212 laporan di komputer ini" == stage.presenter.state.held


def test_work_that_sync_has_not_seen_yet_is_not_delivered(stage: Stage) -> None:
    """The light is not green while the outbox has something, whatever the last exchange said."""
    stage.presenter.on_status(SyncStatus(link=LinkState.ONLINE))
    stage.presenter.on_counted(Counts(outbox=2))
    waiting = stage.presenter.state
    stage.presenter.on_counted(Counts())

    assert (Light.WAITING, "Daring · 2 menunggu kirim") == (waiting.light, waiting.short)
    assert Light.IN_ORDER is stage.presenter.state.light
