# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre on HTTP: a thin shell. Bodies are ``bodies``' business, failures ``problems``'."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from litestar import Litestar, Request, Response, Router, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath, RawBody
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_204_NO_CONTENT,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_415_UNSUPPORTED_MEDIA_TYPE,
)

from sync.central import openapi, problems
from sync.central.bodies import App, Bodies
from sync.central.exchange import Centre
from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec, versions
from sync.wire.messages import Problem, RefreshRequest, SignInRequest, SyncRequest

M = TypeVar("M")
_JSON = "application/json"
_VERSION = re.compile(r"/v(\d{1,4})/")
AnyRequest = Request[Any, Any, State]


def create_app(centre: Centre, clock: Callable[[], int]) -> App:
    """Return the ASGI application of a centre."""
    app = Litestar(
        route_handlers=[Router("/", route_handlers=[*_calls(centre), _schema()])],
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

    return Bodies(app, refuse, clock)  # type: ignore[arg-type] # Litestar has its own ASGI types


def routes() -> list[str]:
    """Return every call as its method and path, for documents to be checked against."""
    return [f"{call.method.upper()} {call.path}" for call in openapi.CALLS]


def _calls(centre: Centre) -> Sequence[Any]:
    @get("/v1/hello", sync_to_thread=True)
    def hello() -> Response[bytes]:
        return _answer(centre.hello())

    @post("/v1/sign-in", status_code=HTTP_200_OK, sync_to_thread=True)
    def sign_in(request: AnyRequest, body: RawBody) -> Response[bytes]:
        return _answer(centre.sign_in(_message(request, body, SignInRequest)))

    @post("/v1/refresh", status_code=HTTP_200_OK, sync_to_thread=True)
    def refresh(request: AnyRequest, body: RawBody) -> Response[bytes]:
        return _answer(centre.refresh(_message(request, body, RefreshRequest)))

    @post("/v1/sign-out", status_code=HTTP_204_NO_CONTENT, sync_to_thread=True)
    def sign_out(request: AnyRequest) -> None:
        centre.sign_out(_token(request))

    @post("/v1/sync", status_code=HTTP_200_OK, sync_to_thread=True)
    def sync(request: AnyRequest, body: RawBody) -> Response[bytes]:
        token = _token(request)
        return _answer(centre.sync(token, _message(request, body, SyncRequest)))

    @get("/v1/commands/{command_id:str}", sync_to_thread=True)
    def command(request: AnyRequest, command_id: FromPath[str]) -> Response[bytes]:
        return _answer(_found(centre.verdict(_token(request), command_id)))

    @get("/v1/cases/{case_id:int}", sync_to_thread=True)
    def case(request: AnyRequest, case_id: FromPath[int]) -> Response[bytes]:
        return _tagged(request, _found(centre.case(_token(request), case_id)))

    @post(
        "/v1/devices/{device_id:str}/revoke", status_code=HTTP_204_NO_CONTENT, sync_to_thread=True
    )
    def revoke(request: AnyRequest, device_id: FromPath[str]) -> None:
        if not centre.revoke_device(_token(request), device_id):
            raise NotFoundException

    return hello, sign_in, refresh, sign_out, sync, command, case, revoke


def _schema() -> Any:  # noqa: ANN401 - a route handler
    content = codec.encode(openapi.document())

    @get("/schema/openapi.json", sync_to_thread=False)
    def schema() -> Response[bytes]:
        return Response(content, media_type=_JSON)

    return schema


def _answer(message: object) -> Response[bytes]:
    return Response(codec.encode(message), media_type=_JSON)


def _tagged(request: AnyRequest, message: object) -> Response[bytes]:
    content = codec.encode(message)
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    known = {part.strip().removeprefix("W/") for part in _header(request, "if-none-match")}
    if tag in known:
        return Response(b"", status_code=304, headers={"etag": tag}, media_type=_JSON)
    return Response(
        content, media_type=_JSON, headers={"etag": tag, "cache-control": "private, no-cache"}
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


def _message(request: AnyRequest, body: bytes, kind: type[M]) -> M:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise HTTPException(status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)
    return codec.decode(body, kind)


def _token(request: AnyRequest) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SyncError(SyncErrorKind.AUTH)
    return token.strip()


def _found(message: M | None) -> M:
    if message is None:
        raise NotFoundException
    return message
