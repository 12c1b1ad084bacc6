# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre over HTTP. The only HTTP client of the program.

What matters here is honesty about failures: whether a request surely never left this computer
(``OFFLINE``) or may have arrived (``UNANSWERED``) decides what the officer is told about work in
it. So nothing is ever repeated silently, redirects are not followed, and the sockets themselves
report when the first byte of a request goes out.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException
from typing import BinaryIO, TypeVar

import requests
import urllib3

from sync.engine.line import Crossing, LineMeter
from sync.errors import SyncError, SyncErrorKind
from sync.transports.address import server_address
from sync.transports.answers import (
    CODING,
    EVENTS,
    MAX_REPLY_BYTES,
    MAX_SMALL_BYTES,
    content_type_of,
    events_in,
    give_back,
    message_in,
    part_in,
    refusal_of,
    size_of,
)
from sync.transports.bodies import packed
from sync.transports.connecting import Connector
from sync.transports.failing import broken
from sync.transports.line import Line
from sync.transports.negotiation import Negotiation
from sync.transports.proxies import Proxies, Road
from sync.transports.session import Bearer, session_on
from sync.wire import dialects, packing, versions
from sync.wire.messages import (
    Hello,
    Parcel,
    Receipt,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
)
from sync.wire.service import OpenReply

M = TypeVar("M")

CONNECT_TIMEOUT_S = 15.0
STALL_TIMEOUT_S = 20.0
"""The longest silence of the line while an answer is due; not a limit for a whole answer."""

_UNMEASURED_BYTES_PER_S = 2_000.0
"""What was written may wait in buffers while a slow line takes it: half of the goodput counts."""

_PLAIN_S = 3600.0
"""For so long nothing is compressed after a message could not be read: some boxes on the way unpack
what they should not, or take away the head that says how it is packed."""
_STRANGERS = {"portal", "foreign"}
"""Who answered was not the centre, so how we speak is not to blame."""

_MAX_PARCEL_BYTES = 96 * 1024 * 1024
"""A courier file of 64 MiB as text."""

_FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    HTTPException,
    OSError,
)
"""What the libraries raise when the line fails."""


