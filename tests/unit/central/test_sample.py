# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sample world holds together: plausible complaints, a full desk, a true export."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sync.cases.access import Role, Unit
from sync.cases.ids import UnitId
from sync.central.sample.bodies import Bodies, load_units
from sync.central.sample.office_time import WIB, in_office, weekday_before, weekdays_since
from sync.central.sample.people import DEMO_INSTITUTION, OPEN_STATUSES
from sync.central.sample.workbook import FIRST_DATA_ROW, write_workbook
from sync.central.sample.world import World, generate_world
from sync.central.spreadsheet import ExportRow, open_export

TODAY = date(2026, 11, 24)
SEED = 1708
CLASSIFICATIONS = {
    "Pengaduan berkadar pengawasan",
    "Pengaduan tidak berkadar pengawasan",
    "Aspirasi",
    "Permintaan informasi",
}


@pytest.fixture(scope="module")
def world() -> World:
    return generate_world(SEED, today=TODAY)


@pytest.fixture(scope="module")
def units() -> dict[UnitId, Unit]:
    return {unit.id: unit for unit in load_units()}


def of_demo_company(world: World) -> list[ExportRow]:
    return [row for row in world.rows if row.institution == DEMO_INSTITUTION]


def received_on(row: ExportRow) -> date:
    assert row.received_at is not None
    return datetime.fromtimestamp(row.received_at / 1000, WIB).date()


def test_same_seed_same_world() -> None:
    """The world is a function of its seed and day."""
    assert generate_world(7, 60, today=TODAY) == generate_world(7, 60, today=TODAY)


def test_other_seed_other_world() -> None:
    """Another seed tells other stories."""
    ours, theirs = generate_world(7, 60, today=TODAY), generate_world(8, 60, today=TODAY)

    assert [row.text_final for row in ours.rows] != [row.text_final for row in theirs.rows]


@pytest.mark.parametrize("count", [1, 10, 300])
def test_as_many_complaints_as_wanted(count: int) -> None:
    """The number asked for is the number given."""
    assert count == len(generate_world(SEED, count, today=TODAY).rows)


def test_two_years_that_end_today(world: World) -> None:
    """Complaints spread over two years, and none comes from the future."""
    first, last = received_on(world.rows[0]), received_on(world.rows[-1])

    assert TODAY == last
    assert 700 <= (TODAY - first).days <= 730
    assert all(row.received_at is not None and row.received_at < world.now for row in world.rows)


def test_tracking_ids_grow_with_time(world: World) -> None:
    """Seven digits, increasing in the order in which complaints came in."""
    ids = [int(row.tracking_id) for row in world.rows]

    assert sorted(set(ids)) == ids
    assert {7} == {len(row.tracking_id) for row in world.rows}
    times = [row.received_at or 0 for row in world.rows]
    assert sorted(times) == times


def test_rows_name_real_units(world: World, units: dict[UnitId, Unit]) -> None:
    """Institution, unit id and unit name of every row belong together."""
    bodies = Bodies(units.values())
    for row in world.rows:
        unit = units[UnitId(int(row.unit_external_id))]
        assert (unit.name, row.institution) == (row.unit_name, bodies.institution_of(unit.id).name)


def test_particulars_are_spread_as_in_life(world: World) -> None:
    """Shares of anonymous and secret complaints, classes, channels and bodies are plausible."""
    rows, total = world.rows, len(world.rows)

    assert 0.09 <= sum(row.anonymous for row in rows) / total <= 0.15
    assert 0.02 <= sum(row.secret for row in rows) / total <= 0.07
    assert CLASSIFICATIONS == {row.classification for row in rows}
    assert len({row.channel for row in rows}) >= 7
    assert len({row.institution for row in rows}) >= 120
    assert sum(row.rating is not None for row in rows) >= 200
    assert all(row.rating is None or row.status.startswith("Ditutup") for row in rows)
    assert all(bool(row.reason) == (row.status[:5] in {"Tunda", "Diars"}) for row in rows)


