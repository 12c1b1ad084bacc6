# SPDX-License-Identifier: AGPL-3.0-or-later
"""The details of synchronisation say in plain words what is going on and what it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typing_extensions import override

from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.problems import Problem
from desktop.viewmodels.sync_details import AUTOMATIC, SyncDetailsPresenter
from sync.engine.budget import LineMode
from sync.engine.forecast import Forecast
from sync.engine.line import LineEstimate
from sync.engine.status import LineUsage, SyncStatus
from sync.errors import StoreUnavailable
from sync.wire.messages import Progress
from tests.support.fake_line import FakeLine
from tests.support.fake_office import NOW, at
from tests.support.lanes import InlineLane
from tests.support.window_rig import WIB

SATELLITE = LineEstimate(down_bytes_per_s=8_000.0, round_trip_s=0.6)


class FullDisk(FakeLine):
    """A line whose choice cannot be remembered."""

    @override
    def choose(self, mode: LineMode | None) -> None:
        raise StoreUnavailable("store.disk-full")


class Stage:
    """A presenter, its line, and what it has said."""

    def __init__(self, line: FakeLine | None = None) -> None:
        self.line = line or FakeLine()
        self.presenter = SyncDetailsPresenter(
            self.line, InlineLane(), Formats("id", WIB), lambda: NOW, MinuteTick()
        )
        self.line_changes = 0
        self.presenter.line_changed.connect(self._count)

    def _count(self) -> None:
        self.line_changes += 1

    def fact(self, name: str) -> str:
        return dict(self.presenter.state.facts)[name]


@pytest.fixture
def stage(qapp: object, indonesian: None) -> Stage:
    """A window that has heard nothing yet."""
    return Stage()


def test_nothing_is_claimed_that_is_not_known(stage: Stage) -> None:
    """No contact, no measurement, nothing to come."""
    assert ("belum pernah", "belum terukur", "tidak ada yang diketahui", "tidak ada") == (
        stage.fact("Kontak terakhir"),
        stage.fact("Jalur"),
        stage.fact("Yang masih berjalan"),
        stage.fact("Menunggu kirim"),
    )


def test_a_long_exchange_is_estimated_in_time_and_size(stage: Stage) -> None:
    """The officer decides whether to wait for it."""
    stage.presenter.on_status(
        SyncStatus(
            last_contact_at=at(24, 8, 30),
            undelivered=12,
            progress=Progress(done=250, total=1_000),
            usage=LineUsage(mode=LineMode.LEAN, poll_s=300, estimate=SATELLITE),
            forecast=Forecast(bytes=245_760, cases=0, seconds=180),
        )
    )
    assert 0.25 == stage.presenter.state.share
    assert "kira-kira 240,0 kB, 3 menit" == stage.fact("Yang masih berjalan")
    assert "12 tindakan" == stage.fact("Menunggu kirim")
    assert "kira-kira 64 kbit/dtk, jawaban tiba dalam 0,6 detik" == stage.fact("Jalur")
    assert "pusat ditanya tiap 5 menit" == stage.fact("Kabar")
    assert stage.presenter.state.explained.startswith("Sekarang: Hemat. ")


def test_an_unmeasured_line_is_estimated_in_size_only(stage: Stage) -> None:
    """A time would be invented."""
    stage.presenter.on_status(SyncStatus(forecast=Forecast(bytes=2_048, cases=340, seconds=None)))
    assert "kira-kira 340 perubahan, 2,0 kB" == stage.fact("Yang masih berjalan")


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (LineUsage(told=True), "pusat memberi tahu seketika"),
        (
            LineUsage(held_back=True),
            "pusat ditanya tiap 1 menit, sebab sesuatu di tengah jalan menahan kabarnya",
        ),
        (LineUsage(mode=LineMode.OFF), "hanya bila Anda minta"),
        (LineUsage(paused=True, told=True), "hanya bila Anda minta"),
    ],
)
def test_how_news_come_is_told(stage: Stage, usage: LineUsage, words: str) -> None:
    """By themselves, by asking, or not at all."""
    stage.presenter.on_status(SyncStatus(usage=usage))
    assert words == stage.fact("Kabar")


def test_a_choice_is_remembered_shown_and_passed_on(stage: Stage) -> None:
    """The threads look again what to wait for."""
    stage.presenter.choose(LineMode.TEXT_ONLY.value)
    assert (LineMode.TEXT_ONLY, "text", 1) == (
        stage.line.usage().chosen,
        stage.presenter.state.chosen,
        stage.line_changes,
    )
    stage.presenter.choose(AUTOMATIC)
    assert (None, AUTOMATIC) == (stage.line.usage().chosen, stage.presenter.state.chosen)


def test_a_choice_that_cannot_be_kept_is_taken_back_and_told(
    qapp: object, indonesian: None
) -> None:
    """The list does not show what does not hold."""
    stage = Stage(FullDisk())
    told: list[Problem] = []
    shown: list[str] = []
    stage.presenter.failed.connect(told.append)
    stage.presenter.state_changed.connect(lambda state: shown.append(state.chosen))
    stage.presenter.choose(LineMode.OFF.value)
    assert (["store.disk-full"], [AUTOMATIC], 0) == (
        [problem.code for problem in told],
        shown,
        stage.line_changes,
    )


def test_a_pause_is_told_until_it_ends(stage: Stage) -> None:
    """Whatever the mode is."""
    stage.presenter.toggle_pause()
    assert stage.presenter.state.paused
    assert stage.presenter.state.explained.startswith("Dijeda.")
    stage.presenter.on_status(SyncStatus(usage=replace(stage.line.usage(), told=True)))
    stage.presenter.toggle_pause()
    assert not stage.presenter.state.paused


def test_a_metered_network_is_named_with_what_follows_from_it(stage: Stage) -> None:
    """Not "and at night", for there nothing comes by night either."""
    usage = LineUsage(mode=LineMode.LEAN, poll_s=300, metered=True)
    stage.presenter.on_status(SyncStatus(usage=usage))
    explained = stage.presenter.state.explained
    assert "Jaringan ini berbayar menurut pemakaian" in explained
    assert "malam" not in explained


def test_news_that_are_held_back_are_not_said_to_come_at_once(stage: Stage) -> None:
    """The line above it says that the centre is asked every minute."""
    stage.presenter.on_status(SyncStatus(usage=LineUsage(held_back=True)))
    assert "Kabar datang seketika" not in stage.presenter.state.explained
