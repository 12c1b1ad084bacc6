# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builds official exports, good and bad, and reads them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import openpyxl
import pytest

from sync.central.spreadsheet import (
    COLUMNS,
    ExportRow,
    RowProblem,
    SpreadsheetProblem,
    open_export,
)

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
"""The standard row: every column has a value that shows where it went."""


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


def replace_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
