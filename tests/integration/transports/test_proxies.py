# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proxies of offices, which stand between every computer and the centre."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.errors import SyncError, SyncErrorKind
from sync.services.proxy_access import KeptProxyAccess
from sync.transports.http import HttpService
from sync.transports.proxies import Proxies, environment_proxy, name_of
from sync.transports.tus import TusFiles
from sync.wire.messages import SyncReply, SyncRequest
from tests.support.keyring import MemoryKeyring
from tests.support.office_proxy import OfficeProxy, certified
from tests.support.rawserver import RawServer, http

TOKEN = "t" * 43
QUIET = http(b'{"now":1}')
HOST = "pusat.invalid"
BUDI = ("kantor\\budi", "sandi: é/@kantor")


@pytest.fixture(autouse=True)
def _no_other_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands between this machine and the world is none of our business."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """What the centre proves itself with."""
    return certified(tmp_path_factory.mktemp("tls"), HOST)


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch, secured: tuple[ssl.SSLContext, Path]) -> ssl.SSLContext:
    """The same, trusted by this computer."""
    context, trusted = secured
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    return context


def _proxies(proxy: OfficeProxy, access: KeptProxyAccess | None = None) -> Proxies:
    return Proxies(finders=[lambda _url: proxy.url], access=access)


def _failure(service: HttpService) -> SyncError:
    with pytest.raises(SyncError) as caught:
        service.sync(TOKEN, SyncRequest())
    return caught.value


def _who(*schemes: str) -> bytes:
    """Return how a proxy asks who this is."""
    asked = "".join(f"Proxy-Authenticate: {scheme}\r\n" for scheme in schemes)
    return f"HTTP/1.1 407 Who\r\n{asked}\r\n".encode()


def _reason(error: SyncError) -> tuple[SyncErrorKind, object, object]:
    return error.kind, error.data.get("reason"), error.data.get("proxy")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_sign_in_gets_it_once_somebody_has_entered_it(
    scheme: str, tls: ssl.SSLContext
) -> None:
    """Until then nothing left this computer, and who asks is said."""
    keyring = MemoryKeyring()
    access = KeptProxyAccess(keyring)
    with (
        RawServer(QUIET, tls=tls if scheme == "https" else None) as centre,
        OfficeProxy(centre.port, BUDI) as proxy,
    ):
        service = HttpService(
            f"{scheme}://{HOST}", plain_http_allowed=True, proxies=_proxies(proxy, access)
        )
        name = name_of(proxy.url)
        assert (SyncErrorKind.OFFLINE, "proxy-sign-in", name) == _reason(_failure(service))
        assert name == access.asked_by
        assert not centre.requests
        access.enter(name, *BUDI)
        assert SyncReply(now=1) == service.sync(TOKEN, SyncRequest())
        service.close()
        again = HttpService(
            f"{scheme}://{HOST}",
            plain_http_allowed=True,
            proxies=_proxies(proxy, KeptProxyAccess(keyring)),
        )
        assert SyncReply(now=1) == again.sync(TOKEN, SyncRequest())
        again.close()


def test_a_password_that_was_refused_is_not_shown_again(tls: ssl.SSLContext) -> None:
    """Offices lock accounts after some wrong ones, and we ask every few minutes."""
    access = KeptProxyAccess(MemoryKeyring())
    with RawServer(QUIET, tls=tls) as centre, OfficeProxy(centre.port, BUDI) as proxy:
        name = name_of(proxy.url)
        access.enter(name, "budi", "salah")
        service = HttpService(f"https://{HOST}", proxies=_proxies(proxy, access))
        for _ in range(3):
            assert "proxy-sign-in" == _failure(service).data["reason"]
        assert 1 == sum(bool(who) for who in proxy.shown)
        access.enter(name, *BUDI)
        assert SyncReply(now=1) == service.sync(TOKEN, SyncRequest())
        assert 2 == sum(bool(who) for who in proxy.shown)
        service.close()


def test_an_old_refusal_does_not_take_back_what_was_entered_since() -> None:
    """Two connections ask at the same time."""
    access = KeptProxyAccess(None)
    access.refused("proxy:8080", None)
    access.enter("proxy:8080", *BUDI)
    access.refused("proxy:8080", None)
    access.refused("proxy:8080", ("budi", "salah"))
    assert BUDI == access.known("proxy:8080")


def test_what_was_forgotten_is_not_known_any_more() -> None:
    """Neither here nor in the keyring."""
    keyring = MemoryKeyring()
    access = KeptProxyAccess(keyring)
    access.enter("proxy:8080", *BUDI)
    access.forget("proxy:8080")
    assert access.known("proxy:8080") is None
    assert KeptProxyAccess(keyring).known("proxy:8080") is None
    assert not keyring.entries


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "proxy"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://masuk.invalid/\r\n\r\n", "portal"),
        (b"HTTP/1.1 511 Network Authentication Required\r\n\r\n", "portal"),
        (_who("Basic realm=x"), "proxy-sign-in"),
        (_who("NTLM", "Basic realm=x"), "proxy-sign-in"),
        (_who("Negotiate", "NTLM"), "proxy-scheme"),
        (_who(), "proxy-sign-in"),
        (b"HTTP/1.1 407 Who\r\nProxy-Auth", "proxy-sign-in"),
    ],
)
def test_what_a_proxy_says_instead_of_opening_the_way_is_told_apart(
    said: bytes, reason: str
) -> None:
    """Nothing left this computer in any of these cases."""
    with RawServer(QUIET) as centre, OfficeProxy(centre.port, tunnel=said) as proxy:
        service = HttpService(f"https://{HOST}", proxies=_proxies(proxy))
        assert (SyncErrorKind.OFFLINE, reason) == _reason(_failure(service))[:2]
        service.close()


def test_a_proxy_of_a_windows_domain_is_told_apart_without_a_tunnel_too() -> None:
    """NTLM and Kerberos need the officer's Windows session; no password is asked for in vain."""
    said = http(b"", status="407 Who", headers="Proxy-Authenticate: NTLM, Negotiate\r\n")
    access = KeptProxyAccess(None)
    with RawServer(said) as proxy:
        service = HttpService(
            f"http://{HOST}",
            plain_http_allowed=True,
            proxies=Proxies(finders=[lambda _url: proxy.url], access=access),
        )
        expected = (SyncErrorKind.OFFLINE, "proxy-scheme", name_of(proxy.url))
        assert expected == _reason(_failure(service))
        assert not access.asked_by
        service.close()


