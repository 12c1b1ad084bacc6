# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the official export of SP4N-LAPOR! (.xlsx) row by row.

The sheet starts with some information rows; the header row is the one whose first cell says
"Tracking ID" (domain dossier 4.2). The reader streams, trusts nothing that a formula computed,
keeps unknown columns and statuses as they came, and names every row it cannot use. The shared
texts of a workbook are held in memory as long as it is open; the limits bound them.

What becomes of the rows is decided elsewhere.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from sync.central.spreadsheet_cells import (
    instant_of,
    is_yes,
    rating_of,
    text_of,
    tracking_id_of,
)
from sync.central.spreadsheet_file import (
    MAX_BYTES,
    MAX_UNPACKED_BYTES,
    SpreadsheetProblem,
    check_workbook,
)

__all__ = ["COLUMNS", "ExportRow", "Header", "RowProblem", "SpreadsheetProblem", "open_export"]

COLUMNS: Final = (
    "Tracking ID",
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Nama Pelapor",
    "Klasifikasi Laporan",
    "ID Kategori",
    "Kategori",
    "Judul Laporan",
    "Isi Laporan Awal",
    "Isi Laporan Akhir",
    "Tipe Laporan (Anonim/Rahasia)",
    "Sumber Laporan",
    "Instansi Induk",
    "ID Instansi Terdisposisi",
    "Instansi Terdisposisi",
    "Status Laporan",
    "Alasan Tunda/Arsip",
    "Provinsi",
    "Kota/Kabupaten",
    "Kecamatan",
    "Kelurahan",
    "Nomor SK",
    "Url SK",
    "Url Dokumen Laporan Tahunan",
    "Laporan yang Masuk melalui Kanal Aduan Setwapres",
    "Rating",
)
"""The header of the present export, in its order."""

_TEXT_FIELDS: Final = {
    "reporter_name": "Nama Pelapor",
    "classification": "Klasifikasi Laporan",
    "category_id": "ID Kategori",
    "category": "Kategori",
    "title": "Judul Laporan",
    "text_original": "Isi Laporan Awal",
    "text_final": "Isi Laporan Akhir",
    "channel": "Sumber Laporan",
    "institution": "Instansi Induk",
    "unit_external_id": "ID Instansi Terdisposisi",
    "unit_name": "Instansi Terdisposisi",
    "status": "Status Laporan",
    "reason": "Alasan Tunda/Arsip",
    "province": "Provinsi",
    "city": "Kota/Kabupaten",
    "district": "Kecamatan",
    "village": "Kelurahan",
    "decree_number": "Nomor SK",
    "decree_url": "Url SK",
    "annual_report_url": "Url Dokumen Laporan Tahunan",
}

_KEY: Final = "Tracking ID"
_HEADER_SEARCH_ROWS: Final = 100
_HEADER_SEARCH_COLUMNS: Final = 200
_PROGRESS_EVERY: Final = 500
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ParseError, LookupError, ValueError),
    *(TypeError, AttributeError, OverflowError),
)
"""What openpyxl raises for a workbook that is one on the outside only."""
Progress = Callable[[int, int | None], None]
"""Told how many rows are read, and of how many where the sheet says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One complaint as the export gives it, statuses and names word for word."""

    row_number: int
    tracking_id: str
    received_at: int | None
    reporter_name: str = ""
    classification: str = ""
    category_id: str = ""
    category: str = ""
    title: str = ""
    text_original: str = ""
    text_final: str = ""
    anonymous: bool = False
    secret: bool = False
    channel: str = ""
    institution: str = ""
    unit_external_id: str = ""
    unit_name: str = ""
    status: str = ""
    reason: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    village: str = ""
    decree_number: str = ""
    decree_url: str = ""
    annual_report_url: str = ""
    setwapres: bool = False
    rating: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """Columns that we do not know, by their header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong with one row.

    After ``row.bad-date`` and ``row.bad-rating`` the row itself follows, without that value. With
    ``row.no-tracking-id``, ``row.bad-tracking-id``, ``row.duplicate`` (detail: the first row),
    ``row.formula`` and ``row.cell-error`` (detail: the column) the row is left out.
    """

    row_number: int
    tracking_id: str
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where the table starts and how its columns differ from the known ones."""

    header_row: int
    unknown_columns: tuple[str, ...]
    missing_columns: tuple[str, ...]


def open_export(
    path: Path,
    on_progress: Progress | None = None,
    *,
    max_bytes: int = MAX_BYTES,
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES,
) -> Export:
    """Open an export for reading; use it as a context manager.

    Raises SpreadsheetProblem when the file is not a readable export, OSError when it cannot be
    opened at all.
    """
    stream = path.open("rb")
    try:
        check_workbook(
            stream,
            path.stat().st_size,
            max_bytes=max_bytes,
            max_unpacked_bytes=max_unpacked_bytes,
        )
        return Export(stream, on_progress)
    except _DAMAGE as error:
        stream.close()
        raise SpreadsheetProblem("damaged") from error
    except BaseException:
        stream.close()
        raise


class Export:
    """An open export: its header first, then its rows, once or as often as wanted.

    Attributes:
        header: what the header row says.
        total_rows: how many rows the sheet claims to have, None where it claims nothing; rows
            that turn out to be empty are counted.
    """

    def __init__(self, stream: BufferedReader, on_progress: Progress | None) -> None:
        self._stream = stream
        self._on_progress = on_progress
        self._workbook = load_workbook(stream, read_only=True, keep_links=False)
        self._sheet, header_row, self._names = _find_table(self._workbook)
        self.header = Header(
            header_row=header_row,
            unknown_columns=tuple(n for n in self._names if n and n not in COLUMNS),
            missing_columns=tuple(n for n in COLUMNS if n not in self._names),
        )
        claimed = (self._sheet.max_row or 0) - header_row
        self.total_rows: int | None = claimed if claimed > 0 else None
        # Exporters are known to write a wrong size; what is there is read, not what is claimed.
        self._sheet.reset_dimensions()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._workbook.close()
        self._stream.close()

    def rows(self) -> Iterator[ExportRow | RowProblem]:
        """Yield the rows in order, and what is wrong with them in front of or instead of them.

        Raises SpreadsheetProblem(``damaged``) where the file breaks off in the middle.
        """
        first_seen: dict[str, int] = {}
        done = 0
        for done, (number, cells) in enumerate(self._numbered(), start=1):
            yield from _read_row(number, self._names, cells, first_seen)
            if self._on_progress is not None and done % _PROGRESS_EVERY == 0:
                self._on_progress(done, self.total_rows)
        if self._on_progress is not None:
            self._on_progress(done, self.total_rows)

    def _numbered(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield (row number, cells) of every row below the header that is not empty."""
        number = self.header.header_row
        rows = self._sheet.iter_rows(min_row=number + 1, max_col=len(self._names))
        try:
            for cells in rows:
                number += 1
                if any(cell.value is not None and cell.value != "" for cell in cells):
                    yield number, cells
        except _DAMAGE as error:
            raise SpreadsheetProblem("damaged", after_row=number) from error


