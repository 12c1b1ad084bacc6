# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which list is shown, which case is open in it, and what is said when there is none."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.case_lines import CaseLines
from desktop.viewmodels.case_queue import CaseListPresenter, CaseListState
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.navigation import Place
from sync.cases.changes import ChangeSet
from sync.cases.commands import FollowUp
from sync.cases.filters import CaseFilter, Sort
from sync.cases.ids import CaseId
from sync.errors import StoreUnavailable
from tests.support.clockface import Clock
from tests.support.fake_desk import FakeDesk
from tests.support.fake_office import NOW
from tests.support.lanes import HeldLane, InlineLane
from tests.support.window_rig import DOUBLE_CHARGE, WIB


class Desk:
    """A presenter over the invented office."""

    def __init__(self, lane: InlineLane | HeldLane) -> None:
        self.fake = FakeDesk()
        self.bus = ChangeBus()
        formats = Formats("en", WIB)
        lines = CaseLines(formats, self.fake.rulebook.calendar, Clock(lambda: NOW))
        self.cases = CaseListPresenter(
            self.fake.inbox, lane, self.bus, lines, formats, MinuteTick()
        )

    @property
    def state(self) -> CaseListState:
        """What is shown around the rows."""
        return self.cases.state


@pytest.fixture
def desk(qapp: object) -> Desk:
    """A presenter whose lane works at once, showing its first place."""
    desk = Desk(InlineLane())
    desk.cases.refresh()
    return desk


def test_the_first_case_of_a_place_opens(desk: Desk) -> None:
    """There is always something to read, unless a place is empty."""
    desk.cases.open_place(Place.OVERDUE)
    first = desk.cases.selected_id
    desk.cases.open_place(Place.DRAFTS)

    assert desk.fake.inbox.ids(Place.OVERDUE.queue or 0, CaseFilter(), Sort.DUE)[0] == first  # type: ignore[arg-type]
    assert "No drafts" == (desk.state.empty.title if desk.state.empty else "")


def test_the_first_case_that_arrives_opens(qapp: object) -> None:
    """During the first load of a new officer there is something to read as soon as it comes."""
    desk = Desk(InlineLane())
    arriving, desk.fake.memory.cases = desk.fake.memory.cases, {}
    desk.cases.refresh()
    before = desk.cases.selected_id
    desk.fake.memory.cases = arriving
    desk.cases.refresh()

    assert (None, desk.cases.model.id_at(0)) == (before, desk.cases.selected_id)


def test_the_heading_counts(desk: Desk) -> None:
    """The number of cases is said above the list."""
    desk.cases.open_place(Place.ALL)

    assert "202 complaints" == desk.state.heading


def test_a_search_looks_everywhere(desk: Desk) -> None:
    """Words are looked for in all local cases, whatever place is open."""
    desk.cases.open_place(Place.DRAFTS)
    desk.cases.search("4021902")
    desk.cases.search_now()

    assert ([DOUBLE_CHARGE], "1 found") == (list(desk.cases.model.ids), desk.state.heading)


def test_a_search_does_not_change_the_open_case(desk: Desk) -> None:
    """While somebody types, the case on the right stays."""
    before = desk.cases.selected_id
    desk.cases.search("eskalator")
    desk.cases.search_now()

    assert before == desk.cases.selected_id


def test_typing_waits_for_a_pause(desk: Desk, qtbot: QtBot) -> None:
    """Letters in a row are one look-up."""
    headings: list[str] = []
    desk.cases.state_changed.connect(lambda state: headings.append(state.heading))
    for end in range(1, 10):
        desk.cases.search("eskalator"[:end])
    qtbot.waitUntil(lambda: desk.state.heading.endswith("found"))

    assert 1 == sum(1 for heading in set(headings) if heading.endswith("found"))


def test_nothing_found_says_what_to_do(desk: Desk) -> None:
    """An empty result names the words and can be taken back."""
    desk.cases.search("zebra")
    desk.cases.search_now()

    assert desk.state.empty is not None
    assert ("Nothing found for “zebra”", True) == (
        desk.state.empty.title,
        desk.state.empty.is_narrowed,
    )
    desk.cases.clear_narrowing()
    assert desk.state.empty is None


