# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre speaks tus 1.0: by hand, with a foreign client, and over lines that break."""

from __future__ import annotations

import asyncio
import base64
import errno
import gc
import hashlib
import io
import itertools
import json
import os
import queue
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tusclient.client import TusClient

from sync.central import uploads
from sync.central.app import create_app
from sync.central.file_calls import with_files
from sync.central.uploads import Limits
from tests.support.central import Office
from tests.support.uploads import TUS, Hand, begin_to_send, sha256_of, some_bytes

CONTENT = some_bytes(200_000)


def test_it_says_what_it_can(http: httpx.Client) -> None:
    """OPTIONS needs no sign-in and names version, extensions and limits."""
    answer = http.options("/v2/uploads")
    assert 204 == answer.status_code
    assert "1.0.0" == answer.headers["tus-version"]
    assert {"creation", "checksum", "expiration", "termination"} < set(
        answer.headers["tus-extension"].split(",")
    )
    assert int(answer.headers["tus-max-size"]) == uploads.MAX_FILE_BYTES


def test_a_file_goes_up_in_pieces(agus: Hand, folder: Path) -> None:
    """Each piece moves the offset; the whole lies under its hash, and the part is gone."""
    begun = agus.begin(len(CONTENT), sha256_of(CONTENT))
    assert (201, "0") == (begun.status_code, begun.headers["upload-offset"])
    place = begun.headers["location"]
    for at in range(0, len(CONTENT), 70_000):
        assert 204 == agus.append(place, at, CONTENT[at : at + 70_000]).status_code
    looked = agus("HEAD", place)
    assert str(len(CONTENT)) == looked.headers["upload-offset"] == looked.headers["upload-length"]
    assert "no-store" == looked.headers["cache-control"]
    assert "sha256 " in looked.headers["upload-metadata"]
    digest = sha256_of(CONTENT)
    assert CONTENT == (folder / "blobs" / digest[:2] / digest).read_bytes()
    assert not list((folder / "parts").iterdir())


def test_the_same_content_is_stored_once(agus: Hand, sari: Hand, folder: Path) -> None:
    """Whoever brings it: the disk has it once. One who has shown it need not bring it again."""
    agus.upload(CONTENT)
    assert "0" == sari.begin(len(CONTENT), sha256_of(CONTENT)).headers["upload-offset"]
    sari.upload(CONTENT)
    assert 1 == sum(path.is_file() for path in (folder / "blobs").rglob("*"))
    claimed = agus.begin(len(CONTENT), sha256_of(CONTENT))
    assert str(len(CONTENT)) == claimed.headers["upload-offset"]
    assert (
        claimed.headers["upload-offset"]
        == (agus("HEAD", claimed.headers["location"]).headers["upload-offset"])
    )


def test_a_content_that_is_not_what_was_announced_is_thrown_away(agus: Hand, folder: Path) -> None:
    """The sender is told, and nothing of it stays."""
    begun = agus.begin(len(CONTENT), sha256_of(b"something else"))
    told = agus.append(begun.headers["location"], 0, CONTENT)
    assert (460, "checksum-mismatch") == (told.status_code, told.json()["code"])
    assert 404 == agus("HEAD", begun.headers["location"]).status_code
    assert not [path for path in folder.rglob("*") if _is_content(path)]


def test_a_spoilt_piece_is_not_taken(agus: Hand) -> None:
    """The checksum extension: the offset stays, and the right piece is taken after it."""
    place = agus.begin(len(CONTENT)).headers["location"]
    good = base64.b64encode(hashlib.sha1(CONTENT[:1000], usedforsecurity=False).digest()).decode()
    bad = agus.append(place, 0, CONTENT[1:1001], Upload_Checksum=f"sha1 {good}")
    assert 460 == bad.status_code
    assert "0" == agus("HEAD", place).headers["upload-offset"]
    taken = agus.append(place, 0, CONTENT[:1000], Upload_Checksum=f"sha1 {good}")
    assert "1000" == taken.headers["upload-offset"]
    unknown = agus.append(place, 1000, CONTENT[1000:], Upload_Checksum="crc32 AAAA")
    assert 400 == unknown.status_code


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        (lambda hand, place: hand.append(place, 7, b"x"), 409),
        (lambda hand, place: hand("PATCH", place, b"x", Upload_Offset="0"), 415),
        (lambda hand, place: hand.append(place, 0, b"x" * 200_001), 413),
        (lambda hand, place: hand.append(f"{place}x", 0, b"x"), 404),
        (lambda hand, place: hand.append(place, 0, b"x", Tus_Resumable="0.2.2"), 412),
        (lambda hand, place: hand("GET", place), 405),
        (lambda hand, place: hand("POST", "/v2/uploads", Upload_Length="viele"), 400),
        (lambda hand, place: hand("POST", "/v2/uploads", Upload_Length="9" * 12), 413),
        (
            lambda hand, place: hand(
                "POST", "/v2/uploads", Upload_Length="1", Upload_Metadata="a !"
            ),
            400,
        ),
        (lambda hand, place: hand.http.head(place, headers=TUS), 401),
    ],
)
def test_what_is_wrong_is_refused(
    agus: Hand, wrong: Callable[[Hand, str], httpx.Response], status: int
) -> None:
    """A wrong call is told what is wrong with it, and the upload stays as it was."""
    place = agus.begin(len(CONTENT)).headers["location"]
    assert status == wrong(agus, place).status_code
    assert "0" == agus("HEAD", place).headers["upload-offset"]


