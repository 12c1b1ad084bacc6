# SPDX-License-Identifier: AGPL-3.0-or-later
"""The official export is read row by row, and every bad input is named."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sync.central.spreadsheet import COLUMNS, ExportRow, RowProblem, open_export
from tests.support.exports import ROW, export_of, only_row, problems, read, write

MOST_GROWTH_KIB = 48 * 1024
"""For the tracking IDs of 150,000 rows, which are remembered to find duplicates."""
NINE_FOURTEEN_WIB = 1_767_406_445_000


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
