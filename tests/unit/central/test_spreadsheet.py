# SPDX-License-Identifier: AGPL-3.0-or-later
"""The official export is read row by row, and every bad input is named."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from sync.central.spreadsheet import (
    COLUMNS,
    ExportRow,
    RowProblem,
    SpreadsheetProblem,
    open_export,
)
from sync.central.spreadsheet_cells import instant_of

ROW = {
    "Tracking ID": "1916449",
    "Tanggal Laporan Masuk": "3 Jan 2026",
    "Waktu Laporan Masuk": "09:14:05",
    "Nama Pelapor": "Rina Anggraini",
    "Klasifikasi Laporan": "Pengaduan tidak berkadar pengawasan",
    "ID Kategori": "1204",
    "Kategori": "Perhubungan",
    "Judul Laporan": "Saldo kartu terpotong dua kali",
    "Isi Laporan Awal": "saldo kepotong 2x min",
    "Isi Laporan Akhir": "Saldo kartu terpotong dua kali.\nMohon dikembalikan.",
    "Tipe Laporan (Anonim/Rahasia)": "Anonim",
    "Sumber Laporan": "Website",
    "Instansi Induk": "PT Kereta Commuter Indonesia",
    "ID Instansi Terdisposisi": "1419",
    "Instansi Terdisposisi": "Area Bogor",
    "Status Laporan": "Terverifikasi",
    "Alasan Tunda/Arsip": "",
    "Provinsi": "Jawa Barat",
    "Kota/Kabupaten": "Kota Bogor",
    "Kecamatan": "Bogor Tengah",
    "Kelurahan": "Cibogor",
    "Nomor SK": "SK-12/2025",
    "Url SK": "https://contoh.example/sk.pdf",
    "Url Dokumen Laporan Tahunan": "",
    "Laporan yang Masuk melalui Kanal Aduan Setwapres": "Ya",
    "Rating": "4",
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_GROWTH_KIB = 48 * 1024
"""For the tracking IDs of 150,000 rows, which are remembered to find duplicates."""
NINE_FOURTEEN_WIB = 1_767_406_445_000
MIDNIGHT_WIB = NINE_FOURTEEN_WIB - (9 * 3600 + 14 * 60 + 5) * 1000


def write(path: Path, rows: Iterable[Iterable[object]], *, above: int = 3) -> Path:
    """Write a workbook with some information rows and then the given rows."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Laporan", 0)
    for _ in range(above):
        sheet.append(["Laporan SP4N-LAPOR!"])
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def export_of(path: Path, *changes: Mapping[str, object]) -> Path:
    """Write an export with one row for each set of changes to the standard row."""
    rows = [[{**ROW, **change}.get(name) for name in COLUMNS] for change in changes]
    return write(path, [COLUMNS, *rows])


def read(path: Path) -> list[ExportRow | RowProblem]:
    with open_export(path) as export:
        return list(export.rows())


def only_row(path: Path) -> ExportRow:
    (row,) = read(path)
    assert isinstance(row, ExportRow)
    return row


def problems(path: Path) -> list[tuple[int, str, str, str]]:
    found = [item for item in read(path) if isinstance(item, RowProblem)]
    return [(item.row_number, item.tracking_id, item.code, item.detail) for item in found]


def refusal(path: Path, **limits: int) -> tuple[str, dict[str, object]]:
    with pytest.raises(SpreadsheetProblem) as caught, open_export(path, None, **limits) as export:
        list(export.rows())
    return caught.value.code, caught.value.data


def test_every_column_arrives(tmp_path: Path) -> None:
    """A complete row comes out with every value in its field."""
    expected = ExportRow(
        row_number=5,
        tracking_id="1916449",
        received_at=NINE_FOURTEEN_WIB,
        reporter_name="Rina Anggraini",
        classification="Pengaduan tidak berkadar pengawasan",
        category_id="1204",
        category="Perhubungan",
        title="Saldo kartu terpotong dua kali",
        text_original="saldo kepotong 2x min",
        text_final="Saldo kartu terpotong dua kali.\nMohon dikembalikan.",
        anonymous=True,
        secret=False,
        channel="Website",
        institution="PT Kereta Commuter Indonesia",
        unit_external_id="1419",
        unit_name="Area Bogor",
        status="Terverifikasi",
        reason="",
        province="Jawa Barat",
        city="Kota Bogor",
        district="Bogor Tengah",
        village="Cibogor",
        decree_number="SK-12/2025",
        decree_url="https://contoh.example/sk.pdf",
        annual_report_url="",
        setwapres=True,
        rating=4,
        extra={},
    )

    assert expected == only_row(export_of(tmp_path / "a.xlsx", {}))


