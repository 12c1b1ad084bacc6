# SPDX-License-Identifier: AGPL-3.0-or-later
"""The open workplace of one officer: the services over one pair of local files."""

from __future__ import annotations

from sync.cases.access import Actor
from sync.cases.deadlines import Rulebook
from sync.services.casework import Casework
from sync.services.drafting import Drafting
from sync.services.inbox import Inbox
from sync.services.profiles import Profile
from sync.services.syncing import Synchronizer
from sync.store.local import LocalStore


class Desk:
    """Everything an officer works with, until :meth:`close`."""

    profile: Profile
    rulebook: Rulebook
    casework: Casework
    drafting: Drafting
    inbox: Inbox
    synchronizer: Synchronizer

    def __init__(self, profile: Profile, store: LocalStore) -> None:
        self.profile = profile
        self._store = store

    @property
    def officer(self) -> Actor:
        """The officer as the centre last described them; changes when their scope does."""
        raise NotImplementedError

    def close(self) -> None:
        """Close connection and files; nothing is lost, for everything was durable already."""
        raise NotImplementedError
