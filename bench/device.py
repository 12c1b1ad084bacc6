# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real client, put together as the program does: store, exchange and HTTP, without a window."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.sample import PASSWORD
from sync.engine.exchange import Exchange, Step
from sync.engine.ports import Journal
from sync.store.local import LocalStore
from sync.wire.messages import (
    Hello,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
)
from sync.wire.rulebook import load_rulebook
from sync.wire.service import SyncService

KEY = bytes(range(32))


def now_ms() -> int:
    """Return this computer's time."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """An access token that lasts longer than any measurement."""

    token: str

    def access_token(self) -> str:
        """Return it."""
        return self.token

    def renew(self) -> None:
        """Never needed within the hour that it lasts."""
        raise AssertionError("a measurement took an hour")

    def fork(self) -> None:
        """Never needed: no measurement copies its device."""
        raise AssertionError("a device was copied")


def sign_in(service: SyncService, username: str = "petugas") -> Ticket:
    """Sign in on a new device."""
    request = SignInRequest(
        username=username, password=PASSWORD, device_id=str(uuid.uuid4()), device_name="bench"
    )
    return Ticket(service.sign_in(request).access_token)


@dataclass(slots=True)
class Recorder:
    """A client that also remembers what was said."""

    service: SyncService
    keeps_replies: bool = False
    requests: list[SyncRequest] = field(default_factory=list)
    parts: list[tuple[str, int, int]] = field(default_factory=list)
    """Pieces of a first load: hash, first byte, number of bytes."""
    replies: list[SyncReply] = field(default_factory=list)

    def hello(self) -> Hello:
        """Pass on."""
        return self.service.hello()

    def sign_in(self, request: SignInRequest) -> Session:
        """Pass on."""
        return self.service.sign_in(request)

    def refresh(self, request: RefreshRequest) -> Session:
        """Pass on."""
        return self.service.refresh(request)

    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        """Pass on, and remember."""
        self.requests.append(request)
        reply = self.service.sync(access_token, request)
        if self.keeps_replies:
            self.replies.append(reply)
        return reply

    def segment(self, access_token: str, sha256: str, start: int, size: int) -> bytes | None:
        """Pass on, and remember."""
        self.parts.append((sha256, start, size))
        return self.service.segment(access_token, sha256, start, size)


def open_store(folder: Path) -> LocalStore:
    """Open an officer's two encrypted files, or make them."""
    return LocalStore.open(folder, KEY, load_rulebook())


def exchange_of(journal: Journal, service: SyncService, ticket: Ticket) -> Exchange:
    """Return the device's side of the conversation."""
    return Exchange(journal, service, ticket, now_ms)


def load(store: LocalStore, exchange: Exchange) -> None:
    """Do a whole first load, words and all, before something else is measured."""
    drain(exchange)
    gather_words(store)


def gather_words(store: LocalStore) -> None:
    """Do what a first load puts off."""
    while store.upkeep.gather_words() is not None:
        pass


def drain(exchange: Exchange, after_page: Callable[[], None] = lambda: None) -> int:
    """Exchange until there is nothing more to fetch; return the number of round trips."""
    trips = 0
    while True:
        step = exchange.step()
        assert isinstance(step, Step)
        if step.failure is not None:
            raise step.failure
        trips += 1
        after_page()
        if not step.more:
            return trips