def test_header_is_found_below_the_information_rows(tmp_path: Path) -> None:
    """The header may stand in any of the first hundred rows."""
    path = write(tmp_path / "a.xlsx", [COLUMNS, list(ROW.values())], above=99)

    with open_export(path) as export:
        assert 100 == export.header.header_row
        assert 1 == export.total_rows
        assert [101] == [item.row_number for item in export.rows()]


def test_header_too_far_down_is_not_searched_for(tmp_path: Path) -> None:
    """A sheet whose first hundred rows hold no header is refused."""
    path = write(tmp_path / "a.xlsx", [COLUMNS, list(ROW.values())], above=100)

    assert ("no-header", {}) == refusal(path)


def test_second_sheet_may_hold_the_table(tmp_path: Path) -> None:
    """The first sheet that has the header is read."""
    book = openpyxl.Workbook()
    book.create_sheet("Sampul", 0).append(["Laporan Tahunan"])
    sheet = book.create_sheet("Data")
    sheet.append(list(COLUMNS))
    sheet.append(list(ROW.values()))
    book.save(tmp_path / "a.xlsx")

    assert "1916449" == only_row(tmp_path / "a.xlsx").tracking_id


def test_unknown_columns_are_kept_and_missing_ones_named(tmp_path: Path) -> None:
    """A new column of the national system is carried along; a lost one is reported."""
    header = [*COLUMNS[:-1], "Prioritas", "Catatan  Baru"]
    values = [*list(ROW.values())[:-1], "Tinggi", None]
    path = write(tmp_path / "a.xlsx", [header, values])

    with open_export(path) as export:
        assert ("Prioritas", "Catatan Baru") == export.header.unknown_columns
        assert ("Rating",) == export.header.missing_columns
        (row,) = export.rows()
    assert isinstance(row, ExportRow)
    assert {"Prioritas": "Tinggi"} == row.extra
    assert row.rating is None


def test_header_spelling_is_forgiven(tmp_path: Path) -> None:
    """Case and doubled blanks in header cells do not matter, nor the short name of the type."""
    header = [" ".join(name.upper().split()).replace(" ", "  ") for name in COLUMNS]
    header[10] = "Tipe Laporan"
    path = write(tmp_path / "a.xlsx", [header, ROW.values()])

    with open_export(path) as export:
        assert ((), ()) == (export.header.unknown_columns, export.header.missing_columns)
        assert [True] == [item.anonymous for item in export.rows() if isinstance(item, ExportRow)]


def test_unknown_status_passes_word_for_word(tmp_path: Path) -> None:
    """A status we have never seen is not judged here."""
    path = export_of(tmp_path / "a.xlsx", {"Status Laporan": "Menunggu Klarifikasi Pusat"})

    assert "Menunggu Klarifikasi Pusat" == only_row(path).status


@pytest.mark.parametrize(
    ("written", "anonymous", "secret"),
    [
        ("Anonim", True, False),
        ("Rahasia", False, True),
        ("Anonim, Rahasia", True, True),
        ("anonim/rahasia", True, True),
        ("Normal", False, False),
        (None, False, False),
    ],
)
def test_anonymous_and_secret_are_independent(
    tmp_path: Path, written: str | None, anonymous: bool, secret: bool
) -> None:
    """One column carries two flags."""
    row = only_row(export_of(tmp_path / "a.xlsx", {"Tipe Laporan (Anonim/Rahasia)": written}))

    assert (anonymous, secret) == (row.anonymous, row.secret)


@pytest.mark.parametrize("written", [1916449, 1916449.0, "1916449", " 1916449 ", "#1916449"])
def test_tracking_id_becomes_digits(tmp_path: Path, written: object) -> None:
    """Whatever a spreadsheet program made of the number, the digits come out."""
    assert (
        "1916449" == only_row(export_of(tmp_path / "a.xlsx", {"Tracking ID": written})).tracking_id
    )


