# SPDX-License-Identifier: AGPL-3.0-or-later
"""The complaint's own files come from a folder beside the export, and reach who may read it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from sync.cases.case import Attachment
from sync.central.blob_files import BlobFiles
from sync.central.file_check import FileCheck
from sync.central.import_files import ComplaintFiles, FilesTaken
from sync.wire.rulebook import load_rulebook
from tests.support.central import UNIT_A, Office
from tests.support.uploads import Hand, a_photo, sha256_of, some_bytes

LETTER = some_bytes(20_000)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Name the folder of attachments."""
    (tmp_path / "lampiran").mkdir()
    return tmp_path / "lampiran"


def put(source: Path, tracking_id: str, name: str, content: bytes) -> None:
    """Put a file into the folder of a complaint."""
    (source / tracking_id).mkdir(exist_ok=True)
    (source / tracking_id / name).write_bytes(content)


def take(office: Office, folder: Path, source: Path) -> FilesTaken:
    """Take the folder in."""
    files, holdings = BlobFiles(folder), office.centre.holdings
    status_map = load_rulebook().status_map
    return ComplaintFiles(office.database, files, holdings, status_map, office.clock).take(source)


def test_they_are_fetchable_small_pictures_first(
    office: Office, agus: Hand, sari: Hand, folder: Path, source: Path
) -> None:
    """By who may read the complaint and nobody else; each device is told that they are there."""
    case = office.add_case(UNIT_A, attachments=(Attachment(name="surat.pdf", size_bytes=0),))
    agus.device.follow()
    exif = Image.Exif()
    exif[0x013B] = "Pelapor Tersembunyi"
    put(source, case.tracking_id, "surat.pdf", LETTER)
    put(source, case.tracking_id, "foto.jpg", a_photo(exif=exif))
    taken = take(office, folder, source)
    assert (1, 2, []) == (taken.cases, taken.files, taken.skipped)
    agus.device.follow()
    head = agus.device.cases[case.id]
    by_name = {record.name: record for record in head.attachments}
    assert {"surat.pdf", "foto.jpg"} == by_name.keys()
    assert 2 == len(head.attachments)
    digests = {
        name
        for fact in agus.device.history(case.id)
        if fact.kind == "files"
        for name in fact.data["digests"]
    }
    assert {record.sha256 for record in head.attachments} == digests
    photo = by_name["foto.jpg"].sha256
    assert 200 == agus("GET", f"/v2/blobs/{photo}?thumb").status_code
    assert LETTER == agus("GET", f"/v2/blobs/{sha256_of(LETTER)}").content
    got = agus("GET", f"/v2/blobs/{photo}").content
    assert b"Pelapor Tersembunyi" not in got
    assert "JPEG" == Image.open(io.BytesIO(got)).format
    assert 404 == sari("GET", f"/v2/blobs/{photo}").status_code


def test_taking_it_in_again_changes_nothing_and_mends(
    office: Office, agus: Hand, folder: Path, source: Path
) -> None:
    """What is new comes, what was lost comes back, and nothing doubles."""
    case = office.add_case(UNIT_A)
    put(source, case.tracking_id, "surat.pdf", LETTER)
    take(office, folder, source)
    assert (0, 0, 1) == _numbers(take(office, folder, source))
    put(source, case.tracking_id, "lagi.pdf", b"lagi")
    assert (1, 1, 1) == _numbers(take(office, folder, source))
    kept = folder / "blobs" / sha256_of(LETTER)[:2] / sha256_of(LETTER)
    kept.unlink()
    check = FileCheck(office.database, BlobFiles(folder), office.centre.holdings, office.clock)
    (found,) = check.look()
    assert check.mend(found)
    agus.device.follow()
    assert 404 == agus("GET", f"/v2/blobs/{sha256_of(LETTER)}").status_code
    assert (0, 0, 2) == _numbers(take(office, folder, source))
    assert LETTER == agus("GET", f"/v2/blobs/{sha256_of(LETTER)}").content
    agus.device.follow()
    assert 2 == len(agus.device.cases[case.id].attachments)


def test_what_cannot_be_taken_is_named(office: Office, folder: Path, source: Path) -> None:
    """A folder of nobody, an empty file; the others are taken."""
    case = office.add_case(UNIT_A)
    put(source, case.tracking_id, "kosong.pdf", b"")
    put(source, case.tracking_id, "isi.pdf", b"isi")
    put(source, "1234567", "asing.pdf", b"isi")
    (source / "catatan.txt").write_text("bukan folder")
    taken = take(office, folder, source)
    assert (["1234567"], [f"{case.tracking_id}/kosong.pdf"], 1) == (
        taken.unknown_cases,
        taken.skipped,
        taken.files,
    )


def _numbers(taken: FilesTaken) -> tuple[int, int, int]:
    return taken.cases, taken.files, taken.known