class HttpService:
    """The centre at an address. One connection, kept alive; one thread at a time.

    Args:
        clock: seconds that never run backwards.
        connector: opens the way to the centre; by default by the addresses of its name.
        proxies: which of them lead there; by default those of the environment.

    Raises:
        SignInFailed: the address is none, or plain HTTP to another computer.
    """

    def __init__(
        self,
        server: str,
        *,
        plain_http_allowed: bool = False,
        clock: Callable[[], float] = time.monotonic,
        connector: Connector | None = None,
        proxies: Proxies | None = None,
    ) -> None:
        self._base = server_address(server, plain_http_allowed=plain_http_allowed)
        self._clock = clock
        self.meter = LineMeter()
        self._line = Line(clock, connector)
        self._session = session_on(self._line, self._base)
        self._road = Road(self._base, proxies or Proxies())
        self._negotiation = Negotiation(self.hello)
        self._shares_dictionary = False
        self._plain_until_s = clock()

    def hello(self) -> Hello:
        """Ask who the centre is, and speak the newest version that it speaks too."""
        version = versions.GREETING
        read = partial(message_in, kind=Hello, limit=MAX_SMALL_BYTES, version=version)
        hello = self._exchange("GET", "hello", None, read, version=version)
        self._negotiation.greeted(hello)
        return hello

    def sign_in(self, request: SignInRequest) -> Session:
        """Sign in with name and password; registers the device."""
        return self._call("sign-in", request, Session)

    def refresh(self, request: RefreshRequest) -> Session:
        """Renew an access token."""
        return self._call("refresh", request, Session)

    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        """Exchange commands for verdicts and changes."""
        return self._call(
            "sync",
            request,
            SyncReply,
            token=access_token,
            limit=MAX_REPLY_BYTES + request.max_bytes,
        )

    def segment(self, access_token: str, sha256: str, start: int, size: int) -> bytes | None:
        """Fetch a part of a piece of the first load; None when the centre has no such piece."""
        wanted = f"bytes={start}-{start + size - 1}"
        read = partial(part_in, start=start, size=size)

        def get(version: int) -> bytes | None:
            return self._exchange(
                "GET",
                f"segments/{sha256}",
                None,
                read,
                version=version,
                token=access_token,
                wanted=wanted,
            )

        return self._negotiation.ask(get)

    def carry(self, access_token: str, file: BinaryIO, open_reply: OpenReply) -> Receipt:
        """Hand in a courier file; see :class:`sync.wire.service.Carrier`."""
        from sync.transports import courier  # noqa: PLC0415 - it is made of this line

        receipt = courier.carry(self, access_token, file, open_reply)
        return receipt or self._carry_whole(access_token, file, open_reply)

    def _carry_whole(self, access_token: str, file: BinaryIO, open_reply: OpenReply) -> Receipt:
        """Hand in a courier file as one message: an older centre takes small ones only."""
        file.seek(0)
        parcel = Parcel(file=file.read())
        receipt = self._call(
            "courier", parcel, Receipt, token=access_token, limit=_MAX_PARCEL_BYTES
        )
        with open_reply(receipt.name) as reply:
            reply.truncate(0)
            reply.write(receipt.reply)
        return receipt

    def listen(self, access_token: str, patience_s: float) -> Iterator[str]:
        """Yield the names of what the centre announces, as it comes (docs/protocol.md, 5.8).

        An empty name says that the centre has begun to answer. The stream ends by itself, by
        :meth:`interrupt`, or by an error.

        Args:
            patience_s: the longest silence.
        """
        response = self._negotiation.ask(partial(self._stream, access_token, patience_s))
        try:
            yield from events_in(response)
        except _FAILURES as error:
            raise self._broken(error) from error
        finally:
            response.raw.close()

    def _stream(self, access_token: str, patience_s: float, version: int) -> requests.Response:
        self._line.begin(watch=False)  # it has a heartbeat
        try:
            response = self._session.get(
                f"{self._base}/v{version}/changes",
                headers={"Accept": EVENTS, "Accept-Encoding": "identity"},
                auth=Bearer(access_token),
                proxies=self._road.proxies(),
                timeout=(CONNECT_TIMEOUT_S, patience_s),
                allow_redirects=False,
                stream=True,
            )
            content_type = content_type_of(response)
            if response.status_code == requests.codes.ok and content_type == EVENTS:
                return response
            try:
                raise refusal_of(response)
            finally:
                response.raw.close()
        except SyncError as error:
            self._road.failed(error)
            raise
        except _FAILURES as error:
            raise self._broken(error) from error

    def url_of(self, name: str, path: str | None = None) -> str:
        """Return the address of a call of ours, or of a path at this server."""
        return f"{self._base}{path or f'/v{self._negotiation.version}/{name}'}"

    @contextmanager
    def raw(
        self,
        method: str,
        url: str,
        *,
        token: str,
        headers: Mapping[str, str],
        body: bytes | BinaryIO = b"",
    ) -> Iterator[requests.Response]:
        """Make one request whose answer is none of our messages, and read its head.

        Raises:
            SyncError: ``OFFLINE``, ``UNANSWERED``; ``MALFORMED`` for an address that is not at
                this server, for there the token must not be shown.
        """
        if not url.startswith(f"{self._base}/"):
            raise SyncError(SyncErrorKind.MALFORMED, reason="foreign")
        self._line.begin()
        try:
            response, answered_s = self._request(method, url, body, headers, token)
            try:
                yield response
            finally:
                give_back(response)
        except SyncError as error:
            self._road.failed(error)
            raise
        except _FAILURES as error:
            raise self._broken(error) from error
        self._measure(response, answered_s)

    def interrupt(self) -> None:
        """End a running exchange from another thread; it fails there as ``UNANSWERED``."""
        self._line.cut()

    def close(self) -> None:
        """Give the connection back; the next one looks for its way anew."""
        self._session.close()
        self._road.left()

    def _call(
        self,
        name: str,
        message: object,
        kind: type[M],
        *,
        token: str = "",
        limit: int = MAX_SMALL_BYTES,
    ) -> M:
        """Post a message in the version that both ends speak."""

        def post(version: int) -> M:
            read = partial(message_in, kind=kind, limit=limit, version=version)
            return self._exchange("POST", name, message, read, version=version, token=token)

        return self._negotiation.ask(post)

    def _exchange(
        self,
        method: str,
        name: str,
        message: object,
        read: Callable[[requests.Response], M],
        *,
        version: int,
        token: str = "",
        wanted: str = "",
    ) -> M:
        plain = self._clock() < self._plain_until_s
        body, headers = _outgoing(message, version, shared=self._shares_dictionary, plain=plain)
        if wanted:
            headers["Range"] = wanted
        self._line.begin()
        try:
            url = f"{self._base}/v{version}/{name}"
            response, answered_s = self._request(method, url, body, headers, token)
            message_in = read(response)
        except _FAILURES as error:
            raise self._broken(error) from error
        except SyncError as error:
            self._shares_dictionary = False  # a centre that was put back may have no dictionary
            if error.kind is SyncErrorKind.MALFORMED and error.data.get("reason") not in _STRANGERS:
                self._plain_until_s = self._clock() + _PLAIN_S
            self._road.failed(error)
            raise
        self._shares_dictionary |= response.headers.get(CODING) == packing.CODING
        self._measure(response, answered_s)
        return message_in

    def _request(
        self,
        method: str,
        url: str,
        body: bytes | BinaryIO,
        headers: Mapping[str, str],
        token: str,
    ) -> tuple[requests.Response, float]:
        """Make a request; return the beginning of its answer, and after how many seconds."""
        stream = io.BytesIO(body) if isinstance(body, bytes) else body
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        response = self._session.request(
            method,
            url,
            data=stream if size else None,  # sent in blocks, each with its time
            headers=dict(headers),
            auth=Bearer(token),
            proxies=self._road.proxies(),
            timeout=(CONNECT_TIMEOUT_S, self._patience_s(size)),
            allow_redirects=False,
            stream=True,
        )
        return response, self._clock() - self._line.begun_s

    def _broken(self, error: Exception) -> SyncError:
        """Return what a failure means; the way to the centre may be another one by now."""
        return self._road.failed(broken(error, begun=self._line.begun))

    def _measure(self, response: requests.Response, answered_s: float) -> None:
        """Learn from a whole answer, and let the connection rest."""
        self._line.answered()
        self.meter.crossed(
            Crossing(
                sent_bytes=self._line.sent_bytes,
                received_bytes=size_of(response),
                answered_s=answered_s,
                finished_s=self._clock() - self._line.begun_s,
            )
        )

    def _patience_s(self, body_bytes: int) -> float:
        """Return the longest silence until the answer begins, or goes on."""
        goodput = self.meter.estimate.up(_UNMEASURED_BYTES_PER_S)
        return STALL_TIMEOUT_S + body_bytes / (goodput / 2)


def _outgoing(
    message: object, version: int, *, shared: bool, plain: bool
) -> tuple[bytes, dict[str, str]]:
    headers = {"Accept-Encoding": "identity"} if plain else {}
    if message is None:
        return b"", headers
    headers["Content-Type"] = "application/json"
    body = dialects.encode(message, version)
    if plain:
        return body, headers
    body, encoding = packed(body, shared=shared)
    return body, headers | ({CODING: encoding} if encoding else {})
