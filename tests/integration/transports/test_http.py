# SPDX-License-Identifier: AGPL-3.0-or-later
"""The HTTP client against servers that say exactly what they are told, over real sockets."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import zstandard

from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.transports.http import HttpService
from sync.wire import packing, versions
from sync.wire.messages import CommandRecord, SignInRequest, SyncReply, SyncRequest
from tests.support.faults import read_message
from tests.support.rawserver import RawServer, http

TOKEN = "t" * 43
QUIET = b'{"now":1780000124012}'
CUT_LENGTH = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n"


def _sync(answer: bytes | None, request: SyncRequest | None = None) -> SyncReply:
    with RawServer(answer) as server:
        service = HttpService(server.url)
        try:
            return service.sync(TOKEN, request or SyncRequest())
        finally:
            service.close()


def _failure(answer: bytes | None) -> SyncError:
    with pytest.raises(SyncError) as caught:
        _sync(answer)
    return caught.value


def _problem(status: str, code: str, **more: Any) -> bytes:
    details = {"type": f"tanggap:{code}", "title": code, "status": int(status[:3]), "code": code}
    body = json.dumps(details | more).encode()
    return http(body, status=status, content_type="application/problem+json")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", QUIET),
        ("content-encoding: zstd\r\n", zstandard.compress(QUIET)),
        ("content-encoding: gzip\r\n", gzip.compress(QUIET, mtime=0)),
        (f"content-encoding: {packing.CODING}\r\n", packing.packed(QUIET)),
    ],
)
def test_an_answer_is_read_in_every_encoding_we_offer(encoding: str, body: bytes) -> None:
    """Plain, zstd and gzip bodies mean the same."""
    assert SyncReply(now=1_780_000_124_012) == _sync(http(body, headers=encoding))


def test_an_answer_in_chunks_is_read() -> None:
    """A length that is not told beforehand is no obstacle."""
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(QUIET), QUIET)
    assert SyncReply(now=1_780_000_124_012) == _sync(head + chunks)


def test_nothing_new_costs_few_bytes() -> None:
    """A poll on a kept connection sends a token, a cursor and hardly anything else."""
    with RawServer(http(QUIET)) as server:
        service = HttpService(server.url)
        service.sync(TOKEN, SyncRequest(cursor="c" * 40))
        service.close()
        assert len(server.requests[0]) + len(http(QUIET)) <= 400 - len("date: Tue, 24 Nov 2026 ")


def test_the_connection_is_kept() -> None:
    """Three exchanges, one connection."""
    with RawServer(http(QUIET)) as server:
        service = HttpService(server.url)
        for _ in range(3):
            service.sync(TOKEN, SyncRequest())
        service.close()
        assert (3, 1) == (len(server.requests), server.connections)


def test_a_connection_that_was_given_back_is_followed_by_another() -> None:
    """As when the computer wakes up: what was open before leads nowhere."""
    with RawServer(http(QUIET)) as server:
        service = HttpService(server.url)
        for _ in range(2):
            service.sync(TOKEN, SyncRequest())
            service.close()
        assert (2, 2) == (len(server.requests), server.connections)


def test_long_requests_are_compressed() -> None:
    """Words that repeat do not cross a thin line in full, and arrive whole."""
    words = "Pohon tumbang sudah dipindahkan. " * 50
    command = CommandRecord(
        id="a", n=1, case_id=1, base_v=1, at=0, kind="note", data={"text": words}
    )
    with RawServer(http(QUIET)) as server:
        service = HttpService(server.url)
        service.sync(TOKEN, SyncRequest(commands=[command]))
        service.close()
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"Content-Encoding: zstd" in head
    assert words == json.loads(zstandard.decompress(body))["commands"][0]["data"]["text"]


def test_the_dictionary_is_used_once_the_other_end_has_shown_that_it_has_it() -> None:
    """A centre that is put back to an older program is told in plain zstd again."""
    command = CommandRecord(
        id="a", n=1, case_id=1, base_v=1, at=0, kind="note", data={"text": "Sudah. " * 50}
    )
    known = http(packing.packed(QUIET), headers=f"content-encoding: {packing.CODING}\r\n")
    refused = _problem("400 Bad Request", "malformed")
    used = []
    with RawServer(http(QUIET), known, http(QUIET), refused, http(QUIET)) as server:
        service = HttpService(server.url)
        for _ in range(5):
            with suppress(SyncError):
                service.sync(TOKEN, SyncRequest(commands=[command]))
        service.close()
        used = [b"Content-Encoding: tz1" in request for request in server.requests]
    assert [False, False, True, True, False] == used


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(b"<html>Selamat datang di WiFi", content_type="text/html"), "portal"),
        (http(b"", status="302 Found", headers="location: http://portal.invalid/\r\n"), "portal"),
        (http(b"", status="511 Network Authentication Required"), "portal"),
        (http(b"{}", content_type="text/plain"), "foreign"),
        (http(b"not found", status="404 Not Found", content_type="text/plain"), "foreign"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "foreign"),
        (http(b"xx", headers="content-encoding: zstd\r\n"), "encoding"),
        (http(b"xx", headers="content-encoding: gzip\r\n"), "encoding"),
        (http(b"xx", headers="content-encoding: br\r\n"), "encoding"),
    ],
)
def test_an_answer_that_is_not_of_the_centre_is_told_apart(answer: bytes, reason: str) -> None:
    """A portal page, a foreign server and garbage are malformed, with the reason for advice."""
    failure = _failure(answer)
    assert (SyncErrorKind.MALFORMED, reason) == (failure.kind, failure.data["reason"])


@pytest.mark.parametrize(
    "body",
    [b'{"now":1', b"[]", b'{"now":"soon"}', b"\xff\xfe", b"[" * 100_000, b'{"now":1e999}'],
)
def test_an_answer_with_wrong_contents_is_malformed(body: bytes) -> None:
    """Half a page, wrong types, no text, endless nesting: nothing of it gets past the door."""
    assert _failure(http(body)).kind is SyncErrorKind.MALFORMED


def test_a_packed_answer_that_is_cut_is_malformed() -> None:
    """A zstd body without its end does not pass for a short answer."""
    body = zstandard.compress(QUIET * 50)[:-10]
    assert (
        _failure(http(body, headers="content-encoding: zstd\r\n")).kind is SyncErrorKind.MALFORMED
    )


@pytest.mark.parametrize(
    "answer",
    [
        http(b" " * 20_000_000),
        http(zstandard.compress(b" " * 2_000_000_000), headers="content-encoding: zstd\r\n"),
        http(gzip.compress(b" " * 20_000_000, mtime=0), headers="content-encoding: gzip\r\n"),
    ],
    ids=["plain", "zstd", "gzip"],
)
def test_a_huge_answer_is_not_read_to_the_end(answer: bytes) -> None:
    """Neither a long body nor a small one that unpacks to gigabytes fills the memory."""
    assert _failure(answer).kind is SyncErrorKind.TOO_LARGE


@pytest.mark.parametrize(
    "answer",
    [None, CUT_LENGTH + b"connection: close\r\n\r\n" + QUIET, CUT_LENGTH + b"connection: close"],
    ids=["nothing", "half a body", "half a head"],
)
def test_a_line_that_breaks_after_sending_leaves_the_effect_unknown(answer: bytes | None) -> None:
    """No answer, half a body, half a head: the request may have arrived."""
    assert _failure(answer).kind is SyncErrorKind.UNANSWERED


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_problem("401 Unauthorized", "auth.expired"), SyncErrorKind.AUTH),
        (_problem("403 Forbidden", "device.revoked"), SyncErrorKind.REVOKED),
        (_problem("409 Conflict", "epoch.changed"), SyncErrorKind.EPOCH),
        (_problem("413 Content Too Large", "request.too-large"), SyncErrorKind.TOO_LARGE),
        (_problem("426 Upgrade Required", "client.too-old"), SyncErrorKind.VERSION),
        (_problem("429 Too Many Requests", "busy"), SyncErrorKind.BUSY),
        (_problem("503 Service Unavailable", "busy"), SyncErrorKind.BUSY),
        (_problem("500 Internal Server Error", "bug"), SyncErrorKind.SERVER),
        (_problem("400 Bad Request", "request.malformed"), SyncErrorKind.MALFORMED),
        (http(b"", status="429 Too Many Requests"), SyncErrorKind.BUSY),
        (http(b"", status="502 Bad Gateway", content_type="text/html"), SyncErrorKind.SERVER),
        (http(b"", status="503 Unavailable", content_type="text/html"), SyncErrorKind.SERVER),
        (http(b"", status="407 Proxy Authentication Required"), SyncErrorKind.OFFLINE),
    ],
)
def test_a_refusal_says_what_to_do(answer: bytes, kind: SyncErrorKind) -> None:
    """Problem details of the centre, and what stands between us and it, map to reactions.

    A gateway's 503 is not the centre's: behind it the request may have been dealt with.
    """
    assert kind is _failure(answer).kind


@pytest.mark.parametrize(
    "answer",
    [
        _problem("503 Service Unavailable", "busy", retry_after_s=7.0),
        http(b"", status="429 Too Many Requests", headers="retry-after: 7\r\n"),
    ],
)
def test_the_wait_the_centre_asks_for_is_known(answer: bytes) -> None:
    """From the problem or from the header."""
    assert 7.0 == _failure(answer).retry_after_s


def test_a_retry_after_that_is_no_number_is_ignored() -> None:
    """A date, or nonsense, leaves the wait to our own back-off."""
    answer = http(b"", status="429 Too Many Requests", headers="retry-after: besok\r\n")
    assert _failure(answer).retry_after_s is None


@pytest.mark.parametrize("code", ["sign-in.wrong", "sign-in.throttled"])
def test_a_refused_sign_in_keeps_its_code(code: str) -> None:
    """A wrong password is not a failure of the line."""
    with RawServer(_problem("401 Unauthorized", code)) as server, pytest.raises(SignInFailed) as it:
        HttpService(server.url).sign_in(
            SignInRequest(username="rina", password="x", device_id="d", device_name="PC")
        )
    assert code == it.value.code


def test_nobody_listening_is_offline() -> None:
    """A refused connection is certain: nothing left this computer."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    with pytest.raises(SyncError) as caught:
        HttpService(f"http://127.0.0.1:{port}").hello()
    assert caught.value.kind is SyncErrorKind.OFFLINE