def test_statuses_are_those_of_the_export_and_one_unknown(world: World) -> None:
    """All statuses of the domain occur, and one that no table knows."""
    found = Counter(row.status for row in world.rows)

    assert found["Menunggu Klarifikasi Pusat"] >= 3
    assert {
        *("Terverifikasi", "Belum Ditindaklanjuti", "Proses", "Ditanggapi oleh Pelapor"),
        *("Ditutup oleh Admin", "Ditutup oleh Sistem", "Tunda"),
        *("Diarsipkan oleh Admin", "Diarsipkan oleh Sistem"),
    } <= set(found)


def test_texts_are_varied_and_readable(world: World) -> None:
    """Hardly two texts are alike; short messages and long letters occur; nothing is unfilled."""
    finals = [row.text_final for row in world.rows]

    assert len(set(finals)) >= 0.97 * len(finals)
    assert len({row.title for row in world.rows}) >= 600
    assert min(map(len, finals)) >= 30
    assert max(map(len, finals)) >= 900
    assert not any("{" in text or "}" in text or "  " in text for text in finals)
    assert any("\n1. " in text and "\n2. " in text for text in finals)


def test_original_words_differ_from_the_corrected_ones(world: World) -> None:
    """A good part was corrected by the verifier, mostly short messages."""
    changed = [row for row in world.rows if row.text_original != row.text_final]

    assert 0.2 <= len(changed) / len(world.rows) <= 0.5
    messages = [row for row in world.rows if row.channel == "SMS 1708"]
    assert sum(row in changed for row in messages) / len(messages) >= 0.8


@pytest.mark.parametrize("seed", [1, SEED])
def test_demo_desk_is_full(seed: int) -> None:
    """Whatever the seed: the demo's desk has overdue, due and fresh complaints to work on."""
    world = generate_world(seed, today=TODAY)
    company = of_demo_company(world)
    sari = next(officer for officer in world.officers if officer.username == "sari")
    waiting = [
        weekdays_since(received_on(row), TODAY)
        for row in company
        if row.status in OPEN_STATUSES and row.unit_external_id == str(sari.unit_id)
    ]

    assert 200 <= len(company) <= 250
    assert sum(age <= 20 for age in waiting) >= 40
    assert sum(6 <= age <= 20 for age in waiting) >= 8
    assert sum(3 <= age <= 5 for age in waiting) >= 10
    assert sum(age <= 1 for age in waiting) >= 8


def test_staff_of_the_demo(world: World) -> None:
    """The six people of the handbook are there, with their roles and places."""
    bodies = Bodies(world.units)
    staff = {officer.username: officer for officer in world.officers}
    company = bodies.institution(DEMO_INSTITUTION)

    assert len(staff) == len(world.officers)
    assert {
        "sari": Role.LIAISON,
        "budi": Role.LIAISON,
        "ratna": Role.AGENCY_ADMIN,
        "hendra": Role.SUPERVISOR,
        "maya": Role.COORDINATOR,
        "agus": Role.NATIONAL_ADMIN,
    } == {name: staff[name].role for name in ("sari", "budi", "ratna", "hendra", "maya", "agus")}
    assert staff["sari"].unit_id == staff["budi"].unit_id
    assert company == bodies.institution_of(staff["sari"].unit_id)
    assert company.id == staff["ratna"].unit_id == staff["hendra"].unit_id
    assert bodies.institution("Kementerian Badan Usaha Milik Negara").id == staff["maya"].unit_id
    assert "Regional 2 Tanjung Priok" == {u.id: u for u in world.units}[staff["dewi"].unit_id].name


def test_threads_are_told_in_order_and_in_the_past(world: World) -> None:
    """Entries follow the complaint and one another, and end before the world does."""
    for row in world.rows:
        times = [row.received_at or 0, *(e.at for e in world.threads[row.tracking_id].events)]
        assert sorted(set(times)) == times
        assert times[-1] < world.now


