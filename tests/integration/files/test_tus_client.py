# SPDX-License-Identifier: AGPL-3.0-or-later
"""Our tus client: against our centre, against a server written by others, over bad lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tuspyserver import create_tus_router

from sync.central.serving import Server
from sync.engine.budget import Errand
from sync.engine.files import Transfer
from sync.errors import FileRefused, SyncError, SyncErrorKind, TanggapError
from sync.transports.http import HttpService
from sync.transports.tus import TusFiles
from tests.support.central import UNIT_A, Office, running
from tests.support.cutting import CuttingProxy
from tests.support.uploads import Hand, evidence, follow_up, sha256_of, some_bytes

CONTENT = some_bytes(300_000)


def transfer(content: bytes, sha256: str = "") -> Transfer:
    """Return an upload of a content."""
    return Transfer(
        errand=Errand.UPLOAD,
        sha256=sha256 or sha256_of(content),
        case_id=1,  # type: ignore[arg-type]  # no case is looked at here
        size=len(content),
        media_type="application/pdf",
    )


def port_of(http: httpx.Client) -> int:
    """Return where a centre listens."""
    return urlsplit(str(http.base_url)).port or 0


def upload(files: TusFiles, token: str, content: bytes, piece: int, most: int = 400) -> int:
    """Upload as the engine does, looking after every doubt; return how often there was one."""
    url, at, doubts = "", 0, 0
    for _ in range(most):
        try:
            if not url:
                url, at = files.begin(token, transfer(content), content[:piece])
            elif at >= len(content):
                return doubts
            else:
                at = files.append(token, url, at, content[at : at + piece])
        except SyncError:
            doubts += 1
            at = _look(files, token, url) if url else 0
    raise AssertionError("it does not end")


def _look(files: TusFiles, token: str, url: str) -> int:
    while True:
        try:
            return files.arrived(token, url)
        except SyncError:
            continue


@contextmanager
def a_foreign_server(folder: Path) -> Iterator[str]:
    """Serve tus by a program of others; yields its address."""
    app = FastAPI()
    app.include_router(create_tus_router(prefix="files", files_dir=str(folder)))
    with running(Server(app)) as address:
        yield address


def test_a_foreign_server_gets_the_file(tmp_path: Path) -> None:
    """tuspyserver, written by others, is asked what it can, and gets the content in pieces."""
    with a_foreign_server(tmp_path) as address:
        service = HttpService(address)
        files = TusFiles(service, "/files/", takes_first=None)
        assert 0 == upload(files, "", CONTENT, 65_536)
        url, _ = files.begin("", transfer(CONTENT), CONTENT[:1000])
        assert files.arrived("", url) in {0, 1000}
        with pytest.raises(TanggapError):  # 409 or 400: nothing is taken at a wrong place
            files.append("", url, 77_777, CONTENT[:10])
        service.close()
    stored = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]
    assert CONTENT in stored


def test_our_centre_gets_the_file_and_keeps_the_line(
    http: httpx.Client, agus: Hand, folder: Path
) -> None:
    """One connection carries all pieces."""
    with CuttingProxy(port_of(http), iter(())) as proxy:
        service = HttpService(proxy.url)
        assert 0 == upload(TusFiles(service), agus.device.access_token, CONTENT, 65_536)
        service.close()
        assert proxy.bytes_up < len(CONTENT) + 6_000
    digest = sha256_of(CONTENT)
    assert CONTENT == (folder / "blobs" / digest[:2] / digest).read_bytes()


def test_what_the_centre_says_of_a_file_is_told_apart(agus: Hand, http: httpx.Client) -> None:
    """Gone, spoilt, too large, signed out: each has its own consequence."""
    service = HttpService(str(http.base_url).rstrip("/"))
    files, token = TusFiles(service), agus.device.access_token
    with pytest.raises(FileRefused, match=r"file\.gone"):
        files.arrived(token, service.url_of("uploads/none"))
    with pytest.raises(FileRefused, match=r"file\.checksum"):
        files.begin(token, transfer(CONTENT, sha256_of(b"other")), CONTENT)
    with pytest.raises(FileRefused, match=r"file\.too-large"):
        files.begin(token, replace(transfer(b""), size=10**12), b"")
    with pytest.raises(SyncError) as failure:
        files.begin("wrong", transfer(CONTENT), b"")
    assert SyncErrorKind.AUTH is failure.value.kind
    with pytest.raises(SyncError) as elsewhere:
        files.append(token, "http://127.0.0.1:9/uploads/x", 0, b"x")
    assert SyncErrorKind.MALFORMED is elsewhere.value.kind
    service.close()


def test_a_download_brings_what_it_can(office: Office, agus: Hand, http: httpx.Client) -> None:
    """By range, from anywhere; what is not to be had is said."""
    case = office.add_case(UNIT_A)
    agus.device.follow()
    agus.device.do(case.id, follow_up(evidence(CONTENT)))
    agus.upload(CONTENT)
    service = HttpService(str(http.base_url).rstrip("/"))
    files, token = TusFiles(service), agus.device.access_token
    assert CONTENT[:5_000] == files.fetch(token, sha256_of(CONTENT), 0, 5_000)
    assert CONTENT[299_000:] == files.fetch(token, sha256_of(CONTENT), 299_000, 50_000)
    for sha256, at in ((sha256_of(b"none"), 0), (sha256_of(CONTENT), 300_000)):
        with pytest.raises(FileRefused, match=r"file\.gone"):
            files.fetch(token, sha256, at, 10)
    with pytest.raises(FileRefused):
        files.thumbnail(token, sha256_of(CONTENT))
    service.close()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    size=st.integers(min_value=1, max_value=120_000),
    piece=st.integers(min_value=2_000, max_value=70_000),
    cuts=st.lists(st.integers(min_value=0, max_value=60_000), max_size=8),
)
def test_offsets_hold_whatever_is_cut(
    http: httpx.Client, agus: Hand, folder: Path, size: int, piece: int, cuts: list[int]
) -> None:
    """However the line drops: the whole arrives, and at most one piece is sent again a drop."""
    content = some_bytes(size, seed=size)
    with CuttingProxy(port_of(http), iter(cuts)) as proxy:
        service = HttpService(proxy.url)
        upload(TusFiles(service), agus.device.access_token, content, piece)
        service.close()
        assert proxy.bytes_up <= size + (len(cuts) + 1) * (piece + 2_000) + size // piece * 700
    kept = (folder / "blobs" / sha256_of(content)[:2] / sha256_of(content)).read_bytes()
    assert hashlib.sha256(kept).digest() == hashlib.sha256(content).digest()
