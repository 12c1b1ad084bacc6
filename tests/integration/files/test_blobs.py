# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contents come down to who may read a case with them, by range, and cases learn of them."""

from __future__ import annotations

import io
from pathlib import Path

import httpx
import pytest
from PIL import Image

from sync.cases.commands import FollowUp
from tests.support.central import UNIT_A, UNIT_B, Office
from tests.support.uploads import Hand, a_photo, evidence, follow_up, sha256_of, some_bytes

CONTENT = some_bytes(100_000)
PLACE = f"/v2/blobs/{sha256_of(CONTENT)}"


@pytest.fixture
def rina(office: Office, http: httpx.Client) -> Hand:
    """Give a coordinator in the ministry, who only watches."""
    return Hand(http=http, device=office.device("rina"))


def filed(hand: Hand, case_id: int, content: bytes = CONTENT) -> None:
    """Let an officer put a file into a case."""
    hand.device.follow()
    verdict = hand.device.do(case_id, follow_up(evidence(content)))
    assert "accepted" == verdict.verdict


def arrivals(hand: Hand, case_id: int) -> list[str]:
    """Return the contents that a case was told of."""
    hand.device.follow()
    facts = hand.device.history(case_id)
    return [name for fact in facts if fact.kind == "files" for name in fact.data["digests"]]


def test_words_come_first_and_the_file_is_told_of_when_it_is_there(
    office: Office, agus: Hand
) -> None:
    """The entry stands at once; nobody can fetch the file, and then everybody is told."""
    case = office.add_case(UNIT_A)
    filed(agus, case.id)
    assert [] == arrivals(agus, case.id)
    assert 404 == agus("GET", PLACE).status_code
    agus.upload(CONTENT)
    assert [sha256_of(CONTENT)] == arrivals(agus, case.id)
    assert CONTENT == agus("GET", PLACE).content


def test_a_file_that_was_there_first_is_told_of_with_the_entry(office: Office, agus: Hand) -> None:
    """Whatever comes first, each case learns of each content exactly once."""
    first, second = office.add_case(UNIT_A), office.add_case(UNIT_A)
    agus.upload(CONTENT)
    filed(agus, first.id)
    filed(agus, second.id)
    filed(agus, second.id)
    agus.upload(CONTENT)
    assert [[sha256_of(CONTENT)]] * 2 == [arrivals(agus, case.id) for case in (first, second)]


def test_a_hash_gives_no_access(office: Office, agus: Hand, sari: Hand) -> None:
    """Naming a content that one never had opens nothing, in one's own case or another's."""
    agus_case, sari_case = office.add_case(UNIT_A), office.add_case(UNIT_B)
    filed(agus, agus_case.id)
    agus.upload(CONTENT)
    assert 404 == sari("GET", PLACE).status_code
    filed(sari, sari_case.id)
    assert 404 == sari("GET", PLACE).status_code
    assert [] == arrivals(sari, sari_case.id)
    assert "0" == sari.begin(len(CONTENT), sha256_of(CONTENT)).headers["upload-offset"]
    sari.upload(CONTENT)
    assert 200 == sari("GET", PLACE).status_code


def test_access_goes_with_the_case(office: Office, agus: Hand, sari: Hand) -> None:
    """A case that goes to another unit takes its files along; bringing them gave no right."""
    case = office.add_case(UNIT_A)
    filed(agus, case.id)
    agus.upload(CONTENT)
    office.dispose(case.id, UNIT_B)
    assert 404 == agus("GET", PLACE).status_code
    assert 200 == sari("GET", PLACE).status_code


@pytest.mark.parametrize(("secret", "status"), [(False, 200), (True, 404)])
def test_a_secret_case_hides_its_files_from_who_only_watches(
    office: Office, agus: Hand, rina: Hand, secret: bool, status: int
) -> None:
    """The rule is the same as for its words."""
    case = office.add_case(UNIT_A, secret=secret)
    filed(agus, case.id)
    agus.upload(CONTENT)
    assert status == rina("GET", PLACE).status_code
    assert status == rina("GET", f"{PLACE}?thumb").status_code or not secret
    assert 200 == agus("GET", PLACE).status_code


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=99990-", 206, slice(99_990, None)),
        ("bytes=-10", 206, slice(99_990, None)),
        ("bytes=99990-200000", 206, slice(99_990, None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
        ("bytes=100000-", 416, None),
        ("bytes=9-3", 416, None),
    ],
)
def test_ranges(office: Office, agus: Hand, asked: str, status: int, told: slice | None) -> None:
    """RFC 9110: one range, open at either end; more of them give the whole."""
    filed(agus, office.add_case(UNIT_A).id)
    agus.upload(CONTENT)
    answer = agus("GET", PLACE, Range=asked)
    assert status == answer.status_code
    if told is None:
        assert "bytes */100000" == answer.headers["content-range"]
    else:
        assert CONTENT[told] == answer.content


