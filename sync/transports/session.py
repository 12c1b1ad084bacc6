# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the HTTP client is set up: what it says of itself, and how it shows the token."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from typing_extensions import override

from sync.transports.address import is_loopback
from sync.transports.line import Line, LineAdapter
from sync.wire import packing


class Bearer(AuthBase):
    """Shows the token, or nothing; in either case keeps ``.netrc`` out of it."""

    def __init__(self, token: str) -> None:
        self._token = token

    @override
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def session_on(line: Line, base: str) -> requests.Session:
    """Return a session to one server, whose connections report to a line."""
    session = requests.Session()
    session.headers.clear()
    session.headers.update(
        {"Accept-Encoding": f"{packing.CODING}, zstd, gzip", "User-Agent": "Tanggap"}
    )
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.trust_env = not is_loopback(urlsplit(base).hostname or "")  # proxies are for others
    for scheme in ("http://", "https://"):
        session.mount(scheme, LineAdapter(line))
    return session
