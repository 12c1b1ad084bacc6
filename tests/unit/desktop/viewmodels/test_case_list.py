# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list model: any number of ids, windows of rows when somebody looks."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.viewmodels.case_lines import CaseLine, CaseLines
from desktop.viewmodels.case_list import WINDOW, CaseListModel, CaseRole, Window
from desktop.viewmodels.formats import Formats
from sync.cases.ids import CaseId
from sync.cases.views import CaseRow
from sync.wire.rulebook import load_rulebook
from tests.support.clockface import Clock
from tests.support.fake_desk import FakeDesk
from tests.support.fake_office import NOW
from tests.support.window_rig import WIB

DISPLAY = Qt.ItemDataRole.DisplayRole


class Shelf:
    """Brings windows when the test says so."""

    def __init__(self, model: CaseListModel) -> None:
        self.inbox = FakeDesk().inbox
        self.ids = [CaseId(100 + number) for number in range(200)]
        self.wanted: list[Window] = []
        self.model = model
        model.window_wanted.connect(self.wanted.append)

    def rows(self, window: Window) -> list[CaseRow]:
        """Return the rows of a window."""
        return self.inbox.rows(window.ids)

    def bring(self) -> None:
        """Bring everything that was asked for."""
        while self.wanted:
            window = self.wanted.pop(0)
            self.model.receive(window, self.rows(window))


@pytest.fixture
def model(qapp: object) -> CaseListModel:
    """An empty list."""
    lines = CaseLines(Formats("en", WIB), load_rulebook().calendar, Clock(lambda: NOW))
    return CaseListModel(lines)


@pytest.fixture
def shelf(model: CaseListModel) -> Shelf:
    """What stands behind the list."""
    return Shelf(model)


def look_at(model: CaseListModel, shelf: Shelf, qtbot: QtBot, *rows: int) -> None:
    """Read rows as a view does, and let the model ask."""
    for row in rows:
        model.data(model.index(row), CaseRole.LINE)
    qtbot.waitUntil(lambda: bool(shelf.wanted))


def title_of(model: CaseListModel, row: int) -> object:
    """Return what a row shows."""
    return model.data(model.index(row), DISPLAY)


def test_the_model_keeps_qts_rules(
    model: CaseListModel, shelf: Shelf, qtmodeltester: Any, qtbot: QtBot
) -> None:
    """After load, late windows, another order and removal the model is sound."""
    qtmodeltester.data_display_may_return_none = False
    for ids in (shelf.ids, shelf.ids[::-1], shelf.ids[:70], [], shelf.ids[3:5]):
        model.show_ids(ids)
        qtmodeltester.check(model)
        if ids:
            look_at(model, shelf, qtbot, 0, len(ids) - 1)
        shelf.bring()
        qtmodeltester.check(model)
    model.refresh()
    qtmodeltester.check(model)


def test_rows_are_asked_for_by_whole_windows(
    model: CaseListModel, shelf: Shelf, qtbot: QtBot
) -> None:
    """Looking at two rows of a window fetches it once, and nothing else."""
    model.show_ids(shelf.ids)
    look_at(model, shelf, qtbot, 65, 66)

    assert [(1, tuple(shelf.ids[WINDOW : 2 * WINDOW]))] == [
        (window.number, window.ids) for window in shelf.wanted
    ]


def test_a_row_on_its_way_says_so(model: CaseListModel, shelf: Shelf, qtbot: QtBot) -> None:
    """A placeholder is shown and spoken until the row is here."""
    model.show_ids(shelf.ids)
    before = (title_of(model, 0), model.data(model.index(0), CaseRole.LINE))
    look_at(model, shelf, qtbot, 0)
    shelf.bring()

    assert ("Loading…", None) == before
    assert isinstance(model.data(model.index(0), CaseRole.LINE), CaseLine)


def test_a_window_of_an_older_list_is_dropped(
    model: CaseListModel, shelf: Shelf, qtbot: QtBot
) -> None:
    """Rows that arrive late do not show up in another list."""
    model.show_ids(shelf.ids)
    look_at(model, shelf, qtbot, 0)
    late = shelf.wanted.pop()
    model.show_ids([])
    with qtbot.assertNotEmitted(model.dataChanged):
        model.receive(late, shelf.rows(late))


def test_stale_rows_stay_until_fresh_ones_come(
    model: CaseListModel, shelf: Shelf, qtbot: QtBot
) -> None:
    """A refresh does not flicker."""
    model.show_ids(shelf.ids)
    look_at(model, shelf, qtbot, 0)
    shelf.bring()
    shown = title_of(model, 0)
    model.refresh()
    stale = title_of(model, 0)
    look_at(model, shelf, qtbot, 0)

    assert shown == stale
    assert [0] == [window.number for window in shelf.wanted]


def test_another_list_keeps_the_rows_that_both_have(
    model: CaseListModel, shelf: Shelf, qtbot: QtBot
) -> None:
    """One case less is no flicker either; what was not shown before is still on its way."""
    model.show_ids(shelf.ids[:10])
    look_at(model, shelf, qtbot, 0)
    shelf.bring()
    shown = title_of(model, 1)
    model.show_ids(shelf.ids[1:11])

    assert (shown, "Loading…") == (title_of(model, 0), title_of(model, 9))


def test_two_hundred_thousand_cases_are_only_ids(model: CaseListModel, shelf: Shelf) -> None:
    """Opening a queue of any size reads no row."""
    ids = [CaseId(number) for number in range(200_000)]
    model.show_ids(ids)

    assert (200_000, [], ids[-1]) == (model.rowCount(), shelf.wanted, model.id_at(199_999))
    assert (199_999, None) == (model.row_of(ids[-1]), model.row_of(CaseId(-1)))


def test_few_windows_are_held(model: CaseListModel, shelf: Shelf, qtbot: QtBot) -> None:
    """Scrolling through a long list forgets what was seen first."""
    model.show_ids([CaseId(number) for number in range(WINDOW * 80)])
    for number in range(80):
        look_at(model, shelf, qtbot, number * WINDOW)
        shelf.bring()
    look_at(model, shelf, qtbot, 0)

    assert [0] == [window.number for window in shelf.wanted]
