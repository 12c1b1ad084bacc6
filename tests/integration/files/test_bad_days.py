# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre's disk is full, or has spoilt what it kept: nothing false is told or stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.central import UNIT_A, Office
from tests.support.disks import Disk, small_disk
from tests.support.uploads import (
    Hand,
    a_photo,
    centre_with_files,
    evidence,
    follow_up,
    sha256_of,
    some_bytes,
)

CONTENT = some_bytes(900_000)


def _filed(hand: Hand, office: Office, content: bytes) -> str:
    case = office.add_case(UNIT_A)
    hand.device.follow()
    assert "accepted" == hand.device.do(case.id, follow_up(evidence(content))).verdict
    hand.upload(content)
    return f"/v2/blobs/{sha256_of(content)}"


def _kept(folder: Path, content: bytes) -> Path:
    digest = sha256_of(content)
    return folder / "blobs" / digest[:2] / digest


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Give the centre a small disk for its files."""
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("size", [900_000, 50_000])
def test_a_full_disk_takes_what_fits_and_the_rest_later(
    office: Office, disk: Disk, size: int, announced: bool, expected_logs: list[str]
) -> None:
    """What does not fit is not counted as arrived; the upload goes on when there is room."""
    content = CONTENT[:size]
    expected_logs.append("the disk for the contents of files is full")
    with centre_with_files(office, disk.path / "files") as http:
        agus = Hand(http=http, device=office.device("agus"))
        place = agus.begin(size, sha256_of(content) if announced else "").headers["location"]
        with disk.full(spare_bytes=20_000):
            told = agus.append(place, 0, content)
            assert (507, "no-room") == (told.status_code, told.json()["code"])
            assert int(told.headers["retry-after"]) > 0
            arrived = int(agus("HEAD", place).headers["upload-offset"])
            assert 0 < arrived < size
        assert 204 == agus.append(place, arrived, content[arrived:]).status_code
        assert content == _kept(disk.path / "files", content).read_bytes()


@pytest.mark.parametrize("spoilt", [CONTENT[:1000], b"x" + CONTENT[1:]])
def test_a_spoilt_content_can_be_brought_again(
    office: Office, agus: Hand, folder: Path, spoilt: bytes
) -> None:
    """The centre does not claim to have what is no longer what its name says."""
    place = _filed(agus, office, CONTENT)
    _kept(folder, CONTENT).write_bytes(spoilt)
    agus.upload(CONTENT)
    assert CONTENT == agus("GET", place).content


def test_a_cut_content_is_told_as_lost(office: Office, agus: Hand, folder: Path) -> None:
    """Or a device would ask for the rest of it for ever."""
    place = _filed(agus, office, CONTENT)
    _kept(folder, CONTENT).write_bytes(CONTENT[:1000])
    assert 404 == agus("GET", place).status_code


def test_a_lost_picture_has_a_small_one_again_when_it_is_back(
    office: Office, agus: Hand, folder: Path, http: httpx.Client
) -> None:
    """That there is no small picture is remembered of contents only that were looked at."""
    photo = a_photo()
    place = _filed(agus, office, photo)
    _kept(folder, photo).unlink()
    assert 404 == agus("GET", f"{place}?thumb").status_code
    agus.upload(photo)
    assert 200 == agus("GET", f"{place}?thumb").status_code


def test_an_upload_whose_address_was_lost_goes_on_where_it_is(agus: Hand, sari: Hand) -> None:
    """The line broke with the answer: asked for again without a content, it is the same upload."""
    size, digest = len(CONTENT), sha256_of(CONTENT)
    lost = agus.begin(size, digest, CONTENT[:70_000])
    assert "70000" == lost.headers["upload-offset"]
    for stranger in (sari.begin(size, digest), agus.begin(size - 1, digest), agus.begin(size)):
        assert "0" == stranger.headers["upload-offset"]
    again = agus.begin(size, digest)
    assert (201, "70000") == (again.status_code, again.headers["upload-offset"])
    assert lost.headers["location"] == again.headers["location"]
    assert 204 == agus.append(again.headers["location"], 70_000, CONTENT[70_000:]).status_code
    assert str(size) == agus.begin(size, digest).headers["upload-offset"]  # it is here by now


def test_an_upload_whose_part_was_lost_begins_anew(agus: Hand, folder: Path) -> None:
    """Somebody has tidied the folder of the centre."""
    lost = agus.begin(len(CONTENT), sha256_of(CONTENT), CONTENT[:70_000])
    for part in folder.rglob(lost.headers["location"].rpartition("/")[2] + "*"):
        part.unlink()
    again = agus.begin(len(CONTENT), sha256_of(CONTENT))
    assert (201, "0") == (again.status_code, again.headers["upload-offset"])
    assert lost.headers["location"] != again.headers["location"]
