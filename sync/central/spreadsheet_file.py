# SPDX-License-Identifier: AGPL-3.0-or-later
"""Is a file a workbook of a size we are willing to parse? Looks at bytes, never at cells."""

from __future__ import annotations

import zipfile
from io import BufferedReader
from typing import Final

from sync.errors import TanggapError

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 2 * 1024 * 1024 * 1024
_MARKS: Final = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"\x00", "binary"),
)


class SpreadsheetProblem(TanggapError):
    """The file as a whole cannot be read.

    Codes: ``empty`` (no byte, or no cell), ``not-a-spreadsheet`` (data: kind), ``truncated`` (a
    copy that ended early), ``damaged``, ``no-header``, ``too-large`` (data: size, limit).
    """


def check_workbook(
    stream: BufferedReader, size: int, *, max_bytes: int, max_unpacked_bytes: int
) -> None:
    """Refuse what is no workbook, or too much of one, before a parser sees it.

    Raises SpreadsheetProblem; leaves the stream at its start.
    """
    if size == 0:
        raise SpreadsheetProblem("empty")
    if size > max_bytes:
        raise SpreadsheetProblem("too-large", size=size, limit=max_bytes)
    kind = _kind_of(stream.read(512))
    if kind != "zip":
        raise SpreadsheetProblem("not-a-spreadsheet", kind=kind)
    try:
        archive = zipfile.ZipFile(stream)
    except zipfile.BadZipFile as error:
        raise SpreadsheetProblem("truncated", size=size) from error
    if "xl/workbook.xml" not in archive.namelist():
        raise SpreadsheetProblem("not-a-spreadsheet", kind="zip")
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > max_unpacked_bytes:
        raise SpreadsheetProblem("too-large", size=unpacked, limit=max_unpacked_bytes)
    stream.seek(0)


def _kind_of(start: bytes) -> str:
    """Say what a file is by its first bytes: zip, xls, pdf, html, text or binary."""
    for mark, kind in _MARKS:
        if start.startswith(mark):
            return kind
    words = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if words.startswith((b"<!doctype html", b"<html", b"<table")):
        return "html"
    return "binary" if b"\x00" in start else "text"
