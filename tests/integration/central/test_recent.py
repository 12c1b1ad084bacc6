# SPDX-License-Identifier: AGPL-3.0-or-later
"""The newest changes, as they are kept for everybody, are what the database would say."""

from __future__ import annotations

from random import Random

import pytest

from sync.cases.events import Corrected, Noted
from sync.cases.ids import CaseId
from sync.central import feed_rows
from sync.central.cursor import Cursor
from sync.central.head import Counter
from sync.central.page import Page
from sync.central.recent import Recent
from sync.central.veil import Veil
from sync.wire.messages import LeaveRecord, SyncReply
from tests.support.central import MINISTRY_UNIT, UNIT_A, UNIT_B, Office
from tests.support.plans import statements_of

_ROOM = 1 << 20
_KEPT = 9
_READERS = ("agus", "sari", "wati", "joko", "rina", "dewi")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_kept_is_what_the_database_says(office: Office, seed: int) -> None:
    """Whatever happens to cases, every officer gets the same from wherever they stood."""
    random, recent, compared = Random(seed), Recent(_KEPT), 0
    cases = [office.add_case(random.choice((UNIT_A, UNIT_B))).id for _ in range(4)]
    for _ in range(12):
        for _ in range(random.randint(1, 3)):
            happen(office, random, cases)
        compared += compare(office, recent)
    assert 12 * len(_READERS) <= compared


def happen(office: Office, random: Random, cases: list[CaseId]) -> None:
    """Let something happen to one of the cases."""
    case_id = random.choice(cases)
    match random.randrange(6):
        case 0:
            cases.append(office.add_case(random.choice((UNIT_A, UNIT_B))).id)
        case 1 | 2:
            office.dispose(case_id, random.choice((UNIT_A, UNIT_B, MINISTRY_UNIT)))
        case 3:
            office.citizen_replies(case_id)
        case 4:
            office.record(case_id, Corrected(secret=True))
        case _:
            office.record(case_id, Noted(text="Sudah dilihat."))


def compare(office: Office, recent: Recent) -> int:
    """Ask for every officer from wherever a device may stand; return how often it was kept."""
    kept = 0
    with office.database.read() as connection:
        head = Counter().read(connection)
        newest = recent.read_on(connection, head)
        for actor in map(office.actor, _READERS):
            for seq in range(head.seq - _KEPT - 3, head.seq + 1):
                for base in (seq, seq - 2):
                    cursor = Cursor(
                        epoch=b"", access=b"", reference=b"", seq=max(seq, 0), base=max(base, 0)
                    )
                    told = newest.told(actor.scope, cursor, head.seq)
                    if told is None:
                        assert cursor.base < head.seq - _KEPT
                        continue
                    page, expected = (Page(Veil(actor), _ROOM) for _ in range(2))
                    feed_rows.put(page, actor.scope, cursor, told, heads=False)
                    feed_rows.add_changes(
                        connection, expected, actor, cursor, to=head.seq, heads=False
                    )
                    assert said(expected) == said(page)
                    kept += 1
    return kept


def said(page: Page) -> tuple[list[bytes], list[bytes], list[LeaveRecord]]:
    """Return what is on a page."""
    return [bytes(case) for case in page.cases], [bytes(fact) for fact in page.events], page.left


def test_the_second_who_asks_costs_no_look_at_the_feed(office: Office) -> None:
    """What one device of the office was told the next one gets without a question to it."""
    case = office.add_case()
    first, second = office.device("agus"), office.device("agus")
    for device in (first, second):
        device.follow()
    office.citizen_replies(case.id)
    assert 1 == len(first.exchange().events)
    replies: list[SyncReply] = []
    asked = [statement for statement, _ in statements_of(lambda: replies.append(second.exchange()))]
    assert 1 == len(replies[0].events)
    assert [] == [each for each in asked if "feed" in each or "events" in each]


def test_a_head_that_lies_before_begins_anew(office: Office) -> None:
    """Of a database that was put back nothing is told that only its future had."""
    case = office.add_case()
    recent = Recent()
    with office.database.read() as connection:
        before = Counter().read(connection)
        kept = recent.read_on(connection, before)
    office.citizen_replies(case.id)
    with office.database.read() as connection:
        recent.read_on(connection, Counter().read(connection))
    assert recent.at(before) is None
    with office.database.read() as connection:
        put_back = recent.read_on(connection, before)
    assert (before.seq, kept.after) == (put_back.seq, put_back.after)
    assert recent.at(before) is put_back
