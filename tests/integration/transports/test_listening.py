# SPDX-License-Identifier: AGPL-3.0-or-later
"""A stream of announcements, as bytes on a socket."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync.errors import SyncError, SyncErrorKind
from sync.transports.http import HttpService
from tests.support.faults import read_message
from tests.support.rawserver import RawServer, http

TOKEN = "jangan-di-alamat"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
BEAT = b"event: heartbeat\r\ndata: {}\r\n\r\n"
NEWS = b"event: changes\r\ndata: {}\r\n\r\n"
PATIENCE_S = 30.0


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _heard(answer: bytes | None) -> list[str]:
    with RawServer(answer) as server:
        service = HttpService(server.url)
        heard = list(service.listen(TOKEN, PATIENCE_S))
        service.close()
    return heard


CLOSED = b"connection: close\r\n\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + CLOSED + BEAT + NEWS,
        HEAD + b"connection: close\r\n" + CHUNKED + _chunk(BEAT) + _chunk(NEWS) + _chunk(b""),
        HEAD
        + b"connection: close\r\n"
        + CHUNKED
        + _chunk(BEAT + NEWS[:9])
        + _chunk(NEWS[9:])
        + _chunk(b""),
        HEAD + CLOSED + (BEAT + NEWS).replace(b"\r\n", b"\n"),
        HEAD + CLOSED + b": a comment\n\nretry: 5\n\n" + BEAT + b"id: 7\n" + NEWS,
    ],
    ids=["plain", "chunks", "cut anywhere", "bare newlines", "other lines"],
)
def test_events_are_heard_however_they_are_cut(answer: bytes) -> None:
    """Servers and proxies choose chunks and newlines; the first, empty one is the answer itself."""
    assert ["", "heartbeat", "changes"] == _heard(answer)


def test_each_event_is_heard_at_once() -> None:
    """Also when the answer is not cut into chunks, and more is to come."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        service = HttpService(f"http://127.0.0.1:{listener.getsockname()[1]}")
        stream = service.listen(TOKEN, PATIENCE_S)
        with ThreadPoolExecutor(1) as thread:
            begun = thread.submit(next, stream)
            client, _ = listener.accept()
            with client:
                read_message(client)
                client.sendall(HEAD + b"\r\n")
                assert "" == begun.result(PATIENCE_S)
                client.sendall(NEWS[:15])
                client.sendall(NEWS[15:16])
                assert "changes" == thread.submit(next, stream).result(PATIENCE_S)
                waiting = thread.submit(next, stream)
                service.interrupt()
                error = waiting.exception(PATIENCE_S)
        service.close()
    assert isinstance(error, SyncError | StopIteration)


def test_a_silent_stream_is_dead_after_the_patience() -> None:
    """Half-open: the other end is gone and nobody said so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        service = HttpService(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with ThreadPoolExecutor(1) as thread:
            heard = thread.submit(list, service.listen(TOKEN, 0.2))
            client, _ = listener.accept()
            with client:
                read_message(client)
                client.sendall(HEAD + b"\r\n" + BEAT)
                error = heard.exception(PATIENCE_S)
        service.close()
    assert isinstance(error, SyncError)
    assert error.kind is SyncErrorKind.UNANSWERED


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http(b"<html>", content_type="text/html"), SyncErrorKind.MALFORMED),
        (http(b"{}"), SyncErrorKind.MALFORMED),
        (http(b"", status="404 Not Found"), SyncErrorKind.MALFORMED),
        (
            http(
                b'{"type":"t","title":"t","status":401,"code":"token-expired"}',
                status="401 Unauthorized",
                content_type="application/problem+json",
            ),
            SyncErrorKind.AUTH,
        ),
        (http(b"", status="503 Service Unavailable"), SyncErrorKind.SERVER),
        (None, SyncErrorKind.UNANSWERED),
    ],
    ids=["portal", "json", "older centre", "expired", "storm", "hung up"],
)
def test_what_is_no_stream_is_an_error(answer: bytes | None, kind: SyncErrorKind) -> None:
    """The same kinds as for an exchange, so that the same is done about them."""
    with pytest.raises(SyncError) as caught:
        _heard(answer)
    assert kind is caught.value.kind


@pytest.mark.parametrize("garbage", [b"x", b"sampah\n", b"\n", b"\x00\xff"])
def test_a_stream_of_garbage_is_left(garbage: bytes) -> None:
    """It would be live for ever, fill the memory, and never say anything."""
    with pytest.raises(SyncError) as caught:
        _heard(HEAD + CLOSED + garbage * 20_000)
    assert SyncErrorKind.MALFORMED is caught.value.kind


def test_the_token_is_never_in_the_address() -> None:
    """Addresses are logged by everything on the way."""
    with RawServer(HEAD + CLOSED + BEAT) as server:
        service = HttpService(server.url)
        list(service.listen(TOKEN, PATIENCE_S))
        service.close()
    head, *lines = server.requests[0].split(b"\r\n")
    assert TOKEN.encode() not in head
    assert f"Authorization: Bearer {TOKEN}".encode() in lines