def test_numbers_become_text_without_a_point(tmp_path: Path) -> None:
    """Ids of units and categories are digit strings even where the cell holds a number."""
    changed = {"ID Instansi Terdisposisi": 1419.0, "ID Kategori": 1204, "Rating": 5.0}
    row = only_row(export_of(tmp_path / "a.xlsx", changed))

    assert ("1419", "1204", 5) == (row.unit_external_id, row.category_id, row.rating)


@pytest.mark.parametrize("written", [None, "", "  "])
def test_row_without_tracking_id_is_reported(tmp_path: Path, written: str | None) -> None:
    """A row that has values but no key cannot be used."""
    path = export_of(tmp_path / "a.xlsx", {"Tracking ID": written})

    assert [(5, "", "row.no-tracking-id", "")] == problems(path)


def test_row_with_words_for_a_tracking_id_is_reported(tmp_path: Path) -> None:
    """A closing line such as a total is no complaint."""
    path = export_of(tmp_path / "a.xlsx", {}, {"Tracking ID": "Jumlah laporan: 1"})

    assert [(6, "Jumlah laporan: 1", "row.bad-tracking-id", "")] == problems(path)


def test_duplicate_is_reported_with_the_first_row(tmp_path: Path) -> None:
    """The second row of a tracking ID is left out, even if one is a number and one a text."""
    path = export_of(tmp_path / "a.xlsx", {}, {"Tracking ID": "2"}, {"Tracking ID": 1916449})

    assert [(7, "1916449", "row.duplicate", "5")] == problems(path)
    assert 3 == len(read(path))


@pytest.mark.parametrize("column", ["Judul Laporan", "Rating", "Tanggal Laporan Masuk"])
def test_formula_is_reported_and_not_trusted(tmp_path: Path, column: str) -> None:
    """A row in which a formula computes anything is left out, and the column is named."""
    path = export_of(tmp_path / "a.xlsx", {column: "=1+1"}, {"Tracking ID": "2"})

    assert [(5, "1916449", "row.formula", column)] == problems(path)
    assert 2 == len(read(path))


def test_formula_for_a_key_is_reported(tmp_path: Path) -> None:
    """A computed tracking ID is no tracking ID."""
    path = export_of(tmp_path / "a.xlsx", {"Tracking ID": "=A1"})

    assert [(5, "", "row.formula", "Tracking ID")] == problems(path)


