# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes rows as the official export does: information rows, the header, one row a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import xlsxwriter

from sync.central.sample.office_time import WIB
from sync.central.spreadsheet import COLUMNS, ExportRow

FIRST_DATA_ROW: Final = 12
"""Where the data of the national system's exports begins, counted from 1."""

_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_WIDE: Final = 60
_NARROW: Final = 18
_WIDE_COLUMNS: Final = ("Judul Laporan", "Isi Laporan Awal", "Isi Laporan Akhir")


def write_workbook(
    path: Path,
    rows: Sequence[ExportRow],
    *,
    generated_at: int,
    agency: str = "Kementerian Badan Usaha Milik Negara",
) -> None:
    """Write an export; the same arguments always give the same bytes.

    Every cell is text, as in the national system's exports, so no text can become a formula.
    """
    generated = datetime.fromtimestamp(generated_at / 1000, WIB)
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": "Laporan SP4N-LAPOR!", "created": generated.astimezone(UTC)})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Laporan")
        for number, line in enumerate(_information(rows, agency, generated)):
            sheet.write_string(number, 0, line)
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, _WIDE if name in _WIDE_COLUMNS else _NARROW)
            sheet.write_string(FIRST_DATA_ROW - 2, column, name, bold)
        for number, row in enumerate(rows, start=FIRST_DATA_ROW - 1):
            for column, value in enumerate(_cells(row)):
                sheet.write_string(number, column, value)


def _information(rows: Sequence[ExportRow], agency: str, generated: datetime) -> tuple[str, ...]:
    return (
        "SISTEM PENGELOLAAN PENGADUAN PELAYANAN PUBLIK NASIONAL",
        "Data Laporan (contoh, seluruhnya rekaan)",
        "",
        f"Instansi: {agency}",
        f"Waktu unduh: {_day(generated)} {generated:%H:%M:%S} WIB",
        f"Jumlah laporan: {len(rows)}",
    )


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def _cells(row: ExportRow) -> tuple[str, ...]:
    """The values of one row in the order of the header."""
    received = (
        None if row.received_at is None else datetime.fromtimestamp(row.received_at / 1000, WIB)
    )
    kinds = [name for name, set_ in (("Anonim", row.anonymous), ("Rahasia", row.secret)) if set_]
    return (
        row.tracking_id,
        _day(received) if received else "",
        f"{received:%H:%M:%S}" if received else "",
        row.reporter_name,
        row.classification,
        row.category_id,
        row.category,
        row.title,
        row.text_original,
        row.text_final,
        ", ".join(kinds),
        row.channel,
        row.institution,
        row.unit_external_id,
        row.unit_name,
        row.status,
        row.reason,
        row.province,
        row.city,
        row.district,
        row.village,
        row.decree_number,
        row.decree_url,
        row.annual_report_url,
        "Ya" if row.setwapres else "Tidak",
        "" if row.rating is None else str(row.rating),
    )