def test_threads_fit_the_status(world: World) -> None:
    """Untouched cases have no answer, replied ones end with the citizen, closed ones had one."""
    threads = world.threads
    for row in world.rows:
        kinds = [event.kind for event in threads[row.tracking_id].events]
        if row.status in OPEN_STATUSES:
            assert set(kinds) <= {"note"}
        if row.status == "Ditanggapi oleh Pelapor" and kinds:
            assert "citizen_reply" == kinds[-1]
        if row.status.startswith("Ditutup") and kinds:
            assert "respond" in kinds


def test_threads_are_signed_by_those_in_charge(world: World) -> None:
    """Officers write only about cases of their own agency; citizens have no user name."""
    bodies = Bodies(world.units)
    staff = {officer.username: officer for officer in world.officers}
    for row in world.rows:
        for event in world.threads[row.tracking_id].events:
            if event.kind == "citizen_reply":
                assert event.actor is None
            else:
                assert event.actor is not None
                agency = bodies.institution_of(staff[event.actor].unit_id)
                assert row.institution == agency.name


def test_threads_are_alive(world: World) -> None:
    """Enough cases have a thread, all kinds of entries occur, with next steps and attachments."""
    threads = world.threads.values()
    kinds = Counter(event.kind for thread in threads for event in thread.events)
    follow_ups = [e for t in threads for e in t.events if e.kind == "follow_up"]

    assert sum(bool(thread.events) for thread in threads) >= 300
    assert {"respond", "follow_up", "note", "citizen_reply"} == set(kinds)
    assert all(event.next_step and event.next_step_on for event in follow_ups)
    assert any(event.attachments for event in follow_ups)
    assert sum(bool(thread.attachments) for thread in threads) >= 300
    sizes = [a.size_bytes for thread in threads for a in thread.attachments]
    assert 50_000 <= min(sizes) <= max(sizes) <= 5 * 1024 * 1024
    assert not any("{" in event.text for thread in threads for event in thread.events)


def test_weekdays_count_back_and_forth() -> None:
    """So many weekdays before a day is so many weekdays ago."""
    for days in range(30):
        assert days == weekdays_since(weekday_before(TODAY, days), TODAY)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 20, 10, 30, tzinfo=WIB), datetime(2026, 11, 20, 10, 30, tzinfo=WIB)),
        (datetime(2026, 11, 20, 5, 30, tzinfo=WIB), datetime(2026, 11, 20, 8, 30, tzinfo=WIB)),
        (datetime(2026, 11, 20, 19, 5, tzinfo=WIB), datetime(2026, 11, 23, 8, 5, tzinfo=WIB)),
        (datetime(2026, 11, 22, 12, 0, tzinfo=WIB), datetime(2026, 11, 23, 8, 0, tzinfo=WIB)),
    ],
)
def test_office_hours(moment: datetime, expected: datetime) -> None:
    """What happens at night or at the weekend is done on the next office day."""
    assert expected == in_office(moment)


def test_export_reads_back_as_written(world: World, tmp_path: Path) -> None:
    """The workbook is a true export: the reader finds every row as it was, without a problem."""
    path = tmp_path / "contoh.xlsx"
    write_workbook(path, world.rows, generated_at=world.now)

    with open_export(path) as export:
        assert FIRST_DATA_ROW - 1 == export.header.header_row
        assert ((), ()) == (export.header.unknown_columns, export.header.missing_columns)
        assert len(world.rows) == export.total_rows
        assert list(world.rows) == list(export.rows())


def test_export_is_the_same_bytes_again(tmp_path: Path) -> None:
    """The same world makes the same file."""
    world = generate_world(SEED, 20, today=TODAY)
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_workbook(first, world.rows, generated_at=world.now)
    write_workbook(second, world.rows, generated_at=world.now)

    assert first.read_bytes() == second.read_bytes()


def test_world_ends_in_the_morning(world: World) -> None:
    """The last instant is before lunch in Jakarta on the given day."""
    assert datetime(2026, 11, 24, 1, 15, tzinfo=UTC).timestamp() * 1000 == world.now
