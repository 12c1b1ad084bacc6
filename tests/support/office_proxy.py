# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proxy of an office on loopback: CONNECT and plain requests, with Basic if it wants that.

Every host that it is asked for is the one server behind it.
"""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typing_extensions import override

from tests.support.relay import Relay, cut

_BLOCK = 16_384
_WHO = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=kantor\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)
_OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"


class OfficeProxy(Relay):
    """Lets those through whom it knows.

    Attributes:
        shown: what each connection has shown of itself, empty for nothing.

    Args:
        officer: the name and password that it wants, None to let everybody through.
        tunnel: what it says to CONNECT; the way is opened only if that is "200".
    """

    def __init__(
        self,
        upstream_port: int,
        officer: tuple[str, str] | None = None,
        *,
        tunnel: bytes = _OPEN,
    ) -> None:
        self._wanted = "" if officer is None else _basic(*officer)
        self._tunnel = tunnel
        self.shown: list[str] = []
        super().__init__(upstream_port, threads=32)

    def want(self, username: str, password: str) -> None:
        """Let only this one through from now on."""
        self._wanted = _basic(username, password)

    @override
    def _connect(self, client: socket.socket) -> None:
        with self._lock:
            self._open.add(client)
        self._threads.submit(self._received, client)

    def _received(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            head = _head(client)
            who = _header(head, "proxy-authorization")
            self.shown.append(who)
            if self._wanted not in {"", who}:
                client.sendall(_WHO)
            elif not head.startswith(b"CONNECT "):
                super()._connect(_Rewound(client, head))
                return
            else:
                client.sendall(self._tunnel)
                if self._tunnel is _OPEN:
                    super()._connect(client)
                    return
        cut(client)
        client.close()

    @override
    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        down = self._threads.submit(_pump, server, client)
        _pump(client, server)
        down.result()


class _Rewound(socket.socket):
    """A connection whose first bytes have been read already."""

    def __init__(self, client: socket.socket, head: bytes) -> None:
        super().__init__(fileno=client.detach())
        self._head = head

    @override
    def recv(self, size: int, flags: int = 0, /) -> bytes:
        head, self._head = self._head, b""
        return head or super().recv(size, flags)


def certified(folder: Path, host: str) -> tuple[ssl.SSLContext, Path]:
    """Return what a server for a host needs, and the file with the certificate to be trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    public, private = folder / "trusted.pem", folder / "server.pem"
    public.write_bytes(certificate.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(certificate.public_bytes(pem) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(private)
    return context, public


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_BLOCK):
            target.sendall(data)
    cut(target)


def _head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and (more := client.recv(_BLOCK)):
        head += more
    return head


def _header(head: bytes, name: str) -> str:
    for line in head.decode("latin-1").split("\r\n"):
        found, _, value = line.partition(":")
        if found.lower() == name:
            return value.strip()
    return ""


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