def test_a_name_that_cannot_be_found_is_offline_with_the_reason() -> None:
    """An unknown host is told from a server that is down."""
    with pytest.raises(SyncError) as caught:
        HttpService("https://pusat.invalid").hello()
    assert (SyncErrorKind.OFFLINE, "name") == (caught.value.kind, caught.value.data["reason"])


def test_a_request_is_never_repeated_silently() -> None:
    """A kept connection that the server drops costs one attempt, reported as unknown."""
    with RawServer(http(QUIET), None) as server:
        service = HttpService(server.url)
        service.sync(TOKEN, SyncRequest())
        with pytest.raises(SyncError) as caught:
            service.sync(TOKEN, SyncRequest(cursor="zweite"))
        service.close()
        sent = sum(b"zweite" in request for request in server.requests)
    assert (SyncErrorKind.UNANSWERED, 1) == (caught.value.kind, sent)


def test_a_redirect_is_not_followed() -> None:
    """The token never goes where some server points."""
    with RawServer(http(QUIET)) as elsewhere:
        answer = http(
            b"", status="307 Temporary Redirect", headers=f"location: {elsewhere.url}\r\n"
        )
        assert _failure(answer).kind is SyncErrorKind.MALFORMED
        assert [] == elsewhere.requests


def test_cookies_are_not_kept() -> None:
    """A portal cannot mark the device."""
    with RawServer(http(QUIET, headers="set-cookie: jejak=1\r\n")) as server:
        service = HttpService(server.url)
        service.sync(TOKEN, SyncRequest())
        service.sync(TOKEN, SyncRequest())
        service.close()
    assert b"jejak" not in server.requests[1]


