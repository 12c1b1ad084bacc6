# SPDX-License-Identifier: AGPL-3.0-or-later
"""The calls for files' contents in the description of the API.

They carry bytes and speak by headers (tus 1.0.0, and ranges of RFC 9110), so they are written out
here and not made from wire types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sync.central.tus import CHECKSUMS, EXTENSIONS, STREAM_TYPE, VERSION
from sync.central.uploads import MAX_FILE_BYTES
from sync.wire import versions

_BASE: Final = f"/v{versions.CURRENT}"
_BYTES: Final[dict[str, Any]] = {"type": "string", "contentMediaType": "application/octet-stream"}
_COUNT: Final[dict[str, Any]] = {"type": "integer", "minimum": 0, "maximum": MAX_FILE_BYTES}
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
_OFFSET: Final = _header("Upload-Offset", "where the piece begins", _COUNT, required=True)
_CHECKSUM: Final = _header(
    "Upload-Checksum",
    f"of this piece: {' or '.join(CHECKSUMS)}, a space, Base64",
    {"type": "string"},
    required=False,
)
_ID: Final = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": r"^[\w-]{1,32}$"},
}
_SHA256: Final = {
    "name": "sha256",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
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
_CONTENT: Final[dict[str, Any]] = {"content": {"application/octet-stream": {}, "image/jpeg": {}}}

PATHS: Final[Mapping[str, Mapping[str, Any]]] = {
    f"{_BASE}/uploads": {
        "options": _OPTIONS,
        "post": _operation(
            "Begin an upload, maybe with its first bytes",
            (
                _TUS,
                _header("Upload-Length", "bytes of the whole", _COUNT, required=True),
                _header(
                    "Upload-Metadata",
                    "pairs of a name and Base64; sha256 announces the content",
                    {"type": "string"},
                    required=False,
                ),
            ),
            {"201": _told("begun", "Location", *_STATE)},
            _UPLOAD_FAILURES,
            requestBody=_BODY,
        ),
    },
    f"{_BASE}/uploads/{{id}}": {
        "head": _operation(
            "How far an upload is",
            (_TUS, _ID),
            {"200": _told("told", "Upload-Length", "Upload-Metadata", *_STATE)},
            (401, 403, 404, 412),
        ),
        "patch": _operation(
            "Continue an upload",
            (_TUS, _ID, _OFFSET, _CHECKSUM),
            {"204": _told("taken", *_STATE)},
            (*_UPLOAD_FAILURES, 409, 415, 423),
            requestBody={"required": True, **_BODY},
        ),
        "delete": _operation(
            "Forget an upload",
            (_TUS, _ID),
            {"204": _told("forgotten", "Tus-Resumable")},
            (401, 403, 404, 412),
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
