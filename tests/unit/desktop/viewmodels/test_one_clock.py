# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever depends on what day it is says so wherever no clock can be trusted, and only there."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.bridge.changes import ChangeBus
from desktop.viewmodels.navigation import NavigationRole, Place
from sync.cases.filters import Queue, Sort
from sync.cases.ids import CaseId
from sync.cases.rulebook import Clock
from sync.services import cli_data
from sync.services.cli_text import Texts
from sync.services.cli_verbs import VERBS, Call
from sync.services.desk import Desk
from sync.services.terms import clock_text
from tests.support.central import Office, embedded_centre
from tests.support.desks import Workplace as Computer
from tests.support.desks import a_door, a_workplace
from tests.support.real_window import workplace_over

LATE = CaseId(1)
LONG_AGO_MS = 40 * 86_400_000
OF_DAYS = (Place.OVERDUE, Place.DUE_SOON)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A centre with a case that is late and one that is not."""
    office = embedded_centre(tmp_path)
    office.add_case(registered_at=office.clock() - LONG_AGO_MS)
    office.add_case()
    yield office
    office.database.close()


@pytest.fixture
def computer(office: Office, tmp_path: Path) -> Computer:
    """A computer that has heard the centre."""
    return a_workplace(office, tmp_path / "computer")


def with_flat_battery(computer: Computer, folder: Path) -> Computer:
    """Start the computer again in 1970, without a line."""
    computer.desk.close()
    office = computer.office
    door, link = a_door(office, folder, computer.keyring, skew_ms=-office.clock())
    desk = door.open(computer.desk.profile)
    return Computer(office=office, link=link, keyring=computer.keyring, door=door, desk=desk)


def in_the_window(computer: Computer) -> dict[str, str]:
    """Return everything that the window says of due days, by place."""
    models = workplace_over(computer, ChangeBus(), "en")
    models.start()
    navigation, said = models.navigation.model, {}
    for place in OF_DAYS:
        index = navigation.index(navigation.row_of(place))
        said[f"{place} spoken"] = index.data(Qt.ItemDataRole.AccessibleTextRole)
        models.cases.open_place(place)
        state = models.cases.state
        said[f"{place} list"] = state.empty.title if state.empty else state.heading
    [row] = computer.desk.inbox.rows([LATE])
    said["chip"] = models.lines.line(row).tags[0].text
    said["row spoken"] = models.lines.line(row).spoken
    models.cases.select(LATE)
    text = models.case.state.text
    assert text is not None
    assert text.due is not None
    said["head"] = text.due.text
    running = {clock_text(clock) for clock in running_clocks(computer.desk)}
    for deadline in text.deadlines:
        if deadline.name in running:
            said[f"deadline {deadline.name}"] = deadline.standing
    return said


def on_the_command_line(desk: Desk) -> dict[str, str]:
    """Return everything that the command line says of due days, by place."""

    def lines(verb: str, **arguments: object) -> list[str]:
        call = Call(desk=desk, arguments=Namespace(**arguments), texts=Texts())
        return list(VERBS[verb](call).lines)

    queue = lines("queue", queue=Queue.ALL, sort=Sort.DUE, limit=9)
    said = {line.split()[0]: line for line in queue if line and not line.startswith("semua")}
    wanted = {*map(str, (Queue.DUE_SOON, Queue.OVERDUE)), "7000001", "7000002"}
    running = [f"Deadline, {clock_text(clock)}" for clock in running_clocks(desk)]
    shown = [line for line in lines("show", case="7000001") if line.startswith(tuple(running))]
    return {
        **{name: line for name, line in said.items() if name in wanted},
        **{f"show {number}": line for number, line in enumerate(shown)},
    }


def running_clocks(desk: Desk) -> list[Clock]:
    """Return what is still counted of the late case; what is met or stands is certain."""
    view = desk.inbox.case(LATE)
    assert view is not None
    return [deadline.clock for deadline in view.deadlines if deadline.running]


def test_all_places_say_when_no_clock_can_be_trusted(
    qapp: object, computer: Computer, tmp_path: Path
) -> None:
    """Chips, heads, numbers, lists and the command line; one of them would be a lie."""
    sure = in_the_window(computer), on_the_command_line(computer.desk)
    unsure_computer = with_flat_battery(computer, tmp_path / "computer")
    unsure = in_the_window(unsure_computer), on_the_command_line(unsure_computer.desk)
    unsure_computer.desk.close()
    assert [{}, {}] == [
        {place: said for place, said in told.items() if _is_doubted(said)} for told in sure
    ]
    assert [{}, {}] == [
        {place: said for place, said in told.items() if not _is_doubted(said)} for told in unsure
    ]
    assert [told.keys() for told in sure] == [told.keys() for told in unsure]
    assert all(len(told) > 4 for told in unsure)


def test_numbers_beside_the_queues_of_days_carry_a_question_mark(
    qapp: object, computer: Computer, tmp_path: Path
) -> None:
    """A nought too, which would otherwise be left out: nobody knows that nothing is late."""
    unsure = with_flat_battery(computer, tmp_path / "computer")
    model = workplace_over(unsure, ChangeBus(), "en").navigation
    model.refresh()
    shown = {
        place: model.model.index(model.model.row_of(place)).data(NavigationRole.COUNT)
        for place in (*OF_DAYS, Place.ALL)
    }
    unsure.desk.close()
    assert {Place.OVERDUE: "1?", Place.DUE_SOON: "0?", Place.ALL: "2"} == shown


def test_machines_are_told_beside_every_day(computer: Computer, tmp_path: Path) -> None:
    """Rows, cases, counts and the whole export carry the same mark."""
    for is_sure in (True, False):
        if not is_sure:
            computer = with_flat_battery(computer, tmp_path / "computer")
        told = cli_data.everything(computer.desk, with_reporter=False)
        marks = [told["day_verified"], told["status"]["counts"]["day_verified"]]
        marks += [case["day_verified"] for case in told["cases"]]
        assert [is_sure] * 4 == marks
    computer.desk.close()


def _is_doubted(said: str) -> bool:
    return "not verified" in said or "?" in said
