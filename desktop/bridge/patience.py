# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks the system for the way out of the office, and lets nobody wait long for the answer.

A system may have to fetch and evaluate a PAC file first, from a host that may be dead. The
question goes on in a thread that nobody waits for at the end; who asks again finds its answer.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress
from threading import Lock, Thread
from typing import Final

from sync.transports.proxies import ProxyFinder

_PATIENCE_S: Final = 5.0


class PatientFinder:
    """A finder of proxies; any thread."""

    def __init__(self, finder: ProxyFinder, patience_s: float = _PATIENCE_S) -> None:
        self._finder = finder
        self._patience_s = patience_s
        self._asked: dict[str, Future[str | None]] = {}
        self._lock = Lock()
        self._is_closed = False

    def __call__(self, url: str) -> str | None:
        """Return the proxy towards an address; None where that is not known, or not yet."""
        question = self._question(url)
        if question is None:
            return None
        try:
            found = question.result(self._patience_s)
        except (TimeoutError, CancelledError):
            return None
        with self._lock:
            if self._asked.get(url) is question:
                del self._asked[url]
        return found

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._lock:
            self._is_closed = True
            for question in self._asked.values():
                question.cancel()

    def _question(self, url: str) -> Future[str | None] | None:
        """Return what was asked about an address, or ask; None when nobody waits any more."""
        with self._lock:
            if self._is_closed:
                return None
            question = self._asked.get(url)
            if question is None:
                question = self._asked[url] = Future()
                asking = (self._finder, url, question)
                Thread(target=_ask, args=asking, name="proxy", daemon=True).start()
            return question


def _ask(finder: ProxyFinder, url: str, question: Future[str | None]) -> None:
    try:
        found = finder(url)
    except Exception:  # noqa: BLE001 - a system that cannot say is one that does not know
        found = None
    with suppress(InvalidStateError):  # nobody waits any more
        question.set_result(found)
