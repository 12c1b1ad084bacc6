# SPDX-License-Identifier: AGPL-3.0-or-later
"""The official export in the ledger: new cases, real differences, and nobody's work overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sync.cases.access import Unit
from sync.cases.case import Classification
from sync.cases.commands import Assign, FollowUp, Respond
from sync.cases.events import Noted
from sync.cases.ids import UnitId
from sync.central.import_units import UnitNames
from sync.central.importing import ImportSummary, import_export
from sync.central.spreadsheet import ExportRow, RowProblem
from tests.support.central import ENTERPRISE, MINISTRY, TODAY_MS, UNIT_A, UNIT_B, UNITS, Office

DAY_MS = 86_400_000


def a_row(**fields: Any) -> ExportRow:
    """Build a row of an export."""
    values: dict[str, Any] = {
        "row_number": 12,
        "tracking_id": "8000001",
        "received_at": TODAY_MS - 3 * DAY_MS,
        "reporter_name": "Budi Pelapor",
        "classification": "Pengaduan tidak berkadar pengawasan",
        "category": "Perhubungan",
        "title": "Lampu jalan padam",
        "text_original": "lampu jln padam",
        "text_final": "Lampu jalan padam.",
        "channel": "Website",
        "institution": "PT Contoh (Persero)",
        "unit_name": "Divisi A",
        "status": "Terverifikasi",
        "province": "Jawa Barat",
        "city": "Kota Bogor",
    }
    return ExportRow(**values | fields)


def take_in(office: Office, *rows: ExportRow | RowProblem) -> ImportSummary:
    """Import rows now."""
    return import_export(
        office.database, iter(rows), status_map=office.status_map, clock=office.clock
    )


def counts(summary: ImportSummary) -> tuple[int, int, int]:
    """Return how many cases were created, updated and left alone."""
    return summary.created, summary.updated, summary.unchanged


def test_a_new_row_becomes_a_case_at_its_unit(office: Office) -> None:
    """A case has the particulars of its row, and its history begins with disposition and status."""
    summary = take_in(office, a_row(anonymous=True, rating=4))
    assert (1, 0, 0) == counts(summary)
    device = office.device("wati")
    device.follow()
    (case,) = device.cases.values()
    assert ("8000001", UNIT_A, "Lampu jalan padam.", "lampu jln padam") == (
        case.tracking_id,
        case.unit_id,
        case.text,
        case.text_original,
    )
    assert ("Kota Bogor, Jawa Barat", True, 4) == (case.location, case.anonymous, case.rating)
    assert Classification.COMPLAINT.value == case.classification
    assert (TODAY_MS - 3 * DAY_MS, TODAY_MS - 3 * DAY_MS) == (case.registered_at, case.disposed_at)
    assert ["disposed", "status"] == [event.kind for event in device.history(case.id)]


def test_a_later_export_may_hide_but_never_uncover(office: Office) -> None:
    """Anonim and rahasia of a later export are adopted; their absence uncovers nobody."""
    take_in(office, a_row())
    take_in(office, a_row(anonymous=True, secret=True))
    take_in(office, a_row())
    device = office.device("agus")
    device.follow()
    (case,) = device.cases.values()
    assert (True, True, None) == (case.anonymous, case.secret, case.reporter)


def test_a_case_that_became_secret_is_veiled_in_full_for_watchers(office: Office) -> None:
    """A coordinator who had read the entries gets them again without their words."""
    take_in(office, a_row())
    watcher = office.device("rina")
    watcher.follow()
    (case_id,) = watcher.cases
    office.record(case_id, Noted(text="kata rahasia"))
    watcher.follow()
    take_in(office, a_row(secret=True))
    watcher.follow()
    assert "kata rahasia" not in repr(watcher.history(case_id))
    assert "" == watcher.cases[case_id].text


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    """An import is repeated without any effect."""
    rows = [a_row(), a_row(tracking_id="8000002", unit_name="Divisi B")]
    take_in(office, *rows)
    device = office.device("wati")
    device.follow()
    assert (0, 0, 2) == counts(take_in(office, *rows))
    assert device.exchange().cursor is None


def test_a_real_difference_becomes_a_fact(office: Office) -> None:
    """Another title, unit and status are one correction, one disposition and one status."""
    take_in(office, a_row())
    device = office.device("wati")
    device.follow()
    changed = a_row(
        title="Lampu jalan padam di Bogor", unit_name="Divisi B", status="Proses", reason="-"
    )
    assert (0, 1, 0) == counts(take_in(office, changed))
    device.follow()
    (case,) = device.cases.values()
    kinds = [event.kind for event in device.history(case.id)]
    assert ["disposed", "status", "corrected", "disposed", "status"] == kinds
    assert ("Lampu jalan padam di Bogor", UNIT_B, "Proses") == (
        case.title,
        case.unit_id,
        case.raw_status,
    )
    correction = device.history(case.id)[2].data
    assert {"title": "Lampu jalan padam di Bogor"} == {k: v for k, v in correction.items() if v}


def test_an_empty_cell_says_nothing(office: Office) -> None:
    """A later export with empty cells takes nothing away."""
    take_in(office, a_row(rating=3))
    empty = a_row(
        title="",
        text_final="",
        text_original="",
        category="",
        classification="",
        unit_name="",
        status="",
        rating=None,
    )
    assert (0, 0, 1) == counts(take_in(office, empty))


def test_officers_work_is_never_overwritten(office: Office) -> None:
    """Working state, assignee and next step stay as officers left them."""
    take_in(office, a_row())
    device = office.device("agus")
    device.follow()
    (case_id,) = device.cases
    device.do(case_id, Assign(officer_id=office.officers["agus"]))
    device.do(
        case_id,
        FollowUp(text="Diperiksa.", done_on=date(2026, 11, 24), next_step="Panggil teknisi"),
    )
    device.do(case_id, Respond(text="Sedang dikerjakan."))
    before = device.cases[case_id]
    take_in(office, a_row(status="Ditutup oleh Sistem"))
    device.follow()
    after = device.cases[case_id]
    assert "Ditutup oleh Sistem" == after.raw_status
    assert (before.working, before.assignee_id, before.next_step) == (
        after.working,
        after.assignee_id,
        after.next_step,
    )
    assert ("menunggu_pelapor", "Panggil teknisi") == (after.working, after.next_step)


def test_a_disposition_by_import_takes_the_case_from_the_device(office: Office) -> None:
    """When the export names another unit, the case leaves the first one's devices."""
    take_in(office, a_row())
    device = office.device("agus")
    device.follow()
    take_in(office, a_row(unit_name="Divisi B"))
    device.follow()
    assert {} == device.cases
    assert ["Divisi B"] == [leave.to for leave in device.left]