def test_a_range_of_something_else_gives_the_whole(office: Office, agus: Hand) -> None:
    """If-Range guards a resumed download; If-None-Match spares one."""
    filed(agus, office.add_case(UNIT_A).id)
    agus.upload(CONTENT)
    tag = agus("HEAD", PLACE).headers["etag"]
    assert 206 == agus("GET", PLACE, Range="bytes=5-9", If_Range=tag).status_code
    assert 200 == agus("GET", PLACE, Range="bytes=5-9", If_Range='"other"').status_code
    assert 304 == agus("GET", PLACE, If_None_Match=tag).status_code


def test_a_picture_has_a_small_one(office: Office, agus: Hand, folder: Path) -> None:
    """At most ten kilobytes, upright, and made only once."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    photo = a_photo(1600, 1200, exif=exif)
    filed(agus, office.add_case(UNIT_A).id, photo)
    agus.upload(photo)
    place = f"/v2/blobs/{sha256_of(photo)}?thumb"
    small = agus("GET", place)
    assert 10 * 1024 >= len(small.content)
    image = Image.open(io.BytesIO(small.content))
    assert image.height > image.width
    assert not image.getexif()
    assert small.content == agus("GET", place).content


@pytest.mark.parametrize("content", [CONTENT, b"GIF89a", b"\xff\xd8\xff\xe0broken", b""])
def test_what_is_no_picture_has_none(office: Office, agus: Hand, content: bytes) -> None:
    """Whatever it claims to be, the answer is a plain no."""
    filed(agus, office.add_case(UNIT_A).id, content)
    agus.upload(content)
    assert 404 == agus("GET", f"/v2/blobs/{sha256_of(content)}?thumb").status_code
    assert content == agus("GET", f"/v2/blobs/{sha256_of(content)}").content


def test_a_picture_that_unpacks_to_gigabytes_is_not_unpacked(office: Office, agus: Hand) -> None:
    """A decompression bomb: a few kilobytes that say they are 81 million pixels."""
    bomb = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(bomb, "PNG", compress_level=1)
    filed(agus, office.add_case(UNIT_A).id, bomb.getvalue())
    agus.upload(bomb.getvalue())
    assert 404 == agus("GET", f"/v2/blobs/{sha256_of(bomb.getvalue())}?thumb").status_code


def test_a_content_that_the_disk_lost_can_be_brought_again(
    office: Office, agus: Hand, folder: Path
) -> None:
    """The centre does not claim to have what it has not."""
    filed(agus, office.add_case(UNIT_A).id)
    agus.upload(CONTENT)
    digest = sha256_of(CONTENT)
    (folder / "blobs" / digest[:2] / digest).unlink()
    assert 404 == agus("GET", PLACE).status_code
    agus.upload(CONTENT)
    assert CONTENT == agus("GET", PLACE).content


def test_nonsense_for_a_digest_names_nothing(office: Office, agus: Hand) -> None:
    """An entry may say what it likes; only hashes count as such."""
    case = office.add_case(UNIT_A)
    agus.device.follow()
    body = follow_up(evidence(CONTENT))
    data = {
        "text": "x",
        "done_on": "2026-11-24",
        "evidence": [{"name": "a", "size_bytes": 1, "sha256": "../../etc/passwd"}],
    }
    assert isinstance(body, FollowUp)
    command = agus.device.command(case.id, body)
    verdict = agus.device.send(
        type(command)(
            **{name: getattr(command, name) for name in command.__struct_fields__} | {"data": data}
        )
    )[0]
    assert "accepted" == verdict.verdict
    assert [] == arrivals(agus, case.id)