def test_a_netrc_entry_does_not_replace_the_token(private_home: Path) -> None:
    """Credentials of other programs stay out of it."""
    (private_home / ".netrc").write_text("machine 127.0.0.1 login orang password lain\n")
    (private_home / ".netrc").chmod(0o600)
    with RawServer(http(QUIET)) as server:
        service = HttpService(server.url)
        service.sync(TOKEN, SyncRequest())
        service.close()
    assert f"Authorization: Bearer {TOKEN}".encode() in server.requests[0]


def test_a_proxy_of_the_office_does_not_catch_this_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Loopback is reached directly even where the environment names a proxy for everything."""
    with RawServer(http(b"<html>", content_type="text/html")) as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert SyncReply(now=1_780_000_124_012) == _sync(http(QUIET))
        assert [] == proxy.requests


def test_a_proxy_of_the_office_is_used_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere the way is the one the environment names; its refusal is an offline reason."""
    with RawServer(http(b"", status="407 Proxy Authentication Required")) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with pytest.raises(SyncError) as caught:
            HttpService("https://pusat.invalid").hello()
        assert proxy.requests[0].startswith(b"CONNECT pusat.invalid:443")
    assert (SyncErrorKind.OFFLINE, "proxy-sign-in") == (
        caught.value.kind,
        caught.value.data["reason"],
    )