def test_unknown_names_become_units_and_are_told(office: Office) -> None:
    """An institution and a unit that nobody knows are made once and reported."""
    rows = [
        a_row(
            tracking_id=f"80001{number:02d}", institution="PT Baru (Persero)", unit_name="Divisi X"
        )
        for number in range(3)
    ]
    summary = take_in(office, *rows, a_row(unit_name="Divisi  baru"))
    expected = {"PT Baru (Persero)": "instansi", "Divisi X": "unit", "Divisi baru": "unit"}
    assert expected == {unit.name: unit.kind for unit in summary.new_units}
    assert 3 == len(summary.new_units)
    assert [] == take_in(office, *rows).new_units
    device = office.device("wati")
    device.follow()
    assert device.scope is not None
    assert "Divisi baru" in [unit.name for unit in device.scope.units]


def test_what_cannot_be_taken_is_named(office: Office) -> None:
    """Problems of the reader and a row without any institution come back with row and reason."""
    unread = RowProblem(row_number=13, tracking_id="", code="row.no-tracking-id")
    nowhere = a_row(row_number=14, tracking_id="8000009", institution="", unit_name="")
    summary = take_in(office, a_row(), unread, nowhere)
    assert (1, 0, 0) == counts(summary)
    assert [(13, "row.no-tracking-id"), (14, "row.no-institution")] == [
        (problem.row_number, problem.code) for problem in summary.problems
    ]


