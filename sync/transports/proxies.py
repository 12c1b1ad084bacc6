# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proxies of an office: which one leads to the centre, and who we say that we are to it.

The environment comes first (``HTTPS_PROXY``, ``NO_PROXY``; on Windows and macOS also what is set
there), then what the window's system knows. A computer that is carried about has another proxy
somewhere else, so the question is asked again after every failure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit
from urllib.request import getproxies

from requests.utils import select_proxy, should_bypass_proxies

from sync.errors import SyncError, SyncErrorKind
from sync.transports.address import is_loopback

ProxyFinder = Callable[[str], str | None]
"""Returns the address of the proxy towards an address; empty for none, None for not known."""

SIGN_IN_NEEDED = "proxy-sign-in"
"""Why there is no connection: the proxy wants to know who this is."""

_MAY_BE_THE_WAY = frozenset(
    {SyncErrorKind.OFFLINE, SyncErrorKind.UNANSWERED, SyncErrorKind.MALFORMED}
)


class ProxyAccess(Protocol):
    """Knows name and password for proxies, each named by host and port."""

    def known(self, proxy: str) -> tuple[str, str] | None:
        """Return name and password, None where there are none that may be shown."""

    def refused(self, proxy: str, shown: tuple[str, str] | None) -> None:
        """Take note that a proxy wants others than it was shown, or any at all."""


def environment_proxy(url: str) -> str | None:
    """Return what the environment says about the way to an address."""
    if not (told := getproxies()):
        return None
    if should_bypass_proxies(url, no_proxy=None):
        return ""
    return select_proxy(url, told) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """All that is known about proxies on this computer.

    Attributes:
        finders: asked in this order, until one knows.
        access: who we are to them; None for nobody but whom the address itself names.
    """

    finders: Sequence[ProxyFinder] = (environment_proxy,)
    access: ProxyAccess | None = None

    def find(self, url: str) -> str:
        """Return the address of the proxy towards an address, empty for none."""
        for finder in self.finders:
            if (proxy := finder(url)) is not None:
                return proxy if "://" in proxy or not proxy else f"http://{proxy}"
        return ""


class Road:
    """The way of one connection to its centre."""

    def __init__(self, base: str, proxies: Proxies) -> None:
        self._base = base
        self._proxies = proxies
        self._found: str | None = None
        self._shown: tuple[str, str] | None = None

    def proxies(self) -> dict[str, str]:
        """Return what the HTTP client shall use; empty for the direct way."""
        if not (proxy := self._proxy()):
            return {}
        return dict.fromkeys(("http", "https"), self._with_access(proxy))

    def failed(self, failure: SyncError) -> SyncError:
        """Take in why there was no answer; return it with the proxy that was to blame."""
        proxy = self._found
        if failure.kind in _MAY_BE_THE_WAY:
            self._found = None
        if proxy and failure.data.get("reason") == SIGN_IN_NEEDED:
            failure.data["proxy"] = name_of(proxy)
            if self._proxies.access is not None:
                self._proxies.access.refused(name_of(proxy), self._shown)
        return failure

    def _proxy(self) -> str:
        if self._found is None:
            host = urlsplit(self._base).hostname or ""
            self._found = "" if is_loopback(host) else self._proxies.find(self._base)
        return self._found

    def _with_access(self, proxy: str) -> str:
        access = self._proxies.access
        self._shown = None if access is None else access.known(name_of(proxy))
        if self._shown is None:
            return proxy
        who = ":".join(quote(part, safe="") for part in self._shown)
        return urlsplit(proxy)._replace(netloc=f"{who}@{name_of(proxy)}").geturl()


def name_of(proxy: str) -> str:
    """Return host and port of a proxy's address, as people and keyrings know it."""
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return parts.netloc.rpartition("@")[2].lower()