@pytest.fixture
def silent_server() -> Iterator[tuple[str, socket.socket]]:
    """A server that takes requests and does not answer; its listening socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", listener


def test_a_server_without_proper_tls_is_offline_with_the_reason(
    silent_server: tuple[str, socket.socket],
) -> None:
    """Where the other end cannot prove who it is, no request is sent to it."""
    url, listener = silent_server
    service = HttpService(url.replace("http:", "https:"))
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(service.sync, TOKEN, SyncRequest())
        client, _ = listener.accept()
        with client:
            client.recv(65_536)
            client.sendall(http(QUIET))
            error = running.exception(timeout=10)
    service.close()
    assert isinstance(error, SyncError)
    assert (SyncErrorKind.OFFLINE, "foreign") == (error.kind, error.data["reason"])


def test_a_running_exchange_can_be_interrupted(
    silent_server: tuple[str, socket.socket],
) -> None:
    """Quitting the program does not wait for a line that is silent."""
    url, listener = silent_server
    service = HttpService(url)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(service.sync, TOKEN, SyncRequest())
        client, _ = listener.accept()
        with client:
            read_message(client)
            service.interrupt()
            error = running.exception(timeout=10)
    service.close()
    assert isinstance(error, SyncError)
    assert error.kind is SyncErrorKind.UNANSWERED


def test_plain_http_elsewhere_takes_an_explicit_setting() -> None:
    """A closed test network may allow it, knowingly."""
    HttpService("http://10.0.0.5", plain_http_allowed=True).close()


def test_the_line_is_measured_by_what_crosses_it() -> None:
    """Every byte on the wire counts, heads included, both ways."""
    with RawServer(http(QUIET)) as server:
        service = HttpService(server.url)
        service.sync(TOKEN, SyncRequest())
        service.close()
        sent = sum(map(len, server.requests))
    assert (sent, len(http(QUIET))) == (service.meter.sent_bytes, service.meter.received_bytes)
    assert service.meter.estimate.round_trip_s is not None


def _greeting(version: int, oldest: int = 1, served: int = 1) -> bytes:
    hello = {"name": "Pusat", "epoch": "e", "now": 1, "version": version, "oldest_version": oldest}
    return http(json.dumps(hello | {"oldest_served": served}).encode())


def _paths(server: RawServer) -> list[str]:
    return [request.split(b" ", 2)[1].decode() for request in server.requests]


OTHER_VERSION = _problem("426 Upgrade Required", "too-old")


def test_an_older_centre_is_spoken_to_in_its_own_version() -> None:
    """After "another version" the client asks who that is and says it again; later at once."""
    with RawServer(OTHER_VERSION, _greeting(1), http(QUIET)) as server:
        service = HttpService(server.url)
        service.sync(TOKEN, SyncRequest())
        service.sync(TOKEN, SyncRequest())
        service.close()

    asked = [f"/v{versions.CURRENT}/sync", "/v1/hello", "/v1/sync", "/v1/sync"]
    assert asked == _paths(server)


def test_old_and_new_processes_may_answer_by_turns() -> None:
    """While a centre is upgraded, a new process greets and an old one has refused: go lower."""
    with RawServer(OTHER_VERSION, _greeting(versions.CURRENT), http(QUIET)) as server:
        service = HttpService(server.url)
        service.sync(TOKEN, SyncRequest())
        service.close()

    assert f"/v{versions.CURRENT - 1}/sync" == _paths(server)[-1]


def test_a_first_load_goes_on_at_an_older_centre() -> None:
    """A program that was started anew in the middle of one asks for a piece before all else."""
    gone = _problem("404 Not Found", "not-found")
    with RawServer(OTHER_VERSION, _greeting(2), gone) as server:
        service = HttpService(server.url)
        assert service.segment(TOKEN, "a" * 64, 0, 10) is None
        service.close()

    segment = f"segments/{'a' * 64}"
    asked = [f"/v{versions.CURRENT}/{segment}", "/v1/hello", f"/v2/{segment}"]
    assert asked == _paths(server)


def test_an_older_centre_is_listened_to() -> None:
    """The line that listens has never exchanged anything, and finds the common version itself."""
    stream = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    with RawServer(OTHER_VERSION, _greeting(2), stream + b"event: changes\ndata: {}\n\n") as server:
        service = HttpService(server.url)
        assert ["", "changes"] == list(service.listen(TOKEN, 5.0))
        service.close()

    assert [f"/v{versions.CURRENT}/changes", "/v1/hello", "/v2/changes"] == _paths(server)


def test_an_upgraded_centre_is_noticed() -> None:
    """Speaking an older version, the client asks now and then whether it still must."""
    with RawServer(
        OTHER_VERSION, _greeting(1), *[http(QUIET)] * 101, _greeting(versions.CURRENT), http(QUIET)
    ) as server:
        service = HttpService(server.url)
        for _ in range(102):
            service.sync(TOKEN, SyncRequest())
        service.close()

    assert [f"/v{versions.CURRENT}/sync"] * 2 == [_paths(server)[0], _paths(server)[-1]]


@pytest.mark.parametrize(
    "greeting",
    [_greeting(99, oldest=98, served=98), _greeting(99, oldest=1, served=98)],
    ids=["nothing in common", "too old to be told of changes"],
)
def test_a_program_that_is_too_old_is_told_so(greeting: bytes) -> None:
    """Where no older version would help either, the failure says what it is."""
    with RawServer(OTHER_VERSION, greeting) as server:
        service = HttpService(server.url)
        with pytest.raises(SyncError) as caught:
            service.sync(TOKEN, SyncRequest())
        service.close()

    assert SyncErrorKind.VERSION is caught.value.kind
    assert 2 == len(server.requests)
