# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the centre answers over HTTP when something is wrong: problem details, and no more."""

from __future__ import annotations

import gzip
import io
import logging
import queue
from collections.abc import Iterator
from logging.handlers import QueueHandler

import httpx
import msgspec
import pytest
import zstandard
from sqlalchemy import text

from sync.central.bodies import MAX_PACKED_BYTES, MAX_UNPACKED_BYTES, packed_for
from sync.wire import codec, packing, versions
from sync.wire.messages import Problem, SignInRequest, SyncReply, SyncRequest
from tests.support.central import PASSWORD, Device, Office, embedded_centre, running_server

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give an office on the embedded database: failures are the same on both."""
    office = embedded_centre(tmp_path_factory.mktemp("central"))
    yield office
    office.database.close()


@pytest.fixture
def device(office: Office) -> Device:
    """Give a signed-in device."""
    return office.device("agus")


@pytest.fixture
def client(office: Office) -> Iterator[httpx.Client]:
    """Give a bare HTTP client of a running centre."""
    with (
        running_server(office) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


@pytest.fixture
def access_log() -> Iterator[queue.SimpleQueue[logging.LogRecord]]:
    """Give the lines of the access log as they come: each follows its answer, maybe later."""
    log = logging.getLogger("sync.central.access")
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = QueueHandler(lines)
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield lines
    log.setLevel(logging.NOTSET)
    log.removeHandler(handler)


def bearer(device: Device) -> dict[str, str]:
    """Return the headers of a signed-in device."""
    return JSON | {"Authorization": f"Bearer {device.access_token}"}


def problem(response: httpx.Response) -> Problem:
    """Return the problem in an answer; its status is that of the answer."""
    assert "application/problem+json" == response.headers["content-type"]
    told = msgspec.json.decode(response.content, type=Problem)
    assert (response.status_code, f"tanggap:{told.code}") == (told.status, told.type)
    return told


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe\x00", 400),
        (b"<html>", 400),
        (b'{"new":' + b"[" * 100_000, 400),
        (b"[]", 422),
        (b'{"max_bytes": "many"}', 422),
        (b'{"commands": [{"id": "x"}]}', 422),
        (b'{"max_bytes": 1e400}', 422),
    ],
    ids=["empty", "cut", "binary", "html", "deep", "array", "type", "missing", "infinite"],
)
def test_a_body_that_is_none_of_ours(
    client: httpx.Client, device: Device, body: bytes, status: int
) -> None:
    """Whatever else is sent is answered with malformed, and a 400 or 422."""
    response = client.post("/v1/sync", content=body, headers=bearer(device))
    assert (status, "malformed") == (response.status_code, problem(response).code)


@pytest.mark.parametrize("encoding", ["gzip", "zstd", packing.CODING])
def test_a_compressed_body_is_understood(
    client: httpx.Client, device: Device, encoding: str
) -> None:
    """Requests may be compressed either way."""
    body = codec.encode(SyncRequest(max_bytes=1_000))
    packed = {
        "gzip": gzip.compress,
        "zstd": zstandard.ZstdCompressor().compress,
        packing.CODING: packing.packed,
    }[encoding](body)
    headers = bearer(device) | {"Content-Encoding": encoding}
    response = client.post("/v1/sync", content=packed, headers=headers)
    assert 200 == response.status_code
    assert msgspec.json.decode(response.content, type=SyncReply).scope is not None


@pytest.mark.parametrize("accepted", ["zstd", "gzip", "gzip;q=0.5, zstd", "identity"])
def test_an_answer_is_compressed_as_asked(
    client: httpx.Client, device: Device, accepted: str
) -> None:
    """The client's wish decides, zstd before gzip; the content is the same."""
    headers = bearer(device) | {"Accept-Encoding": accepted}
    with client.stream(
        "POST", "/v1/sync", content=codec.encode(SyncRequest()), headers=headers
    ) as response:
        raw = b"".join(response.iter_raw())
    encoding = response.headers.get("content-encoding", "")
    assert encoding == ("zstd" if "zstd" in accepted else accepted.replace("identity", ""))
    match encoding:
        case "zstd":
            raw = zstandard.ZstdDecompressor().decompressobj().decompress(raw)
        case "gzip":
            raw = gzip.decompress(raw)
        case _:
            pass
    assert msgspec.json.decode(raw, type=SyncReply).scope is not None


