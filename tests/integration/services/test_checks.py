# SPDX-License-Identifier: AGPL-3.0-or-later
"""A device and the centre find out whether they hold the same, and mend what differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.cases.commands import Note
from sync.cases.events import CitizenReplied
from sync.cases.ids import CaseId
from sync.store import checks
from tests.support.central import UNIT_A, Office, embedded_centre
from tests.support.desks import Workplace, a_workplace

CASES = 12


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A centre with a dozen cases in unit A."""
    office = embedded_centre(tmp_path)
    for number in range(CASES):
        case = office.add_case(title=f"Lampu {number} padam")
        if number % 2:
            office.record(case.id, CitizenReplied(text=f"Sudah {number} hari."))
    yield office
    office.database.close()


@pytest.fixture
def place(office: Office, tmp_path: Path) -> Iterator[Workplace]:
    """Agus's computer, which has everything and is at rest."""
    place = a_workplace(office, tmp_path / "computer")
    yield place
    place.desk.close()


def content(place: Workplace) -> list[tuple[object, ...]]:
    """Return everything that the centre told, as it lies in the file."""
    with place.desk.store.files.cache.read() as cache:
        return [
            *map(tuple, cache.exec_driver_sql("SELECT * FROM cases ORDER BY id")),
            *map(tuple, cache.exec_driver_sql("SELECT * FROM events ORDER BY id")),
        ]


def spoil(place: Workplace, *statements: str) -> None:
    """Change the cache behind the program's back."""
    with place.desk.store.files.cache.write() as cache:
        for statement in statements:
            cache.exec_driver_sql(statement)


def check(place: Workplace) -> checks.State:
    """Let the time for a check come, and look at the centre."""
    place.office.clock.advance(2 * checks.INTERVAL_MS / 1000)
    place.sync()
    place.sync()
    with place.desk.store.files.cache.read() as cache:
        return checks.state(cache)


@pytest.mark.parametrize(
    "damage",
    [
        ["UPDATE cases SET title = 'Palsu' WHERE id = 3"],
        ["UPDATE cases SET text = text || '.' WHERE id = 4"],
        ["UPDATE cases SET v = v - 1 WHERE id = 2"],
        ["UPDATE cases SET v = v + 1 WHERE id = 2"],
        ["UPDATE cases SET reporter = NULL, assignee_id = 7 WHERE id IN (5, 6)"],
        ['UPDATE events SET data = \'{"text":"Palsu"}\' WHERE case_id = 4'],
        ["DELETE FROM events WHERE case_id = 4"],
        ["DELETE FROM cases WHERE id = 9", "DELETE FROM events WHERE case_id = 9"],
        ["DELETE FROM cases", "DELETE FROM events"],
        ["UPDATE events SET id = id + 1, v = v + 1 WHERE case_id = 4"],
        [
            (
                "INSERT INTO events (id, case_id, v, at, kind, data, actor, flags)"
                " SELECT id + 5, case_id, v + 5, at, kind, data, actor, flags FROM events"
                " WHERE case_id = 4"
            )
        ],
        ["UPDATE cases SET id = 999 WHERE id = 3"],
    ],
)
def test_whatever_differs_is_found_in_one_check_and_mended(
    place: Workplace, damage: list[str]
) -> None:
    """Only what differs is fetched again; own work is not touched."""
    place.act(CaseId(1), Note(text="Sudah dicek."))
    place.sync()
    expected, drafts = content(place), place.desk.inbox.outbox()
    assert 0 == check(place).mended
    spoil(place, *damage)
    state = check(place)
    assert expected == content(place)
    assert state.mended >= 1
    assert state.mended <= CASES
    assert drafts == place.desk.inbox.outbox()
    assert CASES == len(place.desk.store.search.search("lampu"))
    assert [] == place.desk.store.search.search("palsu")
    assert state.mended == check(place).mended, "it finds no peace"


def test_equal_ends_agree_in_one_exchange(place: Workplace) -> None:
    """Also with watchers and veils, after work from both sides."""
    for username in ("agus", "wati", "rina", "dewi"):
        other = a_workplace(place.office, place.desk.profile.folder.parent / username, username)
        other.office.citizen_replies(2)
        other.sync()
        assert 0 == check(other).mended, username
        other.desk.close()


def test_a_quiet_look_carries_no_digest(place: Workplace) -> None:
    """Once an hour is enough; between, nothing new costs what it did."""
    check(place)
    now = place.office.clock()
    assert place.desk.store.journal.digest(now) is None
    assert place.desk.store.journal.digest(now + checks.INTERVAL_MS) is not None
    assert place.desk.store.journal.digest(now - 1) is not None, "a clock that was set back"


def test_a_device_that_is_behind_is_not_compared(office: Office, place: Workplace) -> None:
    """What is new comes first; the comparison waits until nothing is."""
    office.clock.advance(2 * checks.INTERVAL_MS / 1000)
    place.sync()
    office.add_case(UNIT_A)
    office.clock.advance(2 * checks.INTERVAL_MS / 1000)
    place.sync()
    assert 0 == check(place).mended


def test_secret_words_are_compared_as_they_are_shown(office: Office, tmp_path: Path) -> None:
    """A coordinator's empty texts are the right ones."""
    office.add_case(secret=True, anonymous=True)
    for username in ("rina", "agus"):
        place = a_workplace(office, tmp_path / username, username)
        assert 0 == check(place).mended
        place.desk.close()


def test_a_scope_twice_as_large_as_one_check_reads_is_through_in_two(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check reads about as many cases whatever the scope; it was a sixteenth of any large one."""
    monkeypatch.setattr(checks, "_ALL_AT_ONCE", CASES // 2)
    check(place)  # the next one begins in the middle
    spoil(place, "UPDATE cases SET title = 'Palsu' WHERE id = 3")
    assert [0, 1] == [check(place).mended for _ in range(2)]
