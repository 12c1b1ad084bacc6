# SPDX-License-Identifier: AGPL-3.0-or-later
"""The address of a centre, as officers type it and as the program keeps it."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from sync.errors import SignInFailed


def server_address(text: str, *, plain_http_allowed: bool = False) -> str:
    """Return the address in the one spelling that is kept: scheme, host, perhaps port and path.

    ``https`` is meant where nothing is said. Plain ``http`` would show words and tokens to
    everybody on the line, so it is taken for this very computer only, unless a setting allows it.

    Raises:
        SignInFailed: ``sign-in.server-address`` (not an address) or ``sign-in.plain-http``.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        _check(parts)
    except ValueError as error:
        raise SignInFailed("sign-in.server-address", address=text) from error
    if parts.scheme == "http" and not (plain_http_allowed or is_loopback(parts.hostname or "")):
        raise SignInFailed("sign-in.plain-http", address=text)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Return whether a host name or number is this very computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check(parts: SplitResult) -> None:
    _ = parts.port  # raises by itself
    strange = " " in parts.netloc or "@" in parts.netloc or parts.query or parts.fragment
    if parts.scheme not in {"http", "https"} or not parts.hostname or strange:
        raise ValueError(parts.geturl())
