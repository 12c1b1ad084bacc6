# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file that is no readable export is refused by its right name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.central.spreadsheet import COLUMNS, open_export
from tests.support.exports import ROW, export_of, refusal, replace_part, write


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


def test_header_too_far_down_is_not_searched_for(tmp_path: Path) -> None:
    """A sheet whose first hundred rows hold no header is refused."""
    path = write(tmp_path / "a.xlsx", [COLUMNS, list(ROW.values())], above=100)

    assert ("no-header", {}) == refusal(path)
