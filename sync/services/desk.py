# SPDX-License-Identifier: AGPL-3.0-or-later
"""The open workplace of one officer: the services over one pair of local files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from sync.cases.access import Actor
from sync.cases.rulebook import Rulebook
from sync.errors import SignInFailed
from sync.services.casework import Casework
from sync.services.drafting import Drafting
from sync.services.inbox import Inbox
from sync.services.profiles import Profile
from sync.services.syncing import Synchronizer
from sync.services.tokens import KeptTokens
from sync.store.local import LocalStore
from sync.wire.service import SyncService


@runtime_checkable
class Connection(Protocol):
    """A service with a line of its own; the centre in this very process has none."""

    def interrupt(self) -> None:
        """End a running exchange from another thread."""

    def close(self) -> None:
        """Give the connection back."""


class Desk:
    """Everything an officer works with, until :meth:`close`."""

    def __init__(
        self,
        *,
        profile: Profile,
        rulebook: Rulebook,
        store: LocalStore,
        service: SyncService,
        tokens: KeptTokens,
        synchronizer: Synchronizer,
        clock: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self.profile = profile
        self.rulebook = rulebook
        self.tokens = tokens
        self.synchronizer = synchronizer
        self.inbox = Inbox(store, rulebook, clock)
        self.drafting = Drafting(store, clock)
        self.casework = Casework(store, lambda: self.officer, clock, new_id)
        self.store = store
        self._service = service

    @property
    def officer(self) -> Actor:
        """The officer as the centre last described them; changes when their scope does.

        Raises:
            SignInFailed: ``sign-in.needs-network``: nobody has signed in with these files yet.
        """
        actor = self.store.identity.actor()
        if actor is None:
            raise SignInFailed("sign-in.needs-network")
        return actor

    def close(self) -> None:
        """Close connection and files; nothing is lost, for everything was durable already."""
        if isinstance(self._service, Connection):
            self._service.close()
        self.store.close()
