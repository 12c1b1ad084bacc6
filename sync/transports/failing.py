# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the HTTP libraries raise when the line fails, as our errors."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected

import requests
import urllib3

from sync.errors import SyncError, SyncErrorKind


def broken(error: Exception, *, begun: bool) -> SyncError:
    """Return what a failure means; ``begun`` when bytes of the request had left."""
    causes = list(_causes(error))
    if any(isinstance(cause, HTTPException) and not _is_cut(cause) for cause in causes):
        return SyncError(SyncErrorKind.MALFORMED, reason="foreign", detail=str(error))
    if begun:
        return SyncError(SyncErrorKind.UNANSWERED, detail=str(error))
    return SyncError(SyncErrorKind.OFFLINE, reason=_offline_reason(causes), detail=str(error))


def _is_cut(error: HTTPException) -> bool:
    """Return whether an answer broke off, rather than being no HTTP at all."""
    if isinstance(error, RemoteDisconnected | IncompleteRead):
        return True
    said = str(error)
    begun = not said.endswith("\n") and "HTTP/1.1 ".startswith(said[:9])
    return isinstance(error, BadStatusLine) and begun


def _offline_reason(causes: list[BaseException]) -> str:
    reasons: tuple[tuple[type[BaseException], str], ...] = (
        (requests.exceptions.ProxyError, "proxy"),
        (requests.exceptions.SSLError, "tls"),
        (urllib3.exceptions.NameResolutionError, "name"),
    )
    for kind, reason in reasons:
        if any(isinstance(cause, kind) for cause in causes):
            return reason
    return ""


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
