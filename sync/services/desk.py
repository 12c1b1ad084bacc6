# SPDX-License-Identifier: AGPL-3.0-or-later
"""The open workplace of one officer: the services over one pair of local files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sync.cases.access import Actor
from sync.courier.editions import Template
from sync.engine.budget import Errand
from sync.engine.timekeeping import Timekeeper
from sync.errors import SignInFailed, StoreError
from sync.services.attachments import Attachments
from sync.services.casework import Casework
from sync.services.courier import Courier
from sync.services.drafting import Drafting
from sync.services.inbox import Inbox
from sync.services.line_use import LineUse
from sync.services.listening import Listener
from sync.services.profiles import Profile, write_profile
from sync.services.sealing import SealedCopy, Sealer
from sync.services.syncing import Synchronizer
from sync.services.tokens import KeptTokens
from sync.store.local import LocalStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """How a desk is connected: who exchanges, who listens, and how much the two may use."""

    use: LineUse
    synchronizer: Synchronizer
    listener: Listener


class Desk:
    """Everything an officer works with, until :meth:`close`."""

    def __init__(
        self,
        *,
        profile: Profile,
        store: LocalStore,
        tokens: KeptTokens,
        lines: Lines,
        courier: Courier,
        time: Timekeeper,
        new_id: Callable[[], str],
    ) -> None:
        self.profile = profile
        self.time = time
        clock = time.now
        self.rulebook = store.files.rulebook
        self.tokens = tokens
        self.line = lines.use
        self.synchronizer = lines.synchronizer
        self.listener = lines.listener
        self.courier = courier
        keys = tokens.installation.keys
        self.sealer = Sealer(store, SealedCopy(profile.folder, keys), keys, clock, new_id)
        self.inbox = Inbox(store, self.rulebook, time)
        self.drafting = Drafting(store, clock)
        self.casework = Casework(store, lambda: self.officer, clock, new_id)
        self.attachments = Attachments(store, clock, self.synchronizer.nudge, self._may_move)
        self.store = store

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

    def _may_move(self, errand: Errand) -> bool:
        return not self.line.rests and self.line.piece_bytes(errand) > 0

    def templates(self) -> Sequence[Template]:
        """Return the centre's templates of answers."""
        edition = self.store.editions.content()
        return () if edition is None else edition.templates

    def close(self) -> None:
        """Close connection and files; nothing is lost, for everything was durable already."""
        with suppress(StoreError):  # a broken disk must not keep anybody from leaving
            tally = self.store.outbox.tally()
            waiting = tally.undelivered + tally.decisions
            write_profile(replace(self.profile, unsent=waiting, in_use=False))
        self.listener.close()
        self.synchronizer.close()
        with suppress(StoreError):  # the work file has it all; the copy is for when that is lost
            self.sealer.write()
        self.store.close()
