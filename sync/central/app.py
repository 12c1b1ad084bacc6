# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre on HTTP: a thin shell. Bodies are ``bodies``' business, failures ``problems``'."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from io import BytesIO
from typing import Any, TypeVar

import msgspec
from litestar import Litestar, Request, Response, Router, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath, RawBody
from litestar.response import ServerSentEvent, ServerSentEventMessage
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_204_NO_CONTENT,
    HTTP_206_PARTIAL_CONTENT,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE,
)

from sync.central import openapi, problems, ranges
from sync.central.announcing import Announcer, Signal
from sync.central.bodies import PACKED, Bodies
from sync.central.exchange import Centre
from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec, dialects, versions
from sync.wire.messages import Parcel, Problem, RefreshRequest, SignInRequest, SyncRequest

M = TypeVar("M")
_JSON = "application/json"
_VERSION = re.compile(r"/v(\d{1,4})/")
AnyRequest = Request[Any, Any, State]


def create_app(
    centre: Centre, clock: Callable[[], int], *, oldest_served: int = versions.OLDEST_SERVED
) -> Bodies:
    """Return the ASGI application of a centre; it speaks every accepted version side by side.

    Args:
        oldest_served: devices of older versions still deliver commands, but get no changes.
    """
    announcer = Announcer(centre.newsroom)
    spoken = [
        Router(
            f"/v{version}",
            route_handlers=[
                *_calls(centre, version, oldest_served),
                *_downloads(centre),
                _announcements(announcer),
            ],
        )
        for version in range(versions.OLDEST_ACCEPTED, versions.CURRENT + 1)
    ]
    app = Litestar(
        route_handlers=[*spoken, _schema()],
        exception_handlers={
            Exception: lambda request, error: _refusal(
                problems.problem_of(_in_version(error, request.url.path), centre.support_id),
                request.url.path,
            )
        },
        openapi_config=None,
        logging_config=None,
    )

    def refuse(error: Exception) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        problem = problems.problem_of(error, centre.support_id)
        headers = [(b"content-type", problems.CONTENT_TYPE.encode())]
        return problem.status, headers, codec.encode(problem)

    asgi: Any = app  # Litestar has its own ASGI types
    return Bodies(asgi, refuse, clock, announcer.close)


def routes() -> list[str]:
    """Return every call as its method and path, for documents to be checked against."""
    return [
        f"{call.method.upper()} {call.path.replace(f'v{versions.CURRENT}', f'v{version}', 1)}"
        for version in range(versions.OLDEST_ACCEPTED, versions.CURRENT + 1)
        for call in openapi.CALLS
    ]


def _calls(centre: Centre, version: int, oldest_served: int) -> Sequence[Any]:
    def answer(message: object) -> Response[bytes]:
        return Response(dialects.encode(message, version), media_type=_JSON)

    def message(request: AnyRequest, body: bytes, kind: type[M]) -> M:
        _check_type(request)
        return dialects.decode(body, kind, version)

    @get("/hello", sync_to_thread=True)
    def hello() -> Response[bytes]:
        greeting = answer(msgspec.structs.replace(centre.hello(), oldest_served=oldest_served))
        greeting.headers["cache-control"] = "no-store"  # it says what time it is
        return greeting

    @post("/sign-in", status_code=HTTP_200_OK, sync_to_thread=True)
    def sign_in(request: AnyRequest, body: RawBody) -> Response[bytes]:
        return answer(centre.sign_in(message(request, body, SignInRequest)))

    @post("/refresh", status_code=HTTP_200_OK, sync_to_thread=True)
    def refresh(request: AnyRequest, body: RawBody) -> Response[bytes]:
        return answer(centre.refresh(message(request, body, RefreshRequest)))

    @post("/sign-out", status_code=HTTP_204_NO_CONTENT, sync_to_thread=True)
    def sign_out(request: AnyRequest) -> None:
        centre.sign_out(_token(request))

    @post("/sync", status_code=HTTP_200_OK, sync_to_thread=True)
    def sync(request: AnyRequest, body: RawBody) -> Response[bytes]:
        token, asked = _token(request), message(request, body, SyncRequest)
        exchange = centre.sync if version >= oldest_served else centre.deliver
        return answer(exchange(token, asked))

    @get("/commands/{command_id:str}", sync_to_thread=True)
    def command(request: AnyRequest, command_id: FromPath[str]) -> Response[bytes]:
        return answer(_found(centre.verdict(_token(request), command_id)))

    @get("/cases/{case_id:int}", sync_to_thread=True)
    def case(request: AnyRequest, case_id: FromPath[int]) -> Response[bytes]:
        return _tagged(request, answer(_found(centre.case(_token(request), case_id))))

    @post("/devices/{device_id:str}/revoke", status_code=HTTP_204_NO_CONTENT, sync_to_thread=True)
    def revoke(request: AnyRequest, device_id: FromPath[str]) -> None:
        if not centre.revoke_device(_token(request), device_id):
            raise NotFoundException

    return hello, sign_in, refresh, sign_out, sync, command, case, revoke, _courier(centre, version)


