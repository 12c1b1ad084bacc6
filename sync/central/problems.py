# SPDX-License-Identifier: AGPL-3.0-or-later
"""Failures as RFC 9457 problem details: one table from exceptions to status and code.

Nothing of the inside is told: a bug gets a support id, under which the log has the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.central.database import is_transient
from sync.errors import CourierRefused, SignInFailed, SyncError, SyncErrorKind
from sync.wire.messages import Problem

CONTENT_TYPE = "application/problem+json"
_BUSY_RETRY_S = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kind:
    status: HTTPStatus
    code: str
    title: str


_SYNC = {
    SyncErrorKind.AUTH: _Kind(HTTPStatus.UNAUTHORIZED, "token-expired", "Sign in again"),
    SyncErrorKind.REVOKED: _Kind(HTTPStatus.FORBIDDEN, "device-revoked", "Device revoked"),
    SyncErrorKind.EPOCH: _Kind(HTTPStatus.CONFLICT, "epoch-changed", "Fetch everything again"),
    SyncErrorKind.MALFORMED: _Kind(HTTPStatus.BAD_REQUEST, "malformed", "Not understood"),
    SyncErrorKind.TOO_LARGE: _Kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "Request too large"
    ),
    SyncErrorKind.VERSION: _Kind(HTTPStatus.UPGRADE_REQUIRED, "too-old", "Program too old"),
    SyncErrorKind.BUSY: _Kind(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "Come back later"),
}

_SIGN_IN = {
    "sign-in.wrong": _Kind(HTTPStatus.UNAUTHORIZED, "sign-in.wrong", "Wrong name or password"),
    "sign-in.throttled": _Kind(
        HTTPStatus.TOO_MANY_REQUESTS, "sign-in.throttled", "Too many attempts"
    ),
    "sign-in.device-taken": _Kind(
        HTTPStatus.FORBIDDEN, "sign-in.device-taken", "Device of another officer"
    ),
}

_INVALID = _Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", "Not understood")
_BUSY = _SYNC[SyncErrorKind.BUSY]
_INTERNAL = _Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Failure of the centre")


def problem_of(error: Exception, support_id: Callable[[], str]) -> Problem:
    """Return what to tell about a failure; bugs are logged under a fresh support id."""
    match error:
        case SyncError(kind=SyncErrorKind.MALFORMED):
            return _malformed(error)
        case SyncError(kind=kind) if kind in _SYNC:
            retry_after_s = _BUSY_RETRY_S if kind is SyncErrorKind.BUSY else None
            return _problem(_SYNC[kind], retry_after_s=retry_after_s)
        case CourierRefused():
            return _problem(_Kind(HTTPStatus.CONFLICT, error.code, "Courier file refused"))
        case SignInFailed(code=code) if code in _SIGN_IN:
            wait_s = error.data.get("retry_after_s")
            return _problem(
                _SIGN_IN[code], retry_after_s=wait_s if isinstance(wait_s, int) else None
            )
        case HTTPException(status_code=status) if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return _problem(_named(HTTPStatus(status)))
        case DataError() | OverflowError():
            return _problem(_INVALID)
        case PoolTimeout() | DBAPIError() if _is_busy(error):
            return _problem(_BUSY, retry_after_s=_BUSY_RETRY_S)
        case _:
            number = support_id()
            _log.error("support id %s", number, exc_info=error)
            return _problem(_INTERNAL, support_id=number)


def _is_busy(error: PoolTimeout | DBAPIError) -> bool:
    return isinstance(error, PoolTimeout) or is_transient(error)


def _malformed(error: SyncError) -> Problem:
    kind = _SYNC[SyncErrorKind.MALFORMED]
    if isinstance(error.__cause__, msgspec.ValidationError):
        kind = _INVALID
    return _problem(kind, detail=str(error.data.get("detail", "")))


def _named(status: HTTPStatus) -> _Kind:
    return _Kind(status, status.phrase.lower().replace(" ", "-"), status.phrase)


def _problem(
    kind: _Kind,
    *,
    detail: str = "",
    support_id: str = "",
    retry_after_s: float | None = None,
) -> Problem:
    return Problem(
        type=f"tanggap:{kind.code}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        code=kind.code,
        support_id=support_id,
        retry_after_s=retry_after_s,
    )
