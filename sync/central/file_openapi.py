# SPDX-License-Identifier: AGPL-3.0-or-later
"""The calls for files' contents in the description of the API.

They carry bytes and speak by headers (tus 1.0.0, and ranges of RFC 9110), so they are written out
here and not made from wire types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sync.central.courier_inbox import FILE_ID
from sync.central.tus import CHECKSUMS, EXTENSIONS, STREAM_TYPE, VERSION
from sync.central.uploads import MAX_FILE_BYTES
from sync.courier.envelope import MOST_CARRIED_BYTES
from sync.wire import versions
from sync.wire.service import CARRIED

_BASE: Final = f"/v{versions.CURRENT}"
_BYTES: Final[dict[str, Any]] = {"type": "string", "contentMediaType": "application/octet-stream"}
_UPLOAD_FAILURES: Final = (400, 401, 403, 404, 408, 412, 413, 429, 460, 507)


def _header(name: str, about: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "description": about,
        "required": required,
        "schema": schema,
    }


_TUS: Final = _header("Tus-Resumable", "version of tus", {"const": VERSION}, required=True)
_CHECKSUM: Final = _header(
    "Upload-Checksum",
    f"of this piece: {' or '.join(CHECKSUMS)}, a space, Base64",
    {"type": "string"},
    required=False,
)


def _place(name: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": f"^{pattern}$"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


_FILE: Final = _place("id", FILE_ID)
_SHA256: Final = _place("sha256", "[0-9a-f]{64}")
_THUMB: Final = {
    "name": "thumb",
    "in": "query",
    "description": "a JPEG of at most 10 KB instead, where one can be made",
    "allowEmptyValue": True,
    "schema": {"const": ""},
}
_RANGES: Final = (
    _header("Range", "one range of bytes", {"type": "string"}, required=False),
    _header("If-Range", "the entity tag that the range is of", {"type": "string"}, required=False),
)
_PROBLEM: Final = {
    "description": "Problem details",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def _told(about: str, *headers: str) -> dict[str, Any]:
    schemas = {name: {"schema": {"type": "string"}} for name in headers}
    return {"description": about, "headers": schemas}


def _operation(
    summary: str,
    parameters: Iterable[Mapping[str, Any]],
    successes: Mapping[str, Any],
    failures: Iterable[int],
    **more: Any,  # noqa: ANN401 - a JSON value
) -> dict[str, Any]:
    return {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            **successes,
            **{str(status): _PROBLEM for status in failures},
            "default": _PROBLEM,
        },
        "security": [{"token": []}],
        **more,
    }


_BODY: Final = {"content": {STREAM_TYPE: {"schema": _BYTES}}}
_STATE: Final = ("Tus-Resumable", "Upload-Offset", "Upload-Expires")
_OPTIONS: Final = _operation(
    f"What is spoken: tus {VERSION} with {EXTENSIONS}",
    (),
    {"204": _told("told", "Tus-Version", "Tus-Extension", "Tus-Max-Size")},
    (),
    security=[],
)
_RECEIPT: Final = {"schema": {"$ref": "#/components/schemas/Receipt"}}
_REPLY: Final[dict[str, Any]] = {"content": {CARRIED: {}}}
_METADATA: Final = _header(
    "Upload-Metadata",
    "pairs of a name and Base64; sha256 announces the content, which a courier file must",
    {"type": "string"},
    required=False,
)
_CONTENT: Final[dict[str, Any]] = {"content": {"application/octet-stream": {}, "image/jpeg": {}}}


def _uploads(place: str, one: Mapping[str, Any], most: int, what: str) -> dict[str, Any]:
    """Return the calls of tus at a place; ``one`` is the parameter that names an upload."""
    count = {"type": "integer", "minimum": 0, "maximum": most}
    length = _header("Upload-Length", "bytes of the whole", count, required=True)
    offset = _header("Upload-Offset", "where the piece begins", count, required=True)
    named = (401, 403, 404, 412)
    begin = _operation(
        f"Begin {what}, maybe with its first bytes",
        (_TUS, length, _METADATA),
        {"201": _told("begun", "Location", *_STATE)},
        _UPLOAD_FAILURES,
        requestBody=_BODY,
    )
    look = _operation(
        f"How far {what} is",
        (_TUS, one),
        {"200": _told("told", "Upload-Length", "Upload-Metadata", *_STATE)},
        named,
    )
    go_on = _operation(
        f"Continue {what}",
        (_TUS, one, offset, _CHECKSUM),
        {"204": _told("taken", *_STATE)},
        (*_UPLOAD_FAILURES, 409, 415, 423),
        requestBody={"required": True, **_BODY},
    )
    forgotten = {"204": _told("forgotten", "Tus-Resumable")}
    forget = _operation(f"Forget {what}", (_TUS, one), forgotten, named)
    return {
        place: {"options": _OPTIONS, "post": begin},
        f"{place}/{{id}}": {"head": look, "patch": go_on, "delete": forget},
    }


PATHS: Final[Mapping[str, Mapping[str, Any]]] = {
    **_uploads(f"{_BASE}/uploads", _place("id", r"[\w-]{1,32}"), MAX_FILE_BYTES, "an upload"),
    **_uploads(f"{_BASE}/courier/files", _FILE, MOST_CARRIED_BYTES, "a courier file"),
    f"{_BASE}/courier/files/{{id}}/reply": {
        "post": _operation(
            "Have a whole courier file taken in; the receipt, the same one when asked again",
            (_FILE,),
            {"200": {"description": "taken in", "content": {"application/json": _RECEIPT}}},
            (401, 403, 404, 409),
        ),
        "get": _operation(
            "The reply to a courier file, whole or a range of it",
            (_FILE, *_RANGES),
            {
                "200": {**_told("all of it", "ETag", "Accept-Ranges"), **_REPLY},
                "206": {**_told("a range of it", "ETag", "Content-Range"), **_REPLY},
                "304": {"description": "as the device has it"},
            },
            (401, 403, 404, 409, 416),
        ),
    },
    f"{_BASE}/blobs/{{sha256}}": {
        "get": _operation(
            "A content, whole or a range of it, or its small picture",
            (_SHA256, _THUMB, *_RANGES),
            {
                "200": {**_told("all of it", "ETag", "Accept-Ranges"), **_CONTENT},
                "206": {**_told("a range of it", "ETag", "Content-Range"), **_CONTENT},
                "304": {"description": "as the device has it"},
            },
            (401, 403, 404, 416),
        ),
    },
}
"""Path -> method -> operation."""
