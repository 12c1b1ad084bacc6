# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes after days away: the officer's own cases first, and how much there is."""

from __future__ import annotations

import random

import pytest

from sync.cases.commands import Assign
from tests.support.central import UNIT_A, UNIT_B, Device, Office
from tests.support.ledger import assert_has_all


def test_of_many_changes_the_officers_own_cases_come_first(office: Office) -> None:
    """Then the rest, each once, whatever the size of the pages; and the device has all of it."""
    cases = office.add_cases([{} for _ in range(40)])
    agus = office.device("agus")
    agus.follow()
    wati = office.device("wati")
    wati.follow()
    for case in cases:
        wati.do(case.id, Assign(officer_id=office.actor("wati").id))
    mine = {case.id for case in cases[30:35]}
    for case_id in mine:
        wati.do(case_id, Assign(officer_id=office.actor("agus").id))
    new = {case.id for case in office.add_cases([{} for _ in range(3)])}
    told = _told_in_pages(agus)
    assert mine | new == set(told[: len(mine | new)])
    assert len(told) == len(set(told)) == 43
    assert_has_all(office, agus)


def test_how_much_is_still_to_come_is_told_with_every_page(office: Office) -> None:
    """It goes down to nothing, and what changes meanwhile does not make it go up for ever."""
    cases = office.add_cases([{} for _ in range(60)])
    agus = office.device("agus")
    agus.follow()
    for case in cases:
        office.citizen_replies(case.id)
    first = agus.exchange(max_bytes=5_000)
    behind = [60 - len(first.events), first.behind]
    assert behind[0] == behind[1]
    while (reply := agus.exchange(max_bytes=5_000)).more:
        assert 0 < reply.behind < behind[-1]
        behind.append(reply.behind)
        office.citizen_replies(cases[0].id)
    assert 0 == reply.behind
    assert_has_all(office, agus)


@pytest.mark.parametrize("seed", range(3))
def test_a_backlog_amid_changes_ends_with_everything(office: Office, seed: int) -> None:
    """Cases become the officer's own and somebody else's, leave and come back between pages."""
    rng = random.Random(seed)
    cases = office.add_cases([{} for _ in range(25)])
    agus, wati = office.device("agus"), office.device("wati")
    agus.follow()
    wati.follow()
    owners = [office.actor("agus").id, office.actor("wati").id]

    def something_happens() -> None:
        case = rng.choice(cases)
        match rng.randrange(3):
            case 0:
                office.citizen_replies(case.id)
            case 1:
                office.dispose(case.id, rng.choice([UNIT_A, UNIT_B]))
            case _:
                wati.do(case.id, Assign(officer_id=rng.choice(owners)))

    for _ in range(60):
        something_happens()
    while agus.exchange(max_bytes=rng.choice([1, 2_000, 4_000])).more:
        if rng.random() < 0.7:
            something_happens()
        if rng.random() < 0.1:
            office.add_case()
    agus.follow()
    assert_has_all(office, agus)


def _told_in_pages(device: Device) -> list[int]:
    """Return the cases that were told, in their order, in small pages."""
    told: list[int] = []
    more = True
    while more:
        reply = device.exchange(max_bytes=3_000)
        ids = [*(case.id for case in reply.cases), *(event.case_id for event in reply.events)]
        told += dict.fromkeys(ids)
        more = reply.more
    return told