def test_an_upload_belongs_to_its_officer(agus: Hand, sari: Hand) -> None:
    """For everybody else there is none."""
    place = agus.begin(len(CONTENT)).headers["location"]
    assert 404 == sari("HEAD", place).status_code
    assert 404 == sari.append(place, 0, CONTENT).status_code
    assert 404 == sari("DELETE", place).status_code
    assert 200 == agus("HEAD", place).status_code


def test_an_upload_can_be_ended(agus: Hand, folder: Path) -> None:
    """Termination forgets what had arrived."""
    place = agus.begin(len(CONTENT), first=CONTENT[:500]).headers["location"]
    assert 204 == agus("DELETE", place).status_code
    assert 404 == agus("HEAD", place).status_code
    assert not list((folder / "parts").iterdir())


def test_what_arrived_before_the_line_broke_is_kept(agus: Hand, http: httpx.Client) -> None:
    """A cut in the middle of a piece costs nothing of what came through."""
    place = agus.begin(len(CONTENT)).headers["location"]
    _cut_off(http, agus, place, CONTENT, after=100_000)
    arrived = int(agus("HEAD", place).headers["upload-offset"])
    assert arrived == 100_000
    assert 204 == agus.append(place, arrived, CONTENT[arrived:]).status_code


def test_half_a_checked_piece_is_not_kept(agus: Hand, http: httpx.Client) -> None:
    """What cannot be checked any more does not count as arrived."""
    place = agus.begin(len(CONTENT)).headers["location"]
    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    _cut_off(http, agus, place, CONTENT, 100_000, f"Upload-Checksum: sha256 {digest}\r\n")
    assert "0" == agus("HEAD", place).headers["upload-offset"]


def test_a_new_request_ends_an_old_one_that_hangs(agus: Hand, http: httpx.Client) -> None:
    """A half-open line must not lock its own upload out."""
    place = agus.begin(len(CONTENT)).headers["location"]
    hanging = begin_to_send(http, agus, place, CONTENT, after=50_000)
    for _ in range(5):  # the first look may be quicker than the request that hangs
        arrived = int(agus("HEAD", place).headers["upload-offset"])
        if agus.append(place, arrived, CONTENT[arrived:]).status_code == 204:
            break
    assert str(len(CONTENT)) == agus("HEAD", place).headers["upload-offset"]
    hanging.close()