def test_text_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    """A citizen may begin a sentence with an equals sign."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for column, (name, value) in enumerate((ROW | {"Judul Laporan": "=penting="}).items()):
            sheet.write_string(0, column, name)
            sheet.write_string(1, column, value)

    assert "=penting=" == only_row(path).title


def test_error_cell_is_reported(tmp_path: Path) -> None:
    """A cell in which a spreadsheet program failed is not taken for text."""
    path = export_of(tmp_path / "a.xlsx", {"Kategori": "#REF!"})

    assert [(5, "1916449", "row.cell-error", "Kategori")] == problems(path)


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("3 Jan 2026", "09:14:05"),
        ("03 Januari 2026", "09.14.05"),
        ("3-jan-2026", "09:14:05 WIB"),
        ("Sabtu, 3 Januari 2026", "9:14:05"),
        ("2026-01-03", "11:14:05 WIT"),
        ("03/01/2026", "10:14:05 WITA"),
        (date(2026, 1, 3), time(9, 14, 5)),
        (datetime(2026, 1, 3), "09:14:05"),  # noqa: DTZ001 - as openpyxl gives it
        (datetime(2026, 1, 3, 9, 14, 5), None),  # noqa: DTZ001 - as openpyxl gives it
        (46025, timedelta(hours=9, minutes=14, seconds=5)),
        (46025.0, 0.384780092592593),
    ],
)
def test_dates_of_many_hands(day: object, clock: object) -> None:
    """All ways in which exports and re-saved exports write an instant mean the same instant."""
    assert NINE_FOURTEEN_WIB == instant_of(day, clock)


@pytest.mark.parametrize(
    "name",
    [
        *("jan", "feb", "mar", "apr", "mei", "may", "jun", "jul", "agu", "agt", "ags", "aug"),
        *("sep", "okt", "oct", "nov", "nop", "des", "dec", "Februari", "Agustus", "Desember"),
    ],
)
def test_month_names(name: str) -> None:
    """English and Indonesian month names are dates, not problems."""
    assert instant_of(f"28 {name} 2026", "") is not None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.times().map(lambda t: t.replace(fold=0)))
def test_text_and_real_cells_agree(day: date, clock: time) -> None:
    """A date typed as text and the same date as a real cell are one instant."""
    clock = clock.replace(microsecond=0)
    written = f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    assert instant_of(day, clock) == instant_of(written, clock.isoformat())


def test_missing_time_is_midnight_and_missing_date_is_unknown() -> None:
    """The day alone still orders a complaint; a time alone says nothing."""
    assert MIDNIGHT_WIB == instant_of("3 Jan 2026", None)
    assert instant_of("-", "09:14:05") is None


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("31 Feb 2026", "09:00"),
        ("3 Foo 2026", "09:00"),
        ("kemarin", "09:00"),
        ("3 Jan 1026", "09:00"),
        ("3 Jan 2026", "25:00"),
        ("3 Jan 2026", "pagi"),
        (3, "09:00"),
        ("3 Jan 2026", 1.5),
        ("3 Jan 2026", -0.5),
    ],
)
def test_odd_date_is_reported_and_the_row_still_comes(
    tmp_path: Path, day: object, clock: object
) -> None:
    """A complaint with an unreadable date is not lost; its date is unknown."""
    changed = {"Tanggal Laporan Masuk": day, "Waktu Laporan Masuk": clock}
    problem, row = read(export_of(tmp_path / "a.xlsx", changed))

    assert isinstance(problem, RowProblem)
    assert ("row.bad-date", f"{day} {clock}") == (problem.code, problem.detail)
    assert isinstance(row, ExportRow)
    assert row.received_at is None


@pytest.mark.parametrize(("written", "rating"), [("-", None), ("0", None), (None, None), ("5", 5)])
def test_rating_may_be_absent(tmp_path: Path, written: str | None, rating: int | None) -> None:
    """No rating is not the worst rating."""
    assert rating == only_row(export_of(tmp_path / "a.xlsx", {"Rating": written})).rating


@pytest.mark.parametrize("written", ["6", "-1", "bagus", "4,5"])
def test_bad_rating_is_reported_and_the_row_still_comes(tmp_path: Path, written: str) -> None:
    """A complaint with an unreadable rating is not lost."""
    problem, row = read(export_of(tmp_path / "a.xlsx", {"Rating": written}))

    assert isinstance(problem, RowProblem)
    assert ("row.bad-rating", written) == (problem.code, problem.detail)
    assert isinstance(row, ExportRow)
    assert row.rating is None


def test_empty_rows_are_passed_over(tmp_path: Path) -> None:
    """Blank lines are neither complaints nor problems, and row numbers stay true."""
    rows = [COLUMNS, ROW.values(), [], [""] * 5, (ROW | {"Tracking ID": "2"}).values()]
    path = write(tmp_path / "a.xlsx", rows)

    assert [5, 8] == [item.row_number for item in read(path)]


def test_header_without_rows_is_an_export_of_nothing(tmp_path: Path) -> None:
    """A period without complaints is not an error."""
    path = write(tmp_path / "a.xlsx", [COLUMNS])

    with open_export(path) as export:
        assert export.total_rows is None
        assert [] == list(export.rows())


def test_rows_can_be_read_again(tmp_path: Path) -> None:
    """A dry run and the import itself may use one open export."""
    with open_export(export_of(tmp_path / "a.xlsx", {}, {"Tracking ID": "2"})) as export:
        assert list(export.rows()) == list(export.rows())


def test_progress_is_told(tmp_path: Path) -> None:
    """Progress names rows read and rows claimed, every five hundred and at the end."""
    told: list[tuple[int, int | None]] = []
    path = export_of(tmp_path / "a.xlsx", *({"Tracking ID": n} for n in range(1, 1202)))

    with open_export(path, lambda done, total: told.append((done, total))) as export:
        list(export.rows())

    assert [(500, 1201), (1000, 1201), (1201, 1201)] == told


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"Tracking ID;Tanggal Laporan Masuk\n1916449;3 Jan 2026\n", "text"),
        (b"\xef\xbb\xbf<html><table><tr><td>Tracking ID</td></tr></table></html>", "html"),
        (b"<!DOCTYPE html><title>Masuk</title>", "html"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls"),
        (b"%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
    ],
)
def test_other_files_are_no_spreadsheets(tmp_path: Path, content: bytes, kind: str) -> None:
    """A renamed text, web page, old workbook, letter or picture is called what it is."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)

    assert ("not-a-spreadsheet", {"kind": kind}) == refusal(path)