def _courier(centre: Centre, version: int) -> Any:  # noqa: ANN401 - a route handler
    @post("/courier", status_code=HTTP_200_OK, sync_to_thread=True)
    def courier(request: AnyRequest, body: RawBody) -> Response[bytes]:
        token = _token(request)
        _check_type(request)
        parcel, reply = dialects.decode(body, Parcel, version), BytesIO()
        receipt = centre.carry(token, BytesIO(parcel.file), reply)
        complete = msgspec.structs.replace(receipt, reply=reply.getvalue())
        return Response(dialects.encode(complete, version), media_type=_JSON)

    return courier


def _announcements(announcer: Announcer) -> Any:  # noqa: ANN401 - a route handler
    @get("/changes")
    async def changes(request: AnyRequest) -> ServerSentEvent:
        token = _token(request)
        admission = await announcer.admit(token)
        return ServerSentEvent(_events(announcer.signals(token, admission)))

    return changes


async def _events(signals: AsyncIterator[Signal]) -> AsyncIterator[ServerSentEventMessage]:
    """Say what is heard, and nothing else: an event must have data to be one."""
    async for signal in signals:
        yield ServerSentEventMessage(event=signal.value, data="{}")


def _downloads(centre: Centre) -> Sequence[Any]:
    @get("/segments/{sha256:str}", sync_to_thread=True)
    def segment(request: AnyRequest, sha256: FromPath[str]) -> Response[bytes]:
        content = _found(centre.whole_segment(_token(request), sha256))
        return _part(request, content, tag=f'"{sha256}"', media_type=PACKED)

    return (segment,)


def _schema() -> Any:  # noqa: ANN401 - a route handler
    content = codec.encode(openapi.document())

    @get("/schema/openapi.json", sync_to_thread=False)
    def schema() -> Response[bytes]:
        return Response(content, media_type=_JSON)

    return schema


def _tagged(request: AnyRequest, answer: Response[bytes]) -> Response[bytes]:
    tag = f'"{hashlib.sha256(answer.content).hexdigest()[:24]}"'
    known = {part.strip().removeprefix("W/") for part in _header(request, "if-none-match")}
    if tag in known:
        return Response(b"", status_code=304, headers={"etag": tag}, media_type=_JSON)
    answer.headers.update({"etag": tag, "cache-control": "private, no-cache"})
    return answer


def _part(request: AnyRequest, content: bytes, *, tag: str, media_type: str) -> Response[bytes]:
    """Answer with the part of some unchanging content that was asked for."""
    size = len(content)
    headers = {"accept-ranges": "bytes", "etag": tag, "cache-control": "private, immutable"}
    wanted, only_if = (request.headers.get(name, "") for name in ("range", "if-range"))
    try:
        part = ranges.requested(wanted, only_if, tag=tag, size=size)
    except ranges.NotSatisfiable:
        status = HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE
        headers["content-range"] = f"bytes */{size}"
        return Response(b"", media_type=media_type, status_code=status, headers=headers)
    if part is None:
        return Response(content, media_type=media_type, headers=headers)
    headers["content-range"] = ranges.content_range(part, size)
    return Response(
        content[part.start : part.stop],
        media_type=media_type,
        status_code=HTTP_206_PARTIAL_CONTENT,
        headers=headers,
    )


def _header(request: AnyRequest, name: str) -> list[str]:
    return request.headers.get(name, "").split(",")


def _refusal(problem: Problem, path: str) -> Response[bytes]:
    headers = {}
    if problem.status == HTTP_405_METHOD_NOT_ALLOWED:
        headers["allow"] = ", ".join(openapi.allowed_methods(path))
    if problem.retry_after_s is not None:
        headers["retry-after"] = str(int(problem.retry_after_s))
    if problem.code == "token-expired":
        headers["www-authenticate"] = "Bearer"
    return Response(
        codec.encode(problem),
        media_type=problems.CONTENT_TYPE,
        status_code=problem.status,
        headers=headers,
    )


def _in_version(error: Exception, path: str) -> Exception:
    """Say "another version", not "no such page", to a program that speaks another one."""
    asked = _VERSION.match(path)
    if not isinstance(error, NotFoundException) or asked is None:
        return error
    version = int(asked[1])
    if versions.OLDEST_ACCEPTED <= version <= versions.CURRENT:
        return error
    return SyncError(SyncErrorKind.VERSION, asked=version, current=versions.CURRENT)


def _check_type(request: AnyRequest) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise HTTPException(status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)


def _token(request: AnyRequest) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SyncError(SyncErrorKind.AUTH)
    return token.strip()


def _found(message: M | None) -> M:
    if message is None:
        raise NotFoundException
    return message