def _find_table(workbook: Any) -> tuple[Any, int, tuple[str, ...]]:  # noqa: ANN401
    """Return the first sheet that has the header, the header's row and its names."""
    any_cell = False
    for sheet in workbook.worksheets:
        rows = sheet.iter_rows(
            max_row=_HEADER_SEARCH_ROWS, max_col=_HEADER_SEARCH_COLUMNS, values_only=True
        )
        for number, values in enumerate(rows, start=1):
            any_cell = any_cell or any(value is not None for value in values)
            names = _header_names(values)
            if names and names[0] == _KEY:
                return sheet, number, names
    raise SpreadsheetProblem("no-header" if any_cell else "empty")


def _header_names(values: Iterable[object]) -> tuple[str, ...]:
    """The header cells up to the last one in use, known names in their official spelling."""
    official = {name.casefold(): name for name in COLUMNS}
    official["tipe laporan"] = "Tipe Laporan (Anonim/Rahasia)"
    names = [" ".join(text_of(value).split()) for value in values]
    while names and not names[-1]:
        names.pop()
    return tuple(official.get(name.casefold(), name) for name in names)


def _read_row(
    number: int, names: tuple[str, ...], cells: tuple[Any, ...], first_seen: dict[str, int]
) -> Iterator[ExportRow | RowProblem]:
    by_name = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    tracking_id = tracking_id_of(by_name[_KEY].value)
    if problem := _fatal(number, tracking_id, by_name, first_seen):
        yield problem
        return
    first_seen[tracking_id] = number
    values = {name: cell.value for name, cell in by_name.items()}
    received_at, rating = None, None
    try:
        received_at = instant_of(values.get(COLUMNS[1]), values.get(COLUMNS[2]))
    except ValueError:
        written = f"{text_of(values.get(COLUMNS[1]))} {text_of(values.get(COLUMNS[2]))}"
        yield _problem(number, tracking_id, "row.bad-date", written.strip())
    try:
        rating = rating_of(values.get("Rating"))
    except ValueError:
        yield _problem(number, tracking_id, "row.bad-rating", text_of(values.get("Rating")))
    yield _row(number, tracking_id, received_at, rating, values)


def _fatal(
    number: int, tracking_id: str, by_name: Mapping[str, Any], first_seen: Mapping[str, int]
) -> RowProblem | None:
    """Say why a row cannot be used at all, if so."""
    for name, cell in by_name.items():
        if cell.data_type == "f":
            return _problem(number, "" if name == _KEY else tracking_id, "row.formula", name)
        if cell.data_type == "e":
            return _problem(number, "" if name == _KEY else tracking_id, "row.cell-error", name)
    if not tracking_id:
        return _problem(number, "", "row.no-tracking-id")
    if not (tracking_id.isascii() and tracking_id.isdigit()):
        return _problem(number, tracking_id, "row.bad-tracking-id")
    if tracking_id in first_seen:
        return _problem(number, tracking_id, "row.duplicate", str(first_seen[tracking_id]))
    return None


def _problem(number: int, tracking_id: str, code: str, detail: str = "") -> RowProblem:
    return RowProblem(row_number=number, tracking_id=tracking_id, code=code, detail=detail)


def _row(
    number: int,
    tracking_id: str,
    received_at: int | None,
    rating: int | None,
    values: Mapping[str, object],
) -> ExportRow:
    kind = text_of(values.get("Tipe Laporan (Anonim/Rahasia)")).casefold()
    texts = {name: text_of(values.get(column)) for name, column in _TEXT_FIELDS.items()}
    unknown = {n: text_of(v) for n, v in values.items() if n not in COLUMNS}
    return ExportRow(
        row_number=number,
        tracking_id=tracking_id,
        received_at=received_at,
        anonymous="anonim" in kind,
        secret="rahasia" in kind,
        setwapres=is_yes(values.get("Laporan yang Masuk melalui Kanal Aduan Setwapres")),
        rating=rating,
        extra={name: value for name, value in unknown.items() if value},
        **texts,
    )