def test_what_is_being_flushed_stays_open_when_another_takes_over(
    agus: Hand, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request that takes over closes the part while a thread still puts it on the disk."""
    disk = _SlowDisk()
    place = agus.begin(len(CONTENT)).headers["location"]
    monkeypatch.setattr("os.fsync", disk.fsync)
    begin_to_send(http, agus, place, CONTENT, after=100_000).close()
    disk.began.get(timeout=30)
    assert "100000" == agus("HEAD", place).headers["upload-offset"]
    disk.goes_on.set()
    assert disk.ended.get(timeout=30) is None


@pytest.mark.parametrize("disk_fails", [False, True])
def test_a_server_that_ends_says_come_again(
    office: Office, folder: Path, agus: Hand, monkeypatch: pytest.MonkeyPatch, disk_fails: bool
) -> None:
    """It does not claim that somebody took over; what came is kept, and no failure is left over."""
    place = agus.begin(len(CONTENT)).headers["location"]
    if disk_fails:
        monkeypatch.setattr("os.fsync", _broken)
    left_over: list[dict[str, Any]] = []
    assert (503, "busy") == asyncio.run(_ended(office, folder, agus, place, left_over))
    assert [] == left_over
    assert "50000" == agus("HEAD", place).headers["upload-offset"]


def test_a_finish_that_a_crash_interrupted_is_made_good(
    agus: Hand, office: Office, folder: Path
) -> None:
    """The last byte was on the disk when the centre died: the next look completes the upload."""
    place = agus.begin(len(CONTENT), sha256_of(CONTENT)).headers["location"]
    (folder / "parts" / place.rpartition("/")[2]).write_bytes(CONTENT)
    assert str(len(CONTENT)) == agus("HEAD", place).headers["upload-offset"]
    digest = sha256_of(CONTENT)
    assert (folder / "blobs" / digest[:2] / digest).exists()


def test_nor_is_it_lost_where_its_address_was_not_heard(agus: Hand, folder: Path) -> None:
    """Whoever begins anew is told that all of it arrived, so by then it must be kept."""
    digest = sha256_of(CONTENT)
    place = agus.begin(len(CONTENT), digest).headers["location"]
    (folder / "parts" / place.rpartition("/")[2]).write_bytes(CONTENT)
    again = agus.begin(len(CONTENT), digest)
    assert (place, str(len(CONTENT))) == (again.headers["location"], again.headers["upload-offset"])
    assert (folder / "blobs" / digest[:2] / digest).exists()


def test_what_nobody_finishes_or_names_is_forgotten(
    agus: Hand, office: Office, folder: Path
) -> None:
    """After thirty days an unfinished upload and an unnamed content make room."""
    agus.upload(CONTENT)
    place = agus.begin(10, first=b"12345").headers["location"]
    office.clock.advance(uploads.LIFE_MS / 1000 - 60)
    agus.device.renew()
    assert 200 == agus("HEAD", place).status_code
    office.clock.advance(120)
    agus.device.renew()
    assert 404 == agus("HEAD", place).status_code
    agus.begin(1)
    left = [path.name for path in folder.rglob("*") if _is_content(path)]
    assert 1 == len(left), left  # the part that was begun just now


@pytest.mark.parametrize("piece", [30_000, 10_000_000])
def test_a_foreign_client_uploads(http: httpx.Client, agus: Hand, folder: Path, piece: int) -> None:
    """tuspy, written by others, knows nothing of us but the address and a token."""
    client = TusClient(
        str(http.base_url.join("/v2/uploads")),
        headers={"Authorization": f"Bearer {agus.device.access_token}"},
    )
    uploader = client.uploader(
        file_stream=io.BytesIO(CONTENT),
        chunk_size=piece,
        metadata={"filename": "bukti.pdf"},
        upload_checksum=True,
    )
    uploader.upload()
    digest = sha256_of(CONTENT)
    assert CONTENT == (folder / "blobs" / digest[:2] / digest).read_bytes()


def _is_content(path: Path) -> bool:
    return path.is_file() and path.parent.name != "locks"


def _broken(_descriptor: int) -> None:
    raise OSError(errno.EIO, "broken")


async def _ended(
    office: Office, folder: Path, hand: Hand, place: str, left_over: list[dict[str, Any]]
) -> tuple[int, str]:
    """Let the server end, twice as uvicorn and the loop do, while a piece comes; its answer."""
    waits = asyncio.Event()
    pieces = [{"type": "http.request", "body": CONTENT[:50_000], "more_body": True}]
    sent: list[Any] = []

    async def receive() -> Any:
        if pieces:
            return pieces.pop()
        waits.set()
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.get_running_loop().set_exception_handler(lambda _loop, what: left_over.append(what))
    told = {
        "authorization": f"Bearer {hand.device.access_token}",
        "tus-resumable": "1.0.0",
        "upload-offset": "0",
        "content-type": "application/offset+octet-stream",
    }
    headers = [(name.encode(), value.encode()) for name, value in told.items()]
    scope = {"type": "http", "method": "PATCH", "path": place, "query_string": b""}
    app = with_files(
        create_app(office.centre, office.clock), office.centre, office.clock, folder, Limits()
    )
    request = asyncio.ensure_future(app({**scope, "headers": headers}, receive, send))
    await waits.wait()
    request.cancel()
    await asyncio.sleep(0)
    request.cancel()
    await request
    await asyncio.get_running_loop().shutdown_default_executor()
    gc.collect()
    return sent[0]["status"], json.loads(sent[1]["body"])["code"]


class _SlowDisk:
    """Puts what it is first asked to on the disk only when it is let."""

    def __init__(self) -> None:
        self._fsync = os.fsync
        self._turns = itertools.count()
        self.began: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.goes_on = threading.Event()
        self.ended: queue.SimpleQueue[OSError | None] = queue.SimpleQueue()

    def fsync(self, descriptor: int) -> None:
        if next(self._turns):
            self._fsync(descriptor)
            return
        self.began.put(descriptor)
        assert self.goes_on.wait(30)
        try:
            self._fsync(descriptor)
        except OSError as error:
            self.ended.put(error)
            raise
        self.ended.put(None)


def _cut_off(
    http: httpx.Client, hand: Hand, place: str, content: bytes, after: int, more: str = ""
) -> None:
    """Send the first bytes of a piece, hang up, and wait until the centre has noticed."""
    line = begin_to_send(http, hand, place, content, after, more)
    line.shutdown(socket.SHUT_WR)
    line.settimeout(30)
    while line.recv(4096):  # it answers, or closes, when it has dealt with what came
        pass
    line.close()
