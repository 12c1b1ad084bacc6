# SPDX-License-Identifier: AGPL-3.0-or-later
"""The description of the API (OpenAPI 3.1), made from the wire types and one table of calls.

It describes the newest version; the older ones differ as ``sync.wire.dialects`` says.

msgspec describes its own types exactly, arrays without names included, which no framework does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from sync.central import file_openapi
from sync.central.bodies import PACKED
from sync.wire import versions
from sync.wire.messages import (
    CaseRecord,
    Hello,
    Parcel,
    Problem,
    Receipt,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
    Verdict,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the API.

    Attributes:
        streams: it answers with server-sent events, until one of the two ends hangs up.
        failures: the statuses it answers with problem details.
    """

    method: str
    path: str
    purpose: str
    request: type | None = None
    reply: type | None = None
    content: str = ""
    """The media type of an answer that is no message."""
    parameter: tuple[str, dict[str, Any]] | None = None
    signed_in: bool = True
    streams: bool = False
    failures: tuple[int, ...] = ()


_BASE = f"/v{versions.CURRENT}"
_ID: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 64}
_NUMBER: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 2**53}
_BODY_FAILURES = (400, 413, 415, 422)
_TOKEN_FAILURES = (401, 403)

CALLS = (
    Call(
        method="get",
        path=f"{_BASE}/hello",
        purpose="Who the centre is",
        reply=Hello,
        signed_in=False,
    ),
    Call(
        method="post",
        path=f"{_BASE}/sign-in",
        purpose="Sign in with name and password, from one device",
        request=SignInRequest,
        reply=Session,
        signed_in=False,
        failures=(*_BODY_FAILURES, *_TOKEN_FAILURES, 429),
    ),
    Call(
        method="post",
        path=f"{_BASE}/refresh",
        purpose="Renew the access token; the old refresh token is good until the new pair is used",
        request=RefreshRequest,
        reply=Session,
        signed_in=False,
        failures=(*_BODY_FAILURES, *_TOKEN_FAILURES),
    ),
    Call(
        method="post",
        path=f"{_BASE}/sign-out",
        purpose="End the tokens of this device",
        failures=_TOKEN_FAILURES,
    ),
    Call(
        method="post",
        path=f"{_BASE}/sync",
        purpose="The round trip: commands up, verdicts and changes down",
        request=SyncRequest,
        reply=SyncReply,
        failures=(*_BODY_FAILURES, *_TOKEN_FAILURES, 409),
    ),
    Call(
        method="post",
        path=f"{_BASE}/courier",
        purpose="A courier file of any device; the reply is sealed to that device",
        request=Parcel,
        reply=Receipt,
        failures=(*_BODY_FAILURES, *_TOKEN_FAILURES, 409),
    ),
    Call(
        method="get",
        path=f"{_BASE}/changes",
        purpose="Be told when there is something to fetch",
        streams=True,
        failures=(*_TOKEN_FAILURES, 503),
    ),
    Call(
        method="get",
        path=f"{_BASE}/segments/{{sha256}}",
        purpose="A piece of the officer's first load, whole or a range of it",
        content=PACKED,
        parameter=("sha256", _ID),
        failures=(*_TOKEN_FAILURES, 404, 416),
    ),
    Call(
        method="get",
        path=f"{_BASE}/commands/{{id}}",
        purpose="A verdict again, for support",
        reply=Verdict,
        parameter=("id", _ID),
        failures=(*_TOKEN_FAILURES, 404),
    ),
    Call(
        method="get",
        path=f"{_BASE}/cases/{{id}}",
        purpose="The head of one case, with an ETag",
        reply=CaseRecord,
        parameter=("id", _NUMBER),
        failures=(*_TOKEN_FAILURES, 404),
    ),
    Call(
        method="post",
        path=f"{_BASE}/devices/{{id}}/revoke",
        purpose="Take a device's access away",
        parameter=("id", _ID),
        failures=(*_TOKEN_FAILURES, 404),
    ),
)


def allowed_methods(path: str) -> list[str]:
    """Return the methods that a path answers to, in whatever version."""
    asked = re.sub(r"^/v\d+", _BASE, path)
    return [
        call.method.upper()
        for call in CALLS
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", call.path), asked)
    ]


def document() -> dict[str, Any]:
    """Return the description as a JSON value."""
    types = [Problem, *(call.request for call in CALLS), *(call.reply for call in CALLS)]
    known = list(dict.fromkeys(kind for kind in types if kind is not None))
    _, components = msgspec.json.schema_components(
        known, ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tanggap: central server", "version": f"{versions.CURRENT}.0.0"},
        "paths": {**paths, **file_openapi.PATHS},
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{call.method}{call.path.replace('/', '_')}",
        "summary": call.purpose,
        "responses": {
            **_success(call),
            **{str(status): _content(Problem, "problem+json") for status in call.failures},
            "default": _content(Problem, "problem+json"),
        },
    }
    if call.signed_in:
        operation["security"] = [{"token": []}]
    if call.request is not None:
        operation["requestBody"] = {"required": True, **_content(call.request)}
    if call.parameter is not None:
        name, schema = call.parameter
        operation["parameters"] = [{"name": name, "in": "path", "required": True, "schema": schema}]
    return operation


def _success(call: Call) -> dict[str, Any]:
    if call.streams:
        events = {"text/event-stream": {"schema": {"type": "string"}}}
        return {"200": {"description": "events: changes, heartbeat", "content": events}}
    if call.content:
        answer = {"description": "bytes", "content": {call.content: {}}}
        return {"200": answer, "206": answer}
    if call.reply is None:
        return {"204": {"description": "done"}}
    return {"200": _content(call.reply)}


def _content(kind: type, subtype: str = "json") -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
    return {
        "description": (kind.__doc__ or kind.__name__).splitlines()[0],
        "content": {f"application/{subtype}": {"schema": schema}},
    }