def test_a_filter_narrows_and_is_counted(desk: Desk) -> None:
    """Only secret cases are left, and the button says that there is a filter."""
    desk.cases.open_place(Place.ALL)
    desk.cases.narrow(CaseFilter(secret_only=True))
    rows = desk.fake.inbox.rows(desk.cases.model.ids)

    assert rows
    assert all(row.secret for row in rows)
    assert "Filter (1)" == desk.state.narrowing_label


def test_an_order_is_kept(desk: Desk) -> None:
    """Oldest first begins with the oldest, and the button says so."""
    desk.cases.open_place(Place.ALL)
    desk.cases.sort_by(Sort.OLDEST)
    rows = desk.fake.inbox.rows(desk.cases.model.ids)

    assert sorted(row.registered_at for row in rows) == [row.registered_at for row in rows]
    assert "Oldest first" == desk.state.sort_label


def test_steps_stop_at_the_ends(desk: Desk) -> None:
    """Before the first and after the last there is nothing."""
    ids = desk.cases.model.ids
    desk.cases.step(-1)
    first = desk.cases.selected_id
    for _ in range(len(ids) + 3):
        desk.cases.step(1)

    assert (ids[0], ids[-1]) == (first, desk.cases.selected_id)


def test_after_a_case_has_left_the_next_one_follows(desk: Desk) -> None:
    """The case stays open when it leaves the queue; one step goes to what took its place."""
    ids = list(desk.cases.model.ids)
    desk.cases.select(ids[3])
    body = FollowUp(text="Sudah diperbaiki.", done_on=desk.fake.inbox.today())
    _, changes = desk.fake.casework.act(ids[3], body, 1)
    desk.bus.announce(changes, desk)
    after = list(desk.cases.model.ids)
    still_open = desk.cases.selected_id
    desk.cases.step(1)

    assert [*ids[:3], *ids[4:]] == after
    assert (ids[3], ids[4]) == (still_open, desk.cases.selected_id)


def test_a_burst_of_changes_is_looked_up_rarely(desk: Desk) -> None:
    """Pages of a first load do not each cost a look-up of all ids."""
    shown: list[CaseListState] = []
    desk.cases.model.modelReset.connect(lambda: shown.append(desk.state))
    for _ in range(50):
        desk.bus.announce(ChangeSet(many=True))

    assert len(shown) <= 1


def test_an_answer_to_an_older_question_is_dropped(qapp: object) -> None:
    """Whoever goes on quickly sees the last place, not the slowest."""
    lane = HeldLane()
    desk = Desk(lane)
    desk.cases.open_place(Place.OVERDUE)
    desk.cases.open_place(Place.ALL)
    lane.run_next()
    before = desk.state.total
    lane.run_all()

    assert (None, 202) == (before, desk.state.total)


def test_a_failure_is_said_where_it_happened(desk: Desk) -> None:
    """The old rows stay; the pane says what is wrong, until it works again."""
    before = list(desk.cases.model.ids)
    desk.fake.memory.error = StoreUnavailable("store.locked")
    desk.cases.refresh()
    problem = desk.state.problem
    desk.fake.memory.error = None
    desk.cases.refresh()

    assert problem is not None
    assert "store.locked" == problem.code
    assert (None, before) == (desk.state.problem, list(desk.cases.model.ids))


def test_places_without_cases_are_not_looked_up(qapp: object) -> None:
    """Outbox and decisions have panes of their own."""
    lane = HeldLane()
    desk = Desk(lane)
    desk.cases.open_place(Place.OUTBOX)

    assert (0, False) == (len(lane), desk.state.shows_cases)


def test_selecting_nothing_closes_the_case(desk: Desk) -> None:
    """None is an answer too."""
    heard: list[CaseId | None] = []
    desk.cases.selected.connect(heard.append)
    desk.cases.select(None)

    assert [None] == heard
