# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the HTTP libraries raise when the line fails, and what strangers answer, as our errors."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected

import requests
import urllib3

from sync.errors import SyncError, SyncErrorKind
from sync.transports.proxies import SIGN_IN_NEEDED

SERVER_FAILURES = range(500, 600)
_REDIRECTS = range(300, 400)

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNKNOWN_PROTOCOL"}
"""What is said of an answer that is no TLS: a login page in the place of a certificate."""


def broken(error: Exception, *, begun: bool) -> SyncError:
    """Return what a failure means; ``begun`` when bytes of the request had left."""
    causes = list(_causes(error))
    if any(isinstance(cause, HTTPException) and not _is_cut(cause) for cause in causes):
        return SyncError(SyncErrorKind.MALFORMED, reason="foreign", detail=str(error))
    if begun:
        return SyncError(SyncErrorKind.UNANSWERED, detail=str(error))
    return SyncError(SyncErrorKind.OFFLINE, reason=_offline_reason(causes), detail=str(error))


def foreign_answer(status: int, content_type: str, wait_s: float | None) -> SyncError:
    """An answer without our mark comes from something between us and the centre."""
    if status == requests.codes.too_many_requests:
        return SyncError(SyncErrorKind.BUSY, retry_after_s=wait_s, status=status)
    if status == requests.codes.proxy_authentication_required:
        return SyncError(SyncErrorKind.OFFLINE, reason=SIGN_IN_NEEDED, status=status)
    wants_login = status == requests.codes.network_authentication_required
    if status in SERVER_FAILURES and not wants_login:
        return SyncError(SyncErrorKind.SERVER, retry_after_s=wait_s, status=status)
    looks_like_portal = content_type == "text/html" or status in _REDIRECTS or wants_login
    reason = "portal" if looks_like_portal else "foreign"
    return SyncError(SyncErrorKind.MALFORMED, reason=reason, status=status)


def _is_cut(error: HTTPException) -> bool:
    """Return whether an answer broke off, rather than being no HTTP at all."""
    if isinstance(error, RemoteDisconnected | IncompleteRead):
        return True
    said = str(error)
    begun = not said.endswith("\n") and "HTTP/1.1 ".startswith(said[:9])
    return isinstance(error, BadStatusLine) and begun


def _offline_reason(causes: list[BaseException]) -> str:
    if status := next((found for found in map(_refused_tunnel, causes) if found), 0):
        return _reason_of_tunnel(status)
    if any(isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS for cause in causes):
        return "foreign"
    reasons: tuple[tuple[type[BaseException], str], ...] = (
        (requests.exceptions.ProxyError, "proxy"),
        (requests.exceptions.SSLError, "tls"),
        (urllib3.exceptions.NameResolutionError, "name"),
    )
    for kind, reason in reasons:
        if any(isinstance(cause, kind) for cause in causes):
            return reason
    return ""


def _refused_tunnel(error: BaseException) -> int:
    """Return the status with which a proxy refused CONNECT, 0 for another failure.

    The libraries say it in words only.
    """
    found = _TUNNEL.search(str(error)) if isinstance(error, OSError) else None
    return 0 if found is None else int(found[1])


def _reason_of_tunnel(status: int) -> str:
    if status == requests.codes.proxy_authentication_required:
        return SIGN_IN_NEEDED
    if status in _REDIRECTS or status == requests.codes.network_authentication_required:
        return "portal"
    return "proxy"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk what an exception wraps: requests and urllib3 hide it in arguments and ``reason``."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop()
        if isinstance(current, BaseException) and id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting += [*current.args, getattr(current, "reason", None), current.__cause__]
            waiting.append(current.__context__)
