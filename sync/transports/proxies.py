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

from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.transports.address import is_loopback

ProxyFinder = Callable[[str], str | None]
"""Returns the address of the proxy towards an address; empty for none, None for not known."""

_SIGN_IN_NEEDED = "proxy-sign-in"
_STRANGE_SIGN_IN = "proxy-scheme"
"""Why there is no connection: the proxy wants to know who this is; in a way that we cannot say."""

_STRANGE = {"ntlm", "negotiate", "kerberos", "digest"}

_SCHEMES = ("http", "https", "all")

_MAY_BE_THE_WAY = frozenset(
    {SyncErrorKind.OFFLINE, SyncErrorKind.UNANSWERED, SyncErrorKind.MALFORMED}
)


class TunnelRefused(OSError):
    """A proxy did not open the way.

    Attributes:
        status: what it answered.
        wanted: how it wants to be told who this is, as it says.
    """

    def __init__(self, status: int, wanted: str) -> None:
        super().__init__(f"{status} {wanted}")
        self.status = status
        self.wanted = wanted


def sign_in_reason(wanted: str) -> str:
    """Return why a proxy that answered 407 lets nobody through.

    Windows domains want NTLM or Kerberos, which would need the officer's Windows session.
    """
    schemes = {part.split()[0].casefold() for part in wanted.split(",") if part.strip()}
    return _STRANGE_SIGN_IN if schemes & _STRANGE and "basic" not in schemes else _SIGN_IN_NEEDED


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
        """Return what the HTTP client shall use, in the place of what it would find by itself."""
        proxy = self._proxy()
        return dict.fromkeys(_SCHEMES, self._with_access(proxy) if proxy else "")

    def left(self) -> None:
        """Look for the way again: the computer may be somewhere else by now."""
        self._found = None

    def failed(self, failure: SyncError) -> SyncError:
        """Take in why there was no answer; return it with the proxy that was to blame."""
        proxy = self._found
        if failure.kind in _MAY_BE_THE_WAY:
            self._found = None
        reason = failure.data.get("reason")
        if proxy and reason in {_SIGN_IN_NEEDED, _STRANGE_SIGN_IN}:
            failure.data["proxy"] = name_of(proxy)
            if self._proxies.access is not None and reason == _SIGN_IN_NEEDED:
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


def proxy_address(text: str) -> str:
    """Return the address of a proxy in the one spelling that is kept.

    ``http`` is meant where nothing is said. Names and passwords are no part of it.

    Raises:
        SignInFailed: ``sign-in.proxy-address``: it is none, or of a kind that we do not speak.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        _ = parts.port  # raises by itself
    except ValueError as error:
        raise SignInFailed("sign-in.proxy-address", address=text) from error
    rest = parts.path.strip("/") or parts.query or parts.fragment
    strange = {" ", "@"} & set(parts.netloc) or rest
    if parts.scheme not in {"http", "https"} or not parts.hostname or strange:
        raise SignInFailed("sign-in.proxy-address", address=text)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def name_of(proxy: str) -> str:
    """Return host and port of a proxy's address, as people and keyrings know it."""
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return parts.netloc.rpartition("@")[2].lower()