@pytest.mark.parametrize("encoding", ["gzip", "zstd", packing.CODING, "br"])
def test_a_body_that_is_not_what_its_encoding_says(
    client: httpx.Client, device: Device, encoding: str
) -> None:
    """A wrong or unknown content encoding is malformed."""
    headers = bearer(device) | {"Content-Encoding": encoding}
    response = client.post("/v1/sync", content=b'{"cursor": null}', headers=headers)
    assert (400, "malformed") == (response.status_code, problem(response).code)


def test_small_answers_are_packed_with_the_dictionary_for_those_who_have_it(
    client: httpx.Client, device: Device
) -> None:
    """The first answer with units and colleagues; larger ones as ever."""
    headers = bearer(device) | {"Accept-Encoding": f"{packing.CODING}, zstd, gzip"}
    with client.stream(
        "POST", "/v3/sync", content=codec.encode(SyncRequest()), headers=headers
    ) as response:
        raw = b"".join(response.iter_raw())
    assert packing.CODING == response.headers["content-encoding"]
    body = packing.unpacker(io.BytesIO(raw), 1 << 20).read()
    assert msgspec.json.decode(body, type=SyncReply).scope is not None
    assert "zstd" == packed_for(headers["Accept-Encoding"], bytes(packing.LARGEST_BYTES + 1))[1]


def test_a_cut_compressed_body_is_malformed(client: httpx.Client, device: Device) -> None:
    """A compressed body that ends early is not taken for a whole one."""
    headers = bearer(device) | {"Content-Encoding": "gzip"}
    packed = gzip.compress(codec.encode(SyncRequest(want=list(range(500)))))
    response = client.post("/v1/sync", content=packed[:-20], headers=headers)
    assert (400, "malformed") == (response.status_code, problem(response).code)


@pytest.mark.parametrize("encoding", ["", "gzip", "zstd"])
def test_a_body_too_large_is_refused_before_it_is_unpacked(
    client: httpx.Client, device: Device, encoding: str
) -> None:
    """Neither a large body nor a small one that unpacks to a large one is taken."""
    bomb = bytes(MAX_UNPACKED_BYTES + 1)
    packed = {
        "": bytes(MAX_PACKED_BYTES + 1),
        "gzip": gzip.compress(bomb),
        "zstd": zstandard.ZstdCompressor().compress(bomb),
    }[encoding]
    headers = bearer(device) | ({"Content-Encoding": encoding} if encoding else {})
    response = client.post("/v1/sync", content=packed, headers=headers)
    assert (413, "too-large") == (response.status_code, problem(response).code)


def test_another_content_type_is_refused(client: httpx.Client, device: Device) -> None:
    """The centre reads JSON that says so."""
    headers = bearer(device) | {"Content-Type": "text/plain"}
    response = client.post("/v1/sync", content=b"{}", headers=headers)
    assert (415, "unsupported-media-type") == (response.status_code, problem(response).code)


def test_a_way_that_is_not_there(client: httpx.Client) -> None:
    """An unknown path is a 404 as problem details."""
    assert "not-found" == problem(client.get("/v1/nothing")).code


def test_a_method_that_is_not_meant(client: httpx.Client) -> None:
    """A wrong method is a 405 that names the right one."""
    response = client.get("/v1/sync")
    assert ("method-not-allowed", "POST") == (problem(response).code, response.headers["allow"])


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "Bearer wrong"])
def test_who_shows_no_good_token(client: httpx.Client, header: str) -> None:
    """Without a good token every call but the open ones is a 401."""
    headers = JSON | ({"Authorization": header} if header else {})
    for method, path in [
        ("POST", "/v1/sync"),
        ("POST", "/v1/sign-out"),
        ("GET", "/v1/cases/1"),
        ("GET", "/v1/commands/x"),
        ("POST", "/v1/devices/x/revoke"),
    ]:
        response = client.request(method, path, content=b"{}", headers=headers)
        assert (401, "token-expired") == (response.status_code, problem(response).code)
        assert "Bearer" == response.headers["www-authenticate"]


def test_a_revoked_device_is_forbidden(
    client: httpx.Client, office: Office, device: Device
) -> None:
    """The revocation of a device comes over HTTP and is told with a code of its own."""
    other = office.device("agus")
    response = client.post(f"/v1/devices/{device.id}/revoke", headers=bearer(other))
    assert 204 == response.status_code
    response = client.post("/v1/sync", content=b"{}", headers=bearer(device))
    assert (403, "device-revoked") == (response.status_code, problem(response).code)


def test_an_old_history_is_a_conflict(client: httpx.Client, device: Device) -> None:
    """A cursor of another history is a 409."""
    response = client.post("/v1/sync", content=b'{"cursor":"x"}', headers=bearer(device))
    assert (409, "epoch-changed") == (response.status_code, problem(response).code)


