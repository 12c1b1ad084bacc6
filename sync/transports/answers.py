# SPDX-License-Identifier: AGPL-3.0-or-later
"""What came back over HTTP, read under limits: a message of ours, a refusal, or a stranger's page.

Nothing is taken for an answer of the centre that does not look like one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from http.client import IncompleteRead
from typing import TypeVar

import requests
import urllib3

from sync.errors import CourierRefused, SignInFailed, SyncError, SyncErrorKind, TanggapError
from sync.transports.bodies import unpacked
from sync.transports.failing import SERVER_FAILURES, foreign_answer
from sync.wire import codec, dialects, versions
from sync.wire.messages import Problem

M = TypeVar("M")

MAX_REPLY_BYTES = 16 * 1024 * 1024
"""Beside what was asked for: the scope with all units and colleagues, and a single long case."""

MAX_SMALL_BYTES = 256 * 1024

CODING = "Content-Encoding"
EVENTS = "text/event-stream"
_PROBLEM = "application/problem+json"
_PACKED = "application/zstd"
_KIND_OF_STATUS = {
    401: SyncErrorKind.AUTH,
    403: SyncErrorKind.REVOKED,
    409: SyncErrorKind.EPOCH,
    413: SyncErrorKind.TOO_LARGE,
    426: SyncErrorKind.VERSION,
    429: SyncErrorKind.BUSY,
    503: SyncErrorKind.BUSY,
}

_LONGEST_EVENT_LINE = 1024
_MOST_WITHOUT_EVENT_BYTES = 16 * 1024


def message_in(response: requests.Response, kind: type[M], limit: int, version: int) -> M:
    """Return the message in an answer, or raise what is there instead; gives the line back."""
    finished = False
    try:
        content_type = content_type_of(response)
        if content_type != "text/html" and not _has_length(response):
            raise IncompleteRead(b"")  # its head was cut: ours always say how long they are
        if response.status_code == requests.codes.ok and content_type == "application/json":
            message = dialects.decode(_body(response, limit), kind, version)
            finished = True
            return message
        problem = _problem(response, content_type)
        finished = problem is not None
        raise _refusal(response, problem, content_type)
    finally:
        if finished:
            response.raw.release_conn()
        else:
            response.raw.close()  # whatever else is on this line is not for us


def part_in(response: requests.Response, start: int, size: int) -> bytes | None:
    """Return what was asked for of some content; a proxy may send all of it instead."""
    finished = False
    try:
        content_type = content_type_of(response)
        if response.status_code == requests.codes.not_found and content_type == _PROBLEM:
            finished = _problem(response, content_type) is not None
            return None
        content = b""
        if content_type == _PACKED and response.status_code == requests.codes.partial_content:
            if response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                content = _body(response, size)
        elif content_type == _PACKED and response.status_code == requests.codes.ok:
            content = _body(response, start + MAX_REPLY_BYTES)[start : start + size]
        else:
            return message_in(response, bytes, MAX_SMALL_BYTES, versions.CURRENT)  # says why not
        if not content:
            raise SyncError(SyncErrorKind.MALFORMED, reason="foreign")
        finished = True
        return content
    finally:
        if finished:
            response.raw.release_conn()
        else:
            response.raw.close()


def _has_length(response: requests.Response) -> bool:
    bodiless = response.status_code in {requests.codes.no_content, requests.codes.not_modified}
    told = response.headers.get("Content-Length", "").strip().isdecimal()
    return bodiless or told or "Transfer-Encoding" in response.headers


def content_type_of(response: requests.Response) -> str:
    """Return the media type, without its parameters."""
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _problem(response: requests.Response, content_type: str) -> Problem | None:
    if content_type != _PROBLEM:
        return None
    return codec.decode(_body(response, MAX_SMALL_BYTES), Problem)


def events_in(response: requests.Response) -> Iterator[str]:
    """Yield the name of each event (WHATWG HTML, 9.2), the empty one first; data is ignored.

    Raises:
        SyncError: ``MALFORMED``: what comes and comes is no stream of events.
    """
    yield ""
    for line in _lines(response):
        field, _, value = line.partition(b":")
        if field == b"event":
            yield value.strip().decode("ascii", "replace")


def _lines(response: requests.Response) -> Iterator[bytes]:
    line = bytearray()
    since_event = 0
    # One byte at a time, for a proxy may have joined the chunks; there are forty in a heartbeat.
    for byte in response.iter_content(1):
        since_event += 1
        if since_event > _MOST_WITHOUT_EVENT_BYTES or len(line) > _LONGEST_EVENT_LINE:
            raise SyncError(SyncErrorKind.MALFORMED, reason="foreign")
        if byte not in {b"\r", b"\n"}:
            line += byte
            continue
        if line.startswith(b"event:"):
            since_event = 0
        if line:
            yield bytes(line)
        line.clear()


def size_of(response: requests.Response) -> int:
    """Return how many bytes an answer took on the wire, head included."""
    lines = [len(name) + len(value) + len(": \r\n") for name, value in response.headers.items()]
    return len("HTTP/1.1 200 OK\r\n\r\n") + sum(lines) + response.raw.tell()


def _body(response: requests.Response, limit: int) -> bytes:
    encoding = response.headers.get(CODING, "").strip().lower()
    return unpacked(_Raw(response.raw), encoding, limit)


class _Raw:
    """The bytes of an answer as they are on the wire."""

    def __init__(self, raw: urllib3.HTTPResponse) -> None:
        self._raw = raw

    def read(self, size: int = -1, /) -> bytes:
        return self._raw.read(size if size >= 0 else None, decode_content=False)


def give_back(response: requests.Response) -> None:
    """Keep the line for the next request, unless more is on it than is worth reading."""
    left = response.raw.length_remaining
    if left is not None and left <= MAX_SMALL_BYTES:
        response.raw.drain_conn()
        response.raw.release_conn()
    else:
        response.raw.close()


def refusal_of(response: requests.Response) -> TanggapError:
    """Return what an answer that is not the wished-for one means; reads its body."""
    content_type = content_type_of(response)
    return _refusal(response, _problem(response, content_type), content_type)


def _refusal(
    response: requests.Response, problem: Problem | None, content_type: str
) -> CourierRefused | SyncError | SignInFailed:
    status = response.status_code
    wait_s = _retry_after_s(response, problem)
    if problem is None:
        wanted = response.headers.get("Proxy-Authenticate", "")
        return foreign_answer(status, content_type, wait_s, wanted)
    if problem.code.startswith("courier."):
        return CourierRefused(problem.code, support_id=problem.support_id)
    if problem.code.startswith("sign-in."):
        return SignInFailed(problem.code, retry_after_s=wait_s, support_id=problem.support_id)
    kind = _KIND_OF_STATUS.get(
        status, SyncErrorKind.SERVER if status in SERVER_FAILURES else SyncErrorKind.MALFORMED
    )
    return SyncError(
        kind,
        retry_after_s=wait_s,
        status=status,
        problem=problem.code,
        support_id=problem.support_id,
    )


def _retry_after_s(response: requests.Response, problem: Problem | None) -> float | None:
    if problem is not None and problem.retry_after_s is not None:
        return problem.retry_after_s
    text = response.headers.get("Retry-After", "").strip()
    return float(text) if text.isascii() and text.isdecimal() else None