def test_an_unknown_status_is_kept_and_told(office: Office) -> None:
    """A status outside the mapping is stored word for word and reported."""
    summary = take_in(office, a_row(status="Menunggu Klarifikasi Pusat"))
    assert {"Menunggu Klarifikasi Pusat": 1} == dict(summary.unknown_statuses)
    device = office.device("agus")
    device.follow()
    assert ["Menunggu Klarifikasi Pusat"] == [case.raw_status for case in device.cases.values()]


def test_a_row_without_a_date_counts_from_now(office: Office) -> None:
    """A row whose date could not be read is registered at the time of the import."""
    take_in(office, a_row(received_at=None))
    device = office.device("agus")
    device.follow()
    assert [office.clock()] == [case.registered_at for case in device.cases.values()]


def test_many_rows_are_taken_in_batches(office: Office) -> None:
    """More rows than fit a batch all arrive, the new and the known ones."""
    rows = [a_row(tracking_id=str(8_100_000 + number)) for number in range(1_100)]
    assert (1_100, 0, 0) == counts(take_in(office, *rows))
    changed = [replace(row, status="Proses") for row in rows[:600]]
    assert (0, 600, 500) == counts(take_in(office, *changed, *rows[600:]))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("PT Contoh (Persero)", "Divisi A", ""), UNIT_A),
        (("pt contoh  (persero)", " divisi b ", ""), UNIT_B),
        (("PT Contoh (Persero)", "", ""), ENTERPRISE),
        (("Kementerian Contoh", "PT Contoh (Persero)", ""), ENTERPRISE),
        (("Kementerian Contoh", "Divisi A", ""), UNIT_A),
        (("Kementerian Contoh", "Sekretariat", ""), UnitId(3)),
        (("PT Contoh (Persero)", "Sekretariat", ""), UnitId(13)),
        (("PT Contoh (Persero)", "Sekretariat", "14"), UnitId(14)),
        (("", "Divisi A", ""), UNIT_A),
        (("", "Sekretariat", ""), None),
        (("", "Kementerian Contoh", ""), MINISTRY),
        (("PT Tak Dikenal", "Divisi A", ""), None),
    ],
)
def test_names_find_their_unit(place: tuple[str, str, str], expected: UnitId | None) -> None:
    """A unit is looked for within the institution first; namesakes are told apart by number."""
    names = UnitNames(
        [
            *UNITS,
            Unit(id=UnitId(3), name="Sekretariat", parent_id=MINISTRY),
            Unit(id=UnitId(13), name="Sekretariat", parent_id=ENTERPRISE),
            Unit(id=UnitId(14), name="Sekretariat", parent_id=UNIT_A),
        ]
    )
    unit = names.find(place)
    assert expected == (None if unit is None else unit.id)


def test_making_missing_units_always_ends() -> None:
    """Whatever the names, after the missing units were made each place is found."""
    known = [
        *UNITS,
        Unit(id=UnitId(3), name="Sekretariat", parent_id=MINISTRY),
        Unit(id=UnitId(13), name="Sekretariat", parent_id=ENTERPRISE),
    ]
    places = [
        ("", "Sekretariat", ""),
        ("Sekretariat", "Sekretariat", "7"),
        ("PT Lain", "Sekretariat", ""),
        ("Divisi A", "Seksi 1", ""),
    ]
    new = list(UnitNames(known).missing(places, UnitId(100)))
    names = UnitNames([*known, *new])
    assert all(names.find(place) is not None for place in places)