def test_too_many_wrong_passwords_are_told_when_to_come_back(client: httpx.Client) -> None:
    """The sixth attempt is a 429 with the time to wait, in header and body."""
    request = SignInRequest(username="agus", password="salah", device_id="d1", device_name="Laptop")
    responses = [
        client.post("/v1/sign-in", content=codec.encode(request), headers=JSON) for _ in range(6)
    ]
    codes = [problem(response).code for response in responses]
    assert ["sign-in.wrong"] * 5 + ["sign-in.throttled"] == codes
    response = responses[-1]
    assert (429, "300") == (response.status_code, response.headers["retry-after"])
    assert 300 == problem(response).retry_after_s


def test_a_bug_is_told_by_a_support_id_only(
    client: httpx.Client, office: Office, device: Device, expected_logs: list[str]
) -> None:
    """A failure of ours is a 500 without any inside; the log has it under the same number."""
    response = client.post("/v1/sync", content=b'{"cursor":null}', headers=bearer(device))
    cursor = msgspec.json.decode(response.content, type=SyncReply).cursor
    office.add_case()
    with office.database.write() as connection:
        connection.execute(text("DROP TABLE feed"))
    expected_logs.append("support id")
    request = codec.encode(SyncRequest(cursor=cursor))
    response = client.post("/v1/sync", content=request, headers=bearer(device))
    told = problem(response)
    assert (500, "internal", "") == (told.status, told.code, told.detail)
    assert 10 == len(told.support_id)
    assert b"feed" not in response.content


def test_the_log_names_no_person(
    client: httpx.Client, device: Device, access_log: queue.SimpleQueue[logging.LogRecord]
) -> None:
    """The access log has method, path, status and sizes; no query, token, name or address."""
    client.post("/v1/sync?nama=Budi", content=b"{}", headers=bearer(device))
    first = access_log.get(timeout=30).getMessage()
    request = SignInRequest(
        username="agus", password=PASSWORD, device_id="d9", device_name="Laptop"
    )
    client.post("/v1/sign-in", content=codec.encode(request), headers=JSON)
    second = access_log.get(timeout=30).getMessage()
    assert ["POST /v1/sync 200", "POST /v1/sign-in 200"] == [
        line.rsplit(" ", 2)[0] for line in (first, second)
    ]


def test_a_caller_cannot_write_lines_into_the_log(
    client: httpx.Client, device: Device, access_log: queue.SimpleQueue[logging.LogRecord]
) -> None:
    """A path is the caller's own words; each call is one line all the same."""
    client.get("/v2/%0A2026-11-24 INFO POST /v2/sync 200", headers=bearer(device))
    assert "\n" not in access_log.get(timeout=30).getMessage()
    client.get("/v2/hello")
    assert access_log.get(timeout=30).getMessage().startswith("GET /v2/hello 200")


def test_a_case_is_sent_once_while_it_does_not_change(
    client: httpx.Client, office: Office, device: Device
) -> None:
    """A case has an ETag; while nothing changed the answer is an empty 304."""
    case = office.add_case()
    path = f"/v1/cases/{case.id}"
    first = client.get(path, headers=bearer(device))
    tag = first.headers["etag"]
    again = client.get(path, headers=bearer(device) | {"If-None-Match": tag})
    assert (200, 304, b"") == (first.status_code, again.status_code, again.content)
    office.citizen_replies(case.id)
    changed = client.get(path, headers=bearer(device) | {"If-None-Match": tag})
    assert 200 == changed.status_code
    assert tag != changed.headers["etag"]


def test_a_client_that_goes_away_does_no_harm(client: httpx.Client, device: Device) -> None:
    """A request that is broken off leaves the centre working."""

    def broken() -> Iterator[bytes]:
        yield b'{"cursor"'
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        client.post("/v1/sync", content=broken(), headers=bearer(device))
    assert 200 == client.get("/v1/hello").status_code


@pytest.mark.parametrize("path", ["/v0/sync", f"/v{versions.CURRENT + 1}/sync", "/v99/hello"])
def test_a_program_of_another_version_is_told_so(client: httpx.Client, path: str) -> None:
    """A call of another wire version is answered with 426, not with a missing page."""
    assert "too-old" == problem(client.post(path, content=b"{}", headers=JSON)).code


def test_a_missing_page_of_this_version_is_just_missing(client: httpx.Client) -> None:
    """Only another version is called another version."""
    assert 404 == problem(client.post("/v1/nothing", content=b"{}", headers=JSON)).status
