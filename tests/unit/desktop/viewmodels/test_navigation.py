# SPDX-License-Identifier: AGPL-3.0-or-later
"""The places of the left pane and their numbers."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Mark
from desktop.viewmodels.navigation import PLACES, NavigationPresenter, NavigationRole, Place
from sync.cases.filters import Queue
from sync.cases.views import Counts
from tests.support.lanes import InlineLane
from tests.support.window_rig import WIB


class Numbers:
    """Counts that a test can change."""

    def __init__(self) -> None:
        self.value = Counts(queues={Queue.DONE: 1840, Queue.OVERDUE: 4}, outbox=3, decisions=1)

    def counts(self) -> Counts:
        """Return the numbers."""
        return self.value


@pytest.fixture
def numbers() -> Numbers:
    """Some numbers."""
    return Numbers()


@pytest.fixture
def presenter(qapp: object, numbers: Numbers) -> NavigationPresenter:
    """A left pane that has counted."""
    presenter = NavigationPresenter(
        numbers, InlineLane(), ChangeBus(), Formats("id", WIB), MinuteTick()
    )
    presenter.refresh()
    return presenter


def read(presenter: NavigationPresenter, place: Place, role: int) -> object:
    """Return what is shown of a place."""
    return presenter.model.data(presenter.model.index(presenter.model.row_of(place)), role)


def test_the_model_keeps_qts_rules(presenter: NavigationPresenter, qtmodeltester: Any) -> None:
    """The model is sound."""
    qtmodeltester.check(presenter.model)


def test_counts_are_written_and_spoken(presenter: NavigationPresenter, indonesian: None) -> None:
    """The number stands beside the place and is part of what is read aloud."""
    count = read(presenter, Place.DONE, NavigationRole.COUNT)
    spoken = read(presenter, Place.DONE, Qt.ItemDataRole.AccessibleTextRole)

    assert ("1.840", "Selesai: 1.840 laporan") == (count, spoken)


def test_nothing_is_not_counted(presenter: NavigationPresenter) -> None:
    """A zero would only be noise."""
    assert "" == read(presenter, Place.DRAFTS, NavigationRole.COUNT)


def test_urgent_places_say_so(presenter: NavigationPresenter) -> None:
    """Late cases and decisions look different from an ordinary number."""
    marks = [read(presenter, place, NavigationRole.MARK) for place in (Place.OVERDUE, Place.DONE)]

    assert [Mark.OVERDUE, None] == marks


def test_headings_cannot_be_chosen(presenter: NavigationPresenter) -> None:
    """The keyboard skips them."""
    model = presenter.model
    choosable = [
        row
        for row in range(model.rowCount())
        if model.flags(model.index(row)) & Qt.ItemFlag.ItemIsSelectable
    ]

    assert [model.row_of(place) for place in PLACES] == choosable


def test_going_is_said_once(presenter: NavigationPresenter, qtbot: QtBot) -> None:
    """Choosing the open place again changes nothing."""
    with qtbot.waitSignal(presenter.place_changed):
        presenter.go(Place.OUTBOX)
    with qtbot.assertNotEmitted(presenter.place_changed):
        presenter.go(Place.OUTBOX)


def test_every_queue_has_a_place() -> None:
    """No queue of the core is out of reach."""
    assert set(Queue) == {place.queue for place in PLACES} - {None}
