# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files and a centre that takes them, with plain tus calls made by hand."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image

from sync.cases.case import Attachment
from sync.cases.commands import FollowUp
from sync.central.uploads import Limits
from tests.support.central import Device, Office, running_server

TUS = {"Tus-Resumable": "1.0.0"}
STREAM = {"Content-Type": "application/offset+octet-stream"}


def some_bytes(size: int, seed: int = 1) -> bytes:
    """Return bytes that no compression makes smaller."""
    return random.Random(seed).randbytes(size)


def sha256_of(content: bytes) -> str:
    """Return the name of a content."""
    return hashlib.sha256(content).hexdigest()


def a_photo(width: int = 640, height: int = 480, **saving: Any) -> bytes:
    """Return a JPEG with something to see in it."""
    noise = Image.effect_noise((width // 8, height // 8), 80).resize((width, height))
    file = io.BytesIO()
    noise.convert("RGB").save(file, "JPEG", **({"quality": 90} | saving))
    return file.getvalue()


def evidence(content: bytes, name: str = "bukti.pdf") -> Attachment:
    """Return a content as an entry names it."""
    return Attachment(
        name=name,
        size_bytes=len(content),
        sha256=sha256_of(content),
        media_type="application/pdf",
    )


def follow_up(*files: Attachment) -> FollowUp:
    """Return an entry with files."""
    return FollowUp(text="Sudah diperbaiki.", done_on=date(2026, 11, 24), evidence=files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """An officer who speaks tus by hand."""

    http: httpx.Client
    device: Device

    def __call__(self, method: str, path: str, content: bytes = b"", **headers: str) -> Any:
        """Make one call; underscores in header names are hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        token = {"Authorization": f"Bearer {self.device.access_token}"}
        return self.http.request(method, path, content=content, headers=TUS | token | named)

    def begin(self, size: int, sha256: str = "", first: bytes = b"") -> httpx.Response:
        """Begin an upload."""
        described = {}
        if sha256:
            encoded = base64.b64encode(sha256.encode()).decode()
            described = {"Upload_Metadata": f"sha256 {encoded}"}
        stream = {"Content_Type": STREAM["Content-Type"]} if first else {}
        answer: httpx.Response = self(
            "POST", "/v2/uploads", first, Upload_Length=str(size), **described, **stream
        )
        return answer

    def append(self, place: str, offset: int, piece: bytes, **headers: str) -> httpx.Response:
        """Continue one."""
        answer: httpx.Response = self(
            "PATCH",
            place,
            piece,
            Upload_Offset=str(offset),
            Content_Type=STREAM["Content-Type"],
            **headers,
        )
        return answer

    def upload(self, content: bytes) -> None:
        """Bring a whole content."""
        begun = self.begin(len(content), sha256_of(content), content)
        assert begun.status_code == 201
        assert int(begun.headers["upload-offset"]) == len(content)


@contextmanager
def centre_with_files(
    office: Office, folder: Path, limits: Limits | None = None
) -> Iterator[httpx.Client]:
    """Serve an office that takes files; yields a client of its address."""
    with (
        running_server(office, folder, limits) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as http,
    ):
        yield http


def begin_to_send(
    http: httpx.Client, hand: Hand, place: str, content: bytes, after: int, more: str = ""
) -> socket.socket:
    """Send the head of a PATCH and the first bytes of its body, and stop there."""
    address = urlsplit(str(http.base_url))
    line = socket.create_connection((address.hostname, address.port), 30)
    line.sendall(
        f"PATCH {place} HTTP/1.1\r\nHost: centre\r\nTus-Resumable: 1.0.0\r\n"
        f"Authorization: Bearer {hand.device.access_token}\r\nUpload-Offset: 0\r\n"
        f"Content-Type: application/offset+octet-stream\r\n{more}"
        f"Content-Length: {len(content)}\r\n\r\n".encode()
        + content[:after]
    )
    return line