def test_other_archive_is_no_spreadsheet(tmp_path: Path) -> None:
    """A zip that is no workbook is refused as such."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    assert ("not-a-spreadsheet", {"kind": "zip"}) == refusal(path)


def test_empty_file_and_empty_workbook_are_empty(tmp_path: Path) -> None:
    """Nothing in it is another matter than the wrong thing in it."""
    (tmp_path / "a.xlsx").write_bytes(b"")
    openpyxl.Workbook().save(tmp_path / "b.xlsx")

    assert [("empty", {}), ("empty", {})] == [
        refusal(tmp_path / "a.xlsx"),
        refusal(tmp_path / "b.xlsx"),
    ]


@given(st.floats(0.05, 0.98))
def test_copy_that_ended_early_is_truncated(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    """Whatever part of a workbook is missing at its end, the file is called truncated."""
    path = tmp_path_factory.mktemp("cut") / "a.xlsx"
    whole = export_of(path, {}).read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])

    assert "truncated" == refusal(path)[0]


def test_workbook_without_our_table_has_no_header(tmp_path: Path) -> None:
    """Some other workbook is refused as having no header."""
    assert ("no-header", {}) == refusal(write(tmp_path / "a.xlsx", [["Nomor", "Nama"], [1, "A"]]))


@pytest.mark.parametrize(
    ("part", "code"), [("xl/workbook.xml", "damaged"), ("xl/worksheets/sheet1.xml", "damaged")]
)
def test_broken_parts_are_damage(tmp_path: Path, part: str, code: str) -> None:
    """A workbook whose inside is cut off is called damaged, at opening or while reading."""
    path = export_of(tmp_path / "a.xlsx", *({"Tracking ID": n} for n in range(1, 200)))
    replace_part(path, part, lambda xml: xml[: len(xml) * 3 // 4])

    assert code == refusal(path)[0]


def test_wrong_size_claim_is_not_believed(tmp_path: Path) -> None:
    """All rows are read even if the sheet claims to hold one cell, as some exporters write."""
    path = export_of(tmp_path / "a.xlsx", {}, {"Tracking ID": "2"})
    claimed = b'<dimension ref="A1:Z6" />'
    replace_part(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(claimed, b""))
    with open_export(path) as export:
        assert export.total_rows is None
        assert 2 == len(list(export.rows()))
    replace_part(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<sheetData>", b'<dimension ref="A1"/><sheetData>'),
    )

    with open_export(path) as export:
        assert export.total_rows is None
        assert 2 == len(list(export.rows()))


def test_too_large_files_are_refused_before_parsing(tmp_path: Path) -> None:
    """Both the size on disk and the unpacked size have a limit."""
    path = export_of(tmp_path / "a.xlsx", {})
    size = path.stat().st_size

    assert ("too-large", {"size": size, "limit": 100}) == refusal(path, max_bytes=100)
    assert "too-large" == refusal(path, max_unpacked_bytes=size)[0]


def test_missing_file_is_the_callers_matter(tmp_path: Path) -> None:
    """A file that is not there raises what the system raises."""
    with pytest.raises(FileNotFoundError):
        open_export(tmp_path / "tidak-ada.xlsx")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_hundred_thousand_rows_stream(tmp_path: Path) -> None:
    """A national export is read to its end without being held."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "besar.xlsx"
    kept = {name: ROW[name] for name in ("Judul Laporan", "Isi Laporan Akhir", "Status Laporan")}
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Tracking ID", *kept])
        for number in range(1, 200_001):
            sheet.write_row(number, 0, [str(1_000_000 + number), *kept.values()])
    peaks: list[int] = []
    read = 0

    with open_export(path) as export:
        assert 200_000 == export.total_rows
        for item in export.rows():
            assert isinstance(item, ExportRow)
            read += 1
            if read % 50_000 == 0:
                peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    assert 200_000 == read
    assert peaks[-1] - peaks[0] < MOST_GROWTH_KIB


def replace_part(path: Path, part: str, change: Any) -> None:  # noqa: ANN401
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
