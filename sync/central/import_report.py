# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an administrator reads about an import, in Bahasa Indonesia: values in, lines out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from sync.central.import_files import FilesTaken
from sync.central.importing import ImportSummary
from sync.central.spreadsheet import Header, RowProblem
from sync.central.spreadsheet_file import SpreadsheetProblem

_BAR_WIDTH = 30
_STEP_PERCENT = 10

_FILE_PROBLEMS = {
    "empty": "berkasnya kosong",
    "not-a-spreadsheet": "ini bukan berkas Excel (.xlsx)",
    "truncated": "berkasnya terpotong; salin atau unduh sekali lagi",
    "damaged": "berkasnya rusak; unduh sekali lagi",
    "no-header": 'tidak ada baris judul yang diawali "Tracking ID"; apakah ini ekspor SP4N-LAPOR!?',
    "too-large": "berkasnya terlalu besar",
}

_ROW_PROBLEMS = {
    "row.no-tracking-id": "tidak ada Tracking ID; baris dilewati",
    "row.bad-tracking-id": "Tracking ID bukan angka; baris dilewati",
    "row.duplicate": "Tracking ID sudah ada di baris {detail}; baris dilewati",
    "row.formula": 'kolom "{detail}" berisi rumus; baris dilewati',
    "row.cell-error": 'kolom "{detail}" berisi galat Excel; baris dilewati',
    "row.bad-date": 'tanggal "{detail}" tidak terbaca; dipakai waktu impor',
    "row.bad-rating": 'rating "{detail}" tidak terbaca; dikosongkan',
    "row.no-institution": "tidak menyebut instansi; baris dilewati",
}


def file_problem_line(path: str, problem: SpreadsheetProblem) -> str:
    """Return why a file was not taken."""
    return f"{path}: {_FILE_PROBLEMS[problem.code]}. Tidak ada yang diimpor."


def summary_lines(summary: ImportSummary, header: Header) -> Iterator[str]:
    """Tell what came of an import, every row with a problem by its number."""
    yield f"Laporan baru       : {summary.created}"
    yield f"Laporan diperbarui : {summary.updated}"
    yield f"Tidak berubah      : {summary.unchanged}"
    if header.missing_columns:
        yield f"Kolom yang tidak ada: {', '.join(header.missing_columns)}"
    if header.unknown_columns:
        yield f"Kolom yang tidak dikenal (disimpan apa adanya): {', '.join(header.unknown_columns)}"
    for status, times in summary.unknown_statuses.most_common():
        yield f'Status yang tidak dikenal (disimpan apa adanya): "{status}", {times} baris'
    for unit in summary.new_units:
        yield f"Unit baru dibuat: {unit.name} (nomor {unit.id})"
    if summary.problems:
        yield f"Catatan pada {len(summary.problems)} baris:"
    for problem in summary.problems:
        yield f"  {_row_problem(problem)}"


def attachment_lines(taken: FilesTaken) -> Iterator[str]:
    """Tell what came of a folder of attachments."""
    yield f"Lampiran baru      : {taken.files} pada {taken.cases} laporan"
    yield f"Lampiran sudah ada : {taken.known}"
    for name in taken.unknown_cases:
        yield f"  folder {name}: tidak ada laporan dengan tracking ID ini"
    for name in taken.skipped:
        yield f"  {name}: kosong, lebih dari 100 MB, atau tidak dapat dibaca"


def _row_problem(problem: RowProblem) -> str:
    said = _ROW_PROBLEMS[problem.code].format(detail=problem.detail)
    named = f" ({problem.tracking_id})" if problem.tracking_id else ""
    return f"baris {problem.row_number}{named}: {said}"


class ProgressBar:
    """Shows how far a long step is: one moving line on a terminal, else a line per tenth."""

    def __init__(self, stream: TextIO, label: str) -> None:
        self._stream = stream
        self._label = label
        self._moving = stream.isatty()
        self._shown = -1

    def __call__(self, done: int, total: int | None) -> None:
        """Show that so many rows are done, of so many where that is known."""
        percent = min(100, done * 100 // total) if total else None
        step = done if percent is None else percent // (1 if self._moving else _STEP_PERCENT)
        if step == self._shown:
            return
        self._shown = step
        line = f"{self._label} {self._picture(done, percent)}"
        self._stream.write(f"\r{line}" if self._moving else f"{line}\n")
        self._stream.flush()

    def finish(self) -> None:
        """Leave the line."""
        if self._moving and self._shown >= 0:
            self._stream.write("\n")
            self._stream.flush()

    @staticmethod
    def _picture(done: int, percent: int | None) -> str:
        if percent is None:
            return f"{done} baris"
        filled = percent * _BAR_WIDTH // 100
        return f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {percent:3d} %  {done} baris"
