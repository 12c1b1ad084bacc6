# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre over HTTP, with the real client and with bare sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from sync.cases.commands import Note
from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.transports.http import HttpService
from sync.wire.messages import RefreshRequest, SignInRequest, SyncRequest
from tests.support.central import PASSWORD, Device, Office, running_server


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Serve the office."""
    with running_server(office) as base:
        yield base


@pytest.fixture
def service(address: str) -> Iterator[HttpService]:
    """Give the real client."""
    service = HttpService(address)
    yield service
    service.close()


def test_the_real_client_works_with_the_real_server(office: Office, service: HttpService) -> None:
    """Sign-in, first load, a command and its fact go over HTTP."""
    case = office.add_case()
    device = office.device("agus", service)
    device.follow()
    verdict = device.do(case.id, Note(text="Sudah ditelepon."))
    assert "accepted" == verdict.verdict
    assert ["noted"] == [event.kind for event in device.history(case.id)]


def test_a_token_is_renewed_and_used_up(office: Office, service: HttpService) -> None:
    """A refresh token gives a new pair; once that is used the old one is worth nothing."""
    device = office.device("agus", service)
    request = RefreshRequest(refresh_token=device.refresh_token, device_id=device.id)
    office.clock.advance(601)
    renewed = service.refresh(request)
    assert renewed.access_token != device.access_token
    service.sync(renewed.access_token, SyncRequest())
    with pytest.raises(SyncError) as failure:
        service.refresh(request)
    assert SyncErrorKind.AUTH is failure.value.kind


def test_a_wrong_password_is_told_as_such(service: HttpService) -> None:
    """The client learns that name or password were wrong, not which."""
    for username, password in (("agus", "salah"), ("siapa", PASSWORD)):
        with pytest.raises(SignInFailed) as failure:
            service.sign_in(
                SignInRequest(
                    username=username, password=password, device_id="d1", device_name="Laptop"
                )
            )
        assert "sign-in.wrong" == failure.value.code


def test_nothing_new_costs_at_most_400_bytes(office: Office, address: str) -> None:
    """A poll without news takes at most 400 bytes, both directions and all headers counted."""
    office.add_case()
    device = office.device("agus")
    device.follow()
    request = _poll(address, device)
    news = b'{"now":%d}' % office.clock()
    reply = b""
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as line:
        line.sendall(request)
        while not reply.endswith(news):
            received = line.recv(4096)
            assert b"" != received, reply
            reply += received
    assert len(request) + len(reply) <= 400


def _poll(address: str, device: Device) -> bytes:
    body = b'{"cursor":"%s"}' % (device.cursor or "").encode()
    head = (
        "POST /v1/sync HTTP/1.1\r\n"
        f"Host: {address.removeprefix('http://')}\r\n"
        "Accept-Encoding: tz1, zstd, gzip\r\n"
        "User-Agent: Tanggap\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"Authorization: Bearer {device.access_token}\r\n\r\n"
    )
    return head.encode() + body