def test_a_computer_that_is_carried_about_asks_for_the_way_again() -> None:
    """The proxy of the office is not there at home."""
    with RawServer(QUIET) as centre, OfficeProxy(centre.port) as proxy:
        ways = iter(["http://127.0.0.1:9", proxy.url])
        service = HttpService(
            f"http://{HOST}",
            plain_http_allowed=True,
            proxies=Proxies(finders=[lambda _url: next(ways)]),
        )
        assert "proxy" == _failure(service).data["reason"]
        assert SyncReply(now=1) == service.sync(TOKEN, SyncRequest())
        service.close()


@pytest.mark.parametrize(
    ("environment", "url", "expected"),
    [
        ({}, "https://pusat.invalid", None),
        ({"HTTPS_PROXY": "http://proxy:8080"}, "https://pusat.invalid", "http://proxy:8080"),
        ({"HTTPS_PROXY": "http://proxy:8080", "NO_PROXY": ".invalid"}, "https://pusat.invalid", ""),
        ({"ALL_PROXY": "http://proxy:8080"}, "https://pusat.invalid", "http://proxy:8080"),
        ({"HTTP_PROXY": "http://proxy:8080"}, "https://pusat.invalid", None),
    ],
)
def test_the_environment_names_the_proxy(
    environment: dict[str, str], url: str, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for every other program of the computer."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert expected == environment_proxy(url)


def test_the_system_is_asked_where_the_environment_says_nothing() -> None:
    """The first that knows is right, also if it knows that there is none."""
    assert "http://proxy:3128" == Proxies(
        finders=[environment_proxy, lambda _url: "proxy:3128", lambda _url: "http://other"]
    ).find("https://pusat.invalid")
    assert not Proxies(finders=[lambda _url: "", lambda _url: "http://other"]).find("https://a")


def test_a_page_is_neither_a_file_nor_a_small_picture() -> None:
    """A network that wants a sign-in answers everything with its page."""
    page = http(b"<html>Selamat datang", content_type="text/html; charset=utf-8")
    with RawServer(page) as server:
        service = HttpService(server.url)
        files = TusFiles(service)
        asks: list[Callable[[], bytes]] = [
            lambda: files.fetch(TOKEN, "a" * 64, 0, 100),
            lambda: files.thumbnail(TOKEN, "a" * 64),
        ]
        for ask in asks:
            with pytest.raises(SyncError) as caught:
                ask()
            assert (SyncErrorKind.MALFORMED, "portal") == _reason(caught.value)[:2]
        service.close()
