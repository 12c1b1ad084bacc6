# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the HTTP libraries raise when the line fails, and what strangers answer, as our errors."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected

import requests
import urllib3

from sync.errors import SyncError, SyncErrorKind
from sync.transports.proxies import TunnelRefused, sign_in_reason

SERVER_FAILURES = range(500, 600)
_REDIRECTS = range(300, 400)

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


def foreign_answer(
    status: int, content_type: str, wait_s: float | None, wanted: str = ""
) -> SyncError:
    """An answer without our mark comes from something between us and the centre.

    Args:
        wanted: how a proxy wants to be told who this is, as it says.
    """
    if status == requests.codes.too_many_requests:
        return SyncError(SyncErrorKind.BUSY, retry_after_s=wait_s, status=status)
    if status == requests.codes.proxy_authentication_required:
        return SyncError(SyncErrorKind.OFFLINE, reason=sign_in_reason(wanted), status=status)
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
    refused = next((cause for cause in causes if isinstance(cause, TunnelRefused)), None)
    if refused is not None:
        return _reason_of_tunnel(refused)
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


def _reason_of_tunnel(refused: TunnelRefused) -> str:
    if refused.status == requests.codes.proxy_authentication_required:
        return sign_in_reason(refused.wanted)
    wants_login = refused.status == requests.codes.network_authentication_required
    return "portal" if wants_login or refused.status in _REDIRECTS else "proxy"


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
