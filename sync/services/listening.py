# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hearing from the centre that there is something. Blocking; has its own thread and line."""

from __future__ import annotations

from collections.abc import Callable

from sync.engine.exchange import Tokens
from sync.engine.listening import PATIENCE_S, Listening
from sync.errors import StoreError, SyncError, SyncErrorKind
from sync.wire.service import CHANGES, Announcer


class Listener:
    """Listens for one desk.

    Args:
        announcer: a line of its own, for a stream keeps it busy; None where the centre cannot be
            listened to.
        allowed: whether the line may be used for it now.
    """

    def __init__(
        self,
        announcer: Announcer | None,
        tokens: Tokens,
        listening: Listening,
        allowed: Callable[[], bool],
    ) -> None:
        self._announcer = announcer
        self._tokens = tokens
        self._listening = listening
        self._allowed = allowed

    @property
    def is_live(self) -> bool:
        """Whether news come by themselves just now."""
        return self._listening.is_live

    def next_wait_s(self) -> float | None:
        """Return in how many seconds to listen; None for not until somebody changes the mode."""
        if self._announcer is None or not self._allowed():
            return None
        return self._listening.next_wait_s()

    def listen(self, on_news: Callable[[], None], cancelled: Callable[[], bool]) -> None:
        """Listen until the stream ends; ``on_news`` is called when an exchange would bring news.

        How it ended is remembered, not raised.
        """
        if self._announcer is None:
            return
        try:
            for name in self._announcer.listen(self._tokens.access_token(), PATIENCE_S):
                if cancelled() or not self._allowed():
                    break
                if not name:
                    self._listening.opened()
                    continue
                if not self._listening.is_live:
                    on_news()  # what came before the stream was open was announced to nobody
                self._listening.heard()
                if name == CHANGES:
                    on_news()
            self._listening.ended()
        except SyncError as failure:
            self._listening.ended(failure)
            if failure.kind is SyncErrorKind.AUTH:
                on_news()  # the exchange renews the sign-in; a refresh token must not be used twice
        except StoreError:
            self._listening.ended()  # no token to be had; the exchange tells the officer why

    def try_now(self) -> None:
        """Say that the officer, or a network that came back, asks."""
        self._listening.try_now()

    def cancel(self) -> None:
        """End a running stream from another thread."""
        if self._announcer is not None:
            self._announcer.interrupt()

    def close(self) -> None:
        """Give the line back."""
        if self._announcer is not None:
            self._announcer.close()
